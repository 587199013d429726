"""
Counting cells while goods are picked, sold and put away.

A number is compared with the ledger only where nothing moved: a piece that left during the count may have been counted
or not, and nobody can tell.  Where something moved, a number that the cell could have shown at some moment agrees; any
other is counted again; so is one that a picker may hold in the hand, not scanned yet.  So a difference is never the
shadow of somebody's work.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import accumulate
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from stock import locks
from stock.errors import BeingCounted
from stock.models import Balance, CountedCell, CountLine, Location, Move, StockCount
from stock.services import ledger
from stock.types import CountState, LocationKind, MoveReason, Transfer


def begin(*, warehouse_id: int, blind: bool, person_id: int, now: datetime) -> StockCount:
    """Open a round of counting."""
    return StockCount.objects.create(warehouse_id=warehouse_id, blind=blind, made_by_id=person_id, made_at=now)


@transaction.atomic
def open_cell(*, count_id: int, location: Location, person_id: int, now: datetime) -> CountedCell:
    """
    Begin to count a cell, or go on with one's own; what lies there by the ledger is noted.

    :raises BeingCounted: another person counts it, or it is counted already
    """
    cell = CountedCell.objects.select_for_update().filter(count_id=count_id, location=location).first()
    if cell is None:
        try:
            with transaction.atomic():
                cell = CountedCell.objects.create(
                    count_id=count_id, location=location, person_id=person_id, begun_at=now
                )
        except IntegrityError as reason:
            raise BeingCounted(_("Another person counts %(cell)s. Take the next one.") % {"cell": location.code}) from (
                reason
            )
        lying = Balance.objects.filter(location=location).exclude(pieces=0).order_by("sku_id")
        here = list(lying.values_list("merchant_id", "sku_id"))
        _hold((merchant_id, location.warehouse_id, sku_id) for merchant_id, sku_id in here)
        for merchant_id, sku_id in here:
            _line(cell, merchant_id, sku_id)
        return cell
    if cell.closed_at is not None:
        raise BeingCounted(_("%(cell)s is counted already in this round.") % {"cell": location.code})
    if cell.person_id != person_id:
        raise BeingCounted(_("Another person counts %(cell)s. Take the next one.") % {"cell": location.code})
    return cell


@transaction.atomic
def add(*, cell: CountedCell, merchant_id: int, sku_id: int, pieces: int) -> CountLine:
    """Count pieces of a SKU in an open cell; negative pieces take back."""
    line = _line(cell, merchant_id, sku_id)
    line.counted = max(0, line.counted + pieces)
    line.state = CountState.COUNTING
    line.save(update_fields=["counted", "state"])
    return line


@transaction.atomic
def close_cell(*, cell: CountedCell, now: datetime) -> list[CountLine]:
    """End the count of a cell: every line is judged; what was not scanned counts as nothing."""
    cell.closed_at = now
    cell.save(update_fields=["closed_at"])
    lines = list(CountLine.objects.filter(cell=cell, state=CountState.COUNTING).order_by("sku_id"))
    _hold((line.merchant_id, cell.location.warehouse_id, line.sku_id) for line in lines)
    for line in lines:
        _judge(line, cell.location)
    return lines


@transaction.atomic
def count_again(*, line_id: int, person_id: int) -> CountedCell:
    """Open the cell again for one line: its number starts from nothing, compared with the ledger of now."""
    line = CountLine.objects.select_for_update().select_related("cell__location").get(pk=line_id)
    if line.state == CountState.POSTED:
        raise BeingCounted(_("This difference is posted already. Begin another round to count it again."))
    line.baseline, line.after_move = _noted(line.merchant_id, line.cell.location, line.sku_id)
    line.counted, line.state, line.difference = 0, CountState.COUNTING, 0
    line.save()
    CountedCell.objects.filter(pk=line.cell_id).update(closed_at=None, person_id=person_id)
    line.cell.closed_at, line.cell.person_id = None, person_id
    return line.cell


@transaction.atomic
def post(
    *,
    count_id: int,
    now: datetime,
    person_id: int,
    note: str,
    in_hands: Mapping[tuple[int, int], int] = MappingProxyType({}),
) -> tuple[int, int]:
    """
    Post every difference of a round, judged anew under the locks of its stock.

    in_hands: (location id, SKU id) → pieces that people at work may have taken out of the cell and not scanned yet; no
    more than so many missing is no difference.

    Returns how many lines were posted, and how many have to be counted again because goods moved or may move.
    """
    lines = CountLine.objects.select_for_update(of=("self",)).select_related("cell__location")
    waiting = list(lines.filter(cell__count_id=count_id, state=CountState.DIFFERS).order_by("sku_id", "pk"))
    _hold((line.merchant_id, line.cell.location.warehouse_id, line.sku_id) for line in waiting)
    posted = 0
    for line in waiting:
        _judge(line, line.cell.location)
        if 0 < -line.difference <= in_hands.get((line.cell.location_id, line.sku_id), 0):
            line.state, line.difference = CountState.RECOUNT, 0
            line.save(update_fields=["state", "difference"])
        elif line.state == CountState.DIFFERS:
            _post(line, now, person_id, note)
            posted += 1
    return posted, sum(line.state == CountState.RECOUNT for line in waiting)


def _post(line: CountLine, now: datetime, person_id: int, note: str) -> None:
    place = line.cell.location
    loss = ledger.end_of_ledger(warehouse_id=place.warehouse_id, kind=LocationKind.LOSS)
    ends = (loss.pk, place.pk) if line.difference > 0 else (place.pk, loss.pk)
    ledger.post(
        merchant_id=line.merchant_id,
        transfers=[Transfer(sku_id=line.sku_id, from_id=ends[0], to_id=ends[1], pieces=abs(line.difference))],
        reason=MoveReason.ADJUSTMENT,
        reference=f"count:{line.cell.count_id}",
        note=note,
        at=now,
        person_id=person_id,
    )
    line.state = CountState.POSTED
    line.save(update_fields=["state"])


def _hold(rows: Iterable[tuple[int, int, int]]) -> None:
    """
    Lock stock of (merchant id, warehouse id, SKU id) at once, before any of it is looked at.

    One after another they would be locked in another order than that of an order's lines.
    """
    keys: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for merchant_id, *key in rows:
        keys[merchant_id].append((key[0], key[1]))
    for merchant_id, own in sorted(keys.items()):
        locks.stock_rows(merchant_id=merchant_id, keys=own)


def _line(cell: CountedCell, merchant_id: int, sku_id: int) -> CountLine:
    """The line of a SKU in a cell, made with what the ledger says now when it is looked at for the first time."""
    found = CountLine.objects.select_for_update().filter(cell=cell, sku_id=sku_id).first()
    if found is not None:
        return found
    baseline, last = _noted(merchant_id, cell.location, sku_id)
    return CountLine.objects.create(
        merchant_id=merchant_id, cell=cell, sku_id=sku_id, baseline=baseline, after_move=last
    )


def _noted(merchant_id: int, place: Location, sku_id: int) -> tuple[int, int]:
    """What lies there and the last move that it includes; the lock lets no move be half done."""
    locks.stock_rows(merchant_id=merchant_id, keys=[(place.warehouse_id, sku_id)])
    pieces = Balance.objects.filter(location=place, sku_id=sku_id).values_list("pieces", flat=True).first()
    last = Move.objects.filter(merchant_id=merchant_id, sku_id=sku_id).order_by("-pk").values_list("pk", flat=True)
    return pieces or 0, last.first() or 0


def _judge(line: CountLine, place: Location) -> None:
    """Compare a number with every one that the cell has held since it was first looked at."""
    locks.stock_rows(merchant_id=line.merchant_id, keys=[(place.warehouse_id, line.sku_id)])
    touching = Q(from_location=place) | Q(to_location=place)
    moves = Move.objects.filter(touching, merchant_id=line.merchant_id, sku_id=line.sku_id, pk__gt=line.after_move)
    steps = [move.pieces if move.to_location_id == place.pk else -move.pieces for move in moves.order_by("pk")]
    held = list(accumulate(steps, initial=line.baseline))
    if min(held) <= line.counted <= max(held):
        line.state, line.difference = CountState.AGREED, 0
    elif steps:
        line.state, line.difference = CountState.RECOUNT, 0
    else:
        line.state, line.difference = CountState.DIFFERS, line.counted - line.baseline
    line.save(update_fields=["state", "difference"])
