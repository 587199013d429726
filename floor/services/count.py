"""Counting by scan: a cell, its items, the next cell."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from floor.services import scan as scans
from floor.types import Answer, Command, ScanIn
from stock.selectors import place
from stock.selectors import stocktake as selectors
from stock.services import stocktake
from stock.types import CountState

if TYPE_CHECKING:
    from stock.models import StockCount

STEP = "count"


def scan(*, count: "StockCount", scan: ScanIn, now: datetime) -> Answer:
    """Take a scan of a counting page.  Scanning the next cell ends the one before."""
    return scans.once(
        scan=scan, step=STEP, warehouse_id=count.warehouse_id, now=now, work=lambda: _scan(count, scan, now)
    )


def _scan(count: "StockCount", scan: ScanIn, now: datetime) -> Answer:
    if scan.amount:
        return scans.accepted(
            f"× {scan.amount}", _("Scan the item: it counts as %(n)d.") % {"n": scan.amount}, next_pieces=scan.amount
        )
    counting = selectors.open_cell(count_id=count.pk, person_id=scan.person_id)
    if scan.command is Command.DONE:
        if counting is None:
            return scans.already(_("No cell is open. Scan the address of the next one."))
        lines = stocktake.close_cell(cell=counting, now=now)
        again = sum(line.state == CountState.RECOUNT for line in lines)
        text = _("The cell is counted. Scan the next one.")
        if again:
            text = _("Goods moved meanwhile: %(n)d articles are to be counted again.") % {"n": again}
        return scans.accepted(counting.location.code, text)
    cell = place.goods_place(warehouse_id=count.warehouse_id, code=scan.code.strip())
    if cell is not None:
        if counting is not None and counting.location_id == cell.pk:
            return scans.already(_("You are counting this cell. Scan its items."), cell_id=cell.pk)
        opened = stocktake.open_cell(count_id=count.pk, location=cell, person_id=scan.person_id, now=now)
        if counting is not None:
            stocktake.close_cell(cell=counting, now=now)
        return scans.accepted(cell.code, _("Scan every item of this cell."), cell_id=opened.location_id)
    if counting is None:
        return scans.wrong(_("Which cell?"), _("Scan the address of the cell first, then its items."))
    found, _marked = scans.goods(scan.code)
    if not found:
        return scans.unknown(scan.code)
    if len(found) > 1:
        known = {line.sku_id for line in selectors.lines_of(counting)}
        found = [sku for sku in found if sku.pk in known] or found
    sku = found[0]
    line = stocktake.add(cell=counting, merchant_id=sku.merchant_id, sku_id=sku.pk, pieces=scan.pieces or 1)
    return scans.accepted(
        str(line.counted),
        _("%(sku)s: %(n)d counted.") % {"sku": sku.code, "n": line.counted},
        merchant_id=sku.merchant_id,
        sku_id=sku.pk,
        cell_id=counting.location_id,
    )
