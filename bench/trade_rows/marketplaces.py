"""What was published and what is owed, what came and what was asked."""

from bench.loader import Loader
from bench.trade_rows.ids import TINY
from bench.trade_rows.plan import NEW


def fill(load: Loader) -> None:
    """What was published, what is owed for the newest orders, payloads of half a year, requests of a month."""
    with load.without_indexes("marketplaces_publication", "marketplaces_rawpayload", "marketplaces_attemptlog"):
        _levels(load)
        _talk(load)
    _cursors(load)


def _levels(load: Loader) -> None:
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


def _talk(load: Loader) -> None:
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


def _cursors(load: Loader) -> None:
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
