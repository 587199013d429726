"""The shelf is judged by the clock, so that a page over a hundred thousand articles need not."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from analytics.models import ShelfLook
from analytics.selectors import shelves
from backoffice.kernel import locks
from merchants.models import Merchant

EVERY = timedelta(minutes=5)


def is_due(*, merchant_id: int, now: datetime) -> bool:
    """The last look at this merchant's shelf is five minutes old, or there was none."""
    return not ShelfLook.objects.filter(merchant_id=merchant_id, at__gt=now - EVERY).exists()


@transaction.atomic
def look(*, merchant_id: int, now: datetime) -> int:
    """
    Judge every article of a merchant, in whose scope this runs; returns how many stand otherwise than known.

    While another process is at it nothing is done.
    """
    if not locks.take_if_free(locks.Subject.SHELF, merchant_id):
        return 0
    zone = Merchant.objects.values_list("zone", flat=True).get(pk=merchant_id)
    sql, told = shelves.everything(today=now.astimezone(ZoneInfo(zone)).date())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(sql + _KEEP, {**told, "merchant": merchant_id})
        (differ,) = cursor.fetchone()
    stood, gone = shelves.turned_over()
    ShelfLook.objects.update_or_create(merchant_id=merchant_id, defaults={"at": now, "stood": stood, "gone": gone})
    return int(differ)


# What is known already is compared first: told to the conflict alone, each row would be locked and so written.
_KEEP = """
    , judged AS MATERIALIZED (
        SELECT sku_id, code, on_hand, round(cost * on_hand, 2) AS money, standing FROM shelf
    ), other AS (
        INSERT INTO analytics_shelved (merchant_id, sku_id, code, on_hand, money, standing)
        SELECT %(merchant)s, j.sku_id, j.code, j.on_hand, j.money, j.standing
          FROM judged j
          LEFT JOIN analytics_shelved known ON known.merchant_id = %(merchant)s AND known.sku_id = j.sku_id
         WHERE (known.code, known.on_hand, known.money, known.standing)
               IS DISTINCT FROM (j.code, j.on_hand, j.money, j.standing)
            ON CONFLICT (merchant_id, sku_id) DO UPDATE
           SET code = excluded.code, on_hand = excluded.on_hand, money = excluded.money, standing = excluded.standing
        RETURNING 1
    ), gone AS (
        DELETE FROM analytics_shelved known
         WHERE merchant_id = %(merchant)s AND NOT EXISTS (SELECT FROM judged j WHERE j.sku_id = known.sku_id)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM other) + (SELECT count(*) FROM gone)
"""
