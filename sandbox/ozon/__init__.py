"""Ozon Seller API, played."""
