"""Packages as rows: made when 1C asks to import, by hand, or again."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.errors import Refusal
from exchange.errors import BadRequest, CannotRead
from exchange.formats import archive, names
from exchange.models import Connection, Message, Session, Upload
from exchange.services import receive
from exchange.services.imports import PENDING
from exchange.types import MessageState

_ORDER = ("group", "prop", "unit", "pricelist", "storage", "import", "goods", "offers", "price", "rests")


def asked_for(*, session: Session, filename: str, now: datetime) -> list[Message]:
    """
    The packages behind `mode=import&filename=…`: made at the first asking, found again at every later one.

    A name may be that of a file, of a document inside an archive, or of an archive, which means all its documents.
    :raises BadRequest: nothing of this name came; :raises CannotRead: the archive is damaged or hostile
    """
    name = names.normal(filename)
    upload = receive.find(session=session, name=name)
    if upload is not None and not archive.is_archive(str(receive.store_path(upload.path))):
        return _of(session, upload, [""], now)
    archives = [upload] if upload is not None else _archives(session)
    for one in archives:
        found = archive.members(str(receive.store_path(one.path)), unpacked_limit=settings.EXCHANGE_UNPACKED_BYTES)
        documents = sorted((member for member in found if member.endswith(".xml")), key=_in_order)
        if upload is None:
            documents = [member for member in documents if names.base(member) == names.base(name)][:1]
        if documents:
            return _of(session, one, documents, now)
    raise BadRequest(_("No file %(name)s has come in this session.") % {"name": filename[:100]})


def _archives(session: Session) -> list[Upload]:
    own = list(Upload.objects.filter(session=session, name__endswith=".zip").order_by("-pk"))
    others = Upload.objects.filter(connection_id=session.connection_id, name__endswith=".zip").exclude(session=session)
    return own + list(others.order_by("-pk")[:5])


def _in_order(member: str) -> tuple[int, str]:
    base = names.base(member)
    return next((place for place, word in enumerate(_ORDER) if base.startswith(word)), len(_ORDER)), member


@transaction.atomic
def _of(session: Session, upload: Upload, members: Sequence[str], now: datetime) -> list[Message]:
    Upload.objects.select_for_update().get(pk=upload.pk)
    known = {
        row.member: row
        for row in Message.objects.filter(upload=upload, member__in=members, dry=False, replay_of=None).order_by("-pk")
    }
    for member in members:
        if member not in known:
            known[member] = Message.objects.create(
                merchant_id=session.merchant_id,
                connection_id=session.connection_id,
                session=session,
                upload=upload,
                subject=session.subject,
                name=upload.name,
                member=member,
                path=upload.path,
                size=upload.size,
                created_at=now,
            )
    Upload.objects.filter(pk=upload.pk).update(closed=True)
    return [known[member] for member in members]


def by_hand(
    *,
    source: Connection,
    name: str,
    content: IO[bytes],
    size: int,
    dry: bool,
    person_id: int | None,
    now: datetime,
) -> list[Message]:
    """
    Take in a file that a person chose, to be tried or applied.

    :raises CannotRead: the archive is damaged or holds no document
    """
    folder = Path("exchange") / str(source.merchant_id) / "hand"
    receive.store_path(str(folder)).mkdir(parents=True, exist_ok=True)
    path = str(folder / uuid4().hex)
    with receive.store_path(path).open("wb") as file:
        while block := content.read(256 * 1024):
            file.write(block)
    members = [""]
    if archive.is_archive(str(receive.store_path(path))):
        found = archive.members(str(receive.store_path(path)), unpacked_limit=settings.EXCHANGE_UNPACKED_BYTES)
        members = sorted((member for member in found if member.endswith(".xml")), key=_in_order)
        if not members:
            raise CannotRead(_("The archive holds no XML document."))
    live.touch("exchange", source.merchant_id)
    return [
        Message.objects.create(
            merchant_id=source.merchant_id,
            connection=source,
            name=name[-300:],
            member=member,
            path=path,
            size=size,
            dry=dry,
            person_id=person_id,
            created_at=now,
        )
        for member in members
    ]


@transaction.atomic
def settle(*, source: Connection, person_id: int | None, now: datetime) -> Message:
    """A package that applies what was told of goods before a person matched them."""
    return Message.objects.create(
        merchant_id=source.merchant_id,
        connection=source,
        name=_("what waited for its goods"),
        parts=PENDING,
        confirmed=True,
        person_id=person_id,
        created_at=now,
    )


@transaction.atomic
def again(*, message_id: int, person_id: int | None, now: datetime) -> Message:
    """
    Apply a package once more, as a new one; :raises Refusal: its raw file is no longer kept, or it went out.
    """
    old = Message.objects.select_for_update().get(pk=message_id)
    if not old.path or not receive.store_path(old.path).exists() or old.direction != "in":
        raise Refusal(_("The raw file is no longer kept, so the package cannot be applied again."))
    live.touch("exchange", old.merchant_id)
    return Message.objects.create(
        merchant_id=old.merchant_id,
        connection_id=old.connection_id,
        session=old.session,
        upload=old.upload,
        subject=old.subject,
        name=old.name,
        member=old.member,
        path=old.path,
        size=old.size,
        replay_of=old,
        person_id=person_id,
        created_at=now,
    )


@transaction.atomic
def confirm(*, message_id: int, person_id: int, now: datetime) -> None:
    """Let a mass change pass; :raises Refusal: it does not wait any more"""
    done = Message.objects.filter(pk=message_id, state=MessageState.HELD).update(
        state=MessageState.WAITING, confirmed=True, person_id=person_id, reason="", attempts=0, position=0
    )
    if not done:
        raise Refusal(_("The package does not wait for a decision any more."))
    live.touch("exchange", Message.objects.get(pk=message_id).merchant_id)


@transaction.atomic
def drop(*, message_id: int, person_id: int, now: datetime) -> None:
    """Set a waiting mass change aside; :raises Refusal: it does not wait any more"""
    done = Message.objects.filter(pk=message_id, state=MessageState.HELD).update(
        state=MessageState.DROPPED, person_id=person_id, finished_at=now, reason=_("Set aside by a person.")
    )
    if not done:
        raise Refusal(_("The package does not wait for a decision any more."))
    live.touch("exchange", Message.objects.get(pk=message_id).merchant_id)
