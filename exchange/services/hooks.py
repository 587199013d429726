"""Webhooks: made, given another secret, and what each is owed next."""

import json
import secrets as randoms
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel.seal import seal, unseal
from exchange.errors import BadRequest
from exchange.models import Connection, Delivery, Hook, Node
from exchange.services import changes
from merchants.models import Merchant

AT_ONCE = 200
_LEASE = timedelta(minutes=2)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
# A hook that takes nothing for so long is switched off; its changes wait in the feed.
_PATIENCE = timedelta(days=3)


@transaction.atomic
def add(*, source: Connection, url: str, everything: bool, now: datetime) -> tuple[Hook, str]:
    """A new hook of a program, and its secret, which is shown once."""
    secret = randoms.token_hex(24)
    hook = Hook.objects.create(
        merchant_id=source.merchant_id, connection=source, url=url, everything=everything, secret=seal(secret)
    )
    changes.ask(source=source, code=hook.node, now=now, everything=everything)
    return hook, secret


@transaction.atomic
def renew_secret(*, hook_id: int, now: datetime, overlap: timedelta) -> str:
    """Another secret; messages carry signatures with both for `overlap`."""
    secret = randoms.token_hex(24)
    hook = Hook.objects.select_for_update().get(pk=hook_id)
    hook.former_secret, hook.former_until = hook.secret, now + overlap
    hook.secret = seal(secret)
    hook.save(update_fields=["secret", "former_secret", "former_until", "changed_at"])
    return secret


@transaction.atomic
def switch(*, hook_id: int, active: bool, now: datetime) -> None:
    """Switch it off, or on again: what waits is then sent at once."""
    Hook.objects.filter(pk=hook_id).update(active=active, failed_since=None, why="", changed_at=now)
    Delivery.objects.filter(hook_id=hook_id, done_at=None).update(due_at=now)


@transaction.atomic
def repeat(*, delivery_id: int, now: datetime) -> Delivery:
    """Send an old message once more, as it was; it acknowledges nothing."""
    old = Delivery.objects.get(pk=delivery_id)
    return Delivery.objects.create(
        merchant_id=old.merchant_id, hook_id=old.hook_id, message_no=0, body=old.body, made_at=now, due_at=now
    )


@transaction.atomic
def try_out(*, hook_id: int, now: datetime) -> Delivery:
    """Send an empty message, to see whether it arrives."""
    hook = Hook.objects.get(pk=hook_id)
    body = json.dumps({"message_no": 0, "more": False, "items": []})
    return Delivery.objects.create(
        merchant_id=hook.merchant_id, hook=hook, message_no=0, body=body, made_at=now, due_at=now
    )


@transaction.atomic
def take(*, hook_id: int, now: datetime) -> Delivery | None:
    """
    Lease the hook and give its oldest message that is due, made up from the feed when none waits; None: nothing now.

    One worker at a time is at a hook, so that messages arrive in their order.
    """
    hook = Hook.objects.select_for_update(of=("self",)).select_related("connection").filter(pk=hook_id).first()
    if hook is None or not hook.active or not hook.connection.active:
        return None
    if hook.leased_until is not None and hook.leased_until > now:
        return None
    delivery = Delivery.objects.filter(hook=hook, done_at=None).order_by("pk").first() or _next(hook, now)
    if delivery is None or delivery.due_at > now:
        return None
    hook.leased_until = now + _LEASE
    hook.save(update_fields=["leased_until"])
    return delivery


def _next(hook: Hook, now: datetime) -> Delivery | None:
    source = hook.connection
    zone = ZoneInfo(Merchant.objects.get(pk=hook.merchant_id).zone)
    try:
        node = changes.ask(source=source, code=hook.node, now=now, everything=hook.everything)
    except BadRequest:
        return None
    message = changes.tell(source=source, node_id=node.pk, received_no=None, limit=AT_ONCE, zone=zone, now=now)
    if not message.number:
        return None
    body = {"message_no": message.number, "more": message.more, "items": list(message.items)}
    return Delivery.objects.create(
        merchant_id=hook.merchant_id,
        hook=hook,
        message_no=message.number,
        body=json.dumps(body, ensure_ascii=False),
        made_at=now,
        due_at=now,
    )


def secrets_of(hook: Hook, now: datetime) -> list[str]:
    """What a message is signed with now."""
    found = [unseal(hook.secret)]
    if hook.former_secret and hook.former_until and hook.former_until > now:
        found.append(unseal(hook.former_secret))
    return [str(secret) for secret in found]


@transaction.atomic
def settle(*, delivery_id: int, status: int | None, text: str, took_ms: int, taken: bool, now: datetime) -> None:
    """Note an attempt and let the hook go: what was taken is acknowledged, else it waits, longer each time."""
    delivery = Delivery.objects.select_related("hook__connection").get(pk=delivery_id)
    hook = Hook.objects.select_for_update().get(pk=delivery.hook_id)
    delivery.attempts += 1
    delivery.tried_at, delivery.took_ms, delivery.status, delivery.answer = now, took_ms, status, text[:500]
    hook.leased_until = None
    if taken:
        delivery.done_at, hook.failed_since, hook.why = now, None, ""
        if delivery.message_no:
            node = changes.ask(source=hook.connection, code=hook.node, now=now)
            changes.acknowledge(source=hook.connection, node_id=node.pk, number=delivery.message_no, results=None)
    else:
        delivery.due_at = now + min(_FIRST_WAIT * 2 ** min(delivery.attempts - 1, 12), _LONGEST_WAIT)
        hook.failed_since = hook.failed_since or now
        hook.why = (f"{status}: {text}" if status else text)[:300]
        if now - hook.failed_since > _PATIENCE:
            hook.active = False
            hook.why = _("Switched off after three days without success. %(why)s") % {"why": hook.why[:200]}
    delivery.save()
    hook.save(update_fields=["leased_until", "failed_since", "why", "active"])


@transaction.atomic
def remove(*, hook_id: int) -> None:
    """Take a hook away with its log and its place in the feed."""
    hook = Hook.objects.get(pk=hook_id)
    Node.objects.filter(connection_id=hook.connection_id, code=hook.node).delete()
    hook.delete()
