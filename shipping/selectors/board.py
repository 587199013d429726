"""Handovers as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Min, Q, When

from orders.types import CommitState, State
from shipping.models import Handover, HandoverOrder
from shipping.types import HandoverState

_UNDONE = [State.NEW, State.CONFIRMED, State.PICKING]
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


def one(handover_id: int) -> HandoverRow | None:
    """One handover, or None."""
    handover = (
        Handover.objects.select_related("channel_warehouse__channel", "closing_by").filter(pk=handover_id).first()
    )
    return _row(handover, _counts([handover])) if handover else None


def _counts(rows: Sequence[Handover]) -> dict[int, Mapping[str, Any]]:
    members = (
        HandoverOrder.objects.filter(handover__in=rows)
        .values("handover")
        .annotate(
            orders=Count("pk"),
            packed=Count("pk", filter=~Q(order__state__in=[*_UNDONE, State.CANCELLED])),
            waiting=Count("pk", filter=Q(order__state__in=_UNDONE)),
            unaccepted=Count("pk", filter=~Q(order__commit_state=CommitState.DONE)),
            due=Min("order__ship_by", filter=Q(order__state__in=[*_UNDONE, State.PACKED])),
        )
    )
    return {row["handover"]: dict(row) for row in members}


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


def members(handover_id: int) -> list[HandoverOrder]:
    """Its first orders, those still to pack first; a page of thousands would be read by nobody."""
    rows = HandoverOrder.objects.filter(handover_id=handover_id).select_related("order")
    done = Case(When(order__state__in=_UNDONE, then=0), default=1, output_field=IntegerField())
    return list(rows.order_by(done, "order__external_number")[:MEMBERS])


def left_out(handover_id: int) -> list[HandoverOrder]:
    """Orders that the marketplace left out, with its reason."""
    rows = HandoverOrder.objects.filter(handover_id=handover_id).exclude(missing="").select_related("order")
    return list(rows.order_by("order__external_number")[:MEMBERS])


def open_count() -> dict[str, int]:
    """How many handovers stand in each state that wants somebody."""
    rows = Handover.objects.filter(
        state__in=[HandoverState.OPEN, HandoverState.CLOSING, HandoverState.FAILED]
    ).values_list("state")
    return dict(rows.annotate(n=Count("pk")))
