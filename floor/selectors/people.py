"""What each person did in a day, and how often a scan was wrong: derived from the scans alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backoffice.kernel import prepared
from floor.models import PackSession, Scan
from floor.types import Outcome
from merchants.models import Person
from orders.selectors import brief

_ACTIVE_SLICE = timedelta(minutes=5)


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


# By person and slice first: how many slices a person has is how long the person was active.
_WORK = """
SELECT person_id, sum(scans)::int, sum(picked)::int, sum(sorted)::int, sum(packed)::int, sum(put_back)::int,
       sum(orders)::int, sum(wrong)::int, sum(undone)::int, min(first), max(last), count(*)::int
  FROM (SELECT person_id, count(*) AS scans, min(at) AS first, max(at) AS last,
               count(*) FILTER (WHERE outcome = 'accepted' AND piece AND step = 'pick') AS picked,
               count(*) FILTER (WHERE outcome = 'accepted' AND piece AND step = 'sort') AS sorted,
               count(*) FILTER (WHERE outcome = 'accepted' AND piece AND step = 'pack') AS packed,
               count(*) FILTER (WHERE outcome = 'accepted' AND step = 'put_back' AND order_id IS NOT NULL) AS put_back,
               count(*) FILTER (WHERE outcome = 'accepted' AND packed) AS orders,
               count(*) FILTER (WHERE outcome = 'wrong') AS wrong,
               count(*) FILTER (WHERE outcome = 'accepted' AND undone) AS undone
          FROM floor_scan
         WHERE warehouse_id = %(warehouse)s AND at >= %(since)s AND at < %(until)s
         GROUP BY person_id, date_bin(%(slice)s, at, 'epoch')) active
 GROUP BY person_id
"""


def work(*, warehouse_id: int, since: datetime, until: datetime) -> list[Work]:
    """Everybody who scanned in this warehouse from `since` until before `until`, the busiest first."""
    asked = {"warehouse": warehouse_id, "since": since, "until": until, "slice": _ACTIVE_SLICE}
    rows = prepared.rows(_WORK, asked, binary=True)
    people = Person.objects.in_bulk([person_id for person_id, *_counts in rows])
    found = [
        Work(
            person=people[person_id],
            scans=scans,
            picked=picked,
            sorted_=sorted_,
            packed=packed,
            put_back=put_back,
            orders=orders,
            wrong=wrong,
            undone=undone,
            first=first,
            last=last,
            minutes=slices * (_ACTIVE_SLICE // timedelta(minutes=1)),
        )
        for person_id, scans, picked, sorted_, packed, put_back, orders, wrong, undone, first, last, slices in rows
    ]
    return sorted(found, key=lambda row: -row.scans)


def errors(*, warehouse_id: int, since: datetime, limit: int = 20) -> Sequence[Scan]:
    """The last red and stopped scans, with who made them."""
    wrong = Scan.objects.filter(
        warehouse_id=warehouse_id, at__gte=since, outcome__in=[Outcome.WRONG, Outcome.STOP]
    ).order_by("-at", "-pk")
    # Which ones they are, the index knows; a whole row of each is read of those shown alone.
    return list(Scan.objects.filter(pk__in=wrong.values("pk")[:limit]).select_related("person").order_by("-at", "-pk"))


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
