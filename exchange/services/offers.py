"""Offers of the stage → characteristics as SKUs, prices and stock; what is not ours yet is kept until it is."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalog.services import goods as catalog_goods
from catalog.services import price_levels
from exchange.models import Connection, Message
from exchange.services.stage import joined_by_hash
from exchange.services.tally import Tally
from exchange.types import Field, MatchBy, RestsMean
from stock.services import count

# One row per offer of the range.  verdict: known, make, pend (not ours yet), skip.
_LOOK = """
CREATE TEMPORARY TABLE chunk_offer ON COMMIT DROP AS
SELECT DISTINCT ON (o.good, o.char)
       o.n, o.line, o.good, o.char, o.guid, o.char_guid, o.name, o.article, o.variant, o.barcodes, o.archived,
       o.others_zero, g.product_id, g.article AS good_code, i.id AS item_id, i.sku_id AS sku_id, ''::text AS code,
       NULL::int AS weight_g, NULL::bigint AS candidate_id,
       CASE WHEN i.state = 'ignored' OR g.state = 'ignored' THEN 'skip'
            WHEN g.state IS DISTINCT FROM 'linked' OR g.product_id IS NULL OR i.state = 'waiting' THEN 'pend'
            WHEN i.sku_id IS NOT NULL THEN 'known'
            WHEN o.archived THEN 'skip'
            WHEN o.char <> '' AND o.name = '' THEN 'pend'
            ELSE 'make' END AS verdict
  FROM cml_offer o
  LEFT JOIN exchange_item g ON g.connection_id = %(connection)s AND g.good = o.good AND g.char = ''
  LEFT JOIN exchange_item i ON i.connection_id = %(connection)s AND i.good = o.good AND i.char = o.char
 WHERE o.n BETWEEN %(first)s AND %(last)s
   AND NOT EXISTS (SELECT FROM cml_trouble x WHERE x.n = o.n)
 ORDER BY o.good, o.char, o.n DESC
"""
# A characteristic that another program made already, under the same pair of GUIDs.
_BY_PAIR = """
UPDATE chunk_offer o SET sku_id = s.id, verdict = 'known' FROM catalog_sku s
 WHERE o.verdict = 'make' AND s.product_id = o.product_id AND o.char <> '' AND s.guid = o.char_guid
"""
# What lies in a warehouse of which only the id was told: the whole offer is kept until its name comes.
_STORE_NOT_TOLD = """
UPDATE chunk_offer o SET verdict = 'pend'
 WHERE o.verdict IN ('known', 'make')
   AND EXISTS (SELECT FROM cml_rest r WHERE r.n = o.n AND r.good = o.good AND r.char = o.char
                  AND NOT EXISTS (SELECT FROM cml_store w WHERE w.store = r.store))
"""
_CODES = """
UPDATE chunk_offer SET code = CASE
       WHEN char = '' THEN good_code
       WHEN article <> '' AND lower(article) <> lower(good_code) THEN article
       ELSE left(good_code, 60) || '/' || left(coalesce(nullif(variant, ''), char), 39) END
 WHERE verdict = 'make'
"""
_CANDIDATES = """
UPDATE chunk_offer o
   SET candidate_id = s.id, verdict = CASE WHEN %(by_article)s THEN 'known' ELSE 'wait' END,
       sku_id = CASE WHEN %(by_article)s THEN s.id END
  FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id
 WHERE o.verdict = 'make' AND o.item_id IS NULL AND s.merchant_id = %(merchant)s AND s.code_key = lower(o.code)
   AND p.guid IS NULL AND NOT EXISTS (SELECT FROM exchange_item x
                                       WHERE x.connection_id = %(connection)s AND x.product_id = p.id)
"""
_FREE_CODES = """
UPDATE chunk_offer o SET code = left(o.good_code, 60) || '/' || left(coalesce(nullif(o.char, ''), o.good), 36)
  FROM (SELECT n, row_number() OVER (PARTITION BY lower(code) ORDER BY n) AS place FROM chunk_offer
         WHERE verdict = 'make') twin
 WHERE o.n = twin.n AND o.verdict = 'make'
   AND (twin.place > 1 OR EXISTS (SELECT FROM catalog_sku s
                                   WHERE s.merchant_id = %(merchant)s AND s.code_key = lower(o.code)))
"""
_BARCODE_TAKEN = """
INSERT INTO cml_trouble
SELECT DISTINCT ON (o.n) o.n, o.line, %(subject)s || o.name, 'Штрихкод',
       replace(replace(%(taken_barcode)s, '{barcode}', told), '{code}', s.code)
  FROM chunk_offer o CROSS JOIN LATERAL unnest(string_to_array(o.barcodes, E'\\n')) AS told
  JOIN catalog_barcode b ON b.merchant_id = %(merchant)s AND b.value = told AND b.sku_id IS DISTINCT FROM o.sku_id
  JOIN catalog_sku s ON s.id = b.sku_id
 WHERE o.verdict IN ('known', 'make') AND o.barcodes <> ''
   -- The plain SKU of the same good gives its barcode up: it is about to go.
   AND NOT (s.product_id = o.product_id AND s.guid IS NULL AND o.char <> '')
UNION
SELECT o.n, o.line, %(subject)s || o.name, 'Штрихкод', replace(%(twice_barcode)s, '{barcode}', told)
  FROM (SELECT o.n, o.line, o.name, told, row_number() OVER (PARTITION BY told ORDER BY o.n) AS place
          FROM chunk_offer o CROSS JOIN LATERAL unnest(string_to_array(o.barcodes, E'\\n')) AS told
         WHERE o.verdict IN ('known', 'make') AND o.barcodes <> '') o
 WHERE o.place > 1
"""
_PRICE_TYPE_UNKNOWN = """
INSERT INTO cml_trouble
SELECT DISTINCT ON (o.n) o.n, o.line, %(subject)s || coalesce(nullif(o.name, ''), o.good), 'ИдТипаЦены',
       replace(%(no_price_type)s, '{id}', p.type)
  FROM chunk_offer o JOIN cml_price p ON p.n = o.n
  LEFT JOIN exchange_word w ON w.connection_id = %(connection)s AND w.kind = 'price_type' AND w.external_id = p.type
 WHERE w.price_type_id IS NULL
"""
_STORE_UNKNOWN = """
INSERT INTO cml_trouble
SELECT DISTINCT ON (o.n) o.n, o.line, %(subject)s || coalesce(nullif(o.name, ''), o.good), 'Склад',
       replace(%(no_store)s, '{id}', r.store)
  FROM chunk_offer o JOIN cml_rest r ON r.n = o.n
  JOIN cml_store w ON w.store = r.store
 WHERE w.warehouse_id IS NULL
"""
_DROP_TROUBLED = "DELETE FROM chunk_offer o USING cml_trouble x WHERE x.n = o.n"
# The good's own SKU, made when its characteristics were not known yet: it goes, unless something means it.
_UNUSED_PLAIN = """
WITH told AS MATERIALIZED (
    SELECT DISTINCT good FROM chunk_offer WHERE char <> '' AND verdict IN ('known', 'make'))
SELECT s.id FROM exchange_item g JOIN catalog_sku s ON s.id = g.sku_id
 WHERE g.connection_id = %(connection)s AND g.char = '' AND NOT g.offered AND g.good = ANY(ARRAY(SELECT good FROM told))
   AND s.guid IS NULL AND NOT s.is_kit
   AND NOT EXISTS (SELECT FROM catalog_listing x WHERE x.sku_id = s.id)
   AND NOT EXISTS (SELECT FROM catalog_kititem x WHERE x.component_id = s.id)
   AND NOT EXISTS (SELECT FROM stock_stockrow x WHERE x.sku_id = s.id)
   AND NOT EXISTS (SELECT FROM stock_move x WHERE x.merchant_id = %(merchant)s AND x.sku_id = s.id)
   AND NOT EXISTS (SELECT FROM orders_orderline x WHERE x.merchant_id = %(merchant)s AND x.sku_id = s.id)
   AND NOT EXISTS (SELECT FROM exchange_item x WHERE x.sku_id = s.id AND x.id <> g.id)
"""
_ITEMS = """
INSERT INTO exchange_item AS i (merchant_id, connection_id, good, char, catalogue, name, article, state, why,
                                product_id, sku_id, candidate_id, offered, told_at)
SELECT %(merchant)s, %(connection)s, good, char, %(catalogue)s, name, coalesce(nullif(code, ''), good_code, ''),
       CASE verdict WHEN 'wait' THEN 'waiting' ELSE 'linked' END, CASE verdict WHEN 'wait' THEN %(taken)s ELSE '' END,
       product_id, sku_id, CASE verdict WHEN 'wait' THEN candidate_id END, char = '', %(told)s
  FROM chunk_offer WHERE verdict IN ('known', 'make', 'wait') ORDER BY good, char
ON CONFLICT (connection_id, good, char) DO UPDATE SET
       name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE i.name END,
       article = CASE WHEN i.article <> '' THEN i.article ELSE excluded.article END,
       sku_id = coalesce(excluded.sku_id, i.sku_id),
       offered = i.offered OR excluded.offered,
       told_at = greatest(i.told_at, excluded.told_at)
"""
_PEND = [
    """
    INSERT INTO exchange_pending AS p (merchant_id, connection_id, good, char, kind, key, data, told_at)
    SELECT %(merchant)s, %(connection)s, o.good, o.char, 'offer', '', to_jsonb(s), %(now)s
      FROM chunk_offer o JOIN cml_offer s ON s.n = o.n AND s.good = o.good AND s.char = o.char
     WHERE o.verdict IN ('pend', 'wait') ORDER BY o.good, o.char
    ON CONFLICT (connection_id, good, char, kind, key) DO UPDATE SET told_at = excluded.told_at,
       data = CASE WHEN excluded.data ->> 'name' <> '' OR p.data ->> 'name' = '' THEN excluded.data
                   ELSE p.data || jsonb_build_object('others_zero', excluded.data -> 'others_zero') END
    """,
    """
    INSERT INTO exchange_pending (merchant_id, connection_id, good, char, kind, key, data, told_at)
    SELECT DISTINCT ON (o.good, o.char, s.type)
           %(merchant)s, %(connection)s, o.good, o.char, 'price', s.type, to_jsonb(s), %(now)s
      FROM chunk_offer o JOIN cml_price s ON s.n = o.n WHERE o.verdict IN ('pend', 'wait')
     ORDER BY o.good, o.char, s.type
    ON CONFLICT (connection_id, good, char, kind, key) DO UPDATE SET data = excluded.data, told_at = excluded.told_at
    """,
    """
    INSERT INTO exchange_pending (merchant_id, connection_id, good, char, kind, key, data, told_at)
    SELECT DISTINCT ON (o.good, o.char, s.store)
           %(merchant)s, %(connection)s, o.good, o.char, 'rest', s.store, to_jsonb(s), %(now)s
      FROM chunk_offer o JOIN cml_rest s ON s.n = o.n WHERE o.verdict IN ('pend', 'wait')
     ORDER BY o.good, o.char, s.store
    ON CONFLICT (connection_id, good, char, kind, key) DO UPDATE SET data = excluded.data, told_at = excluded.told_at
    """,
]
# What was kept from earlier packages is older than what this one says of the same.
_OUTDATED = """
DELETE FROM exchange_pending p USING chunk_offer o
 WHERE p.connection_id = %(connection)s AND p.good = o.good AND p.char = o.char AND o.verdict IN ('known', 'make')
   AND (p.kind = 'price' AND EXISTS (SELECT FROM cml_price s
                                      WHERE s.n = o.n AND s.good = o.good AND s.char = o.char AND s.type = p.key)
     OR p.kind = 'rest' AND EXISTS (SELECT FROM cml_rest s
                                     WHERE s.n = o.n AND s.good = o.good AND s.char = o.char AND s.store = p.key))
"""
_PRICES = """
CREATE TEMPORARY TABLE told_price ON COMMIT DROP AS
SELECT DISTINCT ON (w.price_type_id, o.sku_id) w.price_type_id, o.sku_id, round(p.amount, 2) AS amount
  FROM chunk_offer o JOIN cml_price p ON p.n = o.n AND p.good = o.good AND p.char = o.char
  JOIN exchange_word w ON w.connection_id = %(connection)s AND w.kind = 'price_type' AND w.external_id = p.type
 WHERE o.sku_id IS NOT NULL AND o.verdict IN ('known', 'make')
 ORDER BY w.price_type_id, o.sku_id, o.n DESC
"""
# Two warehouses of 1C may be one of ours: their pieces are added up.
_RESTS = """
CREATE TEMPORARY TABLE told_rest ON COMMIT DROP AS
SELECT warehouse_id, sku_id, least(sum(pieces), 2147483647)::int AS pieces FROM (
    SELECT w.warehouse_id, o.sku_id, r.pieces
      FROM chunk_offer o JOIN cml_rest r ON r.n = o.n AND r.good = o.good AND r.char = o.char
      JOIN cml_store w ON w.store = r.store
     WHERE o.sku_id IS NOT NULL AND o.verdict IN ('known', 'make')
    UNION ALL
    SELECT w.warehouse_id, o.sku_id, 0
      FROM chunk_offer o CROSS JOIN (SELECT DISTINCT warehouse_id FROM cml_store WHERE warehouse_id IS NOT NULL) w
     WHERE o.others_zero AND o.sku_id IS NOT NULL AND o.verdict IN ('known', 'make')
       AND EXISTS (SELECT FROM stock_stockrow s WHERE s.warehouse_id = w.warehouse_id AND s.sku_id = o.sku_id)
    ) told
 GROUP BY warehouse_id, sku_id
"""


def apply_offers(source: Connection, message: Message, first: int, last: int, tally: Tally, now: datetime) -> None:
    """Apply the offers, prices and rests of objects first … last; runs inside a transaction, after their goods."""
    asked: dict[str, Any] = {
        "connection": source.pk,
        "merchant": source.merchant_id,
        "first": first,
        "last": last,
        "by_article": source.match_by == MatchBy.ARTICLE,
        "catalogue": message.catalogue,
        "told": message.created_at,
        "now": now,
        "subject": _("Offer") + " ",
        "taken": _("An article of ours has this code."),
        "taken_barcode": _("The barcode {barcode} belongs to {code} here."),
        "twice_barcode": _("The barcode {barcode} stands on two goods of this package."),
        "no_price_type": _("1C has not told of the price type {id}. Send the price types, or all data, once."),
        "no_store": _("1C has not told of the warehouse {id}, or it is not tied to one of ours."),
    }
    owned = {field.value for field in Field if source.onec_owns(field)}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS chunk_offer")
        cursor.execute(_LOOK, asked)
        cursor.execute("SELECT count(*) FROM chunk_offer")
        told = cursor.fetchone()[0]
        if not told:
            return
        cursor.execute("ANALYZE chunk_offer (n, good, char, product_id, sku_id, item_id, verdict)")
        cursor.execute(_BY_PAIR)
        cursor.execute("SELECT about FROM cml_doubt")
        doubts = {about for (about,) in cursor.fetchall()}
        if Field.STOCK in owned and "store not told" in doubts:
            cursor.execute(_STORE_NOT_TOLD)
        cursor.execute(_CODES)
        cursor.execute(_CANDIDATES, asked)
        cursor.execute(_FREE_CODES, asked)
        if Field.BARCODES in owned:
            with joined_by_hash(cursor):
                cursor.execute(_BARCODE_TAKEN, asked)
        if Field.PRICE in owned and "price type untied" in doubts:
            cursor.execute(_PRICE_TYPE_UNKNOWN, asked)
        if Field.STOCK in owned and "store untied" in doubts:
            cursor.execute(_STORE_UNKNOWN, asked)
        cursor.execute(_DROP_TROUBLED)
        _write_skus(cursor, source, asked, owned, tally, now)
        for statement in (*_PEND, _OUTDATED):
            cursor.execute(statement, asked)
        cursor.execute("SELECT count(*) FROM chunk_offer WHERE verdict IN ('pend', 'wait')")
        tally.add("offers.waiting", cursor.fetchone()[0])
        if Field.PRICE in owned:
            cursor.execute("DROP TABLE IF EXISTS told_price")
            cursor.execute(_PRICES, asked)
            tally.add("prices", max(cursor.rowcount, 0))
            cursor.execute("ANALYZE told_price")
        if Field.STOCK in owned:
            cursor.execute("DROP TABLE IF EXISTS told_rest")
            cursor.execute(_RESTS, asked)
            tally.add("rests", max(cursor.rowcount, 0))
            cursor.execute("ANALYZE told_rest")
    tally.add("offers", told)
    if Field.PRICE in owned:
        tally.add(
            "prices.changed",
            price_levels.set_levels(merchant_id=source.merchant_id, table="told_price", now=now),
        )
    if Field.STOCK in owned:
        tally.add("rests.changed", _count(source, message, now))


def _write_skus(
    cursor: Any, source: Connection, asked: dict[str, Any], owned: set[str], tally: Tally, now: datetime
) -> None:
    execute = cursor.execute
    execute("SELECT EXISTS (SELECT FROM chunk_offer WHERE char <> '' AND verdict IN ('known', 'make'))")
    unused = []
    if cursor.fetchone()[0]:
        execute(_UNUSED_PLAIN, asked)
        unused = [row[0] for row in cursor.fetchall()]
    if unused:
        execute(
            "UPDATE exchange_item SET sku_id = NULL WHERE connection_id = %s AND sku_id = ANY(%s)", [source.pk, unused]
        )
        execute("UPDATE exchange_item SET candidate_id = NULL WHERE candidate_id = ANY(%s)", [unused])
        catalog_goods.drop_unused(sku_ids=unused)
    execute("DROP TABLE IF EXISTS ours")
    execute(
        "CREATE TEMPORARY TABLE ours ON COMMIT DROP AS SELECT * FROM chunk_offer WHERE verdict IN ('known', 'make')"
    )
    execute("ANALYZE ours (n, good, char, sku_id)")
    made, _changed = catalog_goods.write_skus(
        merchant_id=source.merchant_id,
        table="ours",
        owned=(owned & {Field.ARCHIVE.value}) | ({"variant"} if Field.NAME in owned else set()),
        now=now,
    )
    tally.add("offers.new", made)
    execute(
        "UPDATE chunk_offer o SET sku_id = ours.sku_id FROM ours WHERE ours.n = o.n AND ours.good = o.good"
        " AND ours.char = o.char AND o.sku_id IS NULL"
    )
    execute(_ITEMS, asked)
    if Field.BARCODES in owned:
        execute("DROP TABLE IF EXISTS told_barcode")
        execute(
            """
            CREATE TEMPORARY TABLE told_barcode ON COMMIT DROP AS
            SELECT sku_id, unnest(string_to_array(barcodes, E'\\n')) AS value FROM ours
             WHERE barcodes <> '' AND sku_id IS NOT NULL
            """
        )
        tally.add("barcodes.new", catalog_goods.write_barcodes(merchant_id=source.merchant_id, table="told_barcode"))


def _count(source: Connection, message: Message, now: datetime) -> int:
    return count.set_levels(
        merchant_id=source.merchant_id,
        table="told_rest",
        now=now,
        reference=f"exchange:{message.pk}",
        note=_("Stock from %(name)s") % {"name": source.name},
        person_id=message.person_id,
        reserved_beside=source.rests_mean == RestsMean.FREE,
    )
