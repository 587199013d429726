"""Writing the timeline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orders.models import OrderEvent
from orders.types import EventKind


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
    OrderEvent.objects.bulk_create(
        [
            OrderEvent(
                merchant_id=merchant_id,
                order_id=line.order_id,
                at=now,
                kind=line.kind,
                was=line.was[:80],
                became=line.became[:80],
                text=str(line.text)[:500],
                data=dict(line.data),
                person_id=person_id,
                actor=actor,
            )
            for line in lines
        ],
        batch_size=2000,
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
