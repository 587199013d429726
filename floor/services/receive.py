"""Receiving by scan: against a supplier's delivery or free, always to the dock."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from floor.services import scan as scans
from floor.services import undo
from floor.types import Answer, Command, ScanIn
from stock.services import expected, ledger, shelf
from stock.types import LocationKind

if TYPE_CHECKING:
    from catalog.selectors.scanned import Goods
    from stock.models import ExpectedReceipt

STEP = "receive"


def scan(*, warehouse_id: int, receipt: "ExpectedReceipt | None", scan: ScanIn, now: datetime) -> Answer:
    """Take a scan of the receiving page: an item is so many pieces as were said before it (*24), else one."""
    return scans.once(
        scan=scan,
        step=STEP,
        warehouse_id=warehouse_id,
        now=now,
        work=lambda: _scan(warehouse_id, receipt, scan, now),
    )


def _scan(warehouse_id: int, receipt: "ExpectedReceipt | None", scan: ScanIn, now: datetime) -> Answer:
    if scan.amount:
        return scans.accepted(
            f"× {scan.amount}", _("Scan the item: it counts as %(n)d.") % {"n": scan.amount}, next_pieces=scan.amount
        )
    if scan.command is Command.UNDO:
        return _undo(warehouse_id, receipt, scan, now)
    found, _marked = scans.goods(scan.code)
    own = [sku for sku in found if receipt is None or sku.merchant_id == receipt.merchant_id]
    if not own:
        return _unknown(scan.code)
    if len(own) > 1:
        return scans.wrong(
            _("Whose goods?"), _("Several merchants have this code. Choose one merchant at the top of the office page.")
        )
    return _receive(warehouse_id, receipt, own[0], scan.pieces or 1, scan, now)


def _receive(
    warehouse_id: int, receipt: "ExpectedReceipt | None", sku: "Goods", pieces: int, scan: ScanIn, now: datetime
) -> Answer:
    known: dict[str, Any] = {"merchant_id": sku.merchant_id, "sku_id": sku.pk, "received": pieces}
    if receipt is None:
        dock = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.DOCK)
        shelf.receive(merchant_id=sku.merchant_id, lines=[(sku.pk, dock.pk, pieces)], now=now, person_id=scan.person_id)
        return scans.accepted(
            _("Accepted"), _("%(sku)s: %(n)d at the dock.") % {"sku": _named(sku), "n": pieces}, **known
        )
    line = expected.take_in(receipt_id=receipt.pk, sku_id=sku.pk, pieces=pieces, now=now, person_id=scan.person_id)
    known["receipt_id"] = receipt.pk
    words = {"sku": _named(sku), "received": line.received, "pieces": line.pieces}
    if line.pieces == 0:
        return scans.accepted(
            _("Not in the delivery"), _("%(sku)s was not expected. Taken in: %(received)d.") % words, **known
        )
    if line.received > line.pieces:
        return scans.accepted(
            _("More than expected"), _("%(sku)s: %(received)d, expected %(pieces)d. Taken in.") % words, **known
        )
    return scans.accepted(_("Accepted"), _("%(sku)s: %(received)d of %(pieces)d.") % words, **known)


def _named(sku: "Goods") -> str:
    return f"{sku.code} {sku.variant}".strip()


def _undo(warehouse_id: int, receipt: "ExpectedReceipt | None", scan: ScanIn, now: datetime) -> Answer:
    """Give the person's last receiving on this page back; one more undo, one more receiving."""
    receipt_id = receipt.pk if receipt else None
    last = undo.last_done(
        person_id=scan.person_id,
        warehouse_id=warehouse_id,
        step=STEP,
        did="received",
        here=lambda data: data.get("receipt_id") == receipt_id,
    )
    if last is None:
        return scans.already(_("There is nothing to undo."))
    sku_id, pieces, merchant_id = last["sku_id"], last["received"], last["merchant_id"]
    if receipt is None:
        expected.give_back(
            merchant_id=merchant_id,
            warehouse_id=warehouse_id,
            sku_id=sku_id,
            pieces=pieces,
            reference="",
            now=now,
            person_id=scan.person_id,
        )
    else:
        expected.take_out(receipt_id=receipt.pk, sku_id=sku_id, pieces=pieces, now=now, person_id=scan.person_id)
    return scans.accepted(
        _("Undone"),
        _("Taken back: %(n)d.") % {"n": pieces},
        merchant_id=merchant_id,
        sku_id=sku_id,
        undone=pieces,
        receipt_id=receipt_id,
    )


def _unknown(code: str) -> Answer:
    return scans.wrong(
        _("Unknown code"),
        _("Read: %(code)s. No article has this code. Put the item aside, or let the code mean an article below.")
        % {"code": code[:60]},
        unknown=code[:80],
    )
