"""
An order told in several boxes of which the marketplace made an order each: what was packed goes along.

Nothing is picked anew: a part takes over the units of its box, with their codes and what is reserved for them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from orders import locks
from orders.events import OrderDivided
from orders.models import Order, OrderLine, Unit
from orders.selectors.boxes import in_boxes
from orders.services import timeline, transition
from orders.types import CommitState, EventKind, State, UnitState
from stock.services import pass_on


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """parts: new orders that have got their box; emptied: numbers of orders that have nothing left."""

    parts: frozenset[int] = frozenset()
    emptied: frozenset[str] = frozenset()


@transaction.atomic
def take_over(*, merchant_id: int, channel_id: int, parts: Mapping[int, str], now: datetime) -> TakenOver:
    """
    Let new orders that are parts of packed ones have the boxes which were packed for them.

    parts: id of a new order → number of the order that it is a part of.  A part whose goods are in no box of it is left
    alone: it was divided otherwise than here.
    """
    packed = {
        order.external_number: order
        for order in locks.orders_by_number(channel_id=channel_id, numbers=set(parts.values()))
        if order.state == State.PACKED
    }
    found: dict[str, list[int]] = defaultdict(list)
    for part in locks.orders_for_change(pk for pk, number in parts.items() if number in packed):
        whole = packed[parts[part.pk]]  # fresh parts are known to nobody else: their locks come after any order's
        if part.state in {State.NEW, State.CONFIRMED} and (units := _box_for(part, whole)):
            _pass_on(whole, part, units, now)
            found[whole.external_number].append(part.pk)
    emptied = set()
    for number, ids in found.items():
        whole = packed[number]
        if not whole.units.filter(state=UnitState.PACKED).exists():
            emptied.add(number)
        bus.publish(
            OrderDivided(
                merchant_id=merchant_id,
                order_id=whole.pk,
                part_ids=tuple(ids),
                goes_on=number not in emptied,
                at=now,
            )
        )
    return TakenOver(parts=frozenset(pk for ids in found.values() for pk in ids), emptied=frozenset(emptied))


def _box_for(part: Order, whole: Order) -> list[Unit]:
    """The units of a box with just what the part has; of equal boxes the last, for the first may stay."""
    wanted = Counter[str]()
    for line in part.lines.all():
        wanted[line.stock_external_id] += line.pieces
    lines = {line.pk: line for line in whole.lines.all()}
    units = list(whole.units.filter(state=UnitState.PACKED))
    numbers = sorted({unit.box for unit in units})
    boxes = in_boxes(list(lines.values()), units)
    if len(boxes) != len(numbers):  # a sold piece is torn between boxes: they cannot have been told so
        return []
    for number, box in reversed(list(zip(numbers, boxes, strict=True))):
        held = Counter[str]()
        for pk, pieces in box.items():
            held[lines[pk].stock_external_id] += pieces
        if +held == wanted:
            return [unit for unit in units if unit.box == number]
    return []


def _pass_on(whole: Order, part: Order, units: list[Unit], now: datetime) -> None:
    box = units[0].box
    theirs = {line.stock_external_id: line for line in part.lines.all()}
    by_line: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        by_line[unit.line_id].append(unit)
    number = 0
    for line in whole.lines.filter(pk__in=by_line):
        own = by_line[line.pk]
        target = theirs[line.stock_external_id]
        pieces = target.pieces
        per_piece = line.sku_pieces // line.pieces
        pass_on.to_line(
            from_line=line.pk, order_id=part.pk, line_id=target.pk, pieces=Counter(unit.sku_id for unit in own)
        )
        OrderLine.objects.filter(pk=target.pk).update(
            sku_id=line.sku_id, listing_id=line.listing_id, sku_pieces=pieces * per_piece, short_pieces=0
        )
        for unit in own:
            number += 1
            unit.order_id, unit.line_id, unit.number, unit.box = part.pk, target.pk, number, 1
        Unit.objects.bulk_update(own, ["order", "line", "number", "box"])
        _lessen(line, pieces, per_piece)
    Order.objects.filter(pk=whole.pk).update(total=_total(whole.lines.all()), changed_at=now)
    Order.objects.filter(pk=part.pk).update(
        parent=whole,
        commit_state=CommitState.DONE,
        committed_at=whole.committed_at,
        packed_at=whole.packed_at,
    )
    words = {"box": box, "number": part.external_number, "whole": whole.external_number}
    told = timeline.Line(
        order_id=whole.pk, kind=EventKind.NOTE, text=_("Box %(box)d goes on as order %(number)s") % words
    )
    text = _("Box %(box)d of order %(whole)s") % words
    transition.move(orders=[part], to=State.PACKED, now=now, actor="marketplace", told=True, text=text)
    timeline.write(merchant_id=whole.merchant_id, lines=[told], now=now, actor="marketplace")


def _lessen(line: OrderLine, pieces: int, per_piece: int) -> None:
    if line.pieces == pieces:
        line.delete()
        return
    OrderLine.objects.filter(pk=line.pk).update(
        pieces=F("pieces") - pieces, sku_pieces=F("sku_pieces") - pieces * per_piece, short_pieces=0
    )


def _total(lines: Iterable[OrderLine]) -> Decimal:
    return sum((line.price * line.pieces for line in lines), Decimal(0))
