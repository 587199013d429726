"""
Applying a package: staged whole, judged, then applied chunk by chunk, each in a transaction of its own.

The message row is the truth and a task only a kick: a worker that dies leaves its position, the next one stages the
file again and goes on from there.  One package of a connection at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.kernel import live, locks
from exchange.errors import CannotRead
from exchange.formats import archive
from exchange.formats.read import Reader
from exchange.models import Connection, Message, Problem
from exchange.services import judge, orders_in, pending, pictures, retire, words
from exchange.services.goods import apply_goods
from exchange.services.offers import apply_offers
from exchange.services.receive import store_path
from exchange.services.stage import Stage, troubles
from exchange.services.tally import Tally
from exchange.types import MessageState
from merchants.scope import scope

log = structlog.get_logger(__name__)

CHUNK = 5000
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
# A package without a file: what waited for its goods, which a person has matched.
PENDING = "pending"
_PROBLEMS_KEPT = 5000


class Lost(Exception):
    """Another worker took the package over, or it was set aside."""


def run(*, message_id: int, merchant_id: int) -> bool:
    """
    Do what is left of a package, outside any transaction; returns whether it has ended.

    Does nothing when another worker has it, or another package of the connection is being applied.
    """
    token = uuid4().hex
    message = _claim(message_id, merchant_id, token)
    if message is None:
        return False
    try:
        _work(message, token)
    except Lost:
        return False
    except CannotRead as refusal:
        _end(message, token, MessageState.REFUSED, reason=str(refusal))
    except (OperationalError, InterfaceError):
        # The database itself: the lease runs out and another attempt follows.
        raise
    except Exception:
        log.exception("package failed", message_id=message_id)
        _end(
            message,
            token,
            MessageState.REFUSED,
            reason=_("Something went wrong on our side. It is written to the log."),
        )
    return True


def _claim(message_id: int, merchant_id: int, token: str) -> Message | None:
    now = timezone.now()
    with scope([merchant_id]):
        found = Message.objects.filter(pk=message_id).select_related("connection", "upload").first()
        if found is None:
            return None
        locks.take(locks.Subject.IMPORT, found.connection_id)
        busy = Message.objects.filter(
            connection_id=found.connection_id, state=MessageState.RUNNING, leased_until__gt=now
        ).exclude(pk=message_id)
        if busy.exists():
            return None
        free = Q(state=MessageState.WAITING) | Q(state=MessageState.RUNNING, leased_until__lt=now)
        taken = Message.objects.filter(free, pk=message_id).update(
            state=MessageState.RUNNING,
            started_at=now,
            leased_until=now + LEASE,
            attempts=F("attempts") + 1,
            token=token,
        )
        if not taken:
            return None
        if found.attempts >= MAX_ATTEMPTS:
            _end(
                found, token, MessageState.REFUSED, reason=_("The work broke off too often. It is written to the log.")
            )
            return None
        live.touch("exchange", merchant_id)
        return found


def _work(message: Message, token: str) -> None:
    source = message.connection
    if message.parts == retire.RETIRE:
        with _scope(message):
            locks.take(locks.Subject.IMPORT, source.pk)
            message.counts = {"goods.archived": retire.carry_out(message, timezone.now())}
        _end(message, token, MessageState.DONE)
        return
    with _scope(message):
        known = words.known_names(source)
    stage = Stage(source.pk)
    stage.begin()
    if message.parts == PENDING:
        stage.finish()
        _apply_all(message, token, stage, Tally(message.counts))
        return
    with open_raw(message) as file:
        reader = Reader(file, known=known)
        stage.read(reader, alive=lambda: _alive(message, token))
    head = reader.head
    message.version, message.catalogue, message.full = head.version, head.catalogue, head.full
    message.parts, message.total = ",".join(sorted(head.parts)), stage.total
    tally = Tally({} if not message.position else message.counts)
    with _scope(message):
        if message.position == 0 and not message.dry:
            words.apply_words(source, stage.words, tally)
            words.name_unknown(source)
        words.prepare_stores(source)
        seen = judge.preview(source) if message.position == 0 else message.preview
        found = [] if message.confirmed or message.position else judge.alarms(source, seen)
        seen["alarms"] = found
        message.preview = seen
        _save(message, token, ["version", "catalogue", "full", "parts", "total", "preview"])
    if message.dry:
        _try(message, token, stage, tally)
        return
    if found:
        _hold(message, token, found)
        return
    _apply_all(message, token, stage, tally)


def _try(message: Message, token: str, stage: Stage, tally: Tally) -> None:
    """Apply everything in one transaction that is taken back: what would come of it, object by object."""
    source = message.connection
    with _scope(message):
        point = transaction.savepoint()
        words.apply_words(source, stage.words, tally)
        words.name_unknown(source)
        words.prepare_stores(source)
        for first in range(1, stage.total + 1, CHUNK):
            _chunk(source, message, first, first + CHUNK - 1, tally)
        orders_in.look(source, stage.documents, tally)
        found = list(troubles())
        transaction.savepoint_rollback(point)
        _write_problems(message, found)
    message.counts = tally.copy()
    _end(message, token, MessageState.DRY)


def _hold(message: Message, token: str, alarms: list[str]) -> None:
    """A newer package holds what an older one held: 1C sends all again that was not taken."""
    with _scope(message):
        older = Message.objects.filter(
            connection_id=message.connection_id, state=MessageState.HELD, name=message.name, member=message.member
        ).exclude(pk=message.pk)
        older.update(
            state=MessageState.DROPPED, reason=_("A newer package took its place."), finished_at=timezone.now()
        )
    said = {
        "stock": _("too many articles would become empty"),
        "price": _("too many prices would change by half or more"),
        "archive": _("too many goods would be archived"),
    }
    reason = _("A mass change waits for a person in the back office (1C → Log): %(what)s.") % {
        "what": ", ".join(str(said[alarm]) for alarm in alarms)
    }
    _end(message, token, MessageState.HELD, reason=reason)


def _apply_all(message: Message, token: str, stage: Stage, tally: Tally) -> None:
    source = message.connection
    for first in range(message.position + 1, stage.total + 1, CHUNK):
        last = min(first + CHUNK - 1, stage.total)
        with _scope(message):
            locks.take(locks.Subject.IMPORT, source.pk)
            _apply_or_halve(source, message, first, last, tally)
            _keep_problems(message, first, last)
            message.position, message.counts = last, tally.copy()
            _save(message, token, ["position", "counts", "rejected"])
    if stage.documents:
        with _scope(message):
            orders_in.apply_documents(source, stage.documents, tally, now=timezone.now())
            message.rejected = 0
            _keep_problems(message, 1, stage.total)
    _bring_back(message, token, stage, tally)
    pictures.attach(source)
    message.counts = tally.copy()
    _end(message, token, MessageState.DONE)


def _bring_back(message: Message, token: str, stage: Stage, tally: Tally) -> None:
    """What was told too early comes to its right; a round may make the next one possible."""
    after = stage.total
    for _round in range(50):
        _alive(message, token)
        with _scope(message):
            locks.take(locks.Subject.IMPORT, message.connection_id)
            count = pending.bring_back(message.connection, after=after)
            if not count:
                return
            words.name_unknown(message.connection)
            words.prepare_stores(message.connection)
            _apply_or_halve(message.connection, message, after + 1, after + count, tally)
            _keep_problems(message, after + 1, after + count)
        after += count


def _apply_or_halve(source: Connection, message: Message, first: int, last: int, tally: Tally) -> None:
    """Apply a range; when the database refuses it, halve it until the one bad object stands alone and is told of."""
    before = tally.copy()
    try:
        with transaction.atomic():
            _chunk(source, message, first, last, tally)
    except (IntegrityError, DataError) as reason:
        tally.back_to(before)
        if first == last:
            log.warning("object refused by the database", message_id=message.pk, n=first, reason=str(reason)[:300])
            _tell_of(first, str(reason))
            return
        middle = (first + last) // 2
        _apply_or_halve(source, message, first, middle, tally)
        _apply_or_halve(source, message, middle + 1, last, tally)


def _chunk(source: Connection, message: Message, first: int, last: int, tally: Tally) -> None:
    now = timezone.now()
    apply_goods(source, message, first, last, tally, now)
    apply_offers(source, message, first, last, tally, now)


def _tell_of(n: int, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO cml_trouble
            SELECT %(n)s, coalesce(max(line), 0), left(coalesce(max(name), '?'), 390), '', %(text)s FROM (
                   SELECT line, name FROM cml_good WHERE n = %(n)s
                   UNION ALL SELECT line, name FROM cml_offer WHERE n = %(n)s) o
            """,
            {"n": n, "text": _("The database refused it: %(why)s") % {"why": reason.splitlines()[0][:300]}},
        )


def _keep_problems(message: Message, first: int, last: int) -> None:
    Problem.objects.filter(message=message, n__range=(first, last)).delete()
    _write_problems(message, [row for row in troubles() if first <= row[0] <= last])


def _write_problems(message: Message, found: list[tuple[int, int, str, str, str]]) -> None:
    """Keep them as the log shows them: the first few thousand of a package."""
    room = max(_PROBLEMS_KEPT - Problem.objects.filter(message=message).count(), 0)
    Problem.objects.bulk_create(
        [
            Problem(
                merchant_id=message.merchant_id,
                message=message,
                n=n,
                line=line,
                subject=subject[:400],
                field=field[:100],
                text=text[:500],
            )
            for n, line, subject, field, text in found[:room]
        ],
        batch_size=1000,
    )
    message.rejected += len({n for n, *_rest in found})


def _scope(message: Message) -> Any:
    return scope([message.merchant_id], person_id=message.person_id)


def _alive(message: Message, token: str) -> None:
    with _scope(message):
        _save(message, token, [])


def _save(message: Message, token: str, fields: list[str]) -> None:
    """:raises Lost: the package is no longer ours"""
    told = {name: getattr(message, name) for name in fields}
    told["leased_until"] = timezone.now() + LEASE
    if not Message.objects.filter(pk=message.pk, token=token, state=MessageState.RUNNING).update(**told):
        raise Lost


def _end(message: Message, token: str, state: MessageState, reason: str = "") -> None:
    with _scope(message):
        Message.objects.filter(pk=message.pk, token=token).update(
            state=state,
            reason=reason[:1000],
            counts=message.counts,
            rejected=message.rejected,
            finished_at=timezone.now(),
            leased_until=None,
        )
        live.touch("exchange", message.merchant_id)


@contextmanager
def open_raw(message: Message) -> Iterator[IO[bytes]]:
    """The document's bytes, unpacked as they are read; :raises CannotRead: they are gone or the archive is damaged"""
    path = store_path(message.path)
    if not message.path or not path.exists():
        raise CannotRead(_("The raw file is no longer kept."))
    if message.member:
        inner = archive.members(str(path), unpacked_limit=settings.EXCHANGE_UNPACKED_BYTES).get(message.member)
        if inner is None:
            raise CannotRead(_("The archive does not hold %(name)s.") % {"name": message.member})
        with archive.open_member(str(path), inner) as file:
            yield file
    else:
        with path.open("rb") as plain:
            yield plain
