"""Archives from 1C, opened with care: nothing is unpacked to disk, and a bomb is refused before it goes off."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.utils.translation import gettext as _

from exchange.errors import BadRequest, CannotRead
from exchange.formats import names

_MAX_MEMBERS = 200_000
# Repetitive XML packs well, a bomb packs better; small members may be anything.
_MAX_RATIO = 250
_SMALL = 20 * 1024 * 1024


def is_archive(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(4) == b"PK\x03\x04"


def members(path: str, *, unpacked_limit: int) -> dict[str, str]:
    """
    Normalised name → name inside the archive.

    :raises CannotRead: cut, encrypted, too big when unpacked, or with names that lead out of the folder
    """
    with _open(path) as archive:
        found: dict[str, str] = {}
        total = 0
        infos = archive.infolist()
        if len(infos) > _MAX_MEMBERS:
            raise CannotRead(_("The archive holds too many files."))
        for info in infos:
            if info.is_dir():
                continue
            total += info.file_size
            packed = max(info.compress_size, 1)
            if total > unpacked_limit or (info.file_size > _SMALL and info.file_size / packed > _MAX_RATIO):
                raise CannotRead(_("The archive would grow beyond all measure when unpacked; it is refused."))
            if info.flag_bits & 1:
                raise CannotRead(_("The archive is encrypted; 1C never does that."))
            try:
                found[names.normal(info.filename)] = info.filename
            except BadRequest as reason:
                raise CannotRead(str(reason)) from reason
        return found


@contextmanager
def open_member(path: str, inner: str) -> Iterator[IO[bytes]]:
    """The bytes of one member, unpacked as they are read; never more than the archive says."""
    with _open(path) as archive, archive.open(inner) as file:
        yield file


@contextmanager
def _open(path: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as reason:
        raise CannotRead(_("The archive is cut or damaged.")) from reason
