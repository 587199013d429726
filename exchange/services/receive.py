"""Files as they come: part after part onto the disk, never into memory."""

import hashlib
import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from exchange.errors import BadRequest
from exchange.formats import names
from exchange.models import Session, Upload

_BLOCK = 256 * 1024
_XML = (b"<?xml", b"\xef\xbb\xbf<?xml")


def store_path(relative: str) -> Path:
    return Path(settings.FILES_DIR) / relative


def receive(*, session: Session, filename: str, body: IO[bytes], length: int | None, now: datetime) -> Upload:
    """
    Append a part to its file, or begin the file.

    length: of the body as stated; a body that ends sooner was cut and leaves no trace.  A part that is sent again after
    a lost answer is known by its digest; one that begins like a document begins the file anew.
    :raises BadRequest: no name, too long, or cut
    """
    name = names.normal(filename)
    if length is not None and length > settings.EXCHANGE_REQUEST_BYTES:
        raise _too_long(settings.EXCHANGE_REQUEST_BYTES)
    folder = Path("exchange") / str(session.merchant_id) / str(session.pk)
    store_path(str(folder)).mkdir(parents=True, exist_ok=True)
    part = store_path(str(folder / f"part-{uuid4().hex}"))
    try:
        size, digest, start = _to_disk(body, part, length)
        with transaction.atomic():
            Session.objects.select_for_update().get(pk=session.pk)
            return _append(session, name, folder, part, size, digest, start, now)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(body: IO[bytes], part: Path, length: int | None) -> tuple[int, str, bytes]:
    """Returns size, digest and first bytes."""
    size, digest, start = 0, hashlib.sha256(), b""
    with part.open("wb") as file:
        while block := body.read(_BLOCK if length is None else min(_BLOCK, length - size)):
            size += len(block)
            if size > settings.EXCHANGE_REQUEST_BYTES:
                raise _too_long(settings.EXCHANGE_REQUEST_BYTES)
            start = start or block[:64]
            digest.update(block)
            file.write(block)
            if length is not None and size >= length:
                break
    if length is not None and size != length:
        raise BadRequest(
            _("Only %(came)d of %(length)d bytes came; send the file again.") % {"came": size, "length": length}
        )
    return size, digest.hexdigest(), start


def _append(
    session: Session, name: str, folder: Path, part: Path, size: int, digest: str, start: bytes, now: datetime
) -> Upload:
    upload = Upload.objects.filter(session=session, name=name, closed=False).order_by("-pk").first()
    if upload is not None and upload.last_digest == digest and size:
        return upload
    if upload is None or _begins_anew(upload, start):
        if upload is not None:
            store_path(upload.path).unlink(missing_ok=True)
            upload.delete()
        upload = Upload(
            merchant_id=session.merchant_id,
            connection_id=session.connection_id,
            session=session,
            name=name,
            path=str(folder / uuid4().hex),
            began_at=now,
        )
    if upload.size + size > settings.EXCHANGE_FILE_BYTES:
        raise _too_long(settings.EXCHANGE_FILE_BYTES)
    _join(store_path(upload.path), upload.size, part)
    upload.size, upload.parts, upload.last_digest = upload.size + size, upload.parts + 1, digest
    upload.save()
    return upload


def _begins_anew(upload: Upload, start: bytes) -> bool:
    """
    Whether a part is the first one again, after a session that was broken off.

    A part of an archive may begin with a member's signature by chance, so an archive begins anew only when the one
    that is there is whole, or begins with the very same bytes.
    """
    if start.startswith(_XML):
        return True
    if not start.startswith(b"PK\x03\x04"):
        return False
    path = store_path(upload.path)
    with path.open("rb") as file:
        return file.read(len(start)) == start or zipfile.is_zipfile(path)


def _join(whole: Path, known: int, part: Path) -> None:
    """Put the part behind the first `known` bytes: what a broken-off request left there is cut off first."""
    if not known:
        os.replace(part, whole)
        whole.chmod(0o600)
        return
    with whole.open("r+b") as file, part.open("rb") as more:
        file.truncate(known)
        file.seek(known)
        while block := more.read(_BLOCK):
            file.write(block)


def _too_long(limit: int) -> BadRequest:
    return BadRequest(
        _("The file is longer than %(limit)d MB; it is refused. Cut it into parts as `init` says.")
        % {"limit": limit // 2**20}
    )


def find(*, session: Session, name: str) -> Upload | None:
    """The file of this name: of this session, else the newest of the connection."""
    own = Upload.objects.filter(session=session, name=name).order_by("-pk").first()
    if own is not None:
        return own
    return Upload.objects.filter(connection_id=session.connection_id, name=name).order_by("-pk").first()
