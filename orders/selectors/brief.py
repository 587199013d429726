"""Orders and their units in short, for the apps above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from backoffice.kernel import prepared
from merchants.scope import current_scope
from orders.models import Order, OrderLine, Unit
from orders.types import IN_HANDS, CommitState, State, UnitState


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
    scheme: str
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
    packed_at: datetime | None
    box: int = 1


# Read as columns: a page shows hundreds of them, and an instance of the model each takes longer than the question.
_ORDER = (
    *("pk", "merchant_id", "external_number", "state", "commit_state", "channel_id", "channel_warehouse_id", "cargo"),
    *("ship_by", "attention", "scheme"),
)
_UNIT = (
    *("pk", "merchant_id", "order_id", "number", "sku_id", "state", "location_id", "line__marks", "packed_at", "box"),
)


def by_ids(order_ids: Iterable[int]) -> list[OrderBrief]:
    """These orders, by id."""
    rows = Order.objects.filter(pk__in=list(order_ids)).order_by("pk").values_list(*_ORDER)
    return [_order(*columns) for columns in rows]


def with_parts(order_ids: Sequence[int]) -> list[int]:
    """These orders, each followed by those that boxes of it have become."""
    parts: dict[int, list[int]] = {}
    for pk, parent_id in Order.objects.filter(parent__in=order_ids).order_by("pk").values_list("pk", "parent_id"):
        parts.setdefault(parent_id or 0, []).append(pk)
    return [pk for order_id in order_ids for pk in (order_id, *parts.get(order_id, ()))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """
    Orders of one channel that must leave within one hour and are not packed, or that should have left before.

    ship_by: of the first of them.  in_work: how many are taken into work already.
    """

    channel_id: int
    ship_by: datetime
    zone: str
    orders: int
    in_work: int


def unpacked_by_cut_off(*, channel_warehouse_ids: Iterable[int], now: datetime, until: datetime) -> list[Due]:
    """
    What is not packed of these channel warehouses and must leave by `until`, late ones too.

    By the hour, since express orders have a minute of their own each.
    """
    asked = {"places": list(channel_warehouse_ids), "now": now, "until": until}
    return [
        Due(channel_id=channel_id, ship_by=first, zone=zone, orders=orders, in_work=in_work)
        for channel_id, first, zone, orders, in_work in prepared.rows(_DUE, asked, binary=True)
    ]


# Counted by keys of one comparison each before a warehouse is looked at: tens of thousands of orders, a dozen of those.
_DUE = """
SELECT place.channel_id, min(first), place.zone, sum(orders)::int, sum(in_work)::int
  FROM (SELECT channel_warehouse_id, CASE WHEN ship_by > %(now)s THEN date_bin('1 hour', ship_by, 'epoch') END AS hour,
               min(ship_by) AS first, count(*) AS orders, count(*) FILTER (WHERE state <> 'new') AS in_work
          FROM orders_order
         WHERE state IN ('new', 'confirmed', 'picking') AND channel_warehouse_id = ANY(%(places)s)
           AND ship_by <= %(until)s
         GROUP BY 1, 2) counted
  JOIN catalog_channelwarehouse place ON place.id = counted.channel_warehouse_id
 GROUP BY place.channel_id, place.zone, hour
"""


def at_risk(*, channel_warehouse_ids: Iterable[int], until: datetime, limit: int) -> list[OrderBrief]:
    """Orders not packed that must leave by `until`, the most urgent first."""
    scope = current_scope()
    asked = {"merchants": sorted(scope.merchants) if scope else [], "until": until, "limit": limit}
    rows = prepared.rows(_URGENT, {**asked, "places": list(channel_warehouse_ids)})
    found = {order.order_id: order for order in by_ids(pk for (pk,) in rows)}
    return [found[pk] for (pk,) in rows]


# The first of each merchant and state come from the index in their order; of all together it would have to sort each.
_URGENT = """
SELECT first.id
  FROM unnest(%(merchants)s::int[]) merchant CROSS JOIN unnest(ARRAY['new', 'confirmed', 'picking']) unpacked
  CROSS JOIN LATERAL (
       SELECT id, ship_by FROM orders_order
        WHERE merchant_id = merchant AND state = unpacked AND channel_warehouse_id = ANY(%(places)s)
          AND ship_by <= %(until)s
        ORDER BY ship_by, id LIMIT %(limit)s) first
 ORDER BY first.ship_by, first.id LIMIT %(limit)s
"""


def of(order: Order) -> OrderBrief:
    """An order that has been read, in short."""
    return _order(*(getattr(order, name) for name in _ORDER))


def _order(
    pk: int,
    merchant_id: int,
    number: str,
    state: str,
    commit_state: str,
    channel_id: int,
    channel_warehouse_id: int | None,
    cargo: str,
    ship_by: datetime | None,
    attention: Sequence[str],
    scheme: str,
    *,
    pieces: int = 0,
) -> OrderBrief:
    return OrderBrief(
        order_id=pk,
        merchant_id=merchant_id,
        number=number,
        state=State(state),
        commit_state=CommitState(commit_state),
        channel_id=channel_id,
        channel_warehouse_id=channel_warehouse_id,
        cargo=cargo,
        ship_by=ship_by,
        attention=attention,
        scheme=scheme,
        pieces=pieces,
    )


def units(*, order_ids: Iterable[int], states: Iterable[UnitState] | None = None) -> list[UnitBrief]:
    """Units of these orders, by order and number."""
    asked = order_ids if isinstance(order_ids, QuerySet) else list(order_ids)
    rows = Unit.objects.filter(order_id__in=asked).order_by("order_id", "number")
    if states is not None:
        rows = rows.filter(state__in=list(states))
    return [_unit(*columns) for columns in rows.values_list(*_UNIT)]


_UNITS = """
SELECT unit.id, unit.merchant_id, unit.order_id, unit.number, unit.sku_id, unit.state, unit.location_id, line.marks,
       unit.packed_at, unit.box
  FROM orders_unit unit JOIN orders_orderline line ON line.id = unit.line_id
 WHERE unit.order_id = %(order)s AND unit.state IN ('wanted', 'picked', 'packed') ORDER BY unit.number
"""


def units_of(order_id: int) -> list[UnitBrief]:
    """The units that are to go with an order, as every scan at a table wants them."""
    return [_unit(*columns) for columns in prepared.rows(_UNITS, {"order": order_id})]


def _unit(
    pk: int,
    merchant_id: int,
    order_id: int,
    number: int,
    sku_id: int,
    state: str,
    location_id: int | None,
    marks: Sequence[str],
    packed_at: datetime | None,
    box: int,
) -> UnitBrief:
    return UnitBrief(
        unit_id=pk,
        merchant_id=merchant_id,
        order_id=order_id,
        number=number,
        sku_id=sku_id,
        state=UnitState(state),
        location_id=location_id,
        marks=marks,
        packed_at=packed_at,
        box=box,
    )


def number_of(order_ids: Iterable[int]) -> Mapping[int, str]:
    """Numbers by order id."""
    return dict(Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "external_number"))


def wanted_units(*, sku_id: int, among: Iterable[int], limit: int) -> list[UnitBrief]:
    """Units of a SKU still to be picked for these orders in people's hands, those of the most urgent order first."""
    rows = Unit.objects.filter(
        order_id__in=among, sku_id=sku_id, state=UnitState.WANTED, order__state__in=IN_HANDS
    ).order_by("order__ship_by", "order_id", "number")
    return [_unit(*columns) for columns in rows.values_list(*_UNIT)[:limit]]


def waiting_units(*, sku_ids: Iterable[int], among: Iterable[int], but: Iterable[int], limit: int) -> list[UnitBrief]:
    """
    Units of these SKUs not yet packed: picked ones before wanted ones, then those of the most urgent order.

    among: orders; but: units that are not meant.
    """
    rows = (
        Unit.objects.filter(
            order_id__in=among,
            sku_id__in=list(sku_ids),
            state__in=[UnitState.PICKED, UnitState.WANTED],
            order__state__in=IN_HANDS,
        )
        .exclude(pk__in=but)
        .order_by("state", "order__ship_by", "order_id", "number")  # "picked" before "wanted", as in the alphabet
    )
    return [_unit(*columns) for columns in rows.values_list(*_UNIT)[:limit]]


def skus_of(*, order_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """The SKUs, kits as such, of these orders by order id."""
    rows = OrderLine.objects.filter(order_id__in=list(order_ids), sku__isnull=False).values_list("order_id", "sku_id")
    found: dict[int, set[int]] = {}
    for order_id, sku_id in rows:
        found.setdefault(order_id, set()).add(sku_id)
    return {order_id: frozenset(skus) for order_id, skus in found.items()}


def by_parcel_code(code: str) -> OrderBrief | None:
    """The order whose number, or whose sticker's barcode, was scanned."""
    order = Order.objects.filter(external_number=code).first() or Order.objects.filter(barcode=code).first()
    return of(order) if order and code else None
