"""Kits: assembled from what lies in a place, taken apart again, and what follows for stock when they change."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from catalog.events import ArchiveChanged, KitsChanged
from catalog.selectors import sku as skus
from stock import locks
from stock.errors import NotAKit, Promised
from stock.events import AvailabilityChanged
from stock.models import Location
from stock.services import ledger
from stock.types import LocationKind, MoveReason, Transfer


def offer_anew(fact: KitsChanged | ArchiveChanged) -> None:
    """How many of a kit there are depends on its components, and what is archived is not offered at all."""
    bus.publish(AvailabilityChanged(merchant_id=fact.merchant_id, sku_ids=fact.sku_ids, at=fact.at))


@transaction.atomic
def assemble(
    *, merchant_id: int, kit_id: int, pieces: int, location: Location, now: datetime, person_id: int | None
) -> None:
    """
    Make kits of the components that lie in a place; the kits lie there then.

    :raises NotAKit: it has no components
    :raises Promised: components are promised to orders
    :raises NotEnoughHere: components do not lie there
    """
    _turn(
        merchant_id,
        {part: per_kit * pieces for part, per_kit in _parts(kit_id).items()},
        {kit_id: pieces},
        location,
        MoveReason.ASSEMBLE,
        now,
        person_id,
    )


@transaction.atomic
def take_apart(
    *, merchant_id: int, kit_id: int, pieces: int, location: Location, now: datetime, person_id: int | None
) -> None:
    """The other way round: assembled kits that lie in a place become their components; refused as `assemble` is."""
    _turn(
        merchant_id,
        {kit_id: pieces},
        {part: per_kit * pieces for part, per_kit in _parts(kit_id).items()},
        location,
        MoveReason.TAKE_APART,
        now,
        person_id,
    )


def _parts(kit_id: int) -> Mapping[int, int]:
    parts = skus.components([kit_id]).get(kit_id)
    if not parts:
        raise NotAKit(_("%(sku)s is no kit: it has no components.") % {"sku": skus.codes([kit_id])[kit_id]})
    return parts


def _turn(
    merchant_id: int,
    used: Mapping[int, int],
    made: Mapping[int, int],
    location: Location,
    reason: MoveReason,
    now: datetime,
    person_id: int | None,
) -> None:
    """used, made: SKU id → pieces."""
    rows = locks.stock_rows(
        merchant_id=merchant_id, keys={(location.warehouse_id, sku_id) for sku_id in (*used, *made)}
    )
    lacking = {
        sku_id: row.on_hand - row.reserved
        for (_warehouse, sku_id), row in rows.items()
        # What was never there at all is missing, not promised: the ledger says so, with its place.
        if sku_id in used and row.reserved and row.on_hand - row.reserved < used[sku_id]
    }
    if lacking:
        codes = skus.codes(lacking)
        words = ", ".join(
            _("%(sku)s: %(free)d free, %(wanted)d needed")
            % {"sku": codes[sku_id], "free": max(free, 0), "wanted": used[sku_id]}
            for sku_id, free in sorted(lacking.items())
        )
        raise Promised(_("Promised to orders: %(skus)s. Nothing was moved.") % {"skus": words})
    end = ledger.end_of_ledger(warehouse_id=location.warehouse_id, kind=LocationKind.ASSEMBLY)
    ledger.post(
        merchant_id=merchant_id,
        transfers=[
            *(Transfer(sku_id=sku, from_id=location.pk, to_id=end.pk, pieces=pieces) for sku, pieces in used.items()),
            *(Transfer(sku_id=sku, from_id=end.pk, to_id=location.pk, pieces=pieces) for sku, pieces in made.items()),
        ],
        reason=reason,
        at=now,
        person_id=person_id,
        known=[location, end],
    )
