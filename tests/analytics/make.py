"""What URLs of analytics take."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from analytics.models import MailedReport
from analytics.types import EVENTS, By, Event
from merchants.models import Merchant
from merchants.roles import Role
from tests import make


def events_of(by: By) -> list[Event]:
    """Which events the rows of a table tell: a region is told when the order is made, goods do not tell shipments."""
    if by == By.REGION:
        return [Event.ORDERED]
    goods = by in (By.SKU, By.CATEGORY, By.BRAND)
    return [Event(event) for event in EVENTS if not (goods and event == Event.SHIPPED)]


def yesterday() -> datetime:
    """Three in the afternoon of the day before this one: a run may go on past midnight."""
    return timezone.localtime().replace(hour=15, minute=0, second=0, microsecond=0) - timedelta(days=1)


@make.foreign("analytics:stop-mail")
def _mailed(merchant: Merchant) -> dict[str, Any]:
    with make.within(merchant):
        person = make.person(role=Role.OWNER, merchant=merchant)
        report = MailedReport.objects.create(merchant=merchant, person=person, every="day", made_at=timezone.now())
        return {"pk": report.pk}
