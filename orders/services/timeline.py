"""Writing the timeline."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from backoffice.kernel import prepared
from orders.types import EventKind

_AT_ONCE = 2000
_WRITE = """
INSERT INTO orders_orderevent (merchant_id, order_id, at, kind, was, became, text, data, person_id, actor)
SELECT %(merchant)s, line.order_id, %(at)s, line.kind, line.was, line.became, line.text, line.data::jsonb,
       %(person)s::bigint, %(actor)s
  FROM unnest(%(orders)s::bigint[], %(kinds)s::text[], %(was)s::text[], %(became)s::text[], %(texts)s::text[],
              %(data)s::text[]) AS line(order_id, kind, was, became, text, data)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is to be written about one order."""

    order_id: int
    kind: EventKind
    was: str = ""
    became: str = ""
    text: str = ""
    data: Mapping[str, object] = field(default_factory=dict)


def write(
    *, merchant_id: int, lines: Iterable[Line], now: datetime, person_id: int | None = None, actor: str = ""
) -> None:
    """Append lines to the timelines of their orders."""
    rows = list(lines)
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        prepared.rows(
            _WRITE,
            {
                "merchant": merchant_id,
                "at": now,
                "person": person_id,
                "actor": actor,
                "orders": [line.order_id for line in some],
                "kinds": [str(line.kind) for line in some],
                "was": [line.was[:80] for line in some],
                "became": [line.became[:80] for line in some],
                "texts": [str(line.text)[:500] for line in some],
                "data": [json.dumps(dict(line.data)) for line in some],
            },
        )


def note(
    *,
    merchant_id: int,
    order_id: int,
    kind: EventKind,
    text: str,
    now: datetime,
    person_id: int | None = None,
    actor: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Append one line."""
    line = Line(order_id=order_id, kind=kind, text=text, data=data or {})
    write(merchant_id=merchant_id, lines=[line], now=now, person_id=person_id, actor=actor)
