"""Posting moves: the one way by which pieces change their place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from backoffice.kernel import events as bus
from backoffice.kernel import prepared
from catalog.selectors import sku as skus
from stock import locks
from stock.errors import NotEnoughHere, Shortage, UnknownPlace
from stock.events import AvailabilityChanged
from stock.models import Balance, Location
from stock.types import GOODS_LIE, ON_HAND, LocationKind, MoveReason, Transfer


def post(
    *,
    merchant_id: int,
    transfers: Sequence[Transfer],
    reason: MoveReason,
    at: datetime,
    reference: str = "",
    note: str = "",
    person_id: int | None = None,
    known: Iterable[Location] = (),
) -> None:
    """
    Move pieces between locations: moves, balances and on-hand change together, or nothing does.

    Runs inside a transaction.  A refusal comes before anything is written, so the caller may go on after it.
    Transfers of one SKU between the same two locations are added up; those of 0 pieces are left out.
    known: those of the locations that the caller has read already.
    :raises NotEnoughHere: goods would have to leave a location that does not hold them; all shortages are named.
    :raises UnknownPlace: a location does not exist.
    """
    wanted: dict[tuple[int, int, int], int] = defaultdict(int)
    for transfer in transfers:
        if transfer.pieces and transfer.from_id != transfer.to_id:
            wanted[transfer.sku_id, transfer.from_id, transfer.to_id] += transfer.pieces
    if not wanted:
        return
    places = _places({place for _, *ends in wanted for place in ends}, known)
    locks.stock_rows(
        merchant_id=merchant_id,
        keys={(places[end].warehouse_id, sku_id) for sku_id, *ends in wanted for end in ends},
    )
    changes = _balance_changes(wanted)
    _refuse_shortages(changes, places)
    with transaction.atomic(savepoint=False):
        _write_moves(wanted, merchant_id, reason, at, reference, note, person_id)
        _write_balances(changes, places, merchant_id)
        on_hand = _on_hand_changes(changes, places)
        _write_on_hand(on_hand)
        if changed := frozenset(sku_id for _, sku_id in on_hand):
            sku_ids = changed | skus.kits_of(component_ids=changed)
            bus.publish(AvailabilityChanged(merchant_id=merchant_id, sku_ids=sku_ids, at=at))


# One piece from where goods lie to the packing table of the same warehouse.  The stock row is locked first, as by
# `post`; balances are then changed as they stand, and the move is written when both have been.
_TO_TABLE = """
WITH bench AS (
    SELECT id FROM stock_location WHERE warehouse_id = %(warehouse)s AND code = 'TABLE'
), held AS MATERIALIZED (
    SELECT id FROM stock_stockrow WHERE warehouse_id = %(warehouse)s AND sku_id = %(sku)s FOR UPDATE
), gone AS (
    UPDATE stock_balance balance SET pieces = balance.pieces - 1 FROM held, bench
     WHERE balance.location_id = %(source)s AND balance.sku_id = %(sku)s AND balance.pieces > 0
       AND balance.location_id <> bench.id
    RETURNING balance.id
), come AS (
    INSERT INTO stock_balance (merchant_id, location_id, sku_id, pieces, bounded)
    SELECT %(merchant)s, bench.id, %(sku)s, 1, true FROM gone, bench
        ON CONFLICT (location_id, sku_id) DO UPDATE SET pieces = stock_balance.pieces + 1
    RETURNING location_id
)
INSERT INTO stock_move
       (merchant_id, sku_id, from_location_id, to_location_id, pieces, reason, reference, note, at, person_id)
SELECT %(merchant)s, %(sku)s, %(source)s, come.location_id, 1, %(reason)s, %(reference)s, '', %(at)s, %(person)s::bigint
  FROM come
RETURNING id
"""


def pick(
    *, merchant_id: int, source: Location, sku_id: int, at: datetime, person_id: int | None, reference: str
) -> bool:
    """
    Move one piece from a cell or dock to the packing table in a single statement, as every scan wants it.

    What is on hand does not change by it, so nobody is told.  False: nothing was moved, the place holds none, or its
    warehouse has no packing table or stock row yet; `post` then says which.
    """
    if source.kind not in ON_HAND:
        return False
    values = {
        "merchant": merchant_id,
        "warehouse": source.warehouse_id,
        "source": source.pk,
        "sku": sku_id,
        "reason": MoveReason.PICK.value,
        "reference": reference,
        "at": at,
        "person": person_id,
    }
    return bool(prepared.rows(_TO_TABLE, values))


def _places(ids: Collection[int], known: Iterable[Location]) -> Mapping[int, Location]:
    places = {place.pk: place for place in known}
    if unread := set(ids) - set(places):
        places |= Location.objects.in_bulk(unread)
    if missing := set(ids) - set(places):
        raise UnknownPlace(f"locations {sorted(missing)}")
    return places


def _balance_changes(wanted: Mapping[tuple[int, int, int], int]) -> dict[tuple[int, int], int]:
    changes: dict[tuple[int, int], int] = defaultdict(int)
    for (sku_id, from_id, to_id), pieces in wanted.items():
        changes[from_id, sku_id] -= pieces
        changes[to_id, sku_id] += pieces
    return {key: change for key, change in changes.items() if change}


def _on_hand_changes(
    changes: Mapping[tuple[int, int], int], places: Mapping[int, Location]
) -> dict[tuple[int, int], int]:
    on_hand: dict[tuple[int, int], int] = defaultdict(int)
    for (location_id, sku_id), change in changes.items():
        if places[location_id].kind in ON_HAND:
            on_hand[places[location_id].warehouse_id, sku_id] += change
    return {key: change for key, change in on_hand.items() if change}


def _refuse_shortages(changes: Mapping[tuple[int, int], int], places: Mapping[int, Location]) -> None:
    leaving = {key: -change for key, change in changes.items() if change < 0 and places[key[0]].kind in GOODS_LIE}
    if not leaving:
        return
    there = {
        (balance.location_id, balance.sku_id): balance.pieces
        for balance in Balance.objects.filter(
            location_id__in={location for location, _ in leaving}, sku_id__in={sku for _, sku in leaving}
        )
    }
    short = {key: pieces for key, pieces in leaving.items() if there.get(key, 0) < pieces}
    if short:
        codes = skus.codes({sku_id for _, sku_id in short})
        raise NotEnoughHere(
            [
                Shortage(
                    sku=codes.get(sku_id, str(sku_id)),
                    location=places[location_id].code,
                    there=there.get((location_id, sku_id), 0),
                    wanted=pieces,
                )
                for (location_id, sku_id), pieces in sorted(short.items())
            ]
        )


def _write_moves(
    wanted: Mapping[tuple[int, int, int], int],
    merchant_id: int,
    reason: MoveReason,
    at: datetime,
    reference: str,
    note: str,
    person_id: int | None,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO stock_move
                (merchant_id, sku_id, from_location_id, to_location_id, pieces, reason, reference, note, at, person_id)
            SELECT %s, sku, source, target, pieces, %s, %s, %s, %s, %s
            FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[]) AS move(sku, source, target, pieces)
            """,
            [
                *(merchant_id, reason, reference, note[:300], at, person_id),
                *([key[column] for key in wanted] for column in range(3)),
                list(wanted.values()),
            ],
        )


def _write_balances(changes: Mapping[tuple[int, int], int], places: Mapping[int, Location], merchant_id: int) -> None:
    locations, sku_ids = [key[0] for key in changes], [key[1] for key in changes]
    bounded = [places[location].kind in GOODS_LIE for location in locations]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE stock_balance SET pieces = stock_balance.pieces + change.pieces
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS change(location, sku, pieces)
            WHERE stock_balance.location_id = change.location AND stock_balance.sku_id = change.sku
            """,
            [locations, sku_ids, list(changes.values())],
        )
        if cursor.rowcount == len(changes):
            return
        # Places that held none of it before.  The stock rows are locked, so nobody makes the same ones meanwhile; and
        # an upsert would judge a negative change before it meets the old row.
        cursor.execute(
            """
            INSERT INTO stock_balance (merchant_id, location_id, sku_id, pieces, bounded)
            SELECT %s, location, sku, pieces, bounded
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bool[]) AS key(location, sku, pieces, bounded)
            WHERE NOT EXISTS (
                SELECT FROM stock_balance old WHERE old.location_id = key.location AND old.sku_id = key.sku)
            """,
            [merchant_id, locations, sku_ids, list(changes.values()), bounded],
        )


def _write_on_hand(changes: Mapping[tuple[int, int], int]) -> None:
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE stock_stockrow SET on_hand = stock_stockrow.on_hand + change.pieces
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS change(warehouse, sku, pieces)
            WHERE stock_stockrow.warehouse_id = change.warehouse AND stock_stockrow.sku_id = change.sku
            """,
            [[key[0] for key in changes], [key[1] for key in changes], list(changes.values())],
        )


def end_of_ledger(*, warehouse_id: int, kind: LocationKind) -> Location:
    """
    The location of a warehouse that stands for the outside, or for its dock or packing table; made when first needed.

    kind: SUPPLIER, CUSTOMER, LOSS, DOCK, TABLE or QUARANTINE.  Its code is the kind in capitals.
    """
    location, _ = Location.objects.get_or_create(
        warehouse_id=warehouse_id, code=kind.value.upper(), defaults={"kind": kind}
    )
    return location
