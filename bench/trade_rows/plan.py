"""What each order and each SKU is: temporary tables from which all rows are made."""

from bench.loader import Loader
from bench.trade_rows.ids import FIRST_CELL, TINY

MERCHANT = "CASE WHEN {r} < 60 THEN 1 WHEN {r} < 80 THEN 2 WHEN {r} < 90 THEN 3 WHEN {r} < 96 THEN 4 ELSE 5 END"
# A number from 0 to 1 that is always the same for the same two numbers.
CHANCE = "((hashint8extended({a}, {b}) & 1048575) / 1048576.0)"
NEW, CONFIRMED, PICKING, PACKED, HANDED_OVER, DELIVERING, DELIVERED, CANCELLED = 0, 1, 2, 3, 4, 5, 6, 9


def goods(load: Loader, skus: int, merchant: str) -> None:
    """`goods`: each SKU lies in one cell; four sizes make a product.  merchant: whose SKU s + 1 is."""
    load.run(
        f"""
        CREATE TEMPORARY TABLE goods AS
        SELECT s + 1 AS sku, {merchant} AS merchant, s / 400 * 100 + s % 100 + 1 AS product,
               s / 100 % 4 AS size, {FIRST_CELL} + s * 7919 % {skus // 4} AS cell
          FROM generate_series(0::bigint, {skus - 1}) s
        UNION ALL SELECT {skus} + n, {TINY}, {skus} + n, 0, {FIRST_CELL} + n FROM generate_series(1, 2) n
        """
    )
    load.run("ALTER TABLE goods ADD PRIMARY KEY (sku)")


def orders(load: Loader, orders: int, skus: int) -> None:
    """`plan`: what each order is; `wanted`: what its lines are.  Everything else is made from these two."""
    newest = f"({orders} - n)::float / {orders}"
    load.run(
        f"""
        CREATE TEMPORARY TABLE plan AS
        SELECT n AS id, {MERCHANT.format(r="n % 100")} AS merchant,
               2 * {MERCHANT.format(r="n % 100")} - (n / 100 % 2) AS channel,
               CASE WHEN {newest} < 0.005 THEN {NEW} WHEN {newest} < 0.010 THEN {CONFIRMED}
                    WHEN {newest} < 0.011 THEN {PICKING} WHEN {newest} < 0.015 THEN {PACKED}
                    WHEN {newest} < 0.025 THEN {HANDED_OVER} WHEN {newest} < 0.065 THEN {DELIVERING}
                    WHEN {CHANCE.format(a="n", b=1)} < 0.06 THEN {CANCELLED} ELSE {DELIVERED} END AS stage,
               now() - make_interval(secs => 60 + 31536000 * {newest}) AS at,
               CASE WHEN {newest} < 0.005 THEN CASE WHEN n % 97 = 3 THEN 'short' WHEN n % 97 = 5 THEN 'unknown_sku' END
               END AS trouble
          FROM generate_series(1::bigint, {orders}) n
        UNION ALL
        SELECT {orders} + n, {TINY}, 2 * {TINY} - n % 2, {NEW}, now(), NULL FROM generate_series(1, 3) n
        """
    )
    load.run("ALTER TABLE plan ADD PRIMARY KEY (id)")
    load.run(
        f"""
        CREATE TEMPORARY TABLE wanted AS
        SELECT o.id * 3 + k - 3 AS id, o.id AS order_id, k AS position, o.merchant, o.channel, o.stage, o.at,
               CASE WHEN o.trouble = 'unknown_sku' AND k = 2 THEN NULL
                    WHEN o.merchant = {TINY} THEN {skus} + 1 + k % 2
                    ELSE floor(power({CHANCE.format(a="o.id", b="k + 10")}, 3) * {skus // 100})::bigint * 100
                         + o.id % 100 + 1 END AS sku,
               (coalesce(o.trouble, '') = 'short' AND k = 2)::int AS short
          FROM plan o, generate_series(0, 2) k
        """
    )
    load.run("ANALYZE plan, goods, wanted")
