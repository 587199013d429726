"""How the warehouse does: time to handover, cut-offs missed, what people scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from analytics.types import Asked
from floor.models import Scan
from merchants.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    A channel's orders handed over in the days asked for.

    half, most: whole hours within which the fastest half, and nine tenths, were handed over.  missed: handed over after
    they had to be; due: those that had to be by some time.
    """

    channel_id: int
    channel: str
    handed: int
    half: timedelta
    most: timedelta
    due: int
    missed: int

    @property
    def percent(self) -> float | None:
        """Missed of those due."""
        return 100 * self.missed / self.due if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Scans of a person: all, and those that were wrong, in percent; a day: on days with any."""

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


def places(asked: Asked) -> list[Place]:
    """By channel, the most orders first."""
    told: dict[str, Any] = {
        "since": asked.since,
        "until": asked.until,
        "channels": list(asked.channels) or None,
        "scheme": asked.scheme,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, told)
        rows: Sequence[tuple[int, str, int, int, int, int, int]] = cursor.fetchall()
    return [
        Place(
            channel_id=pk,
            channel=name,
            handed=handed,
            half=timedelta(hours=half),
            most=timedelta(hours=most),
            due=due,
            missed=missed,
        )
        for pk, name, handed, half, most, due, missed in rows
    ]


_PLACES = """
    WITH paced AS (
        SELECT channel_id, pace_hours, sum(facts) AS orders, sum(due) AS due, sum(late) AS late
        FROM analytics_pacetotal
        WHERE day BETWEEN %(since)s AND %(until)s
          AND (%(channels)s::bigint[] IS NULL OR channel_id = ANY(%(channels)s::bigint[]))
          AND (%(scheme)s = '' OR scheme = %(scheme)s)
        GROUP BY channel_id, pace_hours
    ), ranked AS (
        SELECT *, sum(orders) OVER (PARTITION BY channel_id ORDER BY pace_hours) AS so_far,
               sum(orders) OVER (PARTITION BY channel_id) AS whole FROM paced
    )
    SELECT c.id, c.name, max(whole)::int, min(pace_hours) FILTER (WHERE so_far >= 0.5 * whole),
           min(pace_hours) FILTER (WHERE so_far >= 0.9 * whole), sum(due)::int, sum(late)::int
    FROM ranked JOIN catalog_channel c ON c.id = channel_id GROUP BY c.id, c.name ORDER BY max(whole) DESC, c.name
"""


def hands(asked: Asked) -> list[Hand]:
    """By person, from scans of these days, those who scanned most first."""
    begins, ends = (timezone.make_aware(datetime.combine(day, time())) for day in (asked.since, asked.until))
    scans = Scan.objects.filter(at__gte=begins, at__lt=ends + timedelta(1))  # moments, as the index has them, not days
    days: dict[int, list[tuple[int, int]]] = {}
    counted = scans.values_list("person_id", "at__date").annotate(
        n=Count("pk"), wrong=Count("pk", filter=Q(outcome="wrong"))
    )
    for person_id, _day, count, wrong in counted.order_by():
        days.setdefault(person_id, []).append((count, wrong))
    names = dict(Person.objects.filter(pk__in=days).values_list("pk", "full_name"))
    found = [
        (person_id, sum(count for count, _wrong in each), sum(wrong for _count, wrong in each), len(each))
        for person_id, each in days.items()
    ]
    found.sort(key=lambda hand: (-hand[1], hand[0]))
    return [
        Hand(name=names.get(person_id, ""), scans=count, wrong=wrong, days=on)
        for person_id, count, wrong, on in found[:100]
    ]
