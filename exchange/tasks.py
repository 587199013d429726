from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from exchange.selectors import due
from exchange.services import imports, retention
from merchants.models import Merchant
from merchants.scope import scope


def kick(*, message_id: int, merchant_id: int) -> None:
    """Ask for a package to be applied, when the open transaction has committed."""
    transaction.on_commit(partial(import_message.delay, message_id=message_id, merchant_id=merchant_id))


@shared_task
def import_message(*, message_id: int, merchant_id: int) -> None:
    """Apply a package, then the next one of its connection."""
    if imports.run(message_id=message_id, merchant_id=merchant_id):
        with scope([merchant_id]):
            following = due.next_after(message_id)
        if following is not None:
            import_message.delay(message_id=following, merchant_id=merchant_id)


@shared_task
def sweep() -> None:
    """Kick again what nobody is at: the kick was lost, or the worker died."""
    for merchant_id in Merchant.objects.values_list("pk", flat=True):
        with scope([merchant_id]):
            waiting = due.abandoned(now=timezone.now())
        for message_id in waiting:
            import_message.delay(message_id=message_id, merchant_id=merchant_id)


@shared_task
def forget_old() -> None:
    """Remove raw files, sessions and packages after their time."""
    for merchant_id in Merchant.objects.values_list("pk", flat=True):
        retention.forget(merchant_id=merchant_id, now=timezone.now())
