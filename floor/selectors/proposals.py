"""Which orders could be picked together now: what the lead accepts with one button, or narrows first."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from backoffice.kernel import prepared
from catalog.models import ChannelWarehouse
from catalog.selectors import sku as skus
from floor.models import WaveOrder
from floor.types import SLOTTED, OrderKind, WaveMode, WaveState
from orders.selectors import brief
from orders.types import IN_HANDS, Attention
from stock.selectors import place

FEW = 5  # pieces: up to these an order goes to the put-wall, larger ones into totes on a cart
WALL_PLACES = 60
CART_TOTES = 12
LARGEST: Mapping[WaveMode, int] = {
    WaveMode.SINGLE: 200,
    WaveMode.WALL: WALL_PLACES,
    WaveMode.CLUSTER: CART_TOTES,
    WaveMode.DISCRETE: 20,
}
MODE_OF: Mapping[OrderKind, WaveMode] = {
    OrderKind.SINGLE: WaveMode.SINGLE,
    OrderKind.FEW: WaveMode.WALL,
    OrderKind.MANY: WaveMode.CLUSTER,
}


class Waiting(NamedTuple):
    """An order that can be taken into work; pieces: of all its lines."""

    order_id: int
    merchant_id: int
    scheme: str
    ship_by: datetime | None
    pieces: int
    place: ChannelWarehouse

    @property
    def kind(self) -> OrderKind:
        return OrderKind.SINGLE if self.pieces <= 1 else OrderKind.FEW if self.pieces <= FEW else OrderKind.MANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    What a lead narrows a wave to; None: whatever there is.

    until: orders that must leave by then.  zone: orders all of which lies there.
    """

    until: datetime | None = None
    marketplace: str | None = None
    scheme: str | None = None
    zone: str | None = None
    kind: OrderKind | None = None
    channel_warehouse_ids: frozenset[int] | None = None

    def fits(self, waiting: Waiting) -> bool:
        """Whether the order is meant, whatever its zone."""
        return (
            (self.until is None or (waiting.ship_by is not None and waiting.ship_by <= self.until))
            and self.marketplace in {None, waiting.place.channel.marketplace}
            and self.scheme in {None, waiting.scheme}
            and self.kind in {None, waiting.kind}
            and (self.channel_warehouse_ids is None or waiting.place.pk in self.channel_warehouse_ids)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A wave that could be released now; `left` orders of the same kind would wait for the next one."""

    kind: OrderKind
    mode: WaveMode
    until: datetime | None
    zone_name: str
    orders: int
    pieces: int
    left: int
    late: int
    places: Sequence[ChannelWarehouse]
    merchants: int


# Nearly all confirmed orders are in waves, which two indexes tell without a look at any; an order comes confirmed and
# without pieces when the marketplace says so before people here do.  Where several warehouses feed one of the channel,
# an order waits where goods are held for it.
_WAITING = """
WITH outside AS MATERIALIZED (
    SELECT id FROM orders_order WHERE state = 'confirmed'
       AND id NOT IN (SELECT member.order_id FROM floor_waveorder member
                        JOIN floor_wave wave ON wave.id = member.wave_id AND wave.state = 'released')
), free AS (
    SELECT id, merchant_id, scheme, ship_by, channel_warehouse_id, cancel_asked_at, attention
      FROM orders_order WHERE state = 'new'
     UNION ALL
    SELECT own.id, merchant_id, scheme, ship_by, channel_warehouse_id, cancel_asked_at, attention
      FROM outside JOIN orders_order own ON own.id = outside.id
     WHERE NOT EXISTS (SELECT FROM orders_unit unit WHERE unit.order_id = own.id)
), first AS (
    SELECT id, merchant_id, scheme, ship_by, channel_warehouse_id FROM free
     WHERE channel_warehouse_id = ANY(%(places)s) AND cancel_asked_at IS NULL
       AND NOT attention && %(blocked)s::varchar[]
       AND (channel_warehouse_id <> ALL(%(shared)s) OR coalesce(
            (SELECT bool_or(warehouse_id = %(warehouse)s) FROM stock_reservation held
              WHERE held.merchant_id = free.merchant_id AND held.order_ref = free.id AND held.state = 'held'), true))
     ORDER BY ship_by, id LIMIT %(limit)s
)
SELECT id, merchant_id, scheme, ship_by,
       coalesce((SELECT sum(sku_pieces) FROM orders_orderline line WHERE line.order_id = first.id), 0)::int,
       channel_warehouse_id
  FROM first WHERE NOT EXISTS (SELECT FROM floor_waveorder member WHERE member.order_id = first.id)
 ORDER BY ship_by, id
"""
_BLOCKED = (Attention.UNKNOWN_SKU.value, Attention.SHORT.value, Attention.UNKNOWN_WAREHOUSE.value)


def waiting(*, warehouse_id: int, limit: int = 2000) -> list[Waiting]:
    """Orders that no wave has taken and of which goods lie in this warehouse, the most urgent first."""
    places = ChannelWarehouse.objects.select_related("channel").in_bulk(place.fed_by(warehouse_id))
    told = {
        "warehouse": warehouse_id,
        "places": list(places),
        "shared": place.shared_by(warehouse_id),
        "blocked": list(_BLOCKED),
        "limit": limit,
    }
    return [
        Waiting._make((*columns, places[place_id])) for *columns, place_id in prepared.rows(_WAITING, told, binary=True)
    ]


def _zones(warehouse_id: int, orders: Sequence[Waiting]) -> dict[int, frozenset[str]]:
    """Order id → zones of the cells that hold its goods; an order with goods in no cell has the zone ""."""
    wanted = brief.skus_of(order_ids=[order.order_id for order in orders])
    asked = {sku_id for found in wanted.values() for sku_id in found}
    kits = skus.components(asked)
    parts = asked | {part for kit in kits.values() for part in kit}
    lies = place.zones(warehouse_id=warehouse_id, sku_ids=parts)
    return {
        order_id: frozenset(
            lies.get(part, "")
            for sku_id in found
            for part in ({sku_id: 1} if sku_id in lies else kits.get(sku_id, {sku_id: 1}))
        )
        for order_id, found in wanted.items()
    }


def chosen(found: Iterable[Waiting], choice: Choice, *, warehouse_id: int, limit: int) -> list[int]:
    """Ids of the orders that a wave would take, the most urgent first, at most `limit`."""
    fitting = [row for row in found if choice.fits(row)]
    if choice.zone is not None:
        zones = _zones(warehouse_id, fitting)
        fitting = [order for order in fitting if zones.get(order.order_id) == frozenset([choice.zone])]
    return [order.order_id for order in fitting[:limit]]


def proposals(found: Sequence[Waiting], *, warehouse_id: int, now: datetime) -> list[Proposal]:
    """
    One wave for each hour of cut-offs and kind of order, the most urgent first; each takes what is due earlier, too.

    found: the most urgent first.
    """
    free = free_places(warehouse_id=warehouse_id)
    kinds: dict[OrderKind, list[Waiting]] = {kind: [] for kind in MODE_OF}
    for waiting_order in found:
        kinds[waiting_order.kind].append(waiting_order)
    rows = []
    for kind, own in kinds.items():
        mode = MODE_OF[kind]
        room = min(LARGEST[mode], free) if mode is WaveMode.WALL else LARGEST[mode]
        for due in _by_hour(own, now):
            if room:
                rows.append(_proposal(kind, mode, own[due - 1].ship_by, own[:due], room, now))
            if due >= room:
                break  # later cut-offs wait until this wave is out
    return sorted(rows, key=lambda row: (row.until is None, row.until, row.mode))


def _by_hour(own: Sequence[Waiting], now: datetime) -> Iterator[int]:
    """
    How many of these are due by the last cut-off of this hour, and of each later one; then all, with those of none.

    Express orders have a minute of their own each: a wave for every minute would help nobody.
    """
    due = [row.ship_by for row in own if row.ship_by is not None]  # those without a time stand last
    number = 0
    while number < len(due):
        hour = max(due[number], now).replace(minute=0, second=0, microsecond=0)
        number = bisect_left(due, hour + timedelta(hours=1))
        yield number
    if len(due) < len(own):
        yield len(own)


def _proposal(
    kind: OrderKind, mode: WaveMode, until: datetime | None, rows: Sequence[Waiting], room: int, now: datetime
) -> Proposal:
    taken = rows[:room]
    places = {row.place.pk: row.place for row in taken}
    return Proposal(
        kind=kind,
        mode=mode,
        until=until,
        zone_name=next(iter(places.values())).zone,
        orders=len(taken),
        pieces=sum(row.pieces for row in taken),
        left=len(rows) - len(taken),
        late=sum(row.ship_by is not None and row.ship_by < now for row in taken),
        places=sorted(places.values(), key=lambda row: (row.channel.name, row.name)),
        merchants=len({row.merchant_id for row in taken}),
    )


def free_places(*, warehouse_id: int) -> int:
    """Places of the wall that no order in work occupies."""
    occupied = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        wave__mode__in=SLOTTED,
        slot__lte=WALL_PLACES,
        left=False,
        order__state__in=IN_HANDS,
    )
    return max(WALL_PLACES - occupied.count(), 0)
