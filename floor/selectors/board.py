"""What the wave board and the scan pages show."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from catalog.models import Channel, ChannelWarehouse, Sku
from floor.models import PackSession, PickTask, PutBack, Wave, WaveOrder
from floor.types import TaskState, WaveState
from orders.selectors import brief
from orders.types import State, UnitState
from stock.selectors import place


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Orders of one channel warehouse that can be taken into work now."""

    warehouse_id: int
    channel_warehouse: ChannelWarehouse
    order_ids: Sequence[int]
    orders: int
    single: int
    due: datetime | None
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRow:
    """A wave on the board: pieces to pick and picked, orders by what they wait for."""

    wave: Wave
    orders: int
    pieces: int
    picked: int
    packed: int
    left: int

    @property
    def to_pack(self) -> int:
        return self.orders - self.packed - self.left


def proposals(*, warehouse_id: int, now: datetime) -> list[Proposal]:
    """What can be released now, one proposal for each channel warehouse, the most urgent first."""
    fed = place.fed_by(warehouse_id)
    waiting = brief.waiting_for_wave(channel_warehouse_ids=fed)
    taken = set(
        WaveOrder.objects.filter(order_id__in=[order.order_id for order in waiting]).values_list("order_id", flat=True)
    )
    groups = defaultdict(list)
    for order in waiting:
        if order.order_id not in taken:
            groups[order.channel_warehouse_id].append(order)
    places = ChannelWarehouse.objects.select_related("channel").in_bulk(groups)
    found = [
        Proposal(
            warehouse_id=warehouse_id,
            channel_warehouse=places[place_id],
            order_ids=[order.order_id for order in orders],
            orders=len(orders),
            single=sum(order.pieces == 1 for order in orders),
            due=min((order.ship_by for order in orders if order.ship_by), default=None),
            late=sum(order.ship_by is not None and order.ship_by < now for order in orders),
        )
        for place_id, orders in groups.items()
        if place_id in places
    ]
    return sorted(found, key=lambda row: (row.due is None, row.due))


def waves_in_work(*, warehouse_ids: Sequence[int]) -> list[WaveRow]:
    """Released waves with goods of the open scope, the newest first."""
    waves = Wave.objects.filter(_with_our_goods(), warehouse_id__in=warehouse_ids, state=WaveState.RELEASED)
    return _rows(list(waves.order_by("-number")[:100]))


def recent_waves(*, warehouse_ids: Sequence[int], limit: int = 20) -> list[WaveRow]:
    """The last waves that are over."""
    waves = Wave.objects.filter(_with_our_goods(), warehouse_id__in=warehouse_ids, state=WaveState.DONE)
    return _rows(list(waves.order_by("-number")[:limit]))


def _with_our_goods() -> Exists:
    """Asked wave by wave: there are few on a page, and millions of orders in waves."""
    return Exists(WaveOrder.objects.filter(wave=OuterRef("pk")))


def _rows(waves: Sequence[Wave]) -> list[WaveRow]:
    members: dict[int, Mapping[str, Any]] = {
        row["wave"]: dict(row)
        for row in WaveOrder.objects.filter(wave__in=waves)
        .values("wave")
        .annotate(
            orders=Count("pk"),
            gone=Count("pk", filter=Q(left=True)),
            packed=Count("pk", filter=Q(left=False) & ~Q(order__state__in=[State.NEW, State.CONFIRMED, State.PICKING])),
        )
    }
    pieces: dict[int, Mapping[str, Any]] = {
        row["wave"]: dict(row)
        for row in PickTask.objects.filter(wave__in=waves)
        .exclude(state=TaskState.CANCELLED)
        .values("wave")
        .annotate(pieces=Sum("pieces"), picked=Sum("picked"))
    }
    return [
        WaveRow(
            wave=wave,
            orders=members.get(wave.pk, {}).get("orders", 0),
            left=members.get(wave.pk, {}).get("gone", 0),
            packed=members.get(wave.pk, {}).get("packed", 0),
            pieces=pieces.get(wave.pk, {}).get("pieces", 0),
            picked=pieces.get(wave.pk, {}).get("picked", 0),
        )
        for wave in waves
    ]


def wave_seen(wave_id: int) -> Wave | None:
    """The wave if goods of the open scope are in it."""
    return Wave.objects.filter(_with_our_goods(), pk=wave_id).select_related("warehouse").first()


def tasks(*, wave_id: int) -> list[PickTask]:
    """The pick list in walking order, without what fell away."""
    return list(
        PickTask.objects.filter(wave_id=wave_id)
        .exclude(state=TaskState.CANCELLED)
        .select_related("location", "sku__product")
        .order_by("position", "pk")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """One SKU of the order at the table."""

    sku: Sku
    pieces: int
    verified: int
    marked: bool

    @property
    def done(self) -> bool:
        return self.verified >= self.pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What lies on a person's packing table."""

    order_id: int
    number: str
    channel: Channel
    ship_by: datetime | None
    cancelled: bool
    lines: Sequence[TableLine]


def table_of(person_id: int) -> Table | None:
    """The order open at the person's table."""
    session = PackSession.objects.filter(person_id=person_id, closed_at=None).first()
    return table(session.order_id) if session else None


def table(order_id: int) -> Table | None:
    """An order as the packing table shows it."""
    orders = brief.by_ids([order_id])
    if not orders:
        return None
    units = brief.units(order_ids=[order_id])
    pieces = Counter(unit.sku_id for unit in units)
    verified = Counter(unit.sku_id for unit in units if unit.state == UnitState.PACKED)
    skus = Sku.objects.select_related("product").in_bulk(pieces)
    return Table(
        order_id=order_id,
        number=orders[0].number,
        channel=Channel.objects.get(pk=orders[0].channel_id),
        ship_by=orders[0].ship_by,
        cancelled=orders[0].state == State.CANCELLED,
        lines=[
            TableLine(
                sku=skus[sku_id],
                pieces=pieces[sku_id],
                verified=verified[sku_id],
                marked=any(unit.marks for unit in units if unit.sku_id == sku_id),
            )
            for sku_id in pieces
        ],
    )


def waiting_at_tables(*, warehouse_id: int) -> int:
    """Orders of released waves that wait to be packed."""
    return WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        left=False,
        order__state__in=[State.CONFIRMED, State.PICKING],
    ).count()


def next_cut_off(*, warehouse_id: int) -> Mapping[str, object] | None:
    """The nearest time by which orders of this warehouse in work must leave, with how many they are."""
    waiting = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        left=False,
        order__state__in=[State.CONFIRMED, State.PICKING],
        order__ship_by__isnull=False,
    )
    first = waiting.order_by("order__ship_by").values_list("order__ship_by", flat=True).first()
    return {"at": first, "orders": waiting.filter(order__ship_by=first).count()} if first else None


def put_backs(*, warehouse_id: int) -> list[PutBack]:
    """Pieces to return to cells, by address."""
    return list(
        PutBack.objects.filter(warehouse_id=warehouse_id, state=TaskState.OPEN)
        .select_related("sku__product", "location", "order")
        .order_by("location__code", "pk")[:200]
    )
