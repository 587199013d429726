"""How the warehouse does: time to handover, and cut-offs missed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from analytics.models import LineFact
from analytics.selectors import sales
from analytics.types import Asked, Event


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An order handed over later than the marketplace asked for.  over: by how much."""

    order_id: int
    number: str
    channel: str
    ordered_at: datetime
    ship_by: datetime
    handed_over_at: datetime

    @property
    def over(self) -> timedelta:
        return self.handed_over_at - self.ship_by


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePage:
    """Some of them, by the day of their handover, the newest first.  next_key: of what follows, "" at the end."""

    rows: Sequence[Late]
    next_key: str


_FIRST_LINES = {"late": "1"}


def late_page(asked: Asked, *, after: str = "") -> LatePage:
    """One page of the orders that `Place.missed` counts; `after` is the key of the former page."""
    page = sales.lines_page(asked, Event.SHIPPED, _FIRST_LINES, after=after)
    return LatePage(rows=[_late(line) for line, _day in page], next_key=page.next_key)


def every_late(asked: Asked) -> Iterator[Late]:
    """All of them, read page by page."""
    return (_late(line) for line, _day in sales.every_line(asked, Event.SHIPPED, _FIRST_LINES))


def _late(line: LineFact) -> Late:
    order = line.order
    return Late(
        order_id=order.pk,
        number=order.external_number,
        channel=line.channel.name,
        ordered_at=order.ordered_at,
        ship_by=order.ship_by,
        handed_over_at=order.handed_over_at,
    )
