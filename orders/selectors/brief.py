"""Orders and their units in short, for the apps above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from orders.models import Order, OrderLine, Unit
from orders.types import Attention, CommitState, State, UnitState


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBrief:
    """An order in short."""

    order_id: int
    merchant_id: int
    number: str
    state: State
    commit_state: CommitState
    channel_id: int
    channel_warehouse_id: int | None
    cargo: str
    ship_by: datetime | None
    attention: Sequence[str]
    pieces: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitBrief:
    """A scannable piece in short."""

    unit_id: int
    merchant_id: int
    order_id: int
    number: int
    sku_id: int
    state: UnitState
    location_id: int | None
    marks: Sequence[str]


def by_ids(order_ids: Iterable[int]) -> list[OrderBrief]:
    """These orders, by id."""
    return [_brief(order) for order in Order.objects.filter(pk__in=list(order_ids)).order_by("pk")]


def waiting_for_wave(*, channel_warehouse_ids: Iterable[int], limit: int = 2000) -> list[OrderBrief]:
    """New orders of these channel warehouses that can be taken into work, the most urgent first, with their pieces."""
    blocked = [Attention.UNKNOWN_SKU.value, Attention.SHORT.value, Attention.UNKNOWN_WAREHOUSE.value]
    unmade = Q(state=State.CONFIRMED) & ~Exists(Unit.objects.filter(order=OuterRef("pk")))
    rows = list(
        Order.objects.filter(
            Q(state=State.NEW) | unmade,
            state__in=[State.NEW, State.CONFIRMED],
            channel_warehouse_id__in=list(channel_warehouse_ids),
            cancel_asked_at=None,
        )
        .exclude(attention__overlap=blocked)
        .order_by("ship_by", "pk")[:limit]
    )
    lines = OrderLine.objects.filter(order__in=rows).order_by().values_list("order_id")
    counts = dict(lines.annotate(n=Count("pk")))
    return [_brief(order, pieces=counts.get(order.pk, 0)) for order in rows]


def _brief(order: Order, *, pieces: int = 0) -> OrderBrief:
    return OrderBrief(
        order_id=order.pk,
        merchant_id=order.merchant_id,
        number=order.external_number,
        state=State(order.state),
        commit_state=CommitState(order.commit_state),
        channel_id=order.channel_id,
        channel_warehouse_id=order.channel_warehouse_id,
        cargo=order.cargo,
        ship_by=order.ship_by,
        attention=order.attention,
        pieces=pieces,
    )


def units(*, order_ids: Iterable[int], states: Iterable[UnitState] | None = None) -> list[UnitBrief]:
    """Units of these orders, by order and number."""
    rows = Unit.objects.filter(order_id__in=list(order_ids)).select_related("line").order_by("order_id", "number")
    if states is not None:
        rows = rows.filter(state__in=list(states))
    return [
        UnitBrief(
            unit_id=unit.pk,
            merchant_id=unit.merchant_id,
            order_id=unit.order_id,
            number=unit.number,
            sku_id=unit.sku_id,
            state=UnitState(unit.state),
            location_id=unit.location_id,
            marks=unit.line.marks,
        )
        for unit in rows
    ]


def number_of(order_ids: Iterable[int]) -> Mapping[int, str]:
    """Numbers by order id."""
    return dict(Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "external_number"))


def by_parcel_code(code: str) -> OrderBrief | None:
    """The order whose number, or whose sticker's barcode, was scanned."""
    order = Order.objects.filter(external_number=code).first() or Order.objects.filter(barcode=code).first()
    return _brief(order) if order and code else None


def orders_wanting(*, sku_ids: Iterable[int], among: Iterable[int]) -> list[OrderBrief]:
    """Of these orders those in work with an unverified unit of these SKUs: picked ones first, then the most urgent."""
    waiting = Unit.objects.filter(
        order_id__in=among, sku_id__in=list(sku_ids), state__in=[UnitState.PICKED, UnitState.WANTED]
    )
    states: dict[int, set[str]] = {}
    for order_id, state in waiting.values_list("order_id", "state"):
        states.setdefault(order_id, set()).add(state)
    orders = Order.objects.filter(pk__in=states, state__in=[State.CONFIRMED, State.PICKING]).order_by("ship_by", "pk")
    return sorted((_brief(order) for order in orders), key=lambda order: UnitState.PICKED not in states[order.order_id])
