"""Facts follow orders by the clock."""

from celery import shared_task
from django.utils import timezone

from analytics.services import facts
from backoffice.kernel.celery_task import BaseTask
from merchants.models import Merchant
from merchants.scope import scope


@shared_task(base=BaseTask)
def refresh_all() -> None:
    """Bring every merchant's facts up to date."""
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        with scope([merchant_id]):
            facts.refresh(merchant_id=merchant_id, now=timezone.now())


@shared_task(base=BaseTask)
def rebuild_all() -> None:
    """State every merchant's facts anew, in case a change of orders was ever missed."""
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        with scope([merchant_id]):
            facts.rebuild(merchant_id=merchant_id, now=timezone.now())
