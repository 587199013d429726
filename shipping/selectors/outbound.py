"""What the edges need to speak about handovers to a marketplace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shipping.models import Handover, HandoverOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverView:
    """The handover that an order belongs to."""

    handover_id: int
    external_id: str
    state: str
    key: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A handover as it is to be told; `numbers` without orders that have fallen away."""

    handover_id: int
    channel_id: int
    channel_warehouse_id: int
    key: UUID
    external_id: str
    state: str
    warehouse_external_id: str
    departure_date: date
    numbers: Sequence[str]
    order_ids: Sequence[int]
    shipping_point_id: str
    shipping_type: str
    containers: int | None


def handover_of(*, order_ids: Iterable[int]) -> Mapping[int, HandoverView]:
    """Handovers by order id; orders in none are absent."""
    rows = HandoverOrder.objects.filter(order_id__in=list(order_ids)).select_related("handover")
    return {
        row.order_id: HandoverView(
            handover_id=row.handover_id,
            external_id=row.handover.external_id,
            state=row.handover.state,
            key=row.handover.key,
        )
        for row in rows
    }


def plan(*, handover_id: int) -> PlanView:
    """One handover with the numbers of its orders."""
    handover = Handover.objects.select_related("channel_warehouse").get(pk=handover_id)
    rows = list(
        HandoverOrder.objects.filter(handover=handover)
        .exclude(order__state="cancelled")
        .order_by("order_id")
        .values_list("order_id", "order__external_number")
    )
    return PlanView(
        handover_id=handover.pk,
        channel_id=handover.channel_warehouse.channel_id,
        channel_warehouse_id=handover.channel_warehouse_id,
        key=handover.key,
        external_id=handover.external_id,
        state=handover.state,
        warehouse_external_id=handover.channel_warehouse.external_id,
        departure_date=handover.departure_date,
        numbers=[number for _, number in rows],
        order_ids=[order_id for order_id, _ in rows],
        shipping_point_id=handover.shipping_point_id,
        shipping_type=handover.shipping_type,
        containers=handover.containers,
    )


def exists(*, handover_id: int) -> bool:
    """Whether the open scope has this handover."""
    return Handover.objects.filter(pk=handover_id).exists()
