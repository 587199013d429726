"""Facts follow orders by the clock, forecasts follow facts every night."""

from datetime import date, datetime, timedelta
from smtplib import SMTPException
from time import monotonic
from zoneinfo import ZoneInfo

import structlog
from celery import shared_task
from django.db.models import QuerySet
from django.utils import timezone

from analytics.models import Article, DailyFact, Forecast
from analytics.services import facts, mailed, rebuild, shelf, standing
from backoffice.kernel.celery_task import BaseTask
from merchants.models import Merchant
from merchants.scope import scope

log = structlog.get_logger(__name__)

_MORNING = 7  # o'clock of the merchant: the day before is over everywhere, and its facts have been stated

# A changed tariff prices every day anew in one go.  A second delivery of the message finds the first at work and does
# nothing.
_LONG = 4 * 3600
_REBUILDING_S = 25  # of a task's time, so that those who only want a refresh do not wait


@shared_task(base=BaseTask, soft_time_limit=_LONG, time_limit=_LONG + 60)
def refresh_all() -> None:
    """Bring every merchant's facts and shelf up to date, then go on with what is being stated anew."""
    anew = []
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        with scope([merchant_id]):
            if facts.is_known(merchant_id):
                facts.refresh(merchant_id=merchant_id, now=timezone.now())
            else:
                rebuild.begin_unless_under_way(merchant_id=merchant_id, now=timezone.now())
            if rebuild.is_under_way(merchant_id):
                anew.append(merchant_id)
        with scope([merchant_id]):
            if shelf.is_due(merchant_id=merchant_id, now=timezone.now()):
                shelf.look(merchant_id=merchant_id, now=timezone.now())
    over = monotonic() + _REBUILDING_S
    for merchant_id in anew:
        rebuild.go_on(merchant_id=merchant_id, now=timezone.now(), until=lambda: monotonic() > over)


@shared_task(base=BaseTask)
def rebuild_all() -> None:
    """Have every merchant's facts stated anew, in case a change of orders was ever missed; `refresh_all` does it."""
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        with scope([merchant_id]):
            rebuild.begin_unless_under_way(merchant_id=merchant_id, now=timezone.now())


@shared_task(base=BaseTask)
def train_all() -> None:
    """Forecast for every merchant."""
    for merchant_id, zone in _merchants():
        _train(merchant_id, _yesterday(zone))


@shared_task(base=BaseTask)
def judge_all() -> None:
    """State what lay when yesterday ended, and class every article, for every merchant."""
    for merchant_id, zone in _merchants():
        _judge(merchant_id, _yesterday(zone))


@shared_task(base=BaseTask)
def begin_all() -> None:
    """Judge and forecast at once for a merchant with sales of whom nothing was told yet: no night is waited for."""
    for merchant_id, zone in _merchants():
        yesterday = _yesterday(zone)
        with scope([merchant_id]):
            sold = DailyFact.objects.filter(merchant_id=merchant_id, sku__isnull=False, day__lte=yesterday).exists()
            judged = Article.objects.filter(merchant_id=merchant_id).exists()
            foretold = Forecast.objects.filter(merchant_id=merchant_id).exists()
        if sold and not judged:
            _judge(merchant_id, yesterday)
        if sold and not foretold:
            _train(merchant_id, yesterday)


def _merchants() -> QuerySet[Merchant, tuple[int, str]]:
    return Merchant.objects.order_by("pk").values_list("pk", "zone")


def _yesterday(zone: str) -> date:
    return timezone.localdate(timezone=ZoneInfo(zone)) - timedelta(1)


def _train(merchant_id: int, last_day: date) -> None:
    """The arithmetic stands outside the transactions."""
    from analytics.services import train  # numpy and what it brings: for these runs, not for every process

    with scope([merchant_id]):
        known = train.gather(merchant_id=merchant_id, today=last_day + timedelta(1))
    if known is None:
        return
    expected = train.expect(known)
    with scope([merchant_id]):
        train.keep(merchant_id=merchant_id, known=known, expected=expected)
        # What is expected decides how long stock lasts; where another look is under way, the next one says so.
        shelf.look(merchant_id=merchant_id, now=timezone.now())


def _judge(merchant_id: int, last_day: date) -> None:
    with scope([merchant_id]):
        standing.close_days(merchant_id=merchant_id, upto=last_day)
    with scope([merchant_id]):
        standing.judge(merchant_id=merchant_id, last_day=last_day)


@shared_task(base=BaseTask)
def mail_reports(now: str = "") -> None:
    """Send the reports that are due: numbers are read in the merchant's scope, letters written and sent outside."""
    moment = datetime.fromisoformat(now) if now else timezone.now()
    for merchant_id, zone in _merchants():
        local = timezone.localtime(moment, ZoneInfo(zone))
        if local.hour < _MORNING:
            continue
        with scope([merchant_id]):
            if not facts.is_known(merchant_id):  # half of the numbers would be worse than none: the letter comes later
                continue
            letters = mailed.claim(merchant_id=merchant_id, today=local.date())
        for letter in letters:
            try:
                mailed.write(letter).send()
            except (SMTPException, OSError):
                log.exception("a report could not be mailed", report_id=letter.report_id)
                with scope([merchant_id]):
                    mailed.give_back(letter)
