"""Simulated marketplaces over HTTP, with state, limits, time and faults on demand."""
