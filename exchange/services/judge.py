"""What a package would change, worked out before anything is: for the dry run, and for the guards."""

from typing import Any

from django.db import connection

from exchange.models import Connection
from exchange.services.stage import joined_by_hash
from exchange.types import Field

# Below these numbers no share is alarming.
LEAST = 10
_SHOWN = 20

_GOODS = """
SELECT count(*), count(*) FILTER (WHERE i.id IS NULL AND p.id IS NULL AND NOT coalesce(g.archived, false)),
       count(*) FILTER (WHERE g.archived AND coalesce(NOT p.archived, false)),
       count(*) FILTER (WHERE i.state = 'waiting')
  FROM (SELECT DISTINCT ON (good) good, archived FROM cml_good ORDER BY good, n DESC) g
  LEFT JOIN exchange_item i ON i.connection_id = %(connection)s AND i.good = g.good AND i.char = ''
  LEFT JOIN catalog_product p ON p.id = i.product_id
"""
_ARCHIVED = """
SELECT DISTINCT ON (i.name, i.good) i.article, i.name
  FROM (SELECT DISTINCT ON (good) good, archived FROM cml_good ORDER BY good, n DESC) g
  JOIN exchange_item i ON i.connection_id = %(connection)s AND i.good = g.good AND i.char = ''
  JOIN catalog_product p ON p.id = i.product_id AND NOT p.archived
 WHERE g.archived ORDER BY i.name, i.good LIMIT %(shown)s
"""
_OFFERS = """
SELECT count(*), count(*) FILTER (WHERE i.sku_id IS NULL)
  FROM (SELECT DISTINCT good, char FROM cml_offer) o
  LEFT JOIN exchange_item i ON i.connection_id = %(connection)s AND i.good = o.good AND i.char = o.char
"""
_PRICES = """
CREATE TEMPORARY TABLE judged_price AS
SELECT s.code, p.amount AS was, t.amount AS will
  FROM cml_price t
  JOIN exchange_item i ON i.connection_id = %(connection)s AND i.good = t.good AND i.char = t.char
  JOIN exchange_word w ON w.connection_id = %(connection)s AND w.kind = 'price_type' AND w.external_id = t.type
  JOIN catalog_price p ON p.price_type_id = w.price_type_id AND p.sku_id = i.sku_id
  JOIN catalog_sku s ON s.id = i.sku_id
"""
_RESTS = """
CREATE TEMPORARY TABLE judged_rest AS
SELECT s.code, r.on_hand AS was, told.pieces AS will
  FROM (SELECT o.good, o.char, w.warehouse_id, sum(coalesce(r.pieces, 0)) AS pieces
          FROM cml_offer o
          JOIN (SELECT DISTINCT warehouse_id, store FROM cml_store WHERE warehouse_id IS NOT NULL) w ON true
          LEFT JOIN cml_rest r ON r.n = o.n AND r.good = o.good AND r.char = o.char AND r.store = w.store
         WHERE o.others_zero OR r.n IS NOT NULL
         GROUP BY 1, 2, 3) told
  JOIN exchange_item i ON i.connection_id = %(connection)s AND i.good = told.good AND i.char = told.char
  JOIN stock_stockrow r ON r.warehouse_id = told.warehouse_id AND r.sku_id = i.sku_id
  JOIN catalog_sku s ON s.id = i.sku_id
 WHERE r.on_hand <> told.pieces
"""
_IN_STOCK = """
SELECT count(*) FROM exchange_item i JOIN stock_stockrow r ON r.sku_id = i.sku_id AND r.on_hand > 0
  JOIN (SELECT DISTINCT warehouse_id FROM cml_store) w ON w.warehouse_id = r.warehouse_id
 WHERE i.connection_id = %(connection)s
"""
_GOODS_KNOWN = """
SELECT count(*) FROM exchange_item i JOIN catalog_product p ON p.id = i.product_id AND NOT p.archived
 WHERE i.connection_id = %(connection)s AND i.char = ''
"""


def preview(source: Connection) -> dict[str, Any]:
    """
    Counts and examples of what the staged package would change; runs inside a transaction, after `prepare_stores`.

    Keys: goods, goods_new, goods_archived, goods_waiting, offers, offers_new, prices, prices_changed, prices_jump,
    rests_changed, rests_emptied, in_stock, goods_known; examples: {"prices": [[code, was, will]…], "rests": …,
    "archive": [[code, name]…]}.
    """
    asked = {"connection": source.pk, "shown": _SHOWN}
    with connection.cursor() as cursor, joined_by_hash(cursor):

        def row(statement: str) -> Any:
            cursor.execute(statement, asked)
            return cursor.fetchone()

        goods, goods_new, goods_archived, goods_waiting = row(_GOODS)
        offers, offers_new = row(_OFFERS)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.judged_price, pg_temp.judged_rest")
        cursor.execute(_PRICES, asked)
        cursor.execute(_RESTS, asked)
        prices, changed, jump = row(
            "SELECT count(*), count(*) FILTER (WHERE was <> round(will, 2)),"
            " count(*) FILTER (WHERE will < was * 0.5 OR will > was * 1.5) FROM judged_price"
        )
        rests_changed, emptied = row("SELECT count(*), count(*) FILTER (WHERE was > 0 AND will = 0) FROM judged_rest")
        cursor.execute(
            "SELECT code, was::text, round(will, 2)::text FROM judged_price WHERE was <> round(will, 2)"
            " ORDER BY abs(will - was) / greatest(was, 1) DESC, code LIMIT %s",
            [_SHOWN],
        )
        price_examples = [list(one) for one in cursor.fetchall()]
        cursor.execute("SELECT code, was, will FROM judged_rest ORDER BY was - will DESC, code LIMIT %s", [_SHOWN])
        rest_examples = [[code, int(was), int(will)] for code, was, will in cursor.fetchall()]
        archive_examples = []
        if goods_archived:
            cursor.execute(_ARCHIVED, asked)
            archive_examples = [list(one) for one in cursor.fetchall()]
        in_stock, known = row(_IN_STOCK)[0], row(_GOODS_KNOWN)[0]
        cursor.execute("DROP TABLE pg_temp.judged_price, pg_temp.judged_rest")
    return {
        "goods": goods,
        "goods_new": goods_new,
        "goods_archived": goods_archived,
        "goods_waiting": goods_waiting,
        "offers": offers,
        "offers_new": offers_new,
        "prices": prices,
        "prices_changed": changed,
        "prices_jump": jump,
        "rests_changed": rests_changed,
        "rests_emptied": emptied,
        "in_stock": in_stock,
        "goods_known": known,
        "examples": {"prices": price_examples, "rests": rest_examples, "archive": archive_examples},
    }


def alarms(source: Connection, seen: dict[str, Any]) -> list[str]:
    """Which guards a package sets off: stock, price, archive; a field that the back office owns alarms nobody."""
    found = []
    if source.onec_owns(Field.STOCK) and _share(seen["rests_emptied"], seen["in_stock"], source.guard_zero_percent):
        found.append("stock")
    if source.onec_owns(Field.PRICE) and _share(seen["prices_jump"], seen["prices"], source.guard_price_percent):
        found.append("price")
    if source.onec_owns(Field.ARCHIVE) and _share(
        seen["goods_archived"], seen["goods_known"], source.guard_archive_percent
    ):
        found.append("archive")
    return found


def _share(part: int, whole: int, percent: int) -> bool:
    return part >= LEAST and part * 100 > whole * percent
