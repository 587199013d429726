"""Handovers as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backoffice.kernel import prepared
from orders.types import State
from shipping.models import Handover, HandoverOrder

_UNDONE = [State.NEW.value, State.CONFIRMED.value, State.PICKING.value]
MEMBERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """A handover: how many orders, how many still to pack, how many the marketplace has not accepted."""

    handover: Handover
    orders: int
    packed: int
    waiting: int
    unaccepted: int
    due: datetime | None


def handovers(*, states: Sequence[str] = (), limit: int = 200, merchant_ids: Sequence[int] = ()) -> list[HandoverRow]:
    """Handovers of the open scope, those in work first, then the newest."""
    found = Handover.objects.select_related("channel_warehouse__channel")
    if states:
        found = found.filter(state__in=states)
    rows = list(found.order_by("-pk")[:limit])
    counts = _counts(rows)
    return [_row(handover, counts) for handover in rows]


# What is counted of a handover's orders, by the field that tells it.
_COUNTED = {
    "orders": "count(*)",
    "packed": "count(*) FILTER (WHERE own.state <> ALL (%(unpacked)s))",
    "waiting": "count(*) FILTER (WHERE own.state = ANY (%(undone)s))",
    "unaccepted": "count(*) FILTER (WHERE own.commit_state <> 'done')",
    "due": "min(own.ship_by) FILTER (WHERE own.state = ANY (%(here)s))",
}
_MEMBERS = "shipping_handoverorder member JOIN orders_order own ON own.id = member.order_id"
_OF_EACH = f"""
SELECT member.handover_id, {", ".join(_COUNTED.values())}
  FROM {_MEMBERS} WHERE member.handover_id = ANY (%(handovers)s) GROUP BY 1
"""  # noqa: S608  our own words
# Of thousands of orders each is looked up once, for the counts and for their place in the list.
_INSIDE = f"""
SELECT member.id, {", ".join(f"{counted} OVER everyone" for counted in _COUNTED.values())}
  FROM {_MEMBERS} WHERE member.handover_id = %(handover)s
WINDOW everyone AS ()
 ORDER BY own.state = ANY (%(undone)s) DESC, own.external_number LIMIT %(most)s
"""  # noqa: S608  our own words
_STATES = {"undone": _UNDONE, "unpacked": [*_UNDONE, State.CANCELLED.value], "here": [*_UNDONE, State.PACKED.value]}


def one(handover_id: int) -> tuple[HandoverRow, list[HandoverOrder]] | None:
    """
    A handover and its first orders, those still to pack first; None: there is none.

    A page of thousands would be read by nobody.
    """
    found = Handover.objects.select_related("channel_warehouse__channel", "closing_by").filter(pk=handover_id).first()
    if found is None:
        return None
    asked = {"handover": handover_id, "most": MEMBERS, **_STATES}
    rows = prepared.rows(_INSIDE, asked, binary=True)
    counts = {found.pk: dict(zip(_COUNTED, rows[0][1:], strict=True))} if rows else {}
    members = HandoverOrder.objects.select_related("order").in_bulk([pk for pk, *_counts_of_all in rows])
    return _row(found, counts), [members[pk] for pk, *_counts_of_all in rows]


def _counts(rows: Sequence[Handover]) -> dict[int, Mapping[str, Any]]:
    asked = {"handovers": [row.pk for row in rows], **_STATES}
    found = prepared.rows(_OF_EACH, asked, binary=True)
    return {handover_id: dict(zip(_COUNTED, counts, strict=True)) for handover_id, *counts in found}


_NOTHING: Mapping[str, Any] = {}


def _row(handover: Handover, counts: Mapping[int, Mapping[str, Any]]) -> HandoverRow:
    known = counts.get(handover.pk, _NOTHING)
    return HandoverRow(
        handover=handover,
        orders=known.get("orders", 0),
        packed=known.get("packed", 0),
        waiting=known.get("waiting", 0),
        unaccepted=known.get("unaccepted", 0),
        due=known.get("due"),
    )


def left_out(handover_id: int) -> list[HandoverOrder]:
    """Orders that the marketplace left out, with its reason."""
    rows = HandoverOrder.objects.filter(handover_id=handover_id).exclude(missing="").select_related("order")
    return list(rows.order_by("order__external_number")[:MEMBERS])
