"""What a packing table shows, and what its page must know to judge scans by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.kernel import prepared
from floor.models import Placed, WaveOrder
from floor.types import WaveMode, WaveState
from orders.selectors import brief
from orders.types import IN_HANDS
from stock.selectors import place
from stock.types import LocationKind

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


# Postgres plans `= ANY(list)` anew for every list, since it may be long or short: ten times as long as the rest takes.
_WANTING = """
SELECT own.id, own.merchant_id, member.slot
  FROM orders_unit unit JOIN floor_waveorder member ON member.order_id = unit.order_id AND NOT member."left"
  JOIN floor_wave wave ON wave.id = member.wave_id AND wave.warehouse_id = %(warehouse)s AND wave.state = 'released'
  JOIN orders_order own ON own.id = unit.order_id AND own.state IN ('confirmed', 'picking')
 WHERE unit.sku_id IN (SELECT unnest(%(skus)s::bigint[])) AND unit.state IN ('picked', 'wanted')
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


# Said as one text of JSON: pages ask for it every twenty seconds, and what is hundreds of orders would pass through
# objects of ours for nothing.  Orders in work and members of waves are each read by index alone, then joined at once.
_KNOWN = """
WITH unpacked AS MATERIALIZED (
    SELECT id, ship_by FROM orders_order WHERE state IN ('confirmed', 'picking')
), member AS MATERIALIZED (
    SELECT member.order_id, member.slot FROM floor_wave wave
      JOIN floor_waveorder member ON member.wave_id = wave.id AND NOT member."left"
     WHERE wave.warehouse_id = %(warehouse)s AND wave.state = 'released'
), own AS MATERIALIZED (
    SELECT order_id FROM floor_packsession WHERE person_id = %(person)s AND closed_at IS NULL
), waiting AS (
    SELECT member.order_id, member.slot, unpacked.ship_by FROM member JOIN unpacked ON unpacked.id = member.order_id
     WHERE order_id NOT IN (SELECT order_id FROM floor_packsession WHERE closed_at IS NULL AND person_id <> %(person)s)
), chosen AS MATERIALIZED (
    (SELECT * FROM waiting ORDER BY ship_by, order_id LIMIT %(limit)s)
     UNION SELECT * FROM waiting WHERE order_id IN (SELECT order_id FROM own)
), line AS MATERIALIZED (
    SELECT unit.order_id, unit.sku_id, min(unit.number) AS first, count(*) AS pieces,
           count(*) FILTER (WHERE unit.state = 'packed') AS verified,
           count(*) FILTER (WHERE unit.state = 'picked') AS picked,
           bool_or('sgtin' = ANY(line.marks)) AS marked, bool_or('weight' = ANY(line.marks)) AS weighed
      FROM chosen
      JOIN orders_unit unit ON unit.order_id = chosen.order_id AND unit.state IN ('wanted', 'picked', 'packed')
      JOIN orders_orderline line ON line.id = unit.line_id
     GROUP BY unit.order_id, unit.sku_id
), goods AS MATERIALIZED (
    SELECT sku.id, concat_ws(' ', nullif(product.name, ''), nullif(sku.variant, '')) AS name, sku.code, sku.code_key
      FROM (SELECT DISTINCT sku_id FROM line) wanted
      JOIN catalog_sku sku ON sku.id = wanted.sku_id JOIN catalog_product product ON product.id = sku.product_id
), lines AS (
    SELECT order_id, json_agg(json_build_object(
               'sku', goods.id, 'name', name, 'code', code, 'pieces', pieces, 'verified', verified, 'picked', picked,
               'marked', marked, 'weighed', weighed) ORDER BY first) AS said
      FROM line JOIN goods ON goods.id = line.sku_id GROUP BY order_id
), read AS (
    SELECT code_key AS value, id FROM goods
     UNION SELECT barcode.value, goods.id FROM goods JOIN catalog_barcode barcode ON barcode.sku_id = goods.id
)
SELECT json_build_object(
    'orders', (SELECT coalesce(json_agg(json_build_object(
                          'id', head.id, 'number', head.external_number, 'slot', chosen.slot, 'lines', lines.said)
                      ORDER BY chosen.ship_by, head.id), '[]')
                 FROM chosen JOIN lines ON lines.order_id = chosen.order_id
                 JOIN orders_order head ON head.id = chosen.order_id),
    'codes', (SELECT coalesce(json_object_agg(value, skus), '{}')
                FROM (SELECT value, json_agg(id ORDER BY id) AS skus FROM read GROUP BY value) codes),
    'open', (SELECT order_id FROM chosen WHERE order_id IN (SELECT order_id FROM own)))::text
"""


def known(*, warehouse_id: int, person_id: int) -> str:
    """
    What the page must know to judge scans at the table without the server, as JSON.

    orders, the most urgent first: {id, number, slot, lines: [{sku, name, code, pieces, verified, picked, marked,
    weighed}]}; codes: what a scanner reads → SKU ids; open: the order on this table.  Those of others are left out.
    """
    told = {"warehouse": warehouse_id, "person": person_id, "limit": _KNOWN_ORDERS}
    return str(prepared.rows(_KNOWN, told)[0][0])


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


def cells(warehouse_id: int, sku_id: int) -> str:
    """The first cells that hold a SKU, by address, as people read them."""
    shelves = place.shelves(warehouse_id=warehouse_id, sku_ids=[sku_id], kinds=[LocationKind.CELL])
    return ", ".join(shelf.code for shelf in shelves[:3]) or "—"
