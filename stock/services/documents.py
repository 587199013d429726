"""Receipts, write-offs and transfers that another program keeps: the ledger is brought to what they say now."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from catalog.selectors import sku as skus
from stock import locks
from stock.errors import NotEnoughHere, Shortage
from stock.models import Balance, Location
from stock.services import ledger
from stock.types import LocationKind, MoveReason, Transfer

_RANK = {LocationKind.DOCK: 0, LocationKind.CELL: 1}


@transaction.atomic
def post(
    *,
    merchant_id: int,
    warehouse_id: int,
    end: LocationKind,
    reason: MoveReason,
    changes: Mapping[int, int],
    reference: str,
    note: str,
    now: datetime,
) -> None:
    """
    Bring pieces in from an end of the ledger (SUPPLIER, LOSS), or give them to it.

    changes: SKU id → pieces, negative: they leave, from the dock first, then from the cells by address.
    :raises NotEnoughHere: that much does not lie there; all shortages are named and nothing is moved
    """
    locks.stock_rows(
        merchant_id=merchant_id, keys={(warehouse_id, sku_id) for sku_id, pieces in changes.items() if pieces}
    )
    outside = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=end).pk
    dock = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.DOCK).pk
    coming = [
        Transfer(sku_id=sku_id, from_id=outside, to_id=dock, pieces=pieces)
        for sku_id, pieces in changes.items()
        if pieces > 0
    ]
    leaving = _leaving(warehouse_id, {sku_id: -pieces for sku_id, pieces in changes.items() if pieces < 0}, outside)
    ledger.post(
        merchant_id=merchant_id,
        transfers=[*coming, *leaving],
        reason=reason,
        reference=reference,
        note=note[:300],
        at=now,
    )


@transaction.atomic
def carry(
    *,
    merchant_id: int,
    from_id: int,
    to_id: int,
    changes: Mapping[int, int],
    reference: str,
    note: str,
    now: datetime,
) -> None:
    """
    Carry pieces from one warehouse to the dock of another.

    changes: SKU id → pieces, negative: they go back.  They leave from the dock first, then from the cells by address.
    :raises NotEnoughHere: that much does not lie there; nothing is moved
    """
    locks.stock_rows(
        merchant_id=merchant_id,
        keys={(end, sku_id) for sku_id, pieces in changes.items() if pieces for end in (from_id, to_id)},
    )
    transfers = []
    for source, target, sign in ((from_id, to_id, 1), (to_id, from_id, -1)):
        wanted = {sku_id: sign * pieces for sku_id, pieces in changes.items() if sign * pieces > 0}
        dock = ledger.end_of_ledger(warehouse_id=target, kind=LocationKind.DOCK).pk
        transfers += _leaving(source, wanted, dock)
    ledger.post(
        merchant_id=merchant_id,
        transfers=transfers,
        reason=MoveReason.TRANSFER,
        reference=reference,
        note=note[:300],
        at=now,
    )


def _leaving(warehouse_id: int, wanted: Mapping[int, int], target: int) -> list[Transfer]:
    if not wanted:
        return []
    places = {row.pk: row for row in Location.objects.filter(warehouse_id=warehouse_id, kind__in=list(_RANK))}
    shelves: dict[int, list[Balance]] = defaultdict(list)
    for balance in Balance.objects.filter(location_id__in=places, sku_id__in=wanted, pieces__gt=0):
        shelves[balance.sku_id].append(balance)
    transfers, short = [], []
    codes = skus.codes(wanted)
    for sku_id, pieces in sorted(wanted.items()):
        rest = pieces
        for shelf in sorted(shelves[sku_id], key=lambda row: _order(places[row.location_id])):
            taken = min(rest, shelf.pieces)
            if taken:
                transfers.append(Transfer(sku_id=sku_id, from_id=shelf.location_id, to_id=target, pieces=taken))
            rest -= taken
        if rest:
            code = codes.get(sku_id, str(sku_id))
            short.append(Shortage(sku=code, location="—", there=pieces - rest, wanted=pieces))
    if short:
        raise NotEnoughHere(short)
    return transfers


def _order(place: Location) -> tuple[int, str]:
    return _RANK[LocationKind(place.kind)], place.code
