"""Goods that go to a commissioner: promised, handed over, and still ours until a report says what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from backoffice.kernel import events as bus
from catalog.selectors import sku as skus
from stock import locks
from stock.errors import NotFree, Shortage
from stock.events import AvailabilityChanged
from stock.models import Location, Reservation, Warehouse, WarehouseMerchant
from stock.services import ledger
from stock.services.issue import CELLS_FIRST, shelves_of, take_from_shelves
from stock.services.release import end_reservations
from stock.types import LocationKind, MoveReason, ReservationState, Transfer, WarehouseKind


def place_of(*, merchant_id: int, channel_id: int, name: str) -> Location:
    """
    Where goods stand that the commissioner behind a channel has; made when first needed.

    It lies in a warehouse of the marketplace, so it is never offered from ours.  Its balance may fall below zero: then
    more was reported than was ever handed over, and the reconciliation shows it.
    """
    code = f"COMMISSIONER-{channel_id}"
    found = Location.objects.filter(kind=LocationKind.COMMISSIONER, code=code).first()
    if found is None:
        roof, _made = Warehouse.objects.get_or_create(
            name=f"{name[:80]} №{channel_id}", defaults={"kind": WarehouseKind.MARKETPLACE}
        )
        WarehouseMerchant.objects.get_or_create(merchant_id=merchant_id, warehouse=roof)
        found, _made = Location.objects.get_or_create(
            warehouse=roof, code=code, defaults={"kind": LocationKind.COMMISSIONER}
        )
    return found


def known_place(channel_id: int) -> Location | None:
    """The same, if anything was ever handed over."""
    code = f"COMMISSIONER-{channel_id}"
    return Location.objects.filter(kind=LocationKind.COMMISSIONER, code=code).first()


@transaction.atomic
def reserve(*, merchant_id: int, supply_id: int, warehouse_id: int, pieces: Mapping[int, int], now: datetime) -> None:
    """
    Promise pieces by SKU id of a warehouse to a supply, all or none.

    :raises NotFree: less is free; all shortages are named
    """
    wanted = {sku_id: count for sku_id, count in pieces.items() if count}
    rows = locks.stock_rows(merchant_id=merchant_id, keys={(warehouse_id, sku_id) for sku_id in wanted})
    free = {sku_id: rows[warehouse_id, sku_id].on_hand - rows[warehouse_id, sku_id].reserved for sku_id in wanted}
    short = {sku_id: free[sku_id] for sku_id, count in wanted.items() if free[sku_id] < count}
    if short:
        codes = skus.codes(short)
        raise NotFree(
            [
                Shortage(sku=codes[sku_id], location="", there=max(there, 0), wanted=wanted[sku_id])
                for sku_id, there in sorted(short.items(), key=lambda item: codes[item[0]])
            ]
        )
    Reservation.objects.bulk_create(
        [
            Reservation(
                merchant_id=merchant_id,
                warehouse_id=warehouse_id,
                sku_id=sku_id,
                supply_ref=supply_id,
                pieces=count,
                made_at=now,
            )
            for sku_id, count in wanted.items()
        ],
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE stock_stockrow SET reserved = reserved + promised.pieces
            FROM unnest(%s::bigint[], %s::int[]) AS promised(sku, pieces)
            WHERE stock_stockrow.warehouse_id = %s AND stock_stockrow.sku_id = promised.sku
            """,
            [list(wanted), list(wanted.values()), warehouse_id],
        )
    _tell(merchant_id, frozenset(wanted), now)


@transaction.atomic
def release(*, merchant_id: int, supply_id: int, now: datetime) -> int:
    """Take back what a supply was promised, exactly once; returns pieces."""
    ended = _end(merchant_id, supply_id, ReservationState.RELEASED)
    _tell(merchant_id, frozenset(sku_id for _, sku_id in ended), now)
    return sum(ended.values())


@transaction.atomic
def hand_over(
    *,
    merchant_id: int,
    supply_id: int,
    warehouse_id: int,
    to: Location,
    pieces: Mapping[int, int],
    now: datetime,
    person_id: int | None,
) -> None:
    """
    Let pieces by SKU id leave for the commissioner; the promise to the supply ends, what it did not take is free.

    Cells are emptied before the dock.  Where the shelves hold less than was packed, the difference is found stock.
    """
    going = {sku_id: count for sku_id, count in pieces.items() if count}
    held = set(_held(supply_id).values_list("sku_id", flat=True))
    locks.stock_rows(
        merchant_id=merchant_id,
        keys={(warehouse_id, sku_id) for sku_id in held | going.keys()}
        | {(to.warehouse_id, sku_id) for sku_id in going},
    )
    ended = _end(merchant_id, supply_id, ReservationState.ISSUED)
    shelves = shelves_of({warehouse_id}, set(going), CELLS_FIRST)
    for sku_id, count in sorted(going.items()):
        take_from_shelves(
            merchant_id=merchant_id,
            key=(warehouse_id, sku_id),
            pieces=count,
            shelves=shelves,
            to=to,
            reason=MoveReason.SUPPLY,
            reference=f"supply:{supply_id}",
            now=now,
            person_id=person_id,
        )
    _tell(merchant_id, frozenset(sku_id for _, sku_id in ended), now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a SKU at the commissioner, in pieces; returned: came back to its warehouse from buyers."""

    sold: int = 0
    returned: int = 0
    lost: int = 0


@transaction.atomic
def report(
    *,
    merchant_id: int,
    place: Location,
    changes: Mapping[int, Change],
    reference: str,
    now: datetime,
    undo: bool = False,
) -> None:
    """Move what was reported out of, or back into, the commissioner's hands; undo: the same the other way round."""
    customer = ledger.end_of_ledger(warehouse_id=place.warehouse_id, kind=LocationKind.CUSTOMER)
    loss = ledger.end_of_ledger(warehouse_id=place.warehouse_id, kind=LocationKind.LOSS)
    transfers = []
    for sku_id, change in sorted(changes.items()):
        for source, target, pieces in (
            (place, customer, change.sold),
            (customer, place, change.returned),
            (place, loss, change.lost),
        ):
            ends = (target.pk, source.pk) if undo else (source.pk, target.pk)
            transfers.append(Transfer(sku_id=sku_id, from_id=ends[0], to_id=ends[1], pieces=pieces))
    ledger.post(
        merchant_id=merchant_id,
        transfers=transfers,
        reason=MoveReason.REPORT,
        reference=reference,
        at=now,
        known=[place, customer, loss],
    )


@transaction.atomic
def settle_differences(
    *,
    merchant_id: int,
    supply_id: int,
    warehouse_id: int,
    place: Location,
    lost: Mapping[int, int],
    returned: Mapping[int, int],
    surplus: Mapping[int, int],
    now: datetime,
    person_id: int | None,
) -> None:
    """
    Post what of a supply was not accepted as it was packed; pieces by SKU id.

    lost: on the way.  returned: came back to the dock of its warehouse.  surplus: more arrived than was packed, so the
    shelf had more than was believed.
    """
    loss = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.LOSS)
    dock = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.DOCK)
    skus_of = lost.keys() | returned.keys() | surplus.keys()
    locks.stock_rows(
        merchant_id=merchant_id,
        keys={(roof, sku_id) for roof in (warehouse_id, place.warehouse_id) for sku_id in skus_of},
    )
    for source, target, pieces, reason in (
        (place, loss, lost, MoveReason.WRITE_OFF),
        (place, dock, returned, MoveReason.RETURN),
        (loss, place, surplus, MoveReason.FOUND),
    ):
        ledger.post(
            merchant_id=merchant_id,
            transfers=[
                Transfer(sku_id=sku_id, from_id=source.pk, to_id=target.pk, pieces=count)
                for sku_id, count in sorted(pieces.items())
            ],
            reason=reason,
            reference=f"supply:{supply_id}",
            at=now,
            person_id=person_id,
        )


def _held(supply_id: int) -> QuerySet[Reservation]:
    return Reservation.objects.filter(supply_ref=supply_id, state=ReservationState.HELD)


def _end(merchant_id: int, supply_id: int, state: ReservationState) -> Mapping[tuple[int, int], int]:
    held = list(_held(supply_id).order_by("pk").values_list("pk", "warehouse_id", "sku_id"))
    if not held:
        return {}
    locks.stock_rows(merchant_id=merchant_id, keys={(warehouse, sku_id) for _, warehouse, sku_id in held})
    return end_reservations([pk for pk, *_ in held], state)


def _tell(merchant_id: int, sku_ids: frozenset[int], now: datetime) -> None:
    if sku_ids:
        changed = sku_ids | skus.kits_of(component_ids=sku_ids)
        bus.publish(AvailabilityChanged(merchant_id=merchant_id, sku_ids=changed, at=now))
