"""
A year of trade as the services leave it: five merchants of very different size, and a tiny one beside them.

Everything follows from the number of an order (1 is the oldest) and of a SKU: the last two digits say whose it is, a
hash says the rest, so that two runs make the same rows.  An order has three lines of one piece.  The newest 0.5 % are
new, then come those in waves, packed, and under way; of the older ones 6 % were cancelled and the others delivered.
Left out, because no plan of a query depends on them: single scans older than their timeline, buyers' data, documents.
"""

from bench.loader import Loader

WAREHOUSE, SUPPLIER, CUSTOMER, LOSS, DOCK, TABLE, QUARANTINE, FIRST_CELL = 1, 1, 2, 3, 4, 5, 6, 7
TINY = 6  # the merchant with three orders, beside which lists of the others show what grows
EVERYBODY, TINY_OWNER, FIRST_PICKER, PICKERS = 1, 2, 11, 20
PER_WAVE = 100
MERCHANT = "CASE WHEN {r} < 60 THEN 1 WHEN {r} < 80 THEN 2 WHEN {r} < 90 THEN 3 WHEN {r} < 96 THEN 4 ELSE 5 END"
# A number from 0 to 1 that is always the same for the same two numbers.
CHANCE = "((hashint8extended({a}, {b}) & 1048575) / 1048576.0)"
NEW, CONFIRMED, PICKING, PACKED, HANDED_OVER, DELIVERING, DELIVERED, CANCELLED = 0, 1, 2, 3, 4, 5, 6, 9
STATE = (
    "(ARRAY['new','confirmed','picking','packed','handed_over','delivering','delivered',NULL,NULL,'cancelled'])"
    "[stage + 1]"
)
REMOTE = (
    "(ARRAY['awaiting_packaging','awaiting_deliver','awaiting_deliver','awaiting_deliver','delivering','delivering',"
    "'delivered',NULL,NULL,'cancelled'])[stage + 1]"
)


def fill(load: Loader, *, orders: int, skus: int) -> None:
    """This function will fill a migrated, empty database; skus in whole hundreds, two thousand at least."""
    _people(load)
    _premises(load, cells=skus // 4)
    _goods(load, skus, merchant=MERCHANT.format(r="s % 100"))
    _catalog(load)
    _plan(load, orders, skus)
    _orders(load, orders)
    _stock(load)
    _floor(load, orders)
    _shipping(load)
    _labels(load)
    _marketplaces(load)
    load.finish()


def fill_shop(load: Loader, *, skus: int, pieces: int = 1000) -> None:
    """This function will fill a migrated, empty database with goods of merchant 1 on their shelves, and no orders."""
    _people(load)
    _premises(load, cells=skus // 4)
    _goods(load, skus, merchant="1")
    _catalog(load)
    _plan(load, 0, skus)
    load.run("TRUNCATE plan, wanted")
    _stock(load, more=pieces)
    load.finish()


def _people(load: Loader) -> None:
    load.insert(
        "merchants_merchant",
        {"id": "n", "name": "'Продавец ' || n", "zone": "'Europe/Moscow'", "locale": "'ru'", "currency": "'RUB'"},
        f"generate_series(1, {TINY}) n",
    )
    load.insert(
        "merchants_legalentity",
        {"id": "n", "merchant_id": "n", "name": "'ООО «Пример ' || n || '»'", "inn": "'0000000018'"},
        f"generate_series(1, {TINY}) n",
    )
    person = {
        "id": "n",
        "login": "'bench' || n",
        "full_name": "'Человек ' || n",
        "password": "'none'",
        "is_active": "true",
    }
    person |= {"language": "'ru'"}
    load.insert("merchants_person", {**person, "is_administrator": "n = 1"}, "generate_series(1, 2) n")
    load.insert("merchants_person", person, f"generate_series({FIRST_PICKER}, {FIRST_PICKER + PICKERS - 1}) n")
    load.insert(
        "merchants_membership",
        {"person_id": str(EVERYBODY), "merchant_id": "n", "role": "'owner'"},
        f"generate_series(1, {TINY - 1}) n",
    )
    load.insert("merchants_membership", {"person_id": str(TINY_OWNER), "merchant_id": str(TINY), "role": "'owner'"})
    load.insert(
        "merchants_membership",
        {"person_id": "p", "merchant_id": "n", "role": "'picker'"},
        f"generate_series({FIRST_PICKER}, {FIRST_PICKER + PICKERS - 1}) p, generate_series(1, {TINY - 1}) n",
    )


def _premises(load: Loader, cells: int) -> None:
    load.insert(
        "stock_warehouse",
        {"id": str(WAREHOUSE), "name": "'Главный склад'", "kind": "'own'", "zone": "'Europe/Moscow'"},
    )
    load.insert(
        "stock_warehousemerchant",
        {"merchant_id": "n", "warehouse_id": str(WAREHOUSE)},
        f"generate_series(1, {TINY}) n",
    )
    load.insert(
        "stock_location",
        {"id": "n", "warehouse_id": str(WAREHOUSE), "kind": "lower(code)", "code": "code", "active": "true"},
        "unnest(ARRAY['SUPPLIER','CUSTOMER','LOSS','DOCK','TABLE','QUARANTINE']) WITH ORDINALITY AS end_of(code, n)",
    )
    load.insert(
        "stock_location",
        {
            "id": f"{FIRST_CELL} + n",
            "warehouse_id": str(WAREHOUSE),
            "kind": "'cell'",
            "code": "chr((65 + n / 120 % 26)::int) || n / 3120 || '-' || lpad((n / 24 % 5 + 1)::text, 2, '0')"
            " || '-' || lpad((n / 4 % 6 + 1)::text, 2, '0') || '-' || n % 4 + 1",
            "x": "2 + n / 120 * 3.0",
            "y": "2 + n / 24 % 5 * 6.5 + n / 4 % 6",
            "level": "n % 4",
            "active": "true",
        },
        f"generate_series(0, {cells - 1}) n",
    )


def _goods(load: Loader, skus: int, merchant: str) -> None:
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


def _catalog(load: Loader) -> None:
    one_to_six = f"generate_series(1, {TINY}) n"
    load.insert("catalog_category", {"id": "n", "merchant_id": "n", "name": "'Одежда'"}, one_to_six)
    load.insert(
        "catalog_product",
        {
            "id": "product",
            "merchant_id": "min(merchant)",
            "name": "'Футболка хлопковая с рисунком № ' || product",
            "category_id": "min(merchant)",
            "brand": "'Ромашка'",
        },
        "goods GROUP BY product",
    )
    load.insert(
        "catalog_sku",
        {
            "id": "sku",
            "merchant_id": "merchant",
            "product_id": "product",
            "code": "'AB-' || lpad(sku::text, 7, '0')",
            "variant": "'размер ' || 44 + 2 * size",
            "weight_g": "200",
            "cost": "150 + sku % 900",
        },
        "goods",
    )
    load.insert(
        "catalog_barcode",
        {"merchant_id": "merchant", "sku_id": "sku", "value": "'INT-' || sku", "kind": "'internal'"},
        "goods",
    )
    load.insert(
        "catalog_pricetype", {"id": "n", "merchant_id": "n", "name": "'Розничная'", "currency": "'RUB'"}, one_to_six
    )
    load.insert(
        "catalog_price",
        {"merchant_id": "merchant", "price_type_id": "merchant", "sku_id": "sku", "amount": "300 + sku % 1500"},
        "goods",
    )
    _channels(load)


def _channels(load: Loader) -> None:
    """Channel 2m − 1 is the Ozon cabinet of merchant m, 2m the Wildberries one; each has a warehouse of its number."""
    both = f"generate_series(1, {2 * TINY}) n"
    marketplace = "CASE n % 2 WHEN 1 THEN 'ozon' ELSE 'wildberries' END"
    load.insert(
        "catalog_channel",
        {
            "id": "n",
            "merchant_id": "(n + 1) / 2",
            "legal_entity_id": "(n + 1) / 2",
            "marketplace": marketplace,
            "name": f"{marketplace} || ' ' || (n + 1) / 2",
            "state": "'active'",
            "external_id": "'A-' || n",
            "price_type_id": "(n + 1) / 2",
            "price_step": "1",
            "price_max_drop_percent": "30",
        },
        both,
    )
    load.insert(
        "catalog_channelwarehouse",
        {
            "id": "n",
            "merchant_id": "(n + 1) / 2",
            "channel_id": "n",
            "external_id": "'W-' || n",
            "name": "'Склад ' || n",
            "scheme": "'fbs'",
            "zone": "'Europe/Moscow'",
            "cut_off": "'15:00'",
            "working_days": "'{1,2,3,4,5}'",
            "commit_at": "'wave'",
            "active": "true",
            "push_stock": "true",
        },
        both,
    )
    load.insert(
        "stock_feed",
        {"merchant_id": "(n + 1) / 2", "channel_warehouse_id": "n", "warehouse_id": str(WAREHOUSE), "rank": "1"},
        both,
    )
    load.insert(
        "stock_sharerule",
        {"merchant_id": "(n + 1) / 2", "channel_warehouse_id": "n", "share_percent": "100", "buffer": "1"},
        both,
    )
    load.insert("marketplaces_credential", {"merchant_id": "(n + 1) / 2", "channel_id": "n"}, both)
    load.insert(
        "catalog_listing",
        {
            "id": "2 * sku - side",
            "merchant_id": "merchant",
            "channel_id": "2 * merchant - side",
            "sku_id": "sku",
            "offer_id": "'AB-' || lpad(sku::text, 7, '0')",
            "product_external_id": "(500000000 + sku)::text",
            "stock_external_id": "(700000000 + sku)::text",
            "title": "'Футболка хлопковая с рисунком'",
            "pieces_per_pack": "1",
            "sellable": "true",
            "published_price": "300 + sku % 1500",
            "price_currency": "'RUB'",
            "matched_by": "'article'",
            "seen_at": "now()",
        },
        "goods, generate_series(0, 1) AS side",
    )


def _plan(load: Loader, orders: int, skus: int) -> None:
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


def _orders(load: Loader, orders: int) -> None:
    tables = ("orders_order", "orders_orderline", "orders_orderevent", "orders_unit")
    with load.without_indexes(*tables):
        load.insert(
            "orders_order",
            {
                "id": "id",
                "merchant_id": "merchant",
                "channel_id": "channel",
                "channel_warehouse_id": "channel",
                "external_number": "CASE channel % 2 WHEN 1 THEN lpad((id * 48271 % 99999989)::text, 8, '0') || '-'"
                " || lpad((id % 9973)::text, 4, '0') || '-1' ELSE (3000000000 + id)::text END",
                "scheme": "'fbs'",
                "state": STATE,
                "remote_status": REMOTE,
                "ordered_at": "at",
                "received_at": "at + interval '5 seconds'",
                "changed_at": "at + least(stage, 6) * interval '2 hours'",
                "ship_by": "at + interval '30 hours'",
                "barcode": f"CASE WHEN stage BETWEEN {CONFIRMED} AND {DELIVERED} THEN 'B-' || id ELSE '' END",
                "region": "'Московская область'",
                "total": "1200 + id % 3000",
                "currency": "'RUB'",
                "committed_at": f"CASE WHEN stage BETWEEN {CONFIRMED} AND {DELIVERED} THEN at + interval '1 hour' END",
                "commit_state": f"CASE WHEN stage BETWEEN {CONFIRMED} AND {DELIVERED} THEN 'done' ELSE '' END",
                "packed_at": f"CASE WHEN stage BETWEEN {PACKED} AND {DELIVERED} THEN at + interval '3 hours' END",
                "handed_over_at": f"CASE WHEN stage BETWEEN {HANDED_OVER} AND {DELIVERED}"
                " THEN least(at + interval '8 hours', now()) END",
                "cancelled_by": f"CASE WHEN stage = {CANCELLED} THEN 'buyer' ELSE '' END",
                "attention": "CASE WHEN trouble IS NULL THEN '{}' ELSE ARRAY[trouble] END",
            },
            "plan ORDER BY plan.id",
        )
        _lines(load)
        _units(load)
        _timeline(load)


def _lines(load: Loader) -> None:
    load.insert(
        "orders_orderline",
        {
            "id": "id",
            "merchant_id": "merchant",
            "order_id": "order_id",
            "position": "position",
            # Ozon cabinets have odd numbers, and their listings too.
            "listing_id": "2 * sku - channel % 2",
            "sku_id": "sku",
            "external_id": "id::text",
            "offer_id": "coalesce('AB-' || lpad(sku::text, 7, '0'), 'new-' || id)",
            "stock_external_id": "coalesce(700000000 + sku, 900000000 + id)::text",
            "title": "'Футболка хлопковая с рисунком'",
            "pieces": "1",
            "sku_pieces": "1",
            "short_pieces": "short",
            "price": "300 + coalesce(sku, 0) % 1500",
            "currency": "'RUB'",
        },
        "wanted ORDER BY wanted.id",
    )


def _units(load: Loader) -> None:
    """Made when the order was taken into work; gone when it left."""
    picked = f"(stage >= {PACKED} OR (stage = {PICKING} AND position = 0))"
    load.insert(
        "orders_unit",
        {
            "id": "w.id",
            "merchant_id": "w.merchant",
            "order_id": "order_id",
            "line_id": "w.id",
            "sku_id": "w.sku",
            "number": "position + 1",
            "state": f"CASE WHEN stage >= {HANDED_OVER} THEN 'gone' WHEN stage = {PACKED} THEN 'packed'"
            f" WHEN {picked} THEN 'picked' ELSE 'wanted' END",
            "location_id": f"CASE WHEN {picked} THEN cell END",
            "picked_at": f"CASE WHEN {picked} THEN at + interval '2 hours' END",
            "packed_at": f"CASE WHEN stage >= {PACKED} THEN at + interval '3 hours' END",
        },
        f"wanted w JOIN goods g ON g.sku = w.sku WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED} ORDER BY w.id",
    )


def _timeline(load: Loader) -> None:
    """What happened to an order up to its stage, in the words of the services."""
    scans = "".join(
        f", ({stage}, {number}, 'scan', '', '{step}', '', 2)"
        for stage, step in ((PICKING, "pick"), (PACKED, "pack"))
        for number in range(3)
    )
    load.insert(
        "orders_orderevent",
        {
            "merchant_id": "merchant",
            "order_id": "id",
            "at": "at + make_interval(hours => least(of_stage, 6), secs => number)",
            "kind": "kind",
            "was": "was",
            "became": "became",
            "text": "text",
            "data": "CASE kind WHEN 'scan' THEN jsonb_build_object('unit', number + 1, 'step', became) ELSE '{}' END",
            "person_id": f"CASE WHEN who = 2 THEN {FIRST_PICKER} + id % {PICKERS} END",
            "actor": "CASE who WHEN 0 THEN 'marketplace' ELSE '' END",
        },
        f"""
        plan JOIN (VALUES
            ({NEW}, 0, 'received', '', 'new', 'awaiting_packaging', 0),
            ({CONFIRMED}, 0, 'state', 'new', 'confirmed', '', 2),
            ({CONFIRMED}, 1, 'commit', '', '', 'Маркетплейс: принято.', 0),
            ({CONFIRMED}, 2, 'label', '', '', 'Этикетка сохранена', 1),
            ({PICKING}, 9, 'state', 'confirmed', 'picking', '', 2),
            ({PACKED}, 9, 'state', 'picking', 'packed', '', 2),
            ({HANDED_OVER}, 0, 'state', 'packed', 'handed_over', '', 1),
            ({DELIVERING}, 0, 'state', 'handed_over', 'delivering', '', 0),
            ({DELIVERED}, 0, 'state', 'delivering', 'delivered', '', 0),
            ({CANCELLED}, 0, 'state', 'new', 'cancelled', '', 0){scans}
        ) AS told(of_stage, number, kind, was, became, text, who)
          ON of_stage = stage OR (of_stage < stage AND (stage <> {CANCELLED} OR of_stage = {NEW}))
        WHERE NOT (stage = {PICKING} AND kind = 'scan' AND number > 0)
        """,
    )
    load.insert(
        "orders_orderevent",
        {
            "merchant_id": "merchant",
            "order_id": "order_id",
            "at": "at",
            "kind": "'short'",
            "text": "'Футболка хлопковая с рисунком'",
            "data": "jsonb_build_object('line', id, 'short', 1, 'wanted', 1)",
            "actor": "'stock'",
        },
        "wanted WHERE short > 0",
    )


def _stock(load: Loader, more: int = 2) -> None:
    """Receipts first, as large as what was picked, what is promised and a little more; balances are their sums."""
    reserved = f"stage BETWEEN {NEW} AND {PACKED} AND short = 0 AND sku IS NOT NULL"
    picked = f"((stage BETWEEN {PACKED} AND {DELIVERED}) OR (stage = {PICKING} AND position = 0))"
    with load.without_indexes("stock_move", "stock_reservation", "stock_balance", "stock_stockrow"):
        load.insert(
            "stock_reservation",
            {
                "merchant_id": "merchant",
                "warehouse_id": str(WAREHOUSE),
                "sku_id": "sku",
                "order_ref": "order_id",
                "line_ref": "id",
                "pieces": "1",
                "state": f"CASE WHEN stage = {CANCELLED} THEN 'released' WHEN stage >= {HANDED_OVER} THEN 'issued'"
                " ELSE 'held' END",
                "made_at": "at",
            },
            "wanted WHERE short = 0 AND sku IS NOT NULL ORDER BY wanted.id",
        )
        move = {"merchant_id": "merchant", "sku_id": "sku", "pieces": "1", "at": "at"}
        load.insert(
            "stock_move",
            {
                "merchant_id": "g.merchant",
                "sku_id": "g.sku",
                "from_location_id": str(SUPPLIER),
                "to_location_id": "g.cell",
                "pieces": f"coalesce(needed, 0) + {more} + floor({CHANCE.format(a='g.sku', b=3)} * 40)::int",
                "reason": "'receipt'",
                "reference": "'receipt:1'",
                "at": "now() - interval '366 days'",
            },
            f"""
            goods g LEFT JOIN (SELECT sku, count(*)::int AS needed FROM wanted
                                WHERE {picked} OR {reserved} GROUP BY 1) used ON used.sku = g.sku
            """,
        )
        load.insert(
            "stock_move",
            {
                **move,
                "merchant_id": "w.merchant",
                "sku_id": "w.sku",
                "from_location_id": "cell",
                "to_location_id": str(TABLE),
                "reason": "'pick'",
                "reference": "'order:' || order_id",
                "person_id": f"{FIRST_PICKER} + order_id % {PICKERS}",
                "at": "at + interval '2 hours'",
            },
            f"wanted w JOIN goods g ON g.sku = w.sku WHERE {picked} ORDER BY w.id",
        )
        load.insert(
            "stock_move",
            {
                **move,
                "from_location_id": str(TABLE),
                "to_location_id": str(CUSTOMER),
                "reason": "'issue'",
                "reference": "'order:' || order_id",
                "at": "least(at + interval '8 hours', now())",
            },
            f"wanted WHERE stage BETWEEN {HANDED_OVER} AND {DELIVERED} ORDER BY wanted.id",
        )
        load.insert(
            "stock_balance",
            {
                "merchant_id": "min(merchant_id)",
                "location_id": "location",
                "sku_id": "sku_id",
                "pieces": "sum(pieces)",
                "bounded": f"location > {LOSS}",
            },
            """(SELECT merchant_id, to_location_id AS location, sku_id, pieces FROM stock_move
                UNION ALL SELECT merchant_id, from_location_id, sku_id, -pieces FROM stock_move) AS entry
               GROUP BY location, sku_id""",
        )
        load.insert(
            "stock_stockrow",
            {
                "merchant_id": "merchant",
                "warehouse_id": str(WAREHOUSE),
                "sku_id": "g.sku",
                "on_hand": "coalesce(there, 0)",
                "reserved": "coalesce(promised, 0)",
            },
            f"""
            goods g LEFT JOIN (SELECT sku_id, sum(pieces) AS there FROM stock_balance
                                WHERE location_id IN ({DOCK}, {TABLE}) OR location_id >= {FIRST_CELL} GROUP BY 1) b
                           ON b.sku_id = g.sku
                    LEFT JOIN (SELECT sku_id, sum(pieces) AS promised FROM stock_reservation
                                WHERE state = 'held' GROUP BY 1) r ON r.sku_id = g.sku
            """,
        )


def _floor(load: Loader, orders: int) -> None:
    """A hundred orders a wave, in the order of their arrival."""
    wave = f"(id - 1) / {PER_WAVE} + 1"
    taken = f"plan WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED}"
    load.insert(
        "floor_wave",
        {
            "id": wave,
            "warehouse_id": str(WAREHOUSE),
            "number": wave,
            "state": f"CASE WHEN min(stage) < {PACKED} THEN 'released' ELSE 'done' END",
            "mode": "'single'",
            "made_at": "min(at)",
            "made_by_id": str(FIRST_PICKER),
            "released_at": "min(at)",
            "done_at": f"CASE WHEN min(stage) >= {PACKED} THEN max(at) END",
        },
        f"{taken} GROUP BY {wave}",
    )
    with load.without_indexes("floor_waveorder", "floor_picktask"):
        load.insert(
            "floor_waveorder",
            {"wave_id": wave, "merchant_id": "merchant", "order_id": "id"},
            f"{taken} ORDER BY plan.id",
        )
        wave = wave.replace("id", "order_id")
        load.insert(
            "floor_picktask",
            {
                "wave_id": wave,
                "merchant_id": "min(w.merchant)",
                "location_id": "min(cell)",
                "sku_id": "w.sku",
                "pieces": "count(*)",
                "picked": f"count(*) FILTER (WHERE stage >= {PACKED} OR (stage = {PICKING} AND position = 0))",
                "position": f"row_number() OVER (PARTITION BY {wave} ORDER BY min(cell), w.sku)",
                "state": f"CASE WHEN bool_and(stage >= {PACKED} OR (stage = {PICKING} AND position = 0))"
                " THEN 'done' ELSE 'open' END",
            },
            f"wanted w JOIN goods g ON g.sku = w.sku WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED}"
            f" GROUP BY {wave}, w.sku",
        )


def _shipping(load: Loader) -> None:
    """One handover of a channel warehouse a day; what is not handed over stands in its open one."""
    # Not null for "open": a join on equal days is a thousand times faster than one on days that are not distinct.
    day = f"CASE WHEN stage >= {HANDED_OVER} THEN at::date ELSE 'infinity' END"
    taken = f"plan WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED}"
    load.run(
        f"""
        CREATE TEMPORARY TABLE departure AS
        SELECT row_number() OVER (ORDER BY day, channel) AS id, *
          FROM (SELECT channel, {day} AS day, min(merchant) AS merchant FROM {taken} GROUP BY channel, 2) AS one
        """
    )
    load.insert(
        "shipping_handover",
        {
            "id": "id",
            "merchant_id": "merchant",
            "channel_warehouse_id": "channel",
            "external_id": "'H-' || id",
            "state": "CASE day WHEN 'infinity' THEN 'open' ELSE 'closed' END",
            "departure_date": "least(day, current_date)",
            "opened_at": "least(day::timestamptz, now())",
            "closing_at": "CASE WHEN day < 'infinity' THEN day + interval '18 hours' END",
            "closed_at": "CASE WHEN day < 'infinity' THEN day + interval '18 hours' END",
        },
        "departure",
    )
    with load.without_indexes("shipping_handoverorder"):
        load.insert(
            "shipping_handoverorder",
            {"merchant_id": "p.merchant", "handover_id": "d.id", "order_id": "p.id"},
            f"""
            plan p JOIN departure d ON d.channel = p.channel AND d.day = {day}
            WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED} ORDER BY p.id
            """,
        )


def _labels(load: Loader) -> None:
    with load.without_indexes("labels_labelfile", "labels_printitem"):
        load.insert(
            "labels_labelfile",
            {
                "id": "id",
                "merchant_id": "merchant",
                "order_id": "id",
                "source": "'marketplace'",
                "state": "'ready'",
                "content_type": "'application/pdf'",
                "digest": "md5(id::text) || md5('label' || id)",
                "file": "'labels/' || merchant || '/' || md5(id::text) || '.pdf'",
                "barcode": "'B-' || id",
                "stored_at": "at + interval '1 hour'",
            },
            f"plan WHERE stage BETWEEN {CONFIRMED} AND {DELIVERED} ORDER BY plan.id",
        )
        load.insert(
            "labels_printitem",
            {
                "merchant_id": "merchant",
                "label_id": "id",
                "person_id": f"{FIRST_PICKER} + id % {PICKERS}",
                "state": "CASE WHEN id % 50 = 0 THEN 'sent' ELSE 'confirmed' END",
                "copies": "1",
                "created_at": "at + interval '3 hours'",
                "sent_at": "at + interval '3 hours'",
                "confirmed_at": "CASE WHEN id % 50 <> 0 THEN at + interval '3 hours' END",
            },
            f"plan WHERE stage BETWEEN {PACKED} AND {DELIVERED} ORDER BY plan.id",
        )


def _marketplaces(load: Loader) -> None:
    """What was published, what is owed for the newest orders, payloads of half a year, requests of a month."""
    with load.without_indexes("marketplaces_publication", "marketplaces_rawpayload", "marketplaces_attemptlog"):
        load.insert(
            "marketplaces_publication",
            {
                "merchant_id": "merchant",
                "channel_warehouse_id": "2 * merchant - side",
                "listing_id": "2 * sku - side",
                "pieces": "greatest(on_hand - reserved - 1, 0)",
                "pushed_at": "now() - interval '2 hours'",
                "waited_s": "0.4",
                "answer": "'ok'",
                "read_pieces": "greatest(on_hand - reserved - 1, 0)",
                "read_at": "now() - interval '1 hour'",
                "compared_at": "now() - interval '1 hour'",
            },
            "goods JOIN stock_stockrow s ON s.sku_id = sku, generate_series(0, 1) AS side",
        )
        load.insert(
            "marketplaces_debt",
            {
                "merchant_id": "merchant",
                "channel_id": "2 * merchant - side",
                "op": "'stock'",
                "channel_warehouse_id": "2 * merchant - side",
                "listing_id": "2 * sku - side",
                "version": "1",
                "owed_since": "now()",
                "not_before": "now()",
            },
            f"""(SELECT DISTINCT merchant, sku FROM wanted
                  WHERE stage = {NEW} AND sku IS NOT NULL AND at > now() - interval '6 hours') AS changed,
                generate_series(0, 1) AS side""",
        )
        load.insert(
            "marketplaces_rawpayload",
            {
                "merchant_id": "merchant",
                "channel_id": "channel",
                "stream": "'orders'",
                "key": "id::text",
                "digest": "md5(id::text)",
                "sealed": "decode(repeat(md5(id::text), 20), 'hex')",
                "received_at": "at",
                "expires_at": "at + interval '180 days'",
            },
            "plan WHERE at > now() - interval '180 days' ORDER BY plan.id",
        )
        load.insert(
            "marketplaces_attemptlog",
            {
                "merchant_id": "(n % 10) / 2 + 1",
                "channel_id": "n % 10 + 1",
                "op": "'orders'",
                "at": "now() - make_interval(secs => (100000 - n) * 25)",
                "seconds": "0.2",
                "method": "'POST'",
                "url": "'/v3/posting/fbs/unfulfilled/list'",
                "status": "200",
                "request": "repeat('{\"limit\": 1000} ', 10)",
                "answer": "repeat('{\"result\": []} ', 20)",
            },
            "generate_series(1, 100000) n",
        )
    load.insert(
        "marketplaces_cursor",
        {
            "merchant_id": "(n + 1) / 2",
            "channel_id": "n",
            "stream": "stream",
            "at": "now()",
            "last_success_at": "now()",
            "last_attempt_at": "now()",
            "next_at": "now() + interval '1 day'",
            "items": "1000",
        },
        f"generate_series(1, {2 * TINY}) n, unnest(ARRAY['orders', 'changes', 'statuses', 'warehouses', 'listings',"
        " 'prices', 'read_back', 'sweep', 'own_stock', 'account', 'drain.stock', 'drain.price', 'drain.commands'])"
        " AS stream",
    )
