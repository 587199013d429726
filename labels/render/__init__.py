"""Dataclasses in, PDF bytes out: the only place that draws.  No database, no settings, no clock."""
