"""What a code means to somebody who picks a wave, read in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backoffice.kernel import prepared
from catalog.selectors.scanned import GOODS, Goods, barcode_values
from floor.types import Reading
from orders.selectors.brief import UnitBrief
from orders.types import UnitState
from stock.selectors import place

if TYPE_CHECKING:
    from floor.models import Wave
    from stock.models import Location

_UNITS = 5  # pieces looked at together: mostly the first one is ours

# The task is the one at the cell where the person stands, else one of theirs, else the next along the route.  What is
# wanted is worked out apart: row-level security lets a plain comparison alone look units up by an index.
_LOOK = f"""
WITH goods AS MATERIALIZED ({GOODS}), task AS MATERIALIZED (
    SELECT task.id, task.order_id, task.sku_id, task.pieces, task.picked,
           cell.id AS cell_id, cell.warehouse_id, cell.kind, cell.code
      FROM floor_picktask task JOIN goods ON goods.id = task.sku_id
      JOIN stock_location cell ON cell.id = task.location_id
     WHERE task.wave_id = %(wave)s AND task.state = 'open'
     ORDER BY task.location_id IS DISTINCT FROM %(cell)s::bigint, task.person_id IS DISTINCT FROM %(person)s,
              task.position
     LIMIT 1
), wanted AS MATERIALIZED (
    SELECT coalesce((SELECT sku_id FROM task), (SELECT id FROM goods ORDER BY rank LIMIT 1)) AS sku_id,
           (SELECT order_id FROM task) AS order_id
), unit AS (
    SELECT unit.id, unit.merchant_id, unit.order_id, unit.number, unit.sku_id, unit.location_id, line.marks
      FROM wanted JOIN orders_unit unit ON unit.sku_id = wanted.sku_id
      JOIN floor_waveorder member ON member.order_id = unit.order_id
      JOIN orders_order own ON own.id = unit.order_id JOIN orders_orderline line ON line.id = unit.line_id
     WHERE unit.state = 'wanted' AND own.state IN ('confirmed', 'picking')
       AND member.wave_id = %(wave)s AND NOT member."left"
       AND (wanted.order_id IS NULL OR unit.order_id = wanted.order_id)
     ORDER BY own.ship_by, unit.order_id, unit.number LIMIT %(units)s
), cell AS MATERIALIZED (
    SELECT id, code FROM stock_location
     WHERE warehouse_id = %(warehouse)s AND upper(code) = upper(%(code)s) AND kind IN ('cell', 'dock') AND active
)
SELECT (SELECT json_build_array(id, code) FROM cell ORDER BY id LIMIT 1),
       (SELECT json_agg(json_build_array(id, merchant_id, code, variant, photo_id) ORDER BY rank) FROM goods),
       (SELECT json_build_array(id, order_id, sku_id, pieces, picked, cell_id, warehouse_id, kind, code) FROM task),
       (SELECT json_agg(json_build_array(id, merchant_id, order_id, number, sku_id, location_id, marks)) FROM unit)
"""  # noqa: S608  two texts of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task of the pick list that is not done."""

    pk: int
    order_id: int | None
    sku_id: int
    pieces: int
    picked: int
    location: "Location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    cell: (id, address) of the place whose address the code is; goods: SKUs that it means, task and units: of them.

    units: those still wanted in the wave, of the most urgent order first.
    """

    cell: tuple[int, str] | None
    goods: Sequence[Goods]
    task: OpenTask | None
    units: Sequence[UnitBrief]


def look(*, wave: "Wave", person_id: int, cell_id: int | None, code: str, reading: Reading) -> Look:
    """
    This function will read what a scanned code means in a wave to a person at a cell.

    code: as an address; reading: the same as goods.
    """
    found = prepared.row(
        _LOOK,
        {
            "wave": wave.pk,
            "warehouse": wave.warehouse_id,
            "person": person_id,
            "cell": cell_id,
            "code": code,
            **barcode_values(reading.barcodes),
            "key": reading.key,
            "units": _UNITS,
        },
    )
    assert found is not None
    cell, goods, task, units = found
    return Look(
        cell=tuple(cell) if cell else None,
        goods=[Goods(*columns) for columns in goods or ()],
        task=_task(*task) if task else None,
        units=[_unit(*columns) for columns in units or ()],
    )


def _task(
    pk: int,
    order_id: int | None,
    sku_id: int,
    pieces: int,
    picked: int,
    cell_id: int,
    warehouse: int,
    kind: str,
    code: str,
) -> OpenTask:
    cell = place.as_read(pk=cell_id, warehouse_id=warehouse, kind=kind, code=code)
    return OpenTask(pk=pk, order_id=order_id, sku_id=sku_id, pieces=pieces, picked=picked, location=cell)


def _unit(
    pk: int, merchant_id: int, order_id: int, number: int, sku_id: int, location_id: int | None, marks: list[str]
) -> UnitBrief:
    return UnitBrief(
        unit_id=pk,
        merchant_id=merchant_id,
        order_id=order_id,
        number=number,
        sku_id=sku_id,
        state=UnitState.WANTED,
        location_id=location_id,
        marks=marks,
        packed_at=None,
    )
