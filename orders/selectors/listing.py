"""Orders as lists: filtered, searched, paged by key, so that a page costs the same at a million orders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Func, Min, Prefetch, Q, QuerySet

from catalog.models import Channel
from merchants.selectors.first_rows import first_rows
from orders.models import Order, OrderLine
from orders.types import FINAL, Attention, State

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is to show; `after` and `before` are keys of the neighbouring pages."""

    query: str = ""
    states: Sequence[str] = ()
    channels: Sequence[int] = ()
    scheme: str = ""
    attention: str = ""  # a reason, or "any"
    open_only: bool = False
    since: datetime | None = None
    until: datetime | None = None
    sku: str = ""
    sort: str = "-ordered_at"
    after: str = ""
    before: str = ""


@dataclass(slots=True)
class KeyPage:
    """A page by key: iterable, with the keys of its neighbours ("" when there is none)."""

    rows: Sequence[Order]
    next_key: str = ""
    previous_key: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Order]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def orders_page(asked: Asked) -> KeyPage:
    """One page of orders with their channels and first lines; a constant number of queries."""
    backwards = bool(asked.before)
    found, order = _keyed(_filtered(asked), asked.before or asked.after, backwards)
    first = first_rows(found, *order, limit=PAGE + 1, merchant_ids=_merchants_of(asked))
    rows = list(
        first.select_related("channel", "channel_warehouse").prefetch_related(
            Prefetch("lines", queryset=OrderLine.objects.select_related("sku").order_by("position"))
        )
    )
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    forward_key = _key(rows[-1]) if rows and (more or backwards) else ""
    back_key = _key(rows[0]) if rows and ((backwards and more) or (not backwards and asked.after)) else ""
    return KeyPage(rows=rows, next_key=forward_key, previous_key=back_key)


def _filtered(asked: Asked) -> QuerySet[Order]:
    found = Order.objects.all()
    if asked.query:
        found = found.filter(_search(asked.query))
    if asked.states:
        found = found.filter(state__in=asked.states)
    if asked.open_only:
        found = found.exclude(state__in=FINAL)
    if asked.channels:
        found = found.filter(channel_id__in=asked.channels)
    if asked.scheme:
        found = found.filter(scheme=asked.scheme)
    if asked.attention:
        found = found.filter(needs_attention=True)
        if asked.attention != "any":
            found = found.filter(attention__contains=[asked.attention])
    if asked.since:
        found = found.filter(ordered_at__gte=asked.since)
    if asked.until:
        found = found.filter(ordered_at__lt=asked.until)
    if asked.sku:
        lines = OrderLine.objects.filter(sku__code_key=asked.sku.lower()).values("order_id")
        found = found.filter(pk__in=lines)
    return found


def _search(query: str) -> Q:
    """By the beginning or the end of the number, by the sticker's barcode, by the basket."""
    return (
        Q(external_number__begins=query) | Q(number_reversed__begins=query[::-1]) | Q(barcode=query) | Q(basket=query)
    )


def _key(order: Order) -> str:
    return f"{order.ordered_at.timestamp():.6f}_{order.pk}"


def _merchants_of(asked: Asked) -> list[int] | None:
    """Whose orders the asked channels can hold at all."""
    if not asked.channels:
        return None
    return list(Channel.objects.filter(pk__in=asked.channels).values_list("merchant_id", flat=True))


def _keyed(found: QuerySet[Order], key: str, backwards: bool) -> tuple[QuerySet[Order], tuple[str, str]]:
    """What stands behind the key (before it, backwards), and the order in which it is read."""
    order = ("ordered_at", "pk") if backwards else ("-ordered_at", "-pk")
    parsed = _parse(key)
    if parsed is None:
        return found, order
    moment, pk = parsed
    sign = "gt" if backwards else "lt"
    behind = found.filter(
        Q(**{f"ordered_at__{sign}": moment}) | Q(ordered_at=moment, **{f"pk__{sign}": pk}),
        **{f"ordered_at__{sign}e": moment},
    )
    return behind, order


def _parse(key: str) -> tuple[datetime, int] | None:
    stamp, _bar, pk = key.partition("_")
    try:
        return datetime.fromtimestamp(float(stamp), tz=UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayRow:
    """One channel on "Today"."""

    channel_id: int
    channel: Channel
    new: int
    to_pack: int
    packed: int
    attention: int
    handed_over: int
    late: int
    due: datetime | None


def today(*, now: datetime, midnight: datetime) -> list[TodayRow]:
    """Open orders by channel: new, to pack, packed, waiting for a person, handed over since midnight, late."""
    work = [State.NEW, State.CONFIRMED, State.PICKING]
    here = Order.objects.filter(state__in=[*work, State.PACKED])
    counts = {
        row["channel"]: row
        for row in here.values("channel").annotate(
            new=Count("pk", filter=Q(state=State.NEW)),
            to_pack=Count("pk", filter=Q(state__in=[State.CONFIRMED, State.PICKING])),
            packed=Count("pk", filter=Q(state=State.PACKED)),
            late=Count("pk", filter=Q(state__in=work, ship_by__lt=now)),
            due=Min("ship_by", filter=Q(state__in=work, ship_by__gte=now)),
        )
    }
    attention = dict(Order.objects.filter(needs_attention=True).values_list("channel").annotate(n=Count("pk")))
    gone = dict(
        Order.objects.filter(
            state__in=[State.HANDED_OVER, State.DELIVERING, State.READY_FOR_PICKUP, State.DELIVERED],
            handed_over_at__gte=midnight,
        )
        .values_list("channel")
        .annotate(n=Count("pk"))
    )
    rows = []
    for channel in Channel.objects.order_by("name"):
        known: Mapping[str, Any] = counts.get(channel.pk) or {}
        rows.append(
            TodayRow(
                channel_id=channel.pk,
                channel=channel,
                new=known.get("new", 0),
                to_pack=known.get("to_pack", 0),
                packed=known.get("packed", 0),
                late=known.get("late", 0),
                due=known.get("due"),
                attention=attention.get(channel.pk, 0),
                handed_over=gone.get(channel.pk, 0),
            )
        )
    return rows


def attention_counts() -> dict[str, int]:
    """How many orders wait for each reason."""
    reasons = (
        Order.objects.filter(needs_attention=True)
        .annotate(reason=Func("attention", function="unnest"))
        .values_list("reason")
        .annotate(n=Count("pk"))
    )
    known = set(Attention.values)
    return {reason: n for reason, n in reasons if reason in known}
