from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from exchange import outgoing
from exchange.selectors import due
from exchange.services import hooks, imports, retention
from merchants.models import Merchant
from merchants.scope import scope

_MESSAGES_AT_ONCE = 50


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


def kick_hook(*, hook_id: int, merchant_id: int) -> None:
    """Ask for a webhook to be served, when the open transaction has committed."""
    transaction.on_commit(partial(push_hook.delay, hook_id=hook_id, merchant_id=merchant_id))


@shared_task
def push_hook(*, hook_id: int, merchant_id: int) -> None:
    """Send what a webhook is owed, one message after another, until one is not taken."""
    for _message in range(_MESSAGES_AT_ONCE):
        now = timezone.now()
        with scope([merchant_id]):
            delivery = hooks.take(hook_id=hook_id, now=now)
            if delivery is None:
                return
            url, secrets = delivery.hook.url, hooks.secrets_of(delivery.hook, now)
        answered = outgoing.post(
            url,
            body=delivery.body.encode(),
            delivery_id=delivery.pk,
            secrets=secrets,
            timestamp=int(now.timestamp()),
        )
        with scope([merchant_id]):
            hooks.settle(
                delivery_id=delivery.pk,
                status=answered.status,
                text=answered.text,
                took_ms=answered.took_ms,
                taken=answered.taken,
                now=timezone.now(),
            )
        if not answered.taken:
            return


@shared_task
def push_hooks() -> None:
    """Serve every webhook that is not being served."""
    for merchant_id in Merchant.objects.values_list("pk", flat=True):
        with scope([merchant_id]):
            waiting = due.hooks(now=timezone.now())
        for hook_id in waiting:
            push_hook.delay(hook_id=hook_id, merchant_id=merchant_id)


@shared_task
def forget_old() -> None:
    """Remove raw files, sessions and packages after their time."""
    for merchant_id in Merchant.objects.values_list("pk", flat=True):
        retention.forget(merchant_id=merchant_id, now=timezone.now())
