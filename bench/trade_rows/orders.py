"""Orders with their lines, units and timelines, up to the stage of each."""

from bench.loader import Loader
from bench.trade_rows.ids import FIRST_PICKER, PICKERS
from bench.trade_rows.plan import CANCELLED, CONFIRMED, DELIVERED, DELIVERING, HANDED_OVER, NEW, PACKED, PICKING

STATE = (
    "(ARRAY['new','confirmed','picking','packed','handed_over','delivering','delivered',NULL,NULL,'cancelled'])"
    "[stage + 1]"
)
REMOTE = (
    "(ARRAY['awaiting_packaging','awaiting_deliver','awaiting_deliver','awaiting_deliver','delivering','delivering',"
    "'delivered',NULL,NULL,'cancelled'])[stage + 1]"
)


def fill(load: Loader) -> None:
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
