"""An order in people's hands: its units are made, picked, packed, and put back."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from backoffice.kernel import events as bus
from backoffice.kernel import live, prepared
from catalog.selectors import sku as skus
from orders import locks
from orders.events import OrderPacked
from orders.models import Order, OrderLine, Unit, UnitMark
from orders.selectors.brief import UnitBrief
from orders.services import attention, timeline, transition
from orders.types import IN_HANDS, Attention, EventKind, State, UnitState, may_follow
from stock.selectors.promised import promised_to
from stock.services import shelf

if TYPE_CHECKING:
    from stock.models import Location


@transaction.atomic
def make_units(*, merchant_id: int, order_ids: Iterable[int]) -> int:
    """
    Make the scannable pieces of these orders; orders that have them are left alone.

    They are what is promised to the lines, so that what is picked is what leaves, whatever a kit is made of by now;
    what is promised to nobody is as the catalog has it.

    Returns how many were made.
    """
    orders = [order.pk for order in locks.orders_for_change(order_ids)]
    done = set(Unit.objects.filter(order_id__in=orders).values_list("order_id", flat=True))
    fresh = set(orders) - done
    lines = list(OrderLine.objects.filter(order_id__in=fresh, sku__isnull=False).order_by("order_id", "position"))
    promised = promised_to(fresh)
    kits = skus.components(line.sku_id for line in lines if line.sku_id)
    units, number, order_id = [], 0, None
    for line in lines:
        if line.order_id != order_id:
            order_id, number = line.order_id, 0
        for sku_id in _pieces_of(line, promised.get(line.pk, Counter()), kits.get(line.sku_id or 0)).elements():
            number += 1
            units.append(
                Unit(merchant_id=merchant_id, order_id=order_id, line_id=line.pk, sku_id=sku_id, number=number)
            )
    Unit.objects.bulk_create(units, batch_size=2000)
    return len(units)


def _pieces_of(line: OrderLine, promised: Counter[int], kit: Mapping[int, int] | None) -> Counter[int]:
    """SKU id → pieces to be scanned; kit: what one piece of the line is made of by now, None: it is no kit."""
    assert line.sku_id is not None
    pieces = (line.pieces - line.cancelled_pieces) * (line.sku_pieces // line.pieces)
    missing = line.short_pieces if promised else pieces
    return promised + Counter({part: per_kit * missing for part, per_kit in (kit or {line.sku_id: 1}).items()})


@transaction.atomic(savepoint=False)
def pick_unit(
    *, unit: UnitBrief, location: "Location", now: datetime, person_id: int | None, held: Order | None = None
) -> bool | None:
    """
    Take a wanted unit from a cell; the first one begins the picking of its order, and nothing is missing any more.

    held: the order of the unit where this transaction has locked it already.
    Returns None, and nothing is done, when the unit is not wanted any more or its order fell away; else whether the
    piece was one that the system believed absent (the cell wants a count).
    """
    taken = locks.take_unit(
        order_id=unit.order_id,
        merchant_id=unit.merchant_id,
        unit_id=unit.unit_id,
        location_id=location.pk,
        data=_scan_data(unit, "pick", location),
        now=now,
        person_id=person_id,
    )
    if taken is None:
        return None
    if may_follow(taken.state, State.PICKING):
        live.touch("orders", unit.merchant_id)
        if held:  # it is to show the new state, too
            held.state, held.changed_at = State.PICKING, now
    found = shelf.take(
        merchant_id=unit.merchant_id,
        location=location,
        sku_id=unit.sku_id,
        now=now,
        person_id=person_id,
        reference=f"order:{unit.order_id}",
    )
    if Attention.SHORT_PICK in taken.attention:
        attention.clear_flags(
            merchant_id=unit.merchant_id, order_ids=[unit.order_id], reasons={Attention.SHORT_PICK}, now=now
        )
    return found


@transaction.atomic
def unpick_unit(*, merchant_id: int, unit_id: int, now: datetime, person_id: int | None) -> bool:
    """Put a picked unit back where it was taken from, as if it had never been; False: it is not picked any more."""
    unit = Unit.objects.select_related("location").get(pk=unit_id)
    order = locks.orders_for_change([unit.order_id]).get()
    if order.state not in IN_HANDS or unit.location is None:
        return False
    if not Unit.objects.filter(pk=unit_id, state=UnitState.PICKED).update(state=UnitState.WANTED, picked_at=None):
        return False
    shelf.put_back(
        merchant_id=merchant_id,
        location=unit.location,
        sku_id=unit.sku_id,
        now=now,
        person_id=person_id,
        reference=f"order:{order.pk}",
    )
    _write_scan(merchant_id, unit, "unpick", unit.location, now, person_id)
    return True


# What is left is counted as it stood before the update, whose own unit is therefore taken off.
_VERIFY = """
WITH verified AS (
    UPDATE orders_unit SET state = 'packed', packed_at = %(now)s, box = %(box)s
     WHERE id = %(unit)s AND state = 'picked' RETURNING id
), rest AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM orders_unit WHERE order_id = %(order)s AND state IN ('wanted', 'picked')
                      AND id NOT IN (SELECT id FROM verified)) AS waits
), packed AS (
    UPDATE orders_order SET state = 'packed', changed_at = %(now)s, packed_at = %(now)s
      FROM rest WHERE id = %(order)s AND NOT rest.waits RETURNING id
), told AS (
    INSERT INTO orders_orderevent (merchant_id, order_id, at, kind, was, became, text, data, person_id, actor)
    SELECT %(merchant)s, %(order)s, %(now)s, kind, was, became, '', data, %(person)s::bigint, ''
      FROM (SELECT 1 AS place, 'scan' AS kind, '' AS was, 'pack' AS became, %(data)s::jsonb AS data FROM verified
             UNION ALL SELECT 2, 'state', %(was)s, 'packed', '{}' FROM packed) line ORDER BY place
)
SELECT waits FROM rest
"""


@transaction.atomic(savepoint=False)
def pack_unit(
    *, unit: UnitBrief, now: datetime, person_id: int | None, held: Order | None = None, box: int = 1
) -> bool:
    """
    Verify a picked unit at the table; with the last one the order is packed.  Returns whether the order is packed now.

    box: of the order, from 1, into which the unit goes.
    held: the order of the unit where this transaction has locked it already.
    Nothing happens to a unit of an order that fell away; marks and stickers are for the floor to ask for.
    """
    order = held or locks.orders_for_change([unit.order_id]).get()
    if not may_follow(State(order.state), State.PACKED):
        return False
    [(waits,)] = prepared.rows(
        _VERIFY,
        {
            "merchant": unit.merchant_id,
            "order": order.pk,
            "unit": unit.unit_id,
            "box": box,
            "was": State(order.state).value,
            "data": json.dumps(_scan_data(unit, "pack", None)),
            "now": now,
            "person": person_id,
        },
    )
    if waits:
        return False
    order.state, order.changed_at = State.PACKED, now
    live.touch("orders", unit.merchant_id)
    bus.publish(OrderPacked(merchant_id=unit.merchant_id, order_id=order.pk, at=now))
    return True


def send_back(*, order_ids: Collection[int]) -> None:
    """What was picked of orders that fell away is to be put back and sold again, with the codes on it."""
    units = Unit.objects.filter(order_id__in=order_ids)
    units.filter(state__in=[UnitState.PICKED, UnitState.PACKED]).update(state=UnitState.PUT_BACK)
    UnitMark.objects.filter(unit__order_id__in=order_ids, unit__state=UnitState.PUT_BACK).delete()


@transaction.atomic
def unpack_unit(*, merchant_id: int, unit_id: int, now: datetime, person_id: int | None) -> bool:
    """Take a verified unit out of a box that is not closed, its marking codes with it; False: the box is closed."""
    unit = Unit.objects.get(pk=unit_id)
    order = locks.orders_for_change([unit.order_id]).get()
    if order.state not in IN_HANDS:
        return False
    taken_out = {"state": UnitState.PICKED, "packed_at": None, "box": 1}
    if not Unit.objects.filter(pk=unit_id, state=UnitState.PACKED).update(**taken_out):
        return False
    UnitMark.objects.filter(unit_id=unit_id).delete()
    _write_scan(merchant_id, unit, "unpack", None, now, person_id)
    return True


@transaction.atomic
def reject_unit(*, merchant_id: int, unit_id: int, now: datetime, person_id: int | None) -> bool:
    """
    Send a picked piece that turned out defective to quarantine; another one is wanted in its place.

    Returns False when the unit is not picked or its order fell away.
    """
    unit = Unit.objects.select_related("location").get(pk=unit_id)
    order = locks.orders_for_change([unit.order_id]).get()
    if order.state not in IN_HANDS or unit.location is None:
        return False
    if not Unit.objects.filter(pk=unit_id, state=UnitState.PICKED).update(
        state=UnitState.WANTED, picked_at=None, location=None
    ):
        return False
    shelf.set_aside(
        merchant_id=merchant_id,
        warehouse_id=unit.location.warehouse_id,
        sku_id=unit.sku_id,
        now=now,
        person_id=person_id,
        reference=f"order:{order.pk}",
    )
    _write_scan(merchant_id, unit, "defect", None, now, person_id)
    return True


@transaction.atomic
def put_back_unit(
    *, merchant_id: int, unit_id: int, location: "Location", now: datetime, person_id: int | None
) -> bool:
    """Return a picked piece of a fallen order to a cell; False: it lay there already."""
    unit = Unit.objects.get(pk=unit_id)
    order = locks.orders_for_change([unit.order_id]).get()
    done = Unit.objects.filter(pk=unit_id, state=UnitState.PUT_BACK).update(state=UnitState.GONE, location=location)
    if not done:
        return False
    shelf.put_back(
        merchant_id=merchant_id,
        location=location,
        sku_id=unit.sku_id,
        now=now,
        person_id=person_id,
        reference=f"order:{order.pk}",
    )
    _write_scan(merchant_id, unit, "put_back", location, now, person_id)
    return True


def _write_scan(
    merchant_id: int,
    unit: Unit,
    step: str,
    location: "Location | None",
    now: datetime,
    person_id: int | None,
) -> None:
    line = timeline.Line(
        order_id=unit.order_id, kind=EventKind.SCAN, became=step, data=_scan_data(unit, step, location)
    )
    timeline.write(merchant_id=merchant_id, lines=[line], now=now, person_id=person_id)


def _scan_data(unit: Unit | UnitBrief, step: str, location: "Location | None") -> Mapping[str, object]:
    """What the timeline says of a scan."""
    return {"unit": unit.number, "sku": unit.sku_id, "step": step, "cell": location.code if location else ""}


@transaction.atomic
def begin(*, merchant_id: int, order_ids: Iterable[int], now: datetime, person_id: int | None) -> None:
    """Take new orders into work without telling the marketplace yet: it hears of them after the last scan."""
    orders = [order for order in locks.orders_for_change(order_ids) if order.state == State.NEW]
    transition.move(orders=orders, to=State.CONFIRMED, now=now, person_id=person_id)
