"""What a packing table shows, and what its page must know to judge scans by itself."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backoffice.kernel import prepared
from catalog.models import Sku
from floor.models import PackSession, Placed, WaveOrder
from floor.selectors.picking import code_book
from floor.types import WaveMode, WaveState
from orders.selectors import brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.types import IN_BOX, IN_HANDS, MarkKind, UnitState

_KNOWN_ORDERS = 400  # the most urgent ones; more would make the page slow, and ten minutes do not need them


@dataclass(frozen=True, slots=True)
class TableLine:
    """One SKU of the order at the table.  code: the article.  marked, weighed: each piece wants a code, a weight."""

    name: str
    code: str
    pieces: int
    verified: int
    marked: bool
    weighed: bool

    @property
    def done(self) -> bool:
        return self.verified >= self.pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What lies on a person's packing table; packed: the boxes wait for their stickers; box: the one being filled."""

    order_id: int
    number: str
    marketplace: str
    channel: str
    slot: int | None
    packed: bool
    box: int
    lines: Sequence[TableLine]


_TABLE = """
SELECT own.id, own.external_number, channel.marketplace, channel.name, member.slot, own.state = 'packed', session.box,
       (SELECT json_agg(json_build_array(name, code, pieces, verified, marked, weighed) ORDER BY first)
          FROM (SELECT concat_ws(', ', product.name, nullif(sku.variant, '')) AS name, sku.code, count(*) AS pieces,
                       count(*) FILTER (WHERE unit.state = 'packed') AS verified,
                       bool_or('sgtin' = ANY(line.marks)) AS marked, bool_or('weight' = ANY(line.marks)) AS weighed,
                       min(unit.number) AS first
                  FROM orders_unit unit JOIN orders_orderline line ON line.id = unit.line_id
                  JOIN catalog_sku sku ON sku.id = unit.sku_id
                  JOIN catalog_product product ON product.id = sku.product_id
                 WHERE unit.order_id = own.id AND unit.state IN ('wanted', 'picked', 'packed')
                 GROUP BY sku.id, product.id) lines)
  FROM floor_packsession session
  JOIN orders_order own ON own.id = session.order_id JOIN catalog_channel channel ON channel.id = own.channel_id
  LEFT JOIN floor_waveorder member ON member.order_id = own.id
 WHERE session.person_id = %(person)s AND session.closed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Wanting:
    """An order in work that still wants a piece.  slot: where its pieces lie sorted."""

    order_id: int
    merchant_id: int
    slot: int | None


_WANTING = """
SELECT own.id, own.merchant_id, member.slot
  FROM orders_unit unit JOIN floor_waveorder member ON member.order_id = unit.order_id AND NOT member."left"
  JOIN floor_wave wave ON wave.id = member.wave_id AND wave.warehouse_id = %(warehouse)s AND wave.state = 'released'
  JOIN orders_order own ON own.id = unit.order_id AND own.state IN ('confirmed', 'picking')
 WHERE unit.sku_id = ANY(%(skus)s) AND unit.state IN ('picked', 'wanted')
   AND NOT EXISTS (SELECT FROM floor_packsession busy WHERE busy.order_id = unit.order_id AND busy.closed_at IS NULL)
 GROUP BY own.id, member.slot ORDER BY bool_or(unit.state = 'picked') DESC, own.ship_by, own.id LIMIT 40
"""


def wanting(*, warehouse_id: int, sku_ids: Sequence[int]) -> list[Wanting]:
    """Orders of waves in work, on no table, that want one of these SKUs: picked ones first, then the most urgent."""
    return [Wanting(*row) for row in prepared.rows(_WANTING, {"warehouse": warehouse_id, "skus": list(sku_ids)})]


def table_of(person_id: int) -> Table | None:
    """The order open at the person's table, read in one statement."""
    found = prepared.row(_TABLE, {"person": person_id})
    if found is None:
        return None
    order_id, number, marketplace, channel, slot, packed, box, lines = found
    return Table(
        order_id=order_id,
        number=number,
        marketplace=marketplace,
        channel=channel,
        slot=slot,
        packed=packed,
        box=box,
        lines=[TableLine(*columns) for columns in lines or ()],
    )


def _lines(units: Sequence[UnitBrief]) -> list[tuple[int, int, int, bool, bool]]:
    """(SKU, pieces, verified, whether it needs a marking code, whether it is weighed)."""
    pieces = Counter(unit.sku_id for unit in units)
    verified = Counter(unit.sku_id for unit in units if unit.state == UnitState.PACKED)
    marked = {unit.sku_id for unit in units if MarkKind.SGTIN in unit.marks}
    weighed = {unit.sku_id for unit in units if MarkKind.WEIGHT in unit.marks}
    return [(sku_id, pieces[sku_id], verified[sku_id], sku_id in marked, sku_id in weighed) for sku_id in pieces]


def known(*, warehouse_id: int, person_id: int) -> Mapping[str, object]:
    """
    What the page must know to judge scans at the table without the server.

    orders, the most urgent first: {id, number, slot, lines: [{sku, name, code, pieces, verified, marked, weighed,
    picked}]}; codes: what a scanner reads → SKU ids; open: the order on this table.  Those of others are left out.
    """
    members = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id, wave__state=WaveState.RELEASED, left=False, order__state__in=IN_HANDS
    ).order_by("order__ship_by", "order_id")
    own = PackSession.objects.filter(person_id=person_id, closed_at=None).values_list("order_id", flat=True).first()
    busy = set(PackSession.objects.filter(closed_at=None).values_list("order_id", flat=True)) - {own}
    slots = {order_id: slot for order_id, slot in members.values_list("order_id", "slot") if order_id not in busy}
    ids = list(slots)[:_KNOWN_ORDERS]
    if own in slots and own not in ids:
        ids.append(own)
    orders = {order.order_id: order for order in brief.by_ids(ids)}
    units: dict[int, list[UnitBrief]] = defaultdict(list)
    for unit in brief.units(order_ids=ids, states=IN_BOX):
        units[unit.order_id].append(unit)
    skus = Sku.objects.filter(pk__in={unit.sku_id for own in units.values() for unit in own})
    goods = {
        pk: (code, " ".join(filter(None, [name, variant])))
        for pk, code, name, variant in skus.values_list("pk", "code", "product__name", "variant")
    }
    return {
        "orders": [_known_order(orders[pk], slots[pk], units[pk], goods) for pk in ids if units[pk]],
        "codes": code_book(list(goods)),
        "open": own if own in orders else None,
    }


def _known_order(
    order: OrderBrief, slot: int | None, units: Sequence[UnitBrief], goods: Mapping[int, tuple[str, str]]
) -> Mapping[str, object]:
    """goods: article and name by SKU."""
    picked = Counter(unit.sku_id for unit in units if unit.state == UnitState.PICKED)
    return {
        "id": order.order_id,
        "number": order.number,
        "slot": slot,
        "lines": [
            {
                "sku": sku_id,
                "name": goods[sku_id][1],
                "code": goods[sku_id][0],
                "pieces": pieces,
                "verified": verified,
                "picked": picked[sku_id],
                "marked": marked,
                "weighed": weighed,
            }
            for sku_id, pieces, verified, marked, weighed in _lines(units)
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the wall with the order that gathers there."""

    slot: int
    number: str
    laid: int
    units: int

    @property
    def full(self) -> bool:
        return self.laid >= self.units


def wall_places(*, warehouse_id: int) -> list[Place]:
    """The places of the wall that are in use, by number."""
    members = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        wave__mode=WaveMode.WALL,
        slot__isnull=False,
        left=False,
        order__state__in=IN_HANDS,
    ).order_by("slot")
    slots = dict(members.values_list("order_id", "slot"))
    numbers = brief.number_of(slots)
    units = Counter(unit.order_id for unit in brief.units(order_ids=slots))
    laid = Counter(Placed.objects.filter(order_id__in=slots).values_list("order_id", flat=True))
    return [
        Place(slot=slot or 0, number=numbers[order_id], laid=laid[order_id], units=units[order_id])
        for order_id, slot in slots.items()
    ]
