"""
Two years of one merchant's orders as the services leave them, for facts to be made of: set-based, by order number.

Orders come evenly; each has one to four lines of an article, the popular ones far more often.  Of a hundred, six are
cancelled the next day, the others leave within six to 36 hours and arrive after five days; three of them come back
after twenty.
What lies behind the last day has not happened yet; `go_on` lets one more day happen.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bench.loader import Loader

MERCHANT, PERSON = 1, 1
CHANNELS, SKUS, CATEGORIES, BRANDS, REGIONS = 5, 20_000, 60, 400, 85
_LINES = "1 + id % 4"
_LONGEST = 21  # days until nothing happens to an order any more
_CHANCE = "((hashint8extended({a}, {b}) & 1048575) / 1048576.0)"
_TABLES = ("orders_order", "orders_orderline", "orders_orderevent")


@dataclass(frozen=True)
class Shape:
    """of_a_day: orders; days: how many, the last of which is `until`."""

    of_a_day: int
    days: int
    until: date

    @property
    def orders(self) -> int:
        return self.of_a_day * self.days


def fill(load: Loader, shape: Shape) -> None:
    """This function will fill a migrated, empty database."""
    _people(load)
    _goods(load)
    with load.without_indexes(*_TABLES):
        _orders(load, shape, first=1)
    load.finish()


def as_made(load: Loader, of_a_day: int) -> Shape:
    """This function will give the shape of what lies in the database, with the days that went on since."""
    until = load.one("SELECT (max(ordered_at) AT TIME ZONE 'Europe/Moscow')::date FROM orders_order")
    return Shape(of_a_day=of_a_day, days=load.one("SELECT max(id) FROM orders_order") // of_a_day, until=until)


def go_on(load: Loader, shape: Shape) -> None:
    """Let the day after the last one happen: its orders, and what comes to those before."""
    later = replace(shape, days=shape.days + 1, until=shape.until + timedelta(1))
    first = max(shape.orders - _LONGEST * shape.of_a_day, 1)
    load.run("DELETE FROM orders_orderevent WHERE order_id >= %(first)s", first=first)
    load.run("DELETE FROM orders_orderline WHERE order_id >= %(first)s", first=first)
    load.run("DELETE FROM orders_order WHERE id >= %(first)s", first=first)
    _orders(load, later, first=first)
    load.run("ANALYZE orders_order, orders_orderline, orders_orderevent")


def _people(load: Loader) -> None:
    load.insert(
        "merchants_merchant",
        {"id": f"{MERCHANT}", "name": "'Продавец'", "zone": "'Europe/Moscow'", "locale": "'ru'", "currency": "'RUB'"},
    )
    load.insert(
        "merchants_legalentity",
        {"id": "1", "merchant_id": f"{MERCHANT}", "name": "'ООО «Пример»'", "inn": "'0000000018'"},
    )
    number = f"generate_series(1, {CHANNELS}) n"
    marketplace = "(ARRAY['ozon','wildberries','yandex','megamarket','aliexpress'])[n]"
    channel = {"legal_entity_id": "1", "marketplace": marketplace, "name": marketplace, "state": "'active'"}
    load.insert("catalog_channel", {"id": "n", "merchant_id": f"{MERCHANT}", **channel}, number)
    place = {"channel_id": "n", "external_id": "'W-' || n", "name": "'Склад ' || n", "scheme": "'fbs'"}
    place |= {"zone": "'Europe/Moscow'", "cut_off": "'15:00'", "working_days": "'{1,2,3,4,5}'", "commit_at": "'wave'"}
    load.insert("catalog_channelwarehouse", {"id": "n", "merchant_id": f"{MERCHANT}", **place}, number)


def _goods(load: Loader) -> None:
    load.insert(
        "catalog_category",
        {"id": "n", "merchant_id": f"{MERCHANT}", "name": "'Категория ' || n"},
        f"generate_series(1, {CATEGORIES}) n",
    )
    load.insert(
        "catalog_product",
        {
            "id": "n",
            "merchant_id": f"{MERCHANT}",
            "name": "'Футболка № ' || n",
            "category_id": f"1 + n % {CATEGORIES}",
            "brand": f"'Марка ' || n % {BRANDS}",
        },
        f"generate_series(1, {SKUS // 4}) n",
    )
    load.insert(
        "catalog_sku",
        {
            "id": "n",
            "merchant_id": f"{MERCHANT}",
            "product_id": f"1 + n % {SKUS // 4}",
            "code": "'AB-' || lpad(n::text, 7, '0')",
            "cost": "150 + n % 900",
        },
        f"generate_series(1, {SKUS}) n",
    )
    load.insert(
        "catalog_productvat",
        {
            "merchant_id": f"{MERCHANT}",
            "product_id": "n",
            "vat_code": "CASE WHEN n % 5 = 0 THEN '10' ELSE '22' END",
            "valid_from": "'2024-01-01'",
        },
        f"generate_series(1, {SKUS // 4}) n",
    )
    rates = {"fee_percent": "8 + c", "acquiring_percent": "1.5", "ads_percent": "3", "tax_percent": "6"}
    rates |= {"logistics_a_piece": "60 + 5 * c", "storage_a_piece": "4.5", "valid_from": "'2024-01-01'"}
    # Every channel by itself, and a tenth of the categories by themselves.
    load.insert(
        "analytics_tariff",
        {"merchant_id": f"{MERCHANT}", "channel_id": "c", "category_id": "nullif(k, 0)", **rates},
        f"generate_series(1, {CHANNELS}) c, generate_series(0, {CATEGORIES}, 10) k",
    )
    load.insert("stock_warehouse", {"id": "1", "name": "'Склад'", "kind": "'own'", "zone": "'Europe/Moscow'"})
    load.insert(
        "stock_stockrow",
        {"merchant_id": f"{MERCHANT}", "warehouse_id": "1", "sku_id": "n", "on_hand": "n % 90", "reserved": "n % 3"},
        f"generate_series(1, {SKUS}) n",
    )


def _orders(load: Loader, shape: Shape, *, first: int) -> None:
    begins = f"timestamptz '{shape.until - timedelta(shape.days - 1)} 00:00+03'"
    over = f"timestamptz '{shape.until + timedelta(1)} 00:00+03'"
    load.run("DROP TABLE IF EXISTS plan")
    load.run(f"""
        CREATE TEMPORARY TABLE plan AS
        WITH made AS (
            SELECT n AS id, {begins} + interval '1 day' * ((n - 1)::float / {shape.of_a_day}) AS at,
                   {_CHANCE.format(a="n", b=1)} AS fate, {_CHANCE.format(a="n", b=3)} AS haste
            FROM generate_series({first}::bigint, {shape.orders}) n
        ), told AS (
            SELECT *, CASE WHEN fate < 0.06 THEN at + interval '1 day' END AS cancelled_at,
                   CASE WHEN fate >= 0.06 THEN at + interval '1 hour' * (6 + 30 * haste) END AS shipped_at,
                   CASE WHEN fate >= 0.06 THEN at + interval '5 days' END AS delivered_at,
                   CASE WHEN fate >= 0.97 THEN at + interval '20 days' END AS returned_at FROM made
        )
        SELECT id, at, CASE WHEN cancelled_at < {over} THEN cancelled_at END AS cancelled_at,
               CASE WHEN shipped_at < {over} THEN shipped_at END AS shipped_at,
               CASE WHEN delivered_at < {over} THEN delivered_at END AS delivered_at,
               CASE WHEN returned_at < {over} THEN returned_at END AS returned_at FROM told
        """)
    state = (
        "CASE WHEN returned_at IS NOT NULL THEN 'returned' WHEN delivered_at IS NOT NULL THEN 'delivered'"
        " WHEN shipped_at IS NOT NULL THEN 'delivering' WHEN cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'new' END"
    )
    last = "greatest(at, cancelled_at, shipped_at, delivered_at, returned_at)"
    load.insert(
        "orders_order",
        {
            "id": "id",
            "merchant_id": f"{MERCHANT}",
            "channel_id": f"1 + id % {CHANNELS}",
            "channel_warehouse_id": f"1 + id % {CHANNELS}",
            "external_number": "(3000000000 + id)::text",
            "scheme": "'fbs'",
            "state": state,
            "ordered_at": "at",
            "received_at": "at",
            # What happened on the last day became known just now.
            "changed_at": f"CASE WHEN {last} >= {over} - interval '1 day' THEN now() ELSE at END",
            "handed_over_at": "shipped_at",
            "ship_by": "at + interval '30 hours'",
            "region": f"'Регион ' || floor(power({_CHANCE.format(a='id', b=2)}, 2) * {REGIONS})",
            "total": "1000",
            "currency": "'RUB'",
            "cancelled_by": "CASE WHEN cancelled_at IS NULL THEN '' WHEN id % 3 = 0 THEN 'seller' ELSE 'buyer' END",
        },
        "plan ORDER BY id",
    )
    load.insert(
        "orders_orderline",
        {
            "id": "id * 4 + k",
            "merchant_id": f"{MERCHANT}",
            "order_id": "id",
            "position": "k",
            "sku_id": f"1 + floor(power({_CHANCE.format(a='id', b='k + 10')}, 3) * {SKUS})::bigint",
            "pieces": "1 + (id + k) % 7 / 6",
            "sku_pieces": "1 + (id + k) % 7 / 6",
            "price": "199 + (id * 7 + k * 13) % 3000 + 0.5",
            "currency": "'RUB'",
        },
        f"plan, generate_series(0, 3) k WHERE k < {_LINES} ORDER BY id, k",
    )
    for became in ("cancelled", "delivered", "returned"):
        event = {"order_id": "id", "at": f"{became}_at", "kind": "'state'", "became": f"'{became}'"}
        load.insert("orders_orderevent", {"merchant_id": f"{MERCHANT}", **event}, f"plan WHERE {became}_at IS NOT NULL")
