"""Work that follows facts: kicked on commit, repeated by the clock."""

from functools import partial

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from backoffice.kernel.celery_task import BaseTask
from catalog.events import ListingsMatched
from catalog.models import Channel
from merchants.models import Merchant
from merchants.scope import scope
from orders.services import cure, past, pickup
from stock.events import AvailabilityChanged

_QUIET_S = 2
_PARTS = 20  # of the past in one run; a channel's past is long, and others wait for the worker


@shared_task(base=BaseTask)
def cure_orders(*, merchant_id: int) -> None:
    """Match and reserve for open orders of the merchant that lack something; then match those that are over."""
    now = timezone.now()
    with scope([merchant_id]):
        channels = list(Channel.objects.filter(merchant_id=merchant_id).values_list("pk", flat=True))
    for channel_id in channels:
        with scope([merchant_id]):
            cure.match_lines(merchant_id=merchant_id, channel_id=channel_id, now=now)
    with scope([merchant_id]):
        cure.fill_shortages(merchant_id=merchant_id, now=now)
    for _part in range(_PARTS):
        # A transaction and a time of its own each: facts look for what changed since the last ones.
        with scope([merchant_id]):
            if not past.match_past(merchant_id=merchant_id, now=timezone.now()):
                return
    _kick(merchant_id)


@shared_task(base=BaseTask)
def cure_everybody() -> None:
    """Kick every merchant's lacking orders, for kicks that a lost broker swallowed."""
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        _kick(merchant_id)


@shared_task(base=BaseTask)
def put_back_uncollected() -> None:
    """Let orders fall away that nobody fetched in time."""
    for merchant_id in Merchant.objects.order_by("pk").values_list("pk", flat=True):
        with scope([merchant_id]):
            pickup.put_back_uncollected(merchant_id=merchant_id, now=timezone.now())


def kick_cure(fact: AvailabilityChanged | ListingsMatched) -> None:
    """Have lacking orders looked at soon after this transaction; many kicks within seconds are one."""
    transaction.on_commit(partial(_kick, fact.merchant_id))


def _kick(merchant_id: int) -> None:
    if cache.add(f"cure-kicked:{merchant_id}", 1, _QUIET_S):
        cure_orders.apply_async(kwargs={"merchant_id": merchant_id}, countdown=_QUIET_S)
