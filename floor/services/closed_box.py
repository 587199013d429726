"""The packed order on a table: its box is closed by its own sticker."""

from datetime import datetime

from django.utils.translation import gettext as _

from floor.models import PackSession
from floor.services import boxes, table
from floor.services import scan as scans
from floor.types import Answer, Command, ScanIn
from labels.selectors.printing import sticker_of
from labels.services import printing
from orders.selectors import brief
from orders.selectors.brief import OrderBrief


def take(session: PackSession, order: OrderBrief, scan: ScanIn, now: datetime) -> Answer | None:
    """Take a scan while the packed order lies on the table; None: the box has left it, the scan begins another one."""
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if scan.command is Command.ASIDE:
        table.close(session, now)
        return scans.accepted(_("Order closed"), _("Scan an item to go on."), **data)
    if scan.command is not None:
        return scans.wrong(
            _("Box closed"),
            _("Order %(number)s is packed and its sticker is out. Ask the lead to open it again.")
            % {"number": order.number},
            **data,
        )
    read = parcel(scan.code)
    if read is None:
        table.close(session, now)  # the next item: the box goes without the check of its sticker
        return None
    sticker, box = read
    if sticker.order_id != order.order_id:
        return scans.wrong(
            _("Wrong sticker"),
            _("This sticker is of order %(other)s. On this box belongs the one of %(number)s.")
            % {"other": sticker.number, "number": order.number},
            **data,
        )
    answer = confirmed(order, box, now)
    if answer.data.get("confirmed"):
        table.close(session, now)
    return answer


def parcel(code: str) -> tuple[OrderBrief, int | None] | None:
    """The order whose sticker was scanned and the box that this belongs on, or the order whose number was."""
    plain = code.strip()
    sticker = sticker_of(plain)
    order = next(iter(brief.by_ids([sticker.order_id])), None) if sticker else brief.by_parcel_code(plain)
    return (order, sticker.box if sticker else None) if order else None


def confirmed(order: OrderBrief, box: int | None, now: datetime) -> Answer:
    """The sticker was scanned on its box; box: which one of the order, where it goes in several."""
    left = printing.confirm_order(order_id=order.order_id, now=now, box=box)
    if left:
        return boxes.still_open(order, left, box)
    return scans.accepted(
        _("Box closed"),
        _("Order %(number)s: its sticker is on its box.") % {"number": order.number},
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        confirmed=True,
    )
