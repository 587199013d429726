"""Kits by scan: one scan of a kit is one kit, assembled of what lies in the place where people work, or taken apart."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from floor.services import scan as scans
from floor.services import undo
from floor.types import Answer, Command, ScanIn
from stock.errors import NotAKit, NotEnoughHere, Promised
from stock.selectors import kits as selectors
from stock.selectors import place
from stock.services import kits, ledger
from stock.types import LocationKind

if TYPE_CHECKING:
    from catalog.selectors.scanned import Goods
    from stock.models import Location

STEP = "kit"


def scan(*, warehouse_id: int, scan: ScanIn, place_id: int | None, apart: bool, now: datetime) -> Answer:
    """
    Take a scan of the kits page: a place changes where people work, *24 says how many, a kit is made or taken apart.

    place_id: where the components lie, the dock when None; kits lie there, too.
    """
    return scans.once(
        scan=scan,
        step=STEP,
        warehouse_id=warehouse_id,
        now=now,
        work=lambda: _scan(warehouse_id, scan, working_place(warehouse_id, place_id), apart, now),
    )


def working_place(warehouse_id: int, place_id: int | None) -> "Location":
    """The place asked for if it is one of this warehouse, else its dock."""
    if place_id is not None and place.warehouses_of([place_id]).get(place_id) == warehouse_id:
        return place.location(place_id)
    return ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.DOCK)


def _scan(warehouse_id: int, scan: ScanIn, location: "Location", apart: bool, now: datetime) -> Answer:
    if scan.amount:
        return scans.accepted(
            f"× {scan.amount}",
            _("Scan the kit: it counts as %(n)d.") % {"n": scan.amount},
            next_pieces=scan.amount,
            cell_id=location.pk,
        )
    if scan.command is Command.UNDO:
        return _undo(warehouse_id, location, scan, now)
    other = place.cell_by_code(warehouse_id=warehouse_id, code=scan.code.strip())
    if other is not None:
        return scans.accepted(other.code, _("Components are taken from here. Scan a kit."), cell_id=other.pk)
    found, _marked = scans.goods(scan.code)
    if not found:
        return scans.unknown(scan.code)
    if len(found) > 1:
        return scans.wrong(
            _("Whose goods?"),
            _("Several merchants have this code. Choose one merchant at the top of the office page."),
            cell_id=location.pk,
        )
    return _turn(found, location, scan, apart, now)


def _turn(found: "Sequence[Goods]", location: "Location", scan: ScanIn, apart: bool, now: datetime) -> Answer:
    kit, pieces = found[0], scan.pieces or 1
    known: dict[str, object] = {"sku_id": kit.pk, "cell_id": location.pk}
    try:
        _move(kit.merchant_id, kit.pk, pieces, location, apart, scan.person_id, now)
    except NotAKit as refusal:
        return scans.wrong(_("Not a kit"), str(refusal), cell_id=location.pk)
    except NotEnoughHere as refusal:
        return scans.wrong(_("Not enough here"), " ".join((str(refusal), _elsewhere(kit, location, apart))), **known)
    except Promised as refusal:
        return scans.wrong(_("Promised to orders"), str(refusal), **known)
    text = _("%(sku)s: taken apart %(n)d in %(cell)s.") if apart else _("%(sku)s: assembled %(n)d in %(cell)s.")
    return scans.accepted(
        _("Taken apart") if apart else _("Assembled"),
        text % {"sku": kit.code, "n": pieces, "cell": location.code},
        merchant_id=kit.merchant_id,
        turned=pieces,
        apart=apart,
        **known,
    )


def _move(
    merchant_id: int, kit_id: int, pieces: int, location: "Location", apart: bool, person_id: int, now: datetime
) -> None:
    turn = kits.take_apart if apart else kits.assemble
    turn(merchant_id=merchant_id, kit_id=kit_id, pieces=pieces, location=location, now=now, person_id=person_id)


def _elsewhere(kit: "Goods", location: "Location", apart: bool) -> str:
    """Where the components that lack here lie."""
    if apart:
        return ""
    rows = [part for part in selectors.parts_at(kit_id=kit.pk, location=location) if part.cells and not part.kits]
    words = "; ".join(f"{part.sku.code}: {part.cells}" for part in rows)
    return _("Carry them here: %(cells)s.") % {"cells": words} if words else ""


def _undo(warehouse_id: int, location: "Location", scan: ScanIn, now: datetime) -> Answer:
    """Turn the person's last kits back, where they were made, whichever way they went."""
    last = undo.last_done(
        person_id=scan.person_id, warehouse_id=warehouse_id, step=STEP, did="turned", here=lambda data: True
    )
    if last is None:
        return scans.already(_("There is nothing to undo."), cell_id=location.pk)
    spot = place.location(last["cell_id"])
    try:
        _move(last["merchant_id"], last["sku_id"], last["turned"], spot, not last["apart"], scan.person_id, now)
    except (NotEnoughHere, Promised) as refusal:
        return scans.wrong(_("Cannot be undone"), str(refusal), cell_id=location.pk)
    return scans.accepted(
        _("Undone"),
        _("Turned back: %(n)d in %(cell)s.") % {"n": last["turned"], "cell": spot.code},
        merchant_id=last["merchant_id"],
        sku_id=last["sku_id"],
        undone=last["turned"],
        cell_id=location.pk,
    )
