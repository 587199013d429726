"""
Goods that a full export did not name: off the sale by what 1C asks for, or by a person who has seen which they are.

Nothing goes by itself: a full package says what there is, and only `deactivate` or a person that the rest is no more.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.errors import Refusal
from catalog.services import goods as catalog_goods
from exchange.errors import BadRequest
from exchange.models import Connection, Item, Message, Session
from exchange.selectors.absent import absent, is_whole, named, not_named
from exchange.services.judge import LEAST
from exchange.types import Field, MessageState

# A package without a file: goods to be taken off sale, which waits for a person.
RETIRE = "retire"
_SHOWN = 500


@transaction.atomic
def deactivate(*, session: Session, now: datetime) -> int | Message:
    """
    Archive goods that the full packages of this session did not name; returns how many, or what waits for a person.

    Only when every package of the session was applied, and only goods of the catalogues that came whole.
    :raises BadRequest: a package is missing, was refused or waits
    """
    source = session.connection
    packages = list(Message.objects.filter(session=session, direction="in", dry=False).exclude(parts=RETIRE))
    if any(package.state != MessageState.DONE for package in packages):
        raise BadRequest(_("Not everything of this session was applied, so nothing is taken off sale."))
    whole = {package.catalogue for package in packages if is_whole(package)}
    if not whole or not source.onec_owns(Field.ARCHIVE):
        return 0
    gone = absent(source, whole, session.began_at)
    many = gone.count()
    known = many + named(source, whole, session.began_at).count()
    if many >= LEAST and many * 100 > known * source.guard_archive_percent:
        return _hold(source, session, whole, session.began_at, known, now)
    live.touch("exchange", source.merchant_id)
    return _archive(source, gone, now)


@transaction.atomic
def ask(*, message_id: int, now: datetime) -> Message:
    """
    A package for a person to decide on: what this full package did not name leaves the sale.

    :raises Refusal: the package is not one of which that can be said, or it named everything
    """
    message = Message.objects.select_related("connection", "session").get(pk=message_id)
    source, gone = message.connection, not_named(message)
    if message.session is None or not gone.exists():
        raise Refusal(_("The package named everything that is on sale, so there is nothing to take off it."))
    known = gone.count() + named(source, {message.catalogue}, message.session.began_at).count()
    return _hold(source, message.session, {message.catalogue}, message.session.began_at, known, now)


def carry_out(message: Message, now: datetime) -> int:
    """Archive what a confirmed package is about, without what has been named since; runs inside a transaction."""
    about = message.preview["retire"]
    gone = absent(message.connection, about["catalogues"], datetime.fromisoformat(about["before"]))
    return _archive(message.connection, gone, now)


def _archive(source: Connection, gone: QuerySet[Item], now: datetime) -> int:
    products: Sequence[Any] = list(gone.values_list("product_id", flat=True))
    return catalog_goods.set_archived(merchant_id=source.merchant_id, product_ids=products, archived=True, now=now)


def _hold(
    source: Connection, session: Session, catalogues: Collection[str], before: datetime, known: int, now: datetime
) -> Message:
    """A newer one holds what an older one held: 1C asks again until a person has decided."""
    older = Message.objects.filter(connection=source, state=MessageState.HELD, parts=RETIRE)
    older.update(state=MessageState.DROPPED, reason=_("A newer package took its place."), finished_at=now)
    gone = absent(source, catalogues, before)
    many, first = gone.count(), gone.order_by("name").values_list("article", "name")[:_SHOWN]
    examples = [list(pair) for pair in first]
    live.touch("exchange", source.merchant_id)
    return Message.objects.create(
        merchant_id=source.merchant_id,
        connection=source,
        session=session,
        name=_("Goods that the full export did not name"),
        parts=RETIRE,
        state=MessageState.HELD,
        reason=_("%(gone)d of %(known)d goods would be taken off sale; that waits for a person in the back office.")
        % {"gone": many, "known": known},
        preview={
            "alarms": ["archive"],
            "retire": {"catalogues": sorted(catalogues), "before": before.isoformat()},
            "examples": {"archive": examples},
        },
        created_at=now,
        finished_at=now,
    )
