"""What people scan: how much, how often it was wrong, and the scans themselves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.types import Asked
from floor.models import Scan
from floor.types import Outcome
from merchants.models import Person
from merchants.selectors.first_rows import first_rows

LENGTH = 100
_AT_ONCE = 5_000  # read for a file
_WRONG = Q(outcome=Outcome.WRONG)
_STEPS: Mapping[str, Promise] = {
    "pick": _("picking"),
    "sort": _("sorting"),
    "pack": _("packing"),
    "put_back": _("putting back"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Scans of a person: all, and those that were wrong, in percent; a day: on days with any."""

    person_id: int
    name: str
    scans: int
    wrong: int
    days: int

    @property
    def percent(self) -> float:
        return 100 * self.wrong / self.scans if self.scans else 0.0

    @property
    def a_day(self) -> float:
        return self.scans / self.days if self.days else 0.0


def hands(asked: Asked) -> list[Hand]:
    """By person, from scans of these days, those who scanned most first."""
    days: dict[int, list[tuple[int, int]]] = {}
    counted = (
        _within(asked).values_list("person_id", "at__date").annotate(n=Count("pk"), wrong=Count("pk", filter=_WRONG))
    )
    for person_id, _day, count, wrong in counted.order_by():
        days.setdefault(person_id, []).append((count, wrong))
    names = dict(Person.objects.filter(pk__in=days).values_list("pk", "full_name"))
    found = [
        Hand(
            person_id=person_id,
            name=names.get(person_id, ""),
            scans=sum(count for count, _wrong in each),
            wrong=sum(wrong for _count, wrong in each),
            days=len(each),
        )
        for person_id, each in days.items()
    ]
    found.sort(key=lambda hand: (-hand.scans, hand.person_id))
    return found[:100]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Scans of which person are asked for; wrong: those alone that the program refused."""

    person_id: int
    wrong: bool

    @classmethod
    def of(cls, query: QueryDict) -> "Whose":
        """From an address; what is no key is nobody's."""
        said = query.get("person", "")
        known = said.isascii() and said.isdigit() and len(said) < 18
        return cls(person_id=int(said) if known else -1, wrong="wrong" in query)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScansPage:
    """Some scans, the newest first.  next_key: of what follows, "" at the end."""

    rows: Sequence[Scan]
    next_key: str


def page(asked: Asked, whose: Whose, *, after: str = "", length: int = LENGTH) -> ScansPage:
    """One page of the scans that a number of `hands` counts; `after` is the key of the former page."""
    found = _of(asked, whose)
    said, _bar, number = after.partition("_")
    try:
        at, pk = datetime.fromisoformat(said), int(number[:18])
    except ValueError:
        pass
    else:
        if timezone.is_aware(at):
            found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    first = first_rows(found, "-at", "-pk", limit=length + 1).select_related("order", "person")
    rows = list(first)
    more, rows = len(rows) > length, rows[:length]
    return ScansPage(
        rows=rows, next_key=f"{rows[-1].at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}_{rows[-1].pk}" if more else ""
    )


def every(asked: Asked, whose: Whose) -> Iterator[Scan]:
    """All of them, read page by page."""
    after = ""
    while True:
        read = page(asked, whose, after=after, length=_AT_ONCE)
        yield from read.rows
        if not (after := read.next_key):
            return


def counted(asked: Asked, whose: Whose) -> tuple[int, int]:
    """How many they are, and how many of them were wrong."""
    told = _of(asked, whose).aggregate(scans=Count("pk"), wrong=Count("pk", filter=_WRONG))
    return told["scans"], told["wrong"]


def step(scan: Scan) -> str | Promise:
    """The work that a scan was part of, in words."""
    return _STEPS.get(scan.step, scan.step)


def outcome(scan: Scan) -> str | Promise:
    """What the program answered, in a word."""
    return Outcome(scan.outcome).label if scan.outcome in Outcome.values else scan.outcome


def _of(asked: Asked, whose: Whose) -> QuerySet[Scan]:
    found = _within(asked).filter(person_id=whose.person_id)
    return found.filter(_WRONG) if whose.wrong else found


def _within(asked: Asked) -> QuerySet[Scan]:
    begins, ends = (timezone.make_aware(datetime.combine(day, time())) for day in (asked.since, asked.until))
    return Scan.objects.filter(at__gte=begins, at__lt=ends + timedelta(1))  # moments, as the index has them, not days
