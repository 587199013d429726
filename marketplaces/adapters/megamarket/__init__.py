"""Megamarket (SberMegaMarket, once Goods): FBS, own delivery and click & collect."""
