"""What was told too early: put back onto the stage when its good has become one of ours."""

from typing import Any

from django.db import connection

from exchange.models import Connection, Pending
from exchange.services.stage import TABLES

_RIPE = """
SELECT DISTINCT p.good, p.char
  FROM exchange_pending p
  JOIN exchange_item g ON g.connection_id = p.connection_id AND g.good = p.good AND g.char = ''
                      AND g.state = 'linked'
  LEFT JOIN exchange_item i ON i.connection_id = p.connection_id AND i.good = p.good AND i.char = p.char
 WHERE p.connection_id = %s
   AND CASE WHEN p.kind = 'good' THEN true
            WHEN g.product_id IS NULL THEN false
            WHEN p.char = '' THEN true
            ELSE i.state = 'linked' OR (i.id IS NULL AND EXISTS (
                 SELECT FROM exchange_pending o WHERE o.connection_id = p.connection_id AND o.good = p.good
                    AND o.char = p.char AND o.kind = 'offer' AND o.data ->> 'name' <> '')) END
   AND NOT EXISTS (SELECT FROM exchange_pending r WHERE r.connection_id = p.connection_id AND r.good = p.good
                      AND r.char = p.char AND r.kind = 'rest' AND r.key <> ''
                      AND r.key ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
                      AND NOT EXISTS (SELECT FROM exchange_word w WHERE w.connection_id = r.connection_id
                                         AND w.kind = 'warehouse' AND w.external_id = r.key))
 LIMIT 5000
"""
_BACK = """
WITH ripe AS (SELECT good, char, row_number() OVER (ORDER BY good, char) + %(after)s AS n
                FROM unnest(%(goods)s::text[], %(chars)s::text[]) AS r(good, char)),
     taken AS (DELETE FROM exchange_pending p USING ripe
                WHERE p.connection_id = %(connection)s AND p.good = ripe.good AND p.char = ripe.char
                  AND p.kind = %(kind)s
               RETURNING p.data || jsonb_build_object('n', ripe.n) AS data)
INSERT INTO {table} SELECT r.* FROM taken, jsonb_populate_record(NULL::{table}, taken.data) r
"""
_KINDS = {"good": "cml_good", "offer": "cml_offer", "price": "cml_price", "rest": "cml_rest"}
assert set(_KINDS.values()) < set(TABLES)


def bring_back(source: Connection, *, after: int) -> int:
    """
    Put what is ripe onto the stage as objects after + 1 …; returns how many there are.  Runs inside a transaction.

    A price or a rest without its offer gets one, so that it has something to stand on.
    """
    if not Pending.objects.filter(connection=source).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_RIPE, [source.pk])
        ripe = cursor.fetchall()
        if not ripe:
            return 0
        asked: dict[str, Any] = {
            "connection": source.pk,
            "after": after,
            "goods": [good for good, _char in ripe],
            "chars": [char for _good, char in ripe],
        }
        for kind, table in _KINDS.items():
            cursor.execute(_BACK.format(table=table), {**asked, "kind": kind})
    return len(ripe)
