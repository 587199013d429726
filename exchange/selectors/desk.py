"""What the exchange desk shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from exchange.models import Connection, Item, Message, Pending, Use, Word
from exchange.selectors.orders import waiting_count
from exchange.types import Direction, ItemState, Kind, MessageState, WordKind

_DAY = timedelta(days=1)
_QUIET = timedelta(hours=24)
ROWS = 50

COUNTS = {
    "goods": _("Goods told"),
    "goods.new": _("Goods made"),
    "goods.changed": _("Goods changed"),
    "goods.archived": _("Goods taken off sale"),
    "goods.waiting": _("Goods that wait for a person"),
    "offers": _("Offers told"),
    "offers.new": _("Characteristics made"),
    "offers.waiting": _("Offers kept until their good comes"),
    "barcodes.new": _("Barcodes added"),
    "prices": _("Prices told"),
    "prices.changed": _("Prices changed"),
    "rests": _("Rests told"),
    "rests.changed": _("Rests changed"),
    "words": _("Entries of dictionaries"),
    "orders": _("Orders"),
    "orders.changed": _("Orders with news"),
}
ALARMS = {
    "stock": _("Too many articles would become empty"),
    "price": _("Too many prices would change by half or more"),
    "archive": _("Too many goods would be archived"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """
    One connection at a glance.

    verdict: ok, lagging (silent for a day), failing (its last package was refused), waiting (a decision), never, off.
    rejected: objects in a day.  orders: not acknowledged yet.
    """

    connection: Connection
    verdict: str
    last_at: datetime | None
    address: str
    taken_at: datetime | None
    rejected: int
    held: int
    matching: int
    orders: int
    reason: str


def healths(*, now: datetime) -> list[Health]:
    """All connections of the open scope; a constant number of queries, and one short count of orders for each."""
    sources = list(
        Connection.objects.filter(kind=Kind.CML).select_related("merchant").order_by("merchant__name", "name")
    )
    uses = {use.connection_id: use for use in Use.objects.all()}
    incoming = Message.objects.filter(direction=Direction.IN, dry=False)
    sums = {
        row["connection_id"]: row
        for row in incoming.filter(created_at__gt=now - 30 * _DAY)
        .values("connection_id")
        .annotate(
            rejected=Sum("rejected", filter=Q(created_at__gt=now - _DAY)),
            held=Count("pk", filter=Q(state=MessageState.HELD)),
            taken=Max("finished_at", filter=Q(state=MessageState.DONE)),
        )
    }
    waiting = dict(
        Item.objects.filter(state=ItemState.WAITING).values_list("connection_id").annotate(n=Count("pk")).order_by()
    )
    last = {
        row.connection_id: row
        for row in incoming.filter(finished_at__isnull=False).order_by("connection_id", "-pk").distinct("connection_id")
    }
    return [_health(source, uses, sums.get(source.pk, {}), waiting, last.get(source.pk), now) for source in sources]


def _health(
    source: Connection,
    uses: Mapping[int, Use],
    sums: Mapping[str, Any],
    waiting: Mapping[int, int],
    last: Message | None,
    now: datetime,
) -> Health:
    use = uses.get(source.pk)
    held = sums.get("held") or 0
    refused = last is not None and last.state == MessageState.REFUSED
    if not source.active:
        verdict = "off"
    elif use is None:
        verdict = "never"
    elif refused:
        verdict = "failing"
    elif held:
        verdict = "waiting"
    else:
        verdict = "lagging" if use.last_at < now - _QUIET else "ok"
    return Health(
        connection=source,
        verdict=verdict,
        last_at=use.last_at if use else None,
        address=use.address if use else "",
        taken_at=sums.get("taken"),
        rejected=sums.get("rejected") or 0,
        held=held,
        matching=waiting.get(source.pk, 0),
        orders=waiting_count(source) if source.active else 0,
        reason=last.reason if refused and last is not None else "",
    )


def programs() -> list[tuple[Connection, Use | None]]:
    """Programs of the API with their last use."""
    uses = {use.connection_id: use for use in Use.objects.all()}
    rows = Connection.objects.filter(kind=Kind.API).select_related("merchant").order_by("merchant__name", "name")
    return [(row, uses.get(row.pk)) for row in rows]


def messages(*, filters: Mapping[str, Any], page: str) -> Page[Message]:
    """Packages, the newest first; filters: connection, state, direction, q."""
    rows = Message.objects.select_related("connection", "person").order_by("-created_at", "-pk")
    for name in ("connection_id", "state", "direction"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    if filters.get("trouble"):
        rows = rows.filter(Q(rejected__gt=0) | Q(state__in=[MessageState.REFUSED, MessageState.HELD]))
    return Paginator(rows, ROWS).get_page(page)


def newest(limit: int = 10) -> Sequence[Message]:
    return list(Message.objects.select_related("connection").order_by("-created_at", "-pk")[:limit])


def counted(message: Message) -> list[tuple[object, int]]:
    """Counts of a package in words, in the order of the table above."""
    return [(COUNTS[key], message.counts[key]) for key in COUNTS if key in message.counts]


def waiting_items() -> QuerySet[Item]:
    """The matching queue, the oldest first."""
    rows = Item.objects.filter(state=ItemState.WAITING)
    return rows.select_related("connection", "candidate__product").order_by("pk")


def dictionary(source: Connection, kind: WordKind) -> Sequence[Word]:
    return list(
        Word.objects.filter(connection=source, kind=kind).select_related("warehouse", "price_type").order_by("name")
    )


def pending_count(source: Connection) -> int:
    """Goods or characteristics of which something is kept until they are ours."""
    return Pending.objects.filter(connection=source).values("good", "char").distinct().count()
