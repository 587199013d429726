"""What people do with goods: receive, take, put back, move, adjust, write off."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from stock import locks
from stock.errors import NotEnoughHere
from stock.models import Balance, Location, Minimum
from stock.services import ledger
from stock.types import LocationKind, MoveReason, Transfer


@transaction.atomic
def receive(
    *,
    merchant_id: int,
    lines: Sequence[tuple[int, int, int]],
    now: datetime,
    person_id: int | None,
    reference: str = "",
    note: str = "",
) -> None:
    """Take in goods from a supplier; lines: (SKU id, location id, pieces)."""
    places = Location.objects.in_bulk({location for _, location, _ in lines})
    ledger.post(
        merchant_id=merchant_id,
        transfers=[
            Transfer(
                sku_id=sku_id,
                from_id=ledger.end_of_ledger(warehouse_id=places[location].warehouse_id, kind=LocationKind.SUPPLIER).pk,
                to_id=location,
                pieces=pieces,
            )
            for sku_id, location, pieces in lines
        ],
        reason=MoveReason.RECEIPT,
        reference=reference,
        note=note,
        at=now,
        person_id=person_id,
    )


@transaction.atomic
def set_pieces(
    *,
    merchant_id: int,
    location: Location,
    sku_id: int,
    pieces: int,
    now: datetime,
    person_id: int | None,
    note: str,
) -> int:
    """
    Say how many pieces lie in a location: the difference goes to, or comes from, shortage and surplus.

    Returns the difference, 0 when nothing was posted.
    """
    locks.stock_rows(merchant_id=merchant_id, keys=[(location.warehouse_id, sku_id)])
    there = _pieces(location.pk, sku_id)
    loss = ledger.end_of_ledger(warehouse_id=location.warehouse_id, kind=LocationKind.LOSS)
    ends = (loss.pk, location.pk) if pieces > there else (location.pk, loss.pk)
    ledger.post(
        merchant_id=merchant_id,
        transfers=[Transfer(sku_id=sku_id, from_id=ends[0], to_id=ends[1], pieces=abs(pieces - there))],
        reason=MoveReason.ADJUSTMENT,
        note=note,
        at=now,
        person_id=person_id,
    )
    return pieces - there


@transaction.atomic
def move(
    *,
    merchant_id: int,
    transfers: Sequence[Transfer],
    now: datetime,
    person_id: int | None,
    reason: MoveReason = MoveReason.PUT_AWAY,
    reference: str = "",
) -> None:
    """Carry goods from one place to another; :raises NotEnoughHere: they are not there."""
    ledger.post(
        merchant_id=merchant_id, transfers=transfers, reason=reason, reference=reference, at=now, person_id=person_id
    )


@transaction.atomic(savepoint=False)
def take(
    *,
    merchant_id: int,
    location: Location,
    sku_id: int,
    now: datetime,
    person_id: int | None,
    reference: str,
) -> bool:
    """
    Take one piece from a cell to the packing table of its warehouse.

    A picker who holds a piece that the system says is absent is right: found stock is posted first.
    Returns whether it was found so; the cell then wants a count.
    """
    post = partial(ledger.post, merchant_id=merchant_id, reference=reference, at=now, person_id=person_id)
    if ledger.pick(
        merchant_id=merchant_id, source=location, sku_id=sku_id, at=now, person_id=person_id, reference=reference
    ):
        return False
    table = ledger.end_of_ledger(warehouse_id=location.warehouse_id, kind=LocationKind.TABLE)
    pick = partial(
        post,
        transfers=[Transfer(sku_id=sku_id, from_id=location.pk, to_id=table.pk, pieces=1)],
        reason=MoveReason.PICK,
        known=[location, table],
    )
    try:
        pick()
    except NotEnoughHere:
        loss = ledger.end_of_ledger(warehouse_id=location.warehouse_id, kind=LocationKind.LOSS)
        found = Transfer(sku_id=sku_id, from_id=loss.pk, to_id=location.pk, pieces=1)
        post(transfers=[found], reason=MoveReason.FOUND, known=[loss, location])
        pick()
        return True
    return False


@transaction.atomic
def put_back(
    *,
    merchant_id: int,
    location: Location,
    sku_id: int,
    now: datetime,
    person_id: int | None,
    reference: str,
) -> None:
    """Return one piece from the packing table to a cell of the same warehouse."""
    _off_the_table(
        merchant_id=merchant_id,
        to=location,
        sku_id=sku_id,
        reason=MoveReason.PUT_BACK,
        now=now,
        person_id=person_id,
        reference=reference,
    )


@transaction.atomic
def set_aside(
    *,
    merchant_id: int,
    warehouse_id: int,
    sku_id: int,
    now: datetime,
    person_id: int | None,
    reference: str,
) -> None:
    """Carry one defective piece from the packing table to quarantine: it is not offered any more."""
    _off_the_table(
        merchant_id=merchant_id,
        to=ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.QUARANTINE),
        sku_id=sku_id,
        reason=MoveReason.DEFECT,
        now=now,
        person_id=person_id,
        reference=reference,
    )


def _off_the_table(
    *,
    merchant_id: int,
    to: Location,
    sku_id: int,
    reason: MoveReason,
    now: datetime,
    person_id: int | None,
    reference: str,
) -> None:
    """Whoever holds a piece is right: where the table is believed to be empty, found stock is posted first."""
    post = partial(ledger.post, merchant_id=merchant_id, reference=reference, at=now, person_id=person_id)
    table = ledger.end_of_ledger(warehouse_id=to.warehouse_id, kind=LocationKind.TABLE)
    locks.stock_rows(merchant_id=merchant_id, keys=[(to.warehouse_id, sku_id)])
    if not _pieces(table.pk, sku_id):
        loss = ledger.end_of_ledger(warehouse_id=to.warehouse_id, kind=LocationKind.LOSS)
        post(
            transfers=[Transfer(sku_id=sku_id, from_id=loss.pk, to_id=table.pk, pieces=1)],
            reason=MoveReason.FOUND,
            known=[loss, table],
        )
    post(
        transfers=[Transfer(sku_id=sku_id, from_id=table.pk, to_id=to.pk, pieces=1)],
        reason=reason,
        known=[table, to],
    )


@transaction.atomic
def come_back(
    *,
    merchant_id: int,
    warehouse_id: int,
    kind: LocationKind,
    sku_id: int,
    now: datetime,
    person_id: int | None,
    reference: str,
    note: str = "",
) -> None:
    """Take one piece back from a customer; kind: DOCK, from where it is put away and sold, or QUARANTINE."""
    customer = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.CUSTOMER)
    place = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=kind)
    ledger.post(
        merchant_id=merchant_id,
        transfers=[Transfer(sku_id=sku_id, from_id=customer.pk, to_id=place.pk, pieces=1)],
        reason=MoveReason.RETURN,
        reference=reference,
        note=note,
        at=now,
        person_id=person_id,
    )


@transaction.atomic
def write_off(
    *, merchant_id: int, location: Location, sku_id: int, pieces: int, now: datetime, person_id: int | None, note: str
) -> None:
    """Give pieces up for lost; :raises NotEnoughHere: they do not lie there."""
    loss = ledger.end_of_ledger(warehouse_id=location.warehouse_id, kind=LocationKind.LOSS)
    ledger.post(
        merchant_id=merchant_id,
        transfers=[Transfer(sku_id=sku_id, from_id=location.pk, to_id=loss.pk, pieces=pieces)],
        reason=MoveReason.WRITE_OFF,
        note=note,
        at=now,
        person_id=person_id,
    )


@transaction.atomic
def set_minimum(
    *, merchant_id: int, warehouse_id: int, location_id: int | None, sku_id: int, pieces: int, refill_to: int
) -> None:
    """Say how little of a SKU may lie in a cell, or in the warehouse; 0 pieces takes the minimum away."""
    rows = Minimum.objects.filter(warehouse_id=warehouse_id, sku_id=sku_id)
    rows = rows.filter(location_id=location_id) if location_id else rows.filter(location=None)
    if pieces == 0:
        rows.delete()
        return
    if not rows.update(pieces=pieces, refill_to=refill_to):
        Minimum.objects.create(
            merchant_id=merchant_id,
            warehouse_id=warehouse_id,
            location_id=location_id,
            sku_id=sku_id,
            pieces=pieces,
            refill_to=refill_to,
        )


def _pieces(location_id: int, sku_id: int) -> int:
    found = Balance.objects.filter(location_id=location_id, sku_id=sku_id).values_list("pieces", flat=True).first()
    return found or 0
