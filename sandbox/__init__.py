"""Simulated marketplaces: Ozon and Wildberries over HTTP, with state, limits, time and faults on demand."""
