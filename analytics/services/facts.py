"""
Facts kept in step with orders.

Lines are stated from orders, sums of days are moved by lines, readings follow the days (`lines`, `sums`, `pricing`,
`readings`).  A refresh takes the orders changed since the last one; `rebuild` takes all.  Both go in parts, so that
neither memory nor temporary tables grow with the merchant.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from analytics.models import Refreshed
from analytics.services import costs, lines, pricing, readings, sums
from analytics.services import rebuild as anew
from backoffice.kernel import locks

# `changed_at` is taken before its transaction begins and seen after it ends.  The bookmark stays behind the oldest
# open transaction, and this much more for what happens before BEGIN.
_OVERLAP = timedelta(minutes=2)


def is_known(merchant_id: int) -> bool:
    """Facts were stated once, by the merchant's present time zone: from there on a refresh does."""
    return _known(merchant_id) is not None


@transaction.atomic
def refresh(*, merchant_id: int, now: datetime) -> int:
    """
    Bring the facts of a merchant up to `now`; returns how many lines differ from what was known.

    The first time, and after the merchant moved to another time zone, everything is stated anew, in this very
    transaction; `rebuild.step` does that in parts.  While another process is at it nothing is done: what changed
    meanwhile is found the next time.
    """
    if not locks.take_if_free(locks.Subject.FACTS, merchant_id):
        return 0
    known = _known(merchant_id)
    if known is None:
        return rebuild(merchant_id=merchant_id, now=now)
    with connection.cursor() as cursor:
        return _refresh(cursor, known, now)


@transaction.atomic
def rebuild(*, merchant_id: int, now: datetime) -> int:
    """State the facts of a merchant anew, all at once; returns how many lines are other than known."""
    anew.begin(merchant_id=merchant_id, now=now)
    differ = 0
    while (found := anew.step(merchant_id=merchant_id, now=now)) is not None:
        differ += found
    return differ


def _known(merchant_id: int) -> Refreshed | None:
    return Refreshed.objects.filter(merchant_id=merchant_id, zone=F("merchant__zone")).first()


def _refresh(cursor: CursorWrapper, known: Refreshed, now: datetime) -> int:
    told = {"merchant": known.merchant_id, "zone": known.zone, "since": known.upto - _OVERLAP}
    upto = anew.bookmark(cursor, now)
    cursor.execute("SET LOCAL work_mem = '64MB'")
    sums.begin(cursor)
    turned = pricing.open_book(cursor, told)
    sums.regroup(cursor, told)
    count = lines.find_due(cursor, told)
    differ = 0
    for after in range(0, count, lines.PART):
        if found := lines.compare(cursor, told, after=after):
            sums.move(cursor, told)
            differ += found
    sums.reprice(cursor, turned, told)
    costs.count(cursor, told)
    readings.read_anew(cursor, told, upto=known.week)
    week = readings.monday(now.astimezone(ZoneInfo(known.zone)).date())
    readings.read_on(cursor, told, after=known.week, upto=week)
    known.upto, known.week = upto, max(week, known.week)
    known.save()
    return differ
