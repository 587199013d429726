"""What the edges need to speak about orders to a marketplace."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orders.models import Order, OrderLine, Unit, UnitMark
from orders.selectors.boxes import Box, in_boxes
from orders.types import BLOCKING, ENTERED_BY_HAND, FINAL, IN_BOX, Attention, CommitState, State, may_be_reported


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """`pieces` in a box as the marketplace counts them, cancelled ones taken off."""

    external_id: str
    offer_id: str
    stock_external_id: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkView:
    """A captured code; `unit` counts from 0 inside its line, through the boxes in their order."""

    external_id: str
    stock_external_id: str
    unit: int
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelView:
    """
    An order as a parcel.  boxes: what lies in each; one holds everything unless people began a second.

    fewer: it goes without some of what was ordered.
    """

    order_id: int
    number: str
    state: str
    commit_state: str
    channel_warehouse_id: int | None
    warehouse_external_id: str
    label_format: str
    boxes: Sequence[Sequence[LineView]]
    marks: Sequence[MarkView]
    fewer: bool = False


def parcels(*, order_ids: Iterable[int]) -> list[ParcelView]:
    """These orders as parcels, by id; four queries."""
    orders = (
        Order.objects.filter(pk__in=list(order_ids))
        .select_related("channel_warehouse")
        .prefetch_related("lines")
        .order_by("pk")
    )
    marks: dict[int, list[UnitMark]] = defaultdict(list)
    for mark in (
        UnitMark.objects.filter(unit__order__in=orders)
        .select_related("unit")
        .order_by("unit__box", "unit__number", "pk")
    ):
        marks[mark.unit.line_id].append(mark)
    units: dict[int, list[Unit]] = defaultdict(list)
    boxed = Unit.objects.filter(order__in=orders, box__gt=1).values("order_id")
    for unit in Unit.objects.filter(order_id__in=boxed, state__in=IN_BOX):
        units[unit.order_id].append(unit)
    return [_parcel(order, in_boxes(list(order.lines.all()), units[order.pk]), marks) for order in orders]


def _parcel(order: Order, boxes: Sequence[Box], marks: dict[int, list[UnitMark]]) -> ParcelView:
    lines = {line.pk: line for line in order.lines.all()}
    views = []
    for line in lines.values():
        units = list(dict.fromkeys(mark.unit_id for mark in marks[line.pk]))
        views += [
            MarkView(
                external_id=line.external_id,
                stock_external_id=line.stock_external_id,
                unit=units.index(mark.unit_id),
                kind=mark.kind,
                value=mark.value,
            )
            for mark in marks[line.pk]
        ]
    return ParcelView(
        order_id=order.pk,
        number=order.external_number,
        state=order.state,
        commit_state=order.commit_state,
        channel_warehouse_id=order.channel_warehouse_id,
        warehouse_external_id=order.channel_warehouse.external_id if order.channel_warehouse else "",
        label_format=order.channel_warehouse.label_format if order.channel_warehouse else "",
        boxes=[[_line(lines[pk], pieces) for pk, pieces in box.items()] for box in boxes],
        marks=views,
        fewer=any(line.cancelled_pieces for line in lines.values()),
    )


def _line(line: OrderLine, pieces: int) -> LineView:
    return LineView(
        external_id=line.external_id,
        offer_id=line.offer_id,
        stock_external_id=line.stock_external_id,
        pieces=pieces,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """
    What an order is to go without.  lines: with how many pieces of each; left: what then stays of these lines.

    told: the marketplace knows the parcel already.
    """

    marketplace: str
    lines: Sequence[LineView]
    left: Sequence[int]
    told: bool


def given_up(*, order_id: int) -> GivenUp:
    """Pieces of this order that are to be taken off it."""
    order = Order.objects.select_related("channel").get(pk=order_id)
    lines = list(order.lines.filter(giving_up_pieces__gt=0))
    return GivenUp(
        marketplace=order.channel.marketplace,
        lines=[_line(line, line.giving_up_pieces) for line in lines],
        left=[line.pieces - line.cancelled_pieces - line.giving_up_pieces for line in lines],
        told=order.commit_state not in {CommitState.NONE, CommitState.FAILED},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What a person may tell the marketplace of an order now, were it able to hear it."""

    merchant_id: int
    channel_id: int
    cancel_wanted: bool
    may_be_reported: Sequence[State]
    wants_code: bool


def questions(*, order_id: int) -> Questions | None:
    """None: there is no such order in the open scope."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        return None
    return Questions(
        merchant_id=order.merchant_id,
        channel_id=order.channel_id,
        cancel_wanted=Attention.CANCEL_WANTED in order.attention,
        may_be_reported=may_be_reported(
            order.scheme, State(order.state), by_hand=order.remote_status == ENTERED_BY_HAND
        ),
        wants_code=order.scheme == "pickup",
    )


def to_be_confirmed(*, order_ids: Iterable[int]) -> list[int]:
    """Those of these orders that nobody has begun and that lack nothing: they may be promised."""
    rows = Order.objects.filter(pk__in=list(order_ids), state=State.NEW, commit_state=CommitState.NONE)
    return list(rows.exclude(attention__overlap=sorted(BLOCKING)).order_by("pk").values_list("pk", flat=True))


def own_delivery(*, order_ids: Iterable[int]) -> list[int]:
    """Those of these orders that a courier of ours brings."""
    return list(Order.objects.filter(pk__in=list(order_ids), scheme="dbs").order_by("pk").values_list("pk", flat=True))


def open_orders(*, channel_id: int) -> list[tuple[int, str]]:
    """(id, number) of the channel's orders whose story is not over, oldest first."""
    rows = Order.objects.filter(channel_id=channel_id).exclude(state__in=FINAL)
    return list(rows.order_by("pk").values_list("pk", "external_number"))


def channel_of(*, order_id: int) -> int:
    """The channel id of an order in the open scope, 0 when there is no such order."""
    return Order.objects.filter(pk=order_id).values_list("channel_id", flat=True).first() or 0


def channels_of(order_ids: Iterable[int]) -> dict[int, int]:
    """Channels of orders by the order's id."""
    return dict(Order.objects.filter(pk__in=list(order_ids)).order_by("pk").values_list("pk", "channel_id"))


def ids_by_number(*, channel_id: int, numbers: Iterable[str]) -> dict[str, int]:
    """Order ids of the channel by number."""
    rows = Order.objects.filter(channel_id=channel_id, external_number__in=list(numbers))
    return dict(rows.values_list("external_number", "pk"))
