"""
Notices: stored before they are answered, handled by the channel's own worker.

What a notice says is never believed beyond "look there": the orders it names are read anew, so that late, doubled and
disordered notices do no harm.  Only an order that is new to us is taken from the notice itself, where it carries one.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from backoffice.kernel import seal
from marketplaces import dto
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.hook import Hook
from marketplaces.models import Cursor, InboxItem
from marketplaces.sync import missed, pull_orders
from marketplaces.sync.doors import Door
from marketplaces.sync.pull import Pull
from orders.selectors import outbound
from orders.services import ask_marks, cancel_wish

AT_ONCE = 200
NUMBERS_AT_ONCE = 50
# A marketplace may tell of an order before its own API shows it.
ASK_AGAIN = timedelta(seconds=5)
NOT_FOUND_AFTER = timedelta(minutes=3)
# The orders that a notice names are known to us, and as new as they can be.
TAKEN = frozenset({"read", "stored"})
# Goods change in bursts; a list of all of them is not read for each.
STREAM_AT_MOST_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored notice, read again."""

    id: int
    received_at: datetime
    notice: dto.Notice


def store(*, door: Door, hook: Hook, incoming: dto.Incoming, now: datetime) -> tuple[dto.Reply, bool]:
    """
    This function will store a notice, in the open scope, and give the answer, and whether it is new.

    The same event again is given the first answer again and does nothing else.
    :raises ContractBroken: what came is not what is documented; nothing is stored
    """
    notice = hook.parse(incoming)
    reply = hook.answer(notice, now=now)
    sealed = seal.seal({"path": incoming.path, "body": base64.b64encode(incoming.body).decode()})
    expires_at = now + timedelta(days=settings.RAW_PAYLOAD_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO marketplaces_inboxitem AS item
                   (merchant_id, channel_id, key, kind, sealed, status, answer, happened_at, received_at, repeats,
                    not_before, outcome, expires_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 0, %s, '', %s)
            ON CONFLICT (channel_id, key) DO UPDATE SET repeats = item.repeats + 1
            RETURNING status, answer, repeats = 0
            """,
            [
                *(door.merchant_id, door.channel_id, notice.key, notice.kind[:60], sealed),
                *(reply.status, json.dumps(reply.body, ensure_ascii=False), notice.at, now, now, expires_at),
            ],
        )
        status, answer, new = cursor.fetchone()
    return dto.Reply(status=status, body=json.loads(answer)), new


def sign_of(incoming: dto.Incoming) -> str:
    """This function will name what came by its content, where it could not be read."""
    return f"{incoming.path[:40]}#{hashlib.blake2b(incoming.body, digest_size=16).hexdigest()}"


def read(pull: Pull) -> None:
    """This function will handle what waits, oldest first, until nothing does."""
    hook = pull.adapter.hook
    if hook is None:
        return
    while True:
        with pull.scope():
            waiting, unreadable = _waiting(pull, hook)
        if not waiting and not unreadable:
            return
        pull.still_ours()
        outcomes = _handle(pull, waiting)
        outcomes.update({item_id: "unreadable" for item_id, _ in unreadable})
        with pull.scope():
            pull.set_apart([broken for _, broken in unreadable])
            _settle(pull, waiting, outcomes)


def forget_old(*, now: datetime) -> int:
    """This function will remove notices past their time, in the open scope."""
    gone, _ = InboxItem.objects.filter(expires_at__lt=now).delete()
    return gone


def _waiting(pull: Pull, hook: Hook) -> tuple[list[Waiting], list[tuple[int, dto.Broken]]]:
    """What is due, read again; what cannot be read (a newer version reads otherwise) stands apart."""
    rows = InboxItem.objects.filter(
        merchant_id=pull.channel.merchant_id,
        channel_id=pull.channel.id,
        handled_at__isnull=True,
        not_before__lte=pull.clock(),
    ).order_by("not_before", "id")[:AT_ONCE]
    found, unreadable = [], []
    for row in rows:
        try:
            found.append(Waiting(row.pk, row.received_at, hook.parse(_opened(row))))
        except (ContractBroken, seal.CannotOpen) as reason:
            unreadable.append((row.pk, dto.Broken(key=row.key, reason=str(reason), payload=row.kind)))
    return found, unreadable


def _opened(row: InboxItem) -> dto.Incoming:
    told = seal.unseal(row.sealed)
    return dto.Incoming(path=str(told["path"]), body=base64.b64decode(told["body"]))


def _handle(pull: Pull, waiting: Sequence[Waiting]) -> dict[int, str]:
    """What became of each, by its id; those absent are asked about again later."""
    brought = {order.number: order for item in waiting for order in item.notice.orders}
    with pull.scope():
        known = outbound.ids_by_number(channel_id=pull.channel.id, numbers=list(brought))
    fresh = {number: order for number, order in brought.items() if number not in known}
    if fresh:
        pull_orders.take_page(pull, dto.Page(items=list(fresh.values())))
    named = {number for item in waiting for number in item.notice.numbers}
    named |= brought.keys() - fresh.keys()
    with pull.scope():
        ask_marks.ask_pushed(
            merchant_id=pull.channel.merchant_id,
            channel_id=pull.channel.id,
            wanted={number: marks for number, order in brought.items() if (marks := _marks(order))},
            now=pull.clock(),
        )
    answers: dict[str, str] = dict.fromkeys(fresh, "stored")
    for some in _batches(sorted(named), NUMBERS_AT_ONCE):
        answers.update(_read_anew(pull, some))
        pull.still_ours()
    return {item.id: outcome for item in waiting if (outcome := _outcome(item, answers, pull.clock()))}


def _marks(order: dto.RemoteOrder) -> dict[str, list[str]]:
    """Kinds of codes that the order's units must carry, with its lines: what is read of it may not tell them."""
    found: dict[str, list[str]] = {}
    for line in order.lines:
        for kind in line.marks or ():
            found.setdefault(kind.value, []).append(line.external_id)
    return found


def _read_anew(pull: Pull, numbers: Sequence[str]) -> dict[str, str]:
    """Read these orders; what the marketplace refuses as a whole is halved until the culprit stands alone."""
    try:
        found = pull_orders.read_numbers(pull, numbers)
    except (Rejected, ContractBroken) as reason:
        if len(numbers) > 1:
            middle = len(numbers) // 2
            return _read_anew(pull, numbers[:middle]) | _read_anew(pull, numbers[middle:])
        with pull.scope():
            pull.set_apart([dto.Broken(key=numbers[0], reason=reason.text, payload=None)])
        return {numbers[0]: "refused"}
    return {number: "read" if number in found else "not_found" for number in numbers}


def _outcome(item: Waiting, answers: dict[str, str], now: datetime) -> str:
    """One word for a notice; "": not over yet."""
    names = [*item.notice.numbers, *(order.number for order in item.notice.orders)]
    if not names:
        return "asked" if item.notice.streams else "nothing"
    told = {answers.get(name, "not_found") for name in names}
    if "not_found" in told and now - item.received_at < NOT_FOUND_AFTER:
        return ""
    return next(word for word in ("refused", "not_found", "stored", "read") if word in told)


def _settle(pull: Pull, waiting: Sequence[Waiting], outcomes: dict[int, str]) -> None:
    now = pull.clock()
    for wish in (wish for item in waiting if outcomes.get(item.id) in TAKEN for wish in item.notice.wishes):
        cancel_wish.wished(
            merchant_id=pull.channel.merchant_id,
            channel_id=pull.channel.id,
            number=wish.number,
            parts=wish.parts,
            text=wish.text,
            now=now,
        )
    for outcome in sorted(set(outcomes.values())):
        ids = [item_id for item_id, word in outcomes.items() if word == outcome]
        InboxItem.objects.filter(pk__in=ids).update(handled_at=now, outcome=outcome)
    later = [item.id for item in waiting if item.id not in outcomes]
    InboxItem.objects.filter(pk__in=later).update(not_before=now + ASK_AGAIN)
    pull.items += len(outcomes)
    _ask_for(pull, {stream for item in waiting for stream in item.notice.streams}, now)
    missed.told(
        channel_id=pull.channel.id,
        numbers=[
            (number, item.received_at)
            for item in waiting
            for number in (*item.notice.numbers, *(order.number for order in item.notice.orders))
        ],
    )


def _ask_for(pull: Pull, streams: Iterable[str], now: datetime) -> None:
    """Have these streams read at the clock's next tick, at most once a minute."""
    rows = Cursor.objects.select_for_update().filter(channel_id=pull.channel.id, stream__in=sorted(streams))
    for row in rows.order_by("pk"):
        soonest = max(now, (row.last_attempt_at or now - STREAM_AT_MOST_EVERY) + STREAM_AT_MOST_EVERY)
        if row.next_at is None or row.next_at > soonest:
            row.next_at = soonest
            row.save(update_fields=["next_at"])


def _batches(numbers: Sequence[str], size: int) -> list[Sequence[str]]:
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]
