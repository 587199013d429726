"""Ozon: Seller API over HTTP, FBS, rFBS and Express; the stock of FBO is read."""
