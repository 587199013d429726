"""What comes back: of one order, and over all channels."""

from collections.abc import Iterable, Sequence

from django.db.models import F, Q, QuerySet

from marketplaces.models import ReturnRow
from orders.selectors import outbound


def of_order(*, channel_id: int, number: str) -> Sequence[ReturnRow]:
    """The returns of an order, the newest first."""
    return list(ReturnRow.objects.filter(channel_id=channel_id, number=number).order_by("-created_at", "-pk"))


def channels() -> list[tuple[int, str]]:
    """(id, name) of the channels from which anything ever came back, in the open scope."""
    rows = ReturnRow.objects.order_by("channel__name", "channel_id").values_list("channel_id", "channel__name")
    return list(rows.distinct())


def listed(*, channel_id: int, kind: str, stage: str, number: str, decide: bool) -> QuerySet[ReturnRow]:
    """
    Returns of the open scope, those that changed last first.

    channel_id 0, "" and False filter nothing; number: the beginning of the order's or of the return's.
    """
    rows = ReturnRow.objects.select_related("channel")
    if channel_id:
        rows = rows.filter(channel_id=channel_id)
    if kind:
        rows = rows.filter(kind=kind)
    if stage:
        rows = rows.filter(stage=stage)
    if number:
        rows = rows.filter(Q(number__startswith=number) | Q(external_id__startswith=number))
    if decide:
        rows = rows.filter(needs_decision=True)
    return rows.order_by(F("changed_at").desc(nulls_last=True), "-pk")


def orders_of(rows: Iterable[ReturnRow]) -> dict[tuple[int, str], int]:
    """(channel, number) → our order, where we have it; a query per channel."""
    numbers: dict[int, set[str]] = {}
    for row in rows:
        numbers.setdefault(row.channel_id, set()).add(row.number)
    return {
        (channel_id, number): order_id
        for channel_id, those in numbers.items()
        for number, order_id in outbound.ids_by_number(channel_id=channel_id, numbers=those).items()
    }
