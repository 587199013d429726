"""Facts follow orders by the clock, forecasts follow facts every night."""

from datetime import datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import structlog
from celery import shared_task
from django.utils import timezone

from analytics.services import facts, mailed, standing
from backoffice.kernel import locks
from backoffice.kernel.celery_task import BaseTask
from merchants.models import Merchant
from merchants.scope import scope

log = structlog.get_logger(__name__)

_MORNING = 7  # o'clock of the merchant: the day before is over everywhere, and its facts have been stated

# Stating all facts of ten million lines takes longer than a task may elsewhere.  A second delivery of the message
# finds the first at work and does nothing.
_LONG = 4 * 3600


@shared_task(base=BaseTask, soft_time_limit=_LONG, time_limit=_LONG + 60)
def refresh_all() -> None:
    """Bring every merchant's facts up to date."""
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        with scope([merchant_id]):
            facts.refresh(merchant_id=merchant_id, now=timezone.now())


@shared_task(base=BaseTask, soft_time_limit=_LONG, time_limit=_LONG + 60)
def rebuild_all() -> None:
    """State every merchant's facts anew, in case a change of orders was ever missed; not while another is at it."""
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        with scope([merchant_id]):
            if locks.take_if_free(locks.Subject.FACTS, merchant_id):
                facts.rebuild(merchant_id=merchant_id, now=timezone.now())


@shared_task(base=BaseTask)
def train_all() -> None:
    """Forecast for every merchant; the arithmetic stands outside the transactions."""
    from analytics.services import train  # numpy and what it brings: for the nightly run, not for every process

    for merchant_id, zone in Merchant.objects.order_by("pk").values_list("pk", "zone"):
        today = timezone.localdate(timezone=ZoneInfo(zone))
        with scope([merchant_id]):
            known = train.gather(merchant_id=merchant_id, today=today)
        if known is None:
            continue
        expected = train.expect(known)
        with scope([merchant_id]):
            train.keep(merchant_id=merchant_id, known=known, expected=expected)


@shared_task(base=BaseTask)
def judge_all() -> None:
    """State what lay when yesterday ended, and class every article."""
    for merchant_id, zone in Merchant.objects.order_by("pk").values_list("pk", "zone"):
        yesterday = timezone.localdate(timezone=ZoneInfo(zone)) - timedelta(1)
        with scope([merchant_id]):
            standing.close_days(merchant_id=merchant_id, upto=yesterday)
        with scope([merchant_id]):
            standing.judge(merchant_id=merchant_id, last_day=yesterday)


@shared_task(base=BaseTask)
def mail_reports(now: str = "") -> None:
    """Send the reports that are due: numbers are read in the merchant's scope, letters written and sent outside."""
    moment = datetime.fromisoformat(now) if now else timezone.now()
    for merchant_id, zone in Merchant.objects.order_by("pk").values_list("pk", "zone"):
        local = timezone.localtime(moment, ZoneInfo(zone))
        if local.hour < _MORNING:
            continue
        with scope([merchant_id]):
            letters = mailed.claim(merchant_id=merchant_id, today=local.date())
        for letter in letters:
            try:
                mailed.write(letter).send()
            except (SMTPException, OSError):
                log.exception("a report could not be mailed", report_id=letter.report_id)
                with scope([merchant_id]):
                    mailed.give_back(letter)
