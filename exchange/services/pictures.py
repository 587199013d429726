"""Pictures: told of by a good, their bytes in a file or an archive of their own, in whatever order."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, UnidentifiedImageError

from catalog.models import Photo
from exchange.errors import BadRequest, CannotRead
from exchange.formats import archive, names
from exchange.models import Connection, Item, Picture, Upload
from exchange.services.receive import store_path
from merchants.scope import scope

_AT_ONCE = 500
_MAX_BYTES = 20 * 1024 * 1024
_FORMATS = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}


def attach(source: Connection) -> int:
    """
    Give goods the pictures whose bytes have come; returns how many.  Opens short scopes of its own.

    A file that is no picture is left alone; one that the product has already is not stored twice.
    """
    with scope([source.merchant_id]):
        rows = list(Picture.objects.filter(connection=source, photo=None, digest="").order_by("pk")[:20_000])
        wanted: dict[str, list[Picture]] = {}
        for row in rows:
            try:
                wanted.setdefault(names.normal(row.path), []).append(row)
            except BadRequest:
                continue
        uploads = list(
            Upload.objects.filter(connection=source, name__in=list(wanted)).order_by("-pk").values_list("name", "path")
        )
        archives = list(
            Upload.objects.filter(connection=source, name__endswith=".zip")
            .order_by("-pk")
            .values_list("path", flat=True)[:5]
        )
    done = 0
    for name, content in _contents(wanted, uploads, archives):
        for row in wanted.pop(name, ()):
            done += _store(source, row, content)
    return done


def _contents(
    wanted: dict[str, list[Picture]], uploads: list[tuple[str, str]], archives: list[str]
) -> Iterator[tuple[str, bytes]]:
    for name, path in uploads:
        if name in wanted and (file := store_path(path)).exists() and file.stat().st_size <= _MAX_BYTES:
            yield name, file.read_bytes()
    for path in archives:
        if not wanted or not store_path(path).exists():
            continue
        try:
            inside = archive.members(str(store_path(path)), unpacked_limit=settings.EXCHANGE_UNPACKED_BYTES)
            for name in [name for name in inside if name in wanted]:
                with archive.open_member(str(store_path(path)), inside[name]) as packed:
                    yield name, packed.read(_MAX_BYTES)
        except CannotRead:
            continue


def _store(source: Connection, row: Picture, content: bytes) -> int:
    digest = hashlib.sha256(content).hexdigest()
    suffix = _suffix(content)
    with scope([source.merchant_id]):
        item = Item.objects.filter(connection=source, good=row.good, char="", product__isnull=False).first()
        if item is None or item.product_id is None or not suffix:
            return 0
        twin = Picture.objects.filter(connection=source, good=row.good, digest=digest, photo__isnull=False).first()
        if twin is not None:
            photo_id = twin.photo_id
        else:
            photo = Photo(merchant_id=source.merchant_id, product_id=item.product_id, position=row.position)
            photo.file.save(f"{Path(row.path).stem[:60]}{suffix}", ContentFile(content), save=True)
            photo_id = photo.pk
        Picture.objects.filter(pk=row.pk).update(photo_id=photo_id, digest=digest)
    return 1


def _suffix(content: bytes) -> str:
    """The ending that fits the picture; "" when it is none that a browser shows."""
    try:
        with Image.open(BytesIO(content)) as image:
            image.verify()
            return _FORMATS.get(image.format or "", "")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""
