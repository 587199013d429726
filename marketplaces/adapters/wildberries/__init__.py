"""Wildberries by its seller API: one object of `adapter.Wildberries` speaks for one seller cabinet."""
