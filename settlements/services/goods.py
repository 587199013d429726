"""What a report does to the goods that the commissioner has of ours."""

from datetime import datetime

from django.db.models import Q, Sum

from catalog.types import Scheme
from settlements.models import Report, ReportLine
from settlements.types import LineKind
from stock.services import commission
from stock.services.commission import Change


def report(*, report: Report, channel_id: int, at: datetime, undo: bool = False) -> None:
    """
    Move what a report says was sold, returned or lost of the marketplace's own stock; undo: back again.

    Lines of orders that left our own warehouse change nothing: those goods went to the customer when they were handed
    over.  Nor does anything change while no supply was ever handed over by the channel.
    """
    place = commission.known_place(channel_id)
    if place is None:
        return
    commission.report(
        merchant_id=report.merchant_id,
        place=place,
        changes=_changes(report),
        reference=f"report:{report.pk}",
        now=at,
        undo=undo,
    )


def _changes(report: Report) -> dict[int, Change]:
    theirs = Q(order=None) | Q(order__scheme=Scheme.FBO)
    rows = ReportLine.objects.filter(theirs, report=report, sku__isnull=False, pieces__gt=0).order_by()
    kinds = (LineKind.SALE, LineKind.RETURN, LineKind.WRITE_OFF)
    sums = [Sum("pieces", filter=Q(kind=kind), default=0) for kind in kinds]
    # A kit is no SKU that lies anywhere; it never stood at the commissioner as such.
    found = rows.filter(sku__is_kit=False).values("sku_id").annotate(sold=sums[0], returned=sums[1], lost=sums[2])
    return {
        sku_id: Change(sold=sold, returned=returned, lost=lost)
        for sku_id, sold, returned, lost in found.values_list("sku_id", "sold", "returned", "lost")
        if sku_id
    }
