"""Wildberries seller API, played: several hosts, one seller account."""
