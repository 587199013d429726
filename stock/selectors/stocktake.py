"""Rounds of counting as lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from stock.models import CountedCell, CountLine, Location, Move, StockCount
from stock.selectors import place
from stock.types import CountState, LocationKind

_NEXT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round with its sums: cells counted, lines that differ, lines to count again."""

    count: StockCount
    cells: int
    differing: int
    again: int


def rounds(warehouse_id: int) -> list[Round]:
    """The newest rounds of a warehouse, the open ones first."""
    rows = list(StockCount.objects.filter(warehouse_id=warehouse_id).select_related("made_by").order_by("-pk")[:30])
    cells = dict(CountedCell.objects.filter(count__in=rows).values_list("count_id").annotate(n=Count("pk")))
    lines = CountLine.objects.filter(cell__count__in=rows).order_by().values_list("cell__count_id")
    sums = {
        pk: (differing, again)
        for pk, differing, again in lines.annotate(
            differing=Count("pk", filter=Q(state=CountState.DIFFERS)),
            again=Count("pk", filter=Q(state=CountState.RECOUNT)),
        )
    }
    found = [
        Round(
            count=row,
            cells=cells.get(row.pk, 0),
            differing=sums.get(row.pk, (0, 0))[0],
            again=sums.get(row.pk, (0, 0))[1],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.count.done_at is not None, -one.count.pk))


def round_of(pk: int) -> StockCount | None:
    """A round in a warehouse that the open scope sees."""
    seen = [warehouse.pk for warehouse in place.seen_warehouses()]
    return StockCount.objects.select_related("warehouse").filter(pk=pk, warehouse_id__in=seen).first()


def open_cell(*, count_id: int, person_id: int) -> CountedCell | None:
    """The cell that a person is counting in a round."""
    cells = CountedCell.objects.filter(count_id=count_id, person_id=person_id, closed_at=None)
    return cells.select_related("location").order_by("-pk").first()


def lines_of(cell: CountedCell) -> Sequence[CountLine]:
    """What is known of a cell."""
    return list(CountLine.objects.filter(cell=cell).select_related("sku__product").order_by("pk"))


def to_decide(count_id: int) -> Sequence[CountLine]:
    """Lines of a round that do not agree, or were posted."""
    lines = CountLine.objects.filter(cell__count_id=count_id, cell__closed_at__isnull=False)
    wanted = [CountState.DIFFERS, CountState.RECOUNT, CountState.POSTED]
    return list(
        lines.filter(state__in=wanted).select_related("sku__product", "cell__location", "cell__person").order_by("pk")
    )


def wanting_count(warehouse_id: int) -> list[Location]:
    """Cells where pieces were found that the ledger did not know of, and which nobody has counted since."""
    found = Move.objects.filter(
        reason="found", to_location__warehouse_id=warehouse_id, to_location__kind=LocationKind.CELL
    )
    last = dict(found.order_by().values_list("to_location_id").annotate(at=Max("at")))
    cells = CountedCell.objects.filter(location_id__in=last, closed_at__isnull=False).order_by()
    counted = dict(cells.values_list("location_id").annotate(at=Max("begun_at")))
    waiting = [pk for pk, at in last.items() if pk not in counted or counted[pk] < at]
    return list(Location.objects.filter(pk__in=waiting).order_by("code")[:_NEXT])
