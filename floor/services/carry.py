"""Carrying goods: put away from the dock, move between cells, refill pick cells, into quarantine and out of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.models import Sku
from catalog.selectors.scanned import Goods
from floor.services import scan as scans
from floor.types import Answer, ScanIn
from stock.selectors import expected, place
from stock.services import ledger, shelf
from stock.types import LocationKind, MoveReason, Transfer

if TYPE_CHECKING:
    from stock.models import Location

STEP = "carry"


def scan(
    *, warehouse_id: int, scan: ScanIn, source_id: int | None, release_for: frozenset[int], now: datetime
) -> Answer:
    """
    Take a scan of the carrying page: the item in the hand, how many (*24), and the cell that it goes into.

    source_id: where it is taken from, the dock when None; scanning a cell with an empty hand changes it.
    release_for: merchants whose goods this person may let out of quarantine.
    """
    return scans.once(
        scan=scan,
        step=STEP,
        warehouse_id=warehouse_id,
        now=now,
        work=lambda: _scan(warehouse_id, scan, _source(warehouse_id, source_id), release_for, now),
    )


def _source(warehouse_id: int, source_id: int | None) -> "Location":
    """The place asked for if it is one of this warehouse, else its dock."""
    if source_id is not None and place.warehouses_of([source_id]).get(source_id) == warehouse_id:
        return place.location(source_id)
    return ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.DOCK)


def _scan(warehouse_id: int, scan: ScanIn, source: "Location", release_for: frozenset[int], now: datetime) -> Answer:
    held = Sku.objects.filter(pk=scan.sku_id).first() if scan.sku_id else None
    if scan.amount:
        if held is None:
            return scans.wrong(_("Which item?"), _("Scan the item first, then say how many."), cell_id=source.pk)
        return _hold(held, source, scan.amount)
    target = place.goods_place(warehouse_id=warehouse_id, code=scan.code.strip())
    if target is not None and held is not None:
        return _put(held, scan.pieces or 1, source, target, scan, release_for, now)
    if target is not None:
        return scans.accepted(target.code, _("Scan the item that you take from here."), cell_id=target.pk)
    found, _marked = scans.goods(scan.code)
    if not found:
        return scans.unknown(scan.code)
    return _take(found, source)


def _take(found: Sequence[Goods], source: "Location") -> Answer:
    there = place.pieces_in(location_id=source.pk, sku_ids=[sku.pk for sku in found])
    here = [sku for sku in found if sku.pk in there]
    if not here:
        return scans.wrong(
            _("Not here"),
            _("%(sku)s does not lie in %(cell)s. Scan the cell that you take it from.")
            % {"sku": found[0].code, "cell": source.code},
            cell_id=source.pk,
        )
    if len(here) > 1:
        return scans.wrong(
            _("Whose goods?"),
            _("Several merchants have this code. Choose one merchant at the top of the office page."),
            cell_id=source.pk,
        )
    return _hold(here[0], source, there[here[0].pk])


def _hold(sku: Sku | Goods, source: "Location", pieces: int) -> Answer:
    """The item is in the hand: all that lies there, unless a number was said."""
    there = place.pieces_in(location_id=source.pk, sku_ids=[sku.pk]).get(sku.pk, 0)
    if pieces > there:
        return scans.wrong(
            _("Not so many"),
            _("%(sku)s in %(cell)s: %(there)d there.") % {"sku": sku.code, "cell": source.code, "there": there},
            cell_id=source.pk,
            sku_id=sku.pk,
            pieces=there,
        )
    cell = expected.suggest_cell(warehouse_id=source.warehouse_id, sku_id=sku.pk)
    suggested = cell.code if cell is not None and cell.pk != source.pk else ""
    text = _("Carry %(n)d to %(cell)s, or scan another cell.") if suggested else _("Carry %(n)d: scan the cell.")
    return scans.accepted(
        sku.code,
        text % {"n": pieces, "cell": suggested},
        merchant_id=sku.merchant_id,
        cell_id=source.pk,
        sku_id=sku.pk,
        pieces=pieces,
        suggested=suggested,
    )


def _put(
    sku: Sku | Goods,
    pieces: int,
    source: "Location",
    target: "Location",
    scan: ScanIn,
    release_for: frozenset[int],
    now: datetime,
) -> Answer:
    held = {"cell_id": source.pk, "sku_id": sku.pk, "pieces": pieces}
    if source.pk == target.pk:
        return scans.already(_("It lies in %(cell)s already. Scan another cell.") % {"cell": target.code}, **held)
    if source.kind == LocationKind.QUARANTINE and sku.merchant_id not in release_for:
        return scans.wrong(
            _("Quarantine"), _("Only a lead lets goods out of quarantine. Nothing was moved."), cell_id=source.pk
        )
    shelf.move(
        merchant_id=sku.merchant_id,
        transfers=[Transfer(sku_id=sku.pk, from_id=source.pk, to_id=target.pk, pieces=pieces)],
        reason=MoveReason.DEFECT if target.kind == LocationKind.QUARANTINE else MoveReason.PUT_AWAY,
        now=now,
        person_id=scan.person_id,
    )
    return scans.accepted(
        _("Accepted"),
        _("%(sku)s: %(n)d lie in %(cell)s now.") % {"sku": sku.code, "n": pieces, "cell": target.code},
        merchant_id=sku.merchant_id,
        cell_id=source.pk,
        target_id=target.pk,
        moved=pieces,
    )
