"""What can be printed, what was, and where."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, Value

from backoffice.kernel import prepared
from labels.models import BoxLabel, LabelFile, PrinterProfile, PrintItem, Station
from labels.types import LabelState, PrintState, ReadyLabel
from stock.selectors import place

_DONE = ~Q(prints__state=PrintState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRow:
    """One line of the print queue."""

    item_id: int
    order_id: int | None
    number: str
    state: str
    reason: str
    person: str
    station: str
    created_at: datetime
    unfinished: bool
    problem: str = ""


def ready_label(order_id: int) -> ReadyLabel | None:
    """The sticker of an order, or None while there is none."""
    found = (
        LabelFile.objects.filter(order_id=order_id, state=LabelState.READY)
        .annotate(
            times=Count("prints", filter=_DONE),
            last=Max("prints__created_at", filter=_DONE),
        )
        .first()
    )
    if found is None or found.order_id is None:
        return None
    return ReadyLabel(
        label_id=found.pk,
        order_id=found.order_id,
        content_type=found.content_type,
        barcode=found.barcode,
        part_a=found.part_a,
        part_b=found.part_b,
        stored_at=found.stored_at,
        printed_at=found.last,
        times_printed=found.times,
    )


_MISSING = """
SELECT asked.id FROM unnest(%(orders)s::bigint[]) AS asked (id)
 WHERE NOT EXISTS (SELECT FROM labels_labelfile file WHERE file.order_id = asked.id AND file.state = 'ready')
"""


def missing_labels(order_ids: Iterable[int]) -> set[int]:
    """Those of these orders that have no sticker to print."""
    return {order_id for (order_id,) in prepared.rows(_MISSING, {"orders": list(order_ids)})}


@dataclass(frozen=True, slots=True)
class Sticker:
    """A sticker that was read; box: which of the order's, boxes: how many it has."""

    order_id: int
    box: int
    boxes: int


def sticker_of(barcode: str) -> Sticker | None:
    """The sticker on which a scanner reads this, or None."""
    # The file's own barcode is that of its first page.
    one = LabelFile.objects.filter(barcode=barcode, state=LabelState.READY, order__isnull=False)
    further = BoxLabel.objects.filter(barcode=barcode, label__state=LabelState.READY, label__order__isnull=False)
    found = (
        one.order_by()
        .values_list("order_id", Value(1), "boxes")
        .union(further.order_by().values_list("label__order_id", "number", "label__boxes"), all=True)
    )
    return next((Sticker(*columns) for columns in found[:1]), None)


def order_of_barcode(barcode: str) -> int | None:
    """The order on one of whose stickers a scanner reads this, or None."""
    found = sticker_of(barcode)
    return found.order_id if found else None


def label_of_item(item_id: int) -> tuple[LabelFile, PrintItem]:
    """
    The file of a print item.

    :raises PrintItem.DoesNotExist: not in the open scope
    """
    item = PrintItem.objects.select_related("label", "station__printer").get(pk=item_id)
    return item.label, item


def print_rows(*, states: Collection[str] = (), before: int | None = None, limit: int = 50) -> list[PrintRow]:
    """The newest print items of the open scope, one more than `limit` when there are further ones."""
    rows = PrintItem.objects.select_related("label__order", "station", "person").order_by("-pk")
    if states:
        rows = rows.filter(state__in=states)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        PrintRow(
            item_id=item.pk,
            order_id=item.label.order_id,
            number=item.label.order.external_number if item.label.order else "",
            state=item.state,
            reason=item.get_reason_display() if item.reason else "",
            person=str(item.person or ""),
            station=str(item.station or ""),
            created_at=item.created_at,
            unfinished=item.state in {PrintState.QUEUED, PrintState.TAKEN, PrintState.SENT},
            problem=item.problem,
        )
        for item in rows[: limit + 1]
    ]


def seen_stations() -> list[Station]:
    """Stations of the warehouses that the open scope sees."""
    seen = [warehouse.pk for warehouse in place.seen_warehouses()]
    return list(Station.objects.filter(warehouse_id__in=seen).select_related("printer", "warehouse", "queue"))


def seen_printers() -> list[PrinterProfile]:
    """Printers of the warehouses that the open scope sees."""
    seen = [warehouse.pk for warehouse in place.seen_warehouses()]
    return list(PrinterProfile.objects.filter(warehouse_id__in=seen).select_related("warehouse"))


def station(pk: str | int | None) -> Station | None:
    """This station when the open scope sees it; None for anything else, whatever a cookie says."""
    if pk is None or not str(pk).isdecimal() or len(str(pk)) > 18:
        return None
    return next((seen for seen in seen_stations() if seen.pk == int(pk)), None)
