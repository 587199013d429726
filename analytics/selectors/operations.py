"""How the warehouse does: time to handover, cut-offs missed, what people scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from analytics.types import Asked
from floor.models import Scan
from merchants.models import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    A channel's orders handed over in the days asked for.

    half, most: time from the order to its handover of the fastest half, and of nine tenths.  missed: handed over after
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


def places(asked: Asked, zone: str) -> list[Place]:
    """By channel, from orders handed over between the two midnights of `zone`."""
    told: dict[str, Any] = {
        "since": asked.since,
        "until": asked.until + timedelta(1),
        "zone": zone,
        "channels": list(asked.channels) or None,
        "scheme": asked.scheme,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, told)
        rows: Sequence[tuple[int, str, int, float, float, int, int]] = cursor.fetchall()
    return [
        Place(
            channel_id=pk,
            channel=name,
            handed=handed,
            half=timedelta(seconds=round(half)),
            most=timedelta(seconds=round(most)),
            due=due,
            missed=missed,
        )
        for pk, name, handed, half, most, due, missed in rows
    ]


_PLACES = """
    SELECT c.id, c.name, count(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.handed_over_at - o.ordered_at)),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM o.handed_over_at - o.ordered_at)),
           count(o.ship_by), count(*) FILTER (WHERE o.handed_over_at > o.ship_by)
    FROM orders_order o JOIN catalog_channel c ON c.id = o.channel_id
    WHERE o.handed_over_at >= timezone(%(zone)s, %(since)s::timestamp)
      AND o.handed_over_at < timezone(%(zone)s, %(until)s::timestamp)
      AND (%(channels)s::bigint[] IS NULL OR o.channel_id = ANY(%(channels)s::bigint[]))
      AND (%(scheme)s = '' OR o.scheme = %(scheme)s)
    GROUP BY c.id, c.name ORDER BY count(*) DESC, c.name
"""


def hands(asked: Asked) -> list[Hand]:
    """By person, from scans of these days, those who scanned most first."""
    rows = (
        Scan.objects.filter(at__date__range=(asked.since, asked.until))
        .values("person_id")
        .annotate(n=Count("pk"), wrong=Count("pk", filter=Q(outcome="wrong")), days=Count("at__date", distinct=True))
        .order_by("-n", "person_id")[:100]
    )
    names = dict(Person.objects.filter(pk__in=[row["person_id"] for row in rows]).values_list("pk", "full_name"))
    return [
        Hand(name=names.get(row["person_id"], ""), scans=row["n"], wrong=row["wrong"], days=row["days"]) for row in rows
    ]
