"""What each person did in a day, and how often a scan was wrong: derived from the scans alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncMinute

from floor.models import PackSession, Scan
from floor.types import Outcome
from merchants.models import Person
from orders.selectors import brief

_ACTIVE_SLICE_MIN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """
    One person's work in a span of time.

    picked, sorted_, packed, put_back: pieces accepted; orders: packed; wrong: red answers; undone: taken back.
    minutes: spans of five minutes with a scan in them.
    """

    person: Person
    scans: int
    picked: int
    sorted_: int
    packed: int
    put_back: int
    orders: int
    wrong: int
    undone: int
    first: datetime
    last: datetime
    minutes: int

    @property
    def pieces_per_hour(self) -> float:
        """Pieces picked and packed in an hour of activity."""
        return (self.picked + self.packed + self.sorted_) * 60 / self.minutes if self.minutes else 0.0

    @property
    def error_percent(self) -> float:
        """Share of scans that were answered in red."""
        return self.wrong * 100 / self.scans if self.scans else 0.0


def work(*, warehouse_id: int, since: datetime, until: datetime) -> list[Work]:
    """Everybody who scanned in this warehouse from `since` until before `until`, the busiest first."""
    scans = Scan.objects.filter(warehouse_id=warehouse_id, at__gte=since, at__lt=until)
    accepted = Q(outcome=Outcome.ACCEPTED)
    of_unit = accepted & Q(answer__data__has_key="unit_id")
    rows: list[Mapping[str, Any]] = list(
        scans.order_by()
        .values("person_id")
        .annotate(
            scans=Count("pk"),
            picked=Count("pk", filter=of_unit & Q(step="pick")),
            sorted_=Count("pk", filter=of_unit & Q(step="sort")),
            packed=Count("pk", filter=of_unit & Q(step="pack")),
            put_back=Count("pk", filter=accepted & Q(step="put_back", order__isnull=False)),
            orders=Count("pk", filter=accepted & Q(answer__data__packed=True)),
            wrong=Count("pk", filter=Q(outcome=Outcome.WRONG)),
            undone=Count("pk", filter=accepted & Q(answer__data__has_key="undone")),
            first=Min("at"),
            last=Max("at"),
        )
    )
    minutes = _active_minutes(scans)
    people = Person.objects.in_bulk([row["person_id"] for row in rows])
    found = [
        Work(
            person=people[row["person_id"]],
            minutes=minutes[row["person_id"]],
            **{name: value for name, value in row.items() if name != "person_id"},
        )
        for row in rows
    ]
    return sorted(found, key=lambda row: -row.scans)


def _active_minutes(scans: QuerySet[Scan]) -> dict[int, int]:
    """Person id → minutes of the five-minute spans in which the person scanned."""
    spans: dict[int, set[int]] = {}
    rows = scans.order_by().annotate(minute=TruncMinute("at")).values_list("person_id", "minute").distinct()
    for person_id, minute in rows:
        spans.setdefault(person_id, set()).add(int(minute.timestamp()) // (60 * _ACTIVE_SLICE_MIN))
    return {person_id: len(found) * _ACTIVE_SLICE_MIN for person_id, found in spans.items()}


def errors(*, warehouse_id: int, since: datetime, limit: int = 20) -> Sequence[Scan]:
    """The last red and stopped scans, with who made them."""
    wrong = Scan.objects.filter(
        warehouse_id=warehouse_id, at__gte=since, outcome__in=[Outcome.WRONG, Outcome.STOP]
    ).select_related("person")
    return list(wrong.order_by("-pk")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """An order on somebody's packing table; gone: its lease has run out."""

    person: Person
    number: str
    since: datetime
    gone: bool


def tables(*, warehouse_orders: Iterable[int] | None = None, now: datetime) -> list[Busy]:
    """What lies on which table."""
    sessions = PackSession.objects.filter(closed_at=None).select_related("person").order_by("opened_at")
    if warehouse_orders is not None:
        sessions = sessions.filter(order_id__in=warehouse_orders)
    rows = list(sessions)
    numbers = brief.number_of([session.order_id for session in rows])
    return [
        Busy(
            person=session.person,
            number=numbers.get(session.order_id, ""),
            since=session.opened_at,
            gone=session.leased_until < now,
        )
        for session in rows
    ]


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """The local day that `now`, in its own zone, lies in."""
    begins = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(days=1)
