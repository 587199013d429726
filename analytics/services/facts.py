"""
Facts kept in step with orders.

Lines are stated from orders, sums of days are moved by lines, readings follow the days (`lines`, `sums`, `pricing`,
`readings`).  A refresh takes the orders changed since the last one; a rebuild takes all.  Both go in parts, so that
neither memory nor temporary tables grow with the merchant.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics.models import (
    CancelTotal,
    DailyFact,
    DailyTotal,
    HourlyFact,
    HourTotal,
    LineFact,
    PaceTotal,
    PricedBy,
    Reading,
    Refreshed,
    RegionTotal,
)
from analytics.services import lines, pricing, readings, sums
from backoffice.kernel import locks
from merchants.models import Merchant

# `changed_at` is taken before its transaction begins and seen after it ends.  The bookmark stays behind the oldest
# open transaction, and this much more for what happens before BEGIN.
_OVERLAP = timedelta(minutes=2)

_TABLES = (
    LineFact,
    DailyFact,
    DailyTotal,
    Reading,
    HourlyFact,
    HourTotal,
    RegionTotal,
    CancelTotal,
    PaceTotal,
    PricedBy,
)


@transaction.atomic
def refresh(*, merchant_id: int, now: datetime) -> int:
    """
    Bring the facts of a merchant up to `now`; returns how many lines differ from what was known.

    The first time, and after the merchant moved to another time zone, everything is stated anew.  While another
    process is at it nothing is done: what changed meanwhile is found the next time.
    """
    if not locks.take_if_free(locks.Subject.FACTS, merchant_id):
        return 0
    zone = Merchant.objects.values_list("zone", flat=True).get(pk=merchant_id)
    bookmark = Refreshed.objects.filter(merchant_id=merchant_id, zone=zone).first()
    if bookmark is None:
        return _rebuild(merchant_id, zone, now)
    with connection.cursor() as cursor:
        return _refresh(cursor, bookmark, now)


@transaction.atomic
def rebuild(*, merchant_id: int, now: datetime) -> int:
    """Forget the facts of a merchant and state them from its orders; returns how many lines there are."""
    locks.take(locks.Subject.FACTS, merchant_id)
    zone = Merchant.objects.values_list("zone", flat=True).get(pk=merchant_id)
    return _rebuild(merchant_id, zone, now)


def _refresh(cursor: CursorWrapper, bookmark: Refreshed, now: datetime) -> int:
    told = {"merchant": bookmark.merchant_id, "zone": bookmark.zone, "since": bookmark.upto - _OVERLAP}
    upto = _begin(cursor, now)
    turned = pricing.open_book(cursor, told)
    count = lines.find_due(cursor, told)
    differ = 0
    for after in range(0, count, lines.PART):
        if found := lines.compare(cursor, told, after=after):
            sums.move(cursor, sums.of_difference, told)
            differ += found
    sums.reprice(cursor, turned, told)
    readings.read_anew(cursor, told, upto=bookmark.week)
    week = _last_monday(now, bookmark.zone)
    readings.read_on(cursor, told, after=bookmark.week, upto=week)
    _keep(bookmark.merchant_id, bookmark.zone, upto, max(week, bookmark.week))
    return differ


def _rebuild(merchant_id: int, zone: str, now: datetime) -> int:
    told: dict[str, Any] = {"merchant": merchant_id, "zone": zone, "since": None}
    for model in _TABLES:
        model._default_manager.filter(merchant_id=merchant_id).delete()
    with connection.cursor() as cursor:
        upto = _begin(cursor, now)
        pricing.open_book(cursor, told)
        count = lines.find_due(cursor, told)
        found = sum(lines.put_in(cursor, told, after=after) for after in range(0, count, lines.PART))
        days = _days(cursor, merchant_id)
        for day in days:
            sums.move(cursor, sums.of_day, {**told, "day": day})
        week = _last_monday(now, zone)
        if days:
            readings.read_on(cursor, told, after=readings.monday(days[0]), upto=week)
    _keep(merchant_id, zone, upto, week)
    return found


def _begin(cursor: CursorWrapper, now: datetime) -> datetime:
    """Up to when what is read from now on holds every change."""
    # Read before the orders: what begins later than this instant ends later, too, and is caught by its bookmark.
    cursor.execute(
        "SELECT least(%s, min(xact_start)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        [now],
    )
    upto: datetime = cursor.fetchone()[0]
    cursor.execute("SET LOCAL work_mem = '64MB'")
    sums.begin(cursor)
    return upto


def _keep(merchant_id: int, zone: str, upto: datetime, week: date) -> None:
    told = {"upto": upto, "zone": zone, "week": week}
    Refreshed.objects.update_or_create(merchant_id=merchant_id, defaults=told)


def _last_monday(now: datetime, zone: str) -> date:
    return readings.monday(now.astimezone(ZoneInfo(zone)).date())


def _days(cursor: CursorWrapper, merchant_id: int) -> list[date]:
    """The days on which anything happened to a line, the first one first."""
    cursor.execute(
        "SELECT DISTINCT day FROM analytics_linefact, LATERAL"
        " unnest(ARRAY[ordered_day, cancelled_day, shipped_day, delivered_day, returned_day]) day"
        " WHERE merchant_id = %s AND day IS NOT NULL ORDER BY day",
        [merchant_id],
    )
    return [day for (day,) in cursor.fetchall()]
