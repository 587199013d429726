"""
A year of trade as the services leave it: five merchants of very different size, and a tiny one beside them.

Everything follows from the number of an order (1 is the oldest) and of a SKU: the last two digits say whose it is, a
hash says the rest, so that two runs make the same rows.  An order has three lines of one piece.  The newest 0.5 % are
new, then come those in waves, packed, and under way; of the older ones 6 % were cancelled and the others delivered.
Left out, because no plan of a query depends on them: single scans older than their timeline, buyers' data, documents.
"""

from bench.loader import Loader
from bench.trade_rows import marketplaces, plan, shop, stock, work
from bench.trade_rows import orders as made
from bench.trade_rows.plan import MERCHANT


def fill(load: Loader, *, orders: int, skus: int) -> None:
    """This function will fill a migrated, empty database; skus in whole hundreds, two thousand at least."""
    shop.people(load)
    shop.premises(load, cells=skus // 4)
    plan.goods(load, skus, merchant=MERCHANT.format(r="s % 100"))
    shop.catalog(load)
    plan.orders(load, orders, skus)
    made.fill(load)
    stock.fill(load)
    work.waves(load)
    work.handovers(load)
    work.stickers(load)
    marketplaces.fill(load)
    load.finish()


def fill_shop(load: Loader, *, skus: int, pieces: int = 1000) -> None:
    """This function will fill a migrated, empty database with goods of merchant 1 on their shelves, and no orders."""
    shop.people(load)
    shop.premises(load, cells=skus // 4)
    plan.goods(load, skus, merchant="1")
    shop.catalog(load)
    plan.orders(load, 0, skus)
    load.run("TRUNCATE plan, wanted")
    stock.fill(load, more=pieces)
    load.finish()
