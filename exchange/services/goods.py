"""Goods of the stage → products and SKUs: matched, made, or put into the matching queue; never overwritten by guess."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalog.services import goods as catalog_goods
from exchange.models import Connection, Message
from exchange.services.stage import joined_by_hash
from exchange.services.tally import Tally
from exchange.types import Field, MatchBy, NewGoods

# One row per good of the range (the last one told), beside what is known of it.
# verdict: link (known here), make, wait (a person decides), skip.
_LOOK = """
CREATE TEMPORARY TABLE chunk_good ON COMMIT DROP AS
SELECT DISTINCT ON (t.good)
       t.n, t.line, t.good, t.guid, t.name, t.code, t.article, t.barcodes, t.description, t.brand, t.vat, t.weight_g,
       t.attributes, t.archived, t.char <> '' AS by_variant, w.category_id, ''::text AS variant,
       NULL::uuid AS char_guid, i.id AS item_id, i.state AS item_state, i.article AS item_code,
       coalesce(i.product_id, p.id) AS product_id, i.sku_id AS sku_id,
       NULL::bigint AS candidate_id, ''::text AS why,
       CASE WHEN i.state = 'ignored' THEN 'skip'
            WHEN i.state = 'waiting' THEN 'wait'
            WHEN i.product_id IS NOT NULL OR p.id IS NOT NULL THEN 'link'
            WHEN t.archived THEN 'skip'
            ELSE 'make' END AS verdict
  FROM cml_good t
  LEFT JOIN exchange_item i ON i.connection_id = %(connection)s AND i.good = t.good AND i.char = ''
  LEFT JOIN catalog_product p ON p.merchant_id = %(merchant)s AND p.guid = t.guid
  LEFT JOIN exchange_word w ON w.connection_id = %(connection)s AND w.kind = 'group' AND w.external_id = t.category
 WHERE t.n BETWEEN %(first)s AND %(last)s
   AND NOT EXISTS (SELECT FROM cml_trouble x WHERE x.n = t.n)
 ORDER BY t.good, t.n DESC
"""
# A known product's only SKU is the good itself, when its characteristics were never told.
_PLAIN_SKU = """
UPDATE chunk_good t SET sku_id = one.id
  FROM (SELECT product_id, min(id) AS id FROM catalog_sku WHERE product_id IN
               (SELECT product_id FROM chunk_good WHERE item_id IS NULL AND verdict = 'link')
         GROUP BY product_id HAVING count(*) = 1 AND bool_and(guid IS NULL)) one
 WHERE t.product_id = one.product_id AND t.sku_id IS NULL AND t.item_id IS NULL
"""
# An article that another SKU of the merchant has: it may be the same, and only a person, or a setting, may say so.
_CANDIDATES = """
UPDATE chunk_good t
   SET candidate_id = s.id,
       why = CASE WHEN %(by_article)s AND free THEN '' ELSE %(taken)s END,
       verdict = CASE WHEN %(by_article)s AND free THEN 'link' ELSE 'wait' END,
       product_id = CASE WHEN %(by_article)s AND free THEN s.product_id END,
       sku_id = CASE WHEN %(by_article)s AND free THEN s.id END
  FROM (SELECT s.id, s.product_id, s.code_key,
               p.guid IS NULL AND NOT EXISTS (SELECT FROM exchange_item o
                                               WHERE o.connection_id = %(connection)s AND o.product_id = p.id) AS free
          FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id
         WHERE s.merchant_id = %(merchant)s) s
 WHERE t.verdict = 'make' AND t.item_id IS NULL AND s.code_key = lower(t.code)
"""
_SAME_ARTICLE = """
UPDATE chunk_good t SET verdict = 'wait', why = %(twice)s
  FROM (SELECT n, row_number() OVER (PARTITION BY lower(code) ORDER BY n) AS place FROM chunk_good
         WHERE verdict = 'make' AND item_id IS NULL) twin
 WHERE t.n = twin.n AND twin.place > 1
"""
# Goods with characteristics have no SKU of this article, but they have the article.
_ARTICLE_OF_ANOTHER_GOOD = """
UPDATE chunk_good t SET verdict = 'wait', why = %(twice)s
  FROM exchange_item o
 WHERE t.verdict = 'make' AND t.item_id IS NULL AND o.connection_id = %(connection)s AND o.char = ''
   AND o.good <> t.good AND o.state = 'linked' AND lower(o.article) = lower(t.code)
"""
# A person said "make it", though the article is taken: it gets one that is free.
_FREE_CODE = """
UPDATE chunk_good t SET code = left(t.code, 60) || '-' || left(t.good, 36)
 WHERE t.sku_id IS NULL AND t.verdict IN ('make', 'link')
   AND EXISTS (SELECT FROM catalog_sku s WHERE s.merchant_id = %(merchant)s AND s.code_key = lower(t.code)
                                           AND s.product_id IS DISTINCT FROM t.product_id)
"""
_KEEP_CODE = """
UPDATE chunk_good t SET code = '' WHERE t.sku_id IS NOT NULL AND t.article = ''
"""
_CODE_TAKEN = """
INSERT INTO cml_trouble
SELECT t.n, t.line, %(subject)s || t.name, 'Артикул', %(taken_code)s
  FROM chunk_good t JOIN catalog_sku s ON s.merchant_id = %(merchant)s AND s.code = t.code AND s.id <> t.sku_id
 WHERE t.verdict = 'link' AND t.sku_id IS NOT NULL AND t.code <> ''
"""
_CODE_TWICE = """
INSERT INTO cml_trouble
SELECT t.n, t.line, %(subject)s || t.name, 'Артикул', %(taken_code)s
  FROM (SELECT *, row_number() OVER (PARTITION BY code ORDER BY n) AS place FROM chunk_good
         WHERE verdict = 'link' AND code <> '') t
  JOIN catalog_sku s ON s.id = t.sku_id AND s.code <> t.code
 WHERE t.place > 1
"""
_BARCODE_TAKEN = """
INSERT INTO cml_trouble
SELECT DISTINCT ON (t.n) t.n, t.line, %(subject)s || t.name, 'Штрихкод',
       replace(replace(%(taken_barcode)s, '{barcode}', told), '{code}', s.code)
  FROM chunk_good t CROSS JOIN LATERAL unnest(string_to_array(t.barcodes, E'\\n')) AS told
  JOIN catalog_barcode b ON b.merchant_id = %(merchant)s AND b.value = told AND b.sku_id IS DISTINCT FROM t.sku_id
  JOIN catalog_sku s ON s.id = b.sku_id
 WHERE t.verdict IN ('make', 'link') AND t.barcodes <> '' AND (t.item_id IS NULL OR t.sku_id IS NOT NULL)
UNION
SELECT t.n, t.line, %(subject)s || t.name, 'Штрихкод', replace(%(twice_barcode)s, '{barcode}', told)
  FROM (SELECT t.n, t.line, t.name, told, row_number() OVER (PARTITION BY told ORDER BY t.n) AS place
          FROM chunk_good t CROSS JOIN LATERAL unnest(string_to_array(t.barcodes, E'\\n')) AS told
         WHERE t.verdict IN ('make', 'link') AND t.barcodes <> '') t
 WHERE t.place > 1
"""
# What is written.  A good that is told by its characteristics, or has them, gets no SKU of its own.
_OURS = """
CREATE TEMPORARY TABLE ours ON COMMIT DROP AS
SELECT t.*, sku_id IS NOT NULL OR (NOT by_variant AND NOT EXISTS (
            SELECT FROM catalog_sku s WHERE s.product_id = t.product_id)) AS plain
  FROM chunk_good t WHERE verdict IN ('make', 'link')
"""
_DROP_TROUBLED = "DELETE FROM chunk_good t USING cml_trouble x WHERE x.n = t.n"
_ITEMS = """
INSERT INTO exchange_item AS i (merchant_id, connection_id, good, char, catalogue, name, article, state, why,
                                product_id, sku_id, candidate_id, offered, told_at)
SELECT %(merchant)s, %(connection)s, good, '', %(catalogue)s, name, coalesce(nullif(code, ''), item_code, ''),
       CASE verdict WHEN 'wait' THEN 'waiting' ELSE 'linked' END, why,
       CASE verdict WHEN 'wait' THEN NULL ELSE product_id END, CASE verdict WHEN 'wait' THEN NULL ELSE sku_id END,
       CASE verdict WHEN 'wait' THEN candidate_id END, false, %(told)s
  FROM (SELECT good, name, code, item_code, verdict, why, product_id, sku_id, candidate_id FROM ours
        UNION ALL
        SELECT good, name, code, item_code, verdict, why, product_id, sku_id, candidate_id FROM chunk_good
         WHERE verdict = 'wait') told
 ORDER BY good
ON CONFLICT (connection_id, good, char) DO UPDATE SET
       name = CASE WHEN excluded.name <> '' THEN excluded.name ELSE i.name END,
       catalogue = CASE WHEN excluded.catalogue <> '' THEN excluded.catalogue ELSE i.catalogue END,
       article = CASE WHEN i.state = 'waiting' THEN i.article ELSE excluded.article END,
       product_id = CASE WHEN i.state = 'waiting' THEN i.product_id ELSE excluded.product_id END,
       sku_id = CASE WHEN i.state = 'waiting' THEN i.sku_id ELSE excluded.sku_id END,
       told_at = greatest(i.told_at, excluded.told_at)
"""
_KEEP_WAITING = """
INSERT INTO exchange_pending AS p (merchant_id, connection_id, good, char, kind, key, data, told_at)
SELECT DISTINCT ON (g.good) %(merchant)s, %(connection)s, g.good, '', 'good', '', to_jsonb(g), %(now)s
  FROM cml_good g JOIN chunk_good t ON t.n = g.n WHERE t.verdict = 'wait' ORDER BY g.good, g.n DESC
ON CONFLICT (connection_id, good, char, kind, key) DO UPDATE SET data = excluded.data, told_at = excluded.told_at
"""
_PICTURES = """
INSERT INTO exchange_picture (merchant_id, connection_id, good, path, position, digest)
SELECT DISTINCT ON (s.good, s.path) %(merchant)s, %(connection)s, s.good, s.path, s.position, ''
  FROM cml_picture s JOIN chunk_good t ON t.n = s.n WHERE t.verdict IN ('make', 'link') ORDER BY s.good, s.path
ON CONFLICT (connection_id, good, path) DO UPDATE SET position = excluded.position
"""


def apply_goods(source: Connection, message: Message, first: int, last: int, tally: Tally, now: datetime) -> None:
    """Apply the goods of objects first … last; runs inside a transaction."""
    asked: dict[str, Any] = {
        "connection": source.pk,
        "merchant": source.merchant_id,
        "first": first,
        "last": last,
        "by_article": source.match_by == MatchBy.ARTICLE,
        "taken": _("An article of ours has this code."),
        "twice": _("Another good of 1C has the same article."),
        "subject": _("Good") + " ",
        "taken_code": _("Another article here has this code."),
        "taken_barcode": _("The barcode {barcode} belongs to {code} here."),
        "twice_barcode": _("The barcode {barcode} stands on two goods of this package."),
        "catalogue": message.catalogue,
        "told": message.created_at,
        "now": now,
    }
    owned = {field.value for field in Field if source.onec_owns(field)}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS chunk_good")
        cursor.execute(_LOOK, asked)
        cursor.execute("SELECT count(*) FROM chunk_good")
        told = cursor.fetchone()[0]
        if not told:
            return
        # Without its numbers, the planner takes the chunk for a handful of rows and joins it row by row.
        cursor.execute("ANALYZE chunk_good (n, good, product_id, sku_id, item_id, verdict)")
        cursor.execute(_PLAIN_SKU)
        cursor.execute(_CANDIDATES, asked)
        cursor.execute(_SAME_ARTICLE, asked)
        cursor.execute(_ARTICLE_OF_ANOTHER_GOOD, asked)
        if source.new_goods == NewGoods.ASK:
            cursor.execute(
                "UPDATE chunk_good SET verdict = 'wait', why = %s WHERE verdict = 'make' AND item_id IS NULL",
                [_("A new good of 1C.")],
            )
        cursor.execute(_FREE_CODE, asked)
        cursor.execute(_KEEP_CODE)
        if Field.ARTICLE in owned:
            cursor.execute(_CODE_TAKEN, asked)
            cursor.execute(_CODE_TWICE, asked)
        with joined_by_hash(cursor):
            cursor.execute(_BARCODE_TAKEN, asked)
        cursor.execute(_DROP_TROUBLED)
        _write(cursor, source, asked, owned, tally, now)
        tally.add("goods", told)


def _write(
    cursor: Any, source: Connection, asked: dict[str, Any], owned: set[str], tally: Tally, now: datetime
) -> None:
    execute = cursor.execute
    execute("DROP TABLE IF EXISTS ours")
    execute(_OURS)
    execute("ANALYZE ours (n, product_id, sku_id)")
    made, changed = catalog_goods.write_products(merchant_id=source.merchant_id, table="ours", owned=owned, now=now)
    tally.add("goods.new", made)
    tally.add("goods.changed", changed)
    if Field.ARCHIVE in owned:
        execute(
            "UPDATE catalog_sku s SET archived = true, changed_at = %s FROM ours"
            " WHERE s.product_id = ours.product_id AND ours.archived AND NOT s.archived",
            [now],
        )
    catalog_goods.write_skus(merchant_id=source.merchant_id, table="ours", owned=owned, now=now, which="plain")
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
    if Field.VAT in owned:
        catalog_goods.write_vat(merchant_id=source.merchant_id, table="ours", today=now.date())
    if Field.PICTURES in owned:
        execute(_PICTURES, asked)
    execute(_ITEMS, asked)
    execute(_KEEP_WAITING, asked)
    execute("SELECT count(*) FROM chunk_good WHERE verdict = 'wait'")
    tally.add("goods.waiting", cursor.fetchone()[0])
