"""
Facts stated anew from orders, in steps that are committed each: what is right stays, what is wrong is put right.

Lines first, by ranges of orders; then the sums of one day after another; then the readings of one Monday after another.
While that goes on, dashboards show what is kept, and say so.  A rebuild that is killed goes on where it stood.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from analytics.models import Rebuild, Refreshed
from analytics.services import lines, pricing, readings, sums
from backoffice.kernel import locks
from merchants.models import Merchant
from merchants.scope import scope
from orders.models import Order

Stage = Rebuild.Stage
_DAYS, _WEEKS = 14, 8  # stated in one step: a second or two of each, at ten thousand orders a day


@transaction.atomic
def begin(*, merchant_id: int, now: datetime) -> None:
    """Have the facts of a merchant stated anew from the first order on; what `step` has done so far is forgotten."""
    locks.take(locks.Subject.FACTS, merchant_id)
    mine = Merchant.objects.get(pk=merchant_id)
    last = Order.objects.filter(merchant_id=merchant_id).aggregate(last=Max("pk"))["last"] or 0
    with connection.cursor() as cursor:
        upto = bookmark(cursor, now)
    Rebuild.objects.filter(merchant_id=merchant_id).delete()
    Rebuild.objects.create(merchant_id=merchant_id, began_at=now, upto=upto, zone=mine.zone, last=last)


def begin_unless_under_way(*, merchant_id: int, now: datetime) -> None:
    """The same, but one under way goes on, and nothing is waited for."""
    with transaction.atomic():
        if locks.take_if_free(locks.Subject.FACTS, merchant_id) and not is_under_way(merchant_id):
            begin(merchant_id=merchant_id, now=now)


def is_under_way(merchant_id: int) -> bool:
    """Some of the facts of a merchant have still to be stated anew."""
    return Rebuild.objects.filter(merchant_id=merchant_id).exists()


@transaction.atomic
def step(*, merchant_id: int, now: datetime) -> int | None:
    """
    Do the next part of the rebuild under way; returns how many lines were other than known, None: nothing is left.

    Nothing is done while another process is at it.
    """
    if not locks.take_if_free(locks.Subject.FACTS, merchant_id):
        return None
    under_way = Rebuild.objects.filter(merchant_id=merchant_id).first()
    if under_way is None:
        return None
    if under_way.zone != Merchant.objects.values_list("zone", flat=True).get(pk=merchant_id):
        begin(merchant_id=merchant_id, now=now)
        return 0
    told: dict[str, Any] = {"merchant": merchant_id, "zone": under_way.zone}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        match under_way.stage:
            case Stage.LINES:
                return _state_lines(cursor, under_way, told)
            case Stage.DAYS:
                return _state_days(cursor, under_way, told)
            case _:
                return _state_weeks(cursor, under_way, told)


def go_on(*, merchant_id: int, now: datetime, until: Callable[[], bool] = lambda: False) -> int:
    """
    Do the rebuild under way step by step, each in a scope and a transaction of its own, until it is done.

    until: asked before each step whether to leave the rest for another time.  Returns how many lines were other than
    known.
    """
    differ = 0
    while not until():
        with scope([merchant_id]):
            found = step(merchant_id=merchant_id, now=now)
        if found is None:
            break
        differ += found
    return differ


def _state_lines(cursor: CursorWrapper, under_way: Rebuild, told: dict[str, Any]) -> int:
    differ, last = lines.compare_range(cursor, told, after=under_way.position)
    if last is None:
        today = _today(under_way)
        first = sums.next_day(cursor, date.min, told) or today
        _turn_to(under_way, Stage.DAYS, first - timedelta(1), today)
    else:
        under_way.position = last
    under_way.save()
    return differ


def _state_days(cursor: CursorWrapper, under_way: Rebuild, told: dict[str, Any]) -> int:
    sums.begin(cursor)
    turned = pricing.open_book(cursor, told)
    sums.regroup(cursor, told)
    sums.reprice(cursor, turned, told)  # the days that were there; those to come are priced by the same book
    for _ in range(_DAYS):
        day = sums.next_day(cursor, date.fromordinal(under_way.position), told)
        if day is None:
            known = _known(under_way)
            today = _today(under_way)
            first = readings.monday(date.fromordinal(under_way.first + 1))
            last = readings.monday(max(today, known.week) if known else today)
            readings.forget_others(cursor, told, first=first, last=last)
            _turn_to(under_way, Stage.READINGS, first, last)
            break
        sums.state_day(cursor, day, told)
        under_way.position = day.toordinal()
    under_way.save()
    return 0


def _state_weeks(cursor: CursorWrapper, under_way: Rebuild, told: dict[str, Any]) -> int:
    last = _last_week(under_way)
    for _ in range(_WEEKS):
        week = date.fromordinal(under_way.position) + readings.WEEK
        if week > last:
            readings.state_so_far(cursor, told, last=last)
            _finish(under_way)
            return 0
        readings.state_week(cursor, week, told)
        under_way.position = week.toordinal()
    under_way.save()
    return 0


def _turn_to(under_way: Rebuild, stage: Rebuild.Stage, first: date, last: date) -> None:
    """first: what comes before the first one to be stated."""
    under_way.stage, under_way.first, under_way.last = stage, first.toordinal(), last.toordinal()
    under_way.position = under_way.first


def _last_week(under_way: Rebuild) -> date:
    """A refresh may have read on since the readings began to be put right."""
    known, last = _known(under_way), date.fromordinal(under_way.last)
    return max(last, known.week) if known else last


def _finish(under_way: Rebuild) -> None:
    """What changed since it began is found by the next refresh; one in between may know of later changes."""
    known = _known(under_way)
    told: dict[str, Any] = {"upto": under_way.upto, "week": date.fromordinal(under_way.last)}
    if known is not None:
        told = {"upto": max(known.upto, under_way.upto), "week": max(known.week, told["week"])}
    merchant_id, zone = under_way.merchant_id, under_way.zone
    Refreshed.objects.update_or_create(merchant_id=merchant_id, defaults={**told, "zone": zone})
    under_way.delete()


def _known(under_way: Rebuild) -> Refreshed | None:
    return Refreshed.objects.filter(merchant_id=under_way.merchant_id, zone=under_way.zone).first()


def _today(under_way: Rebuild) -> date:
    return under_way.began_at.astimezone(ZoneInfo(under_way.zone)).date()


def bookmark(cursor: CursorWrapper, now: datetime) -> datetime:
    """Up to when what is read from now on holds every change."""
    # Read before the orders: what begins later than this instant ends later, too, and is caught by its bookmark.
    cursor.execute(
        "SELECT least(%s, min(xact_start)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        [now],
    )
    upto: datetime = cursor.fetchone()[0]
    return upto
