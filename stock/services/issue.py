"""Goods leave: what was reserved for orders goes to the customer."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from stock import locks
from stock.models import Balance, Location, Reservation
from stock.services import ledger
from stock.services.release import end_reservations
from stock.types import ON_HAND, LocationKind, MoveReason, ReservationState, Transfer


@transaction.atomic
def issue_orders(
    *,
    merchant_id: int,
    order_ids: Sequence[int],
    now: datetime,
    person_id: int | None = None,
    unpicked: Collection[int] = (),
) -> None:
    """
    Turn what these orders hold into moves to the customer, exactly once.

    Pieces are taken from the packing table first, then from the dock and the cells by address.  Where the shelves hold
    less than was promised, the difference is posted as found stock: the goods have left, whatever the system believed.
    unpicked: those of which nobody has picked anything; what lies on the table is of others, so cells come first.
    """
    held = Reservation.objects.filter(order_ref__in=list(order_ids), state=ReservationState.HELD).order_by("pk")
    rows = list(held.values_list("pk", "warehouse_id", "sku_id", "order_ref"))
    if not rows:
        return
    locks.stock_rows(merchant_id=merchant_id, keys={(warehouse, sku_id) for _, warehouse, sku_id, _ in rows})
    by_order: dict[int | None, list[int]] = defaultdict(list)
    for pk, _, _, order_ref in rows:
        by_order[order_ref].append(pk)
    warehouses, skus = {warehouse for _, warehouse, *_ in rows}, {sku_id for _, _, sku_id, _ in rows}
    for rank, own in (
        (_TABLE_FIRST, [order_ref for order_ref in by_order if order_ref not in unpicked]),
        (CELLS_FIRST, [order_ref for order_ref in by_order if order_ref in unpicked]),
    ):
        shelves = shelves_of(warehouses, skus, rank) if own else {}
        for order_ref in own:
            for key, pieces in end_reservations(by_order[order_ref], ReservationState.ISSUED).items():
                customer = ledger.end_of_ledger(warehouse_id=key[0], kind=LocationKind.CUSTOMER)
                take_from_shelves(
                    merchant_id=merchant_id,
                    key=key,
                    pieces=pieces,
                    shelves=shelves,
                    to=customer,
                    reason=MoveReason.ISSUE,
                    reference=f"order:{order_ref}",
                    now=now,
                    person_id=person_id,
                )


_TABLE_FIRST = {LocationKind.TABLE: 0, LocationKind.DOCK: 1, LocationKind.CELL: 2}
# What lies on the packing table was picked for other orders.
CELLS_FIRST = {LocationKind.CELL: 0, LocationKind.DOCK: 1, LocationKind.TABLE: 2}

Shelves = Mapping[tuple[int, int], list[list[int]]]  # (warehouse id, SKU id) → [location id, pieces]


def shelves_of(
    warehouse_ids: set[int], sku_ids: set[int], rank: Mapping[LocationKind, int] = MappingProxyType(_TABLE_FIRST)
) -> Shelves:
    """Where these SKUs can be taken from, by kind of place, then by address."""
    places = {place.pk: place for place in Location.objects.filter(warehouse_id__in=warehouse_ids, kind__in=ON_HAND)}
    shelves: dict[tuple[int, int], list[list[int]]] = defaultdict(list)
    balances = Balance.objects.filter(location_id__in=places.keys(), sku_id__in=sku_ids, pieces__gt=0)
    for balance in balances:
        place = places[balance.location_id]
        shelves[place.warehouse_id, balance.sku_id].append([place.pk, balance.pieces])
    for rows in shelves.values():
        rows.sort(key=lambda row: (rank[LocationKind(places[row[0]].kind)], places[row[0]].code))
    return shelves


def take_from_shelves(
    *,
    merchant_id: int,
    key: tuple[int, int],
    pieces: int,
    shelves: Shelves,
    to: Location,
    reason: MoveReason,
    reference: str,
    now: datetime,
    person_id: int | None,
) -> None:
    """
    Move pieces of (warehouse id, SKU id) from its shelves to `to`; what is taken is taken off `shelves`, too.

    Where the shelves hold less, the difference comes as found stock.
    """
    warehouse_id, sku_id = key
    transfers = []
    for shelf in shelves.get(key, []):
        taken = min(shelf[1], pieces)
        if taken:
            shelf[1] -= taken
            pieces -= taken
            transfers.append(Transfer(sku_id=sku_id, from_id=shelf[0], to_id=to.pk, pieces=taken))
    if pieces:
        loss = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.LOSS)
        ledger.post(
            merchant_id=merchant_id,
            transfers=[Transfer(sku_id=sku_id, from_id=loss.pk, to_id=to.pk, pieces=pieces)],
            reason=MoveReason.FOUND,
            reference=reference,
            at=now,
            person_id=person_id,
        )
    ledger.post(
        merchant_id=merchant_id,
        transfers=transfers,
        reason=reason,
        reference=reference,
        at=now,
        person_id=person_id,
    )
