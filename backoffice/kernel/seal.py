"""Sealing what must not lie open: keys of channels, personal data, raw payloads."""

import json
import zlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotOpen(RuntimeError):
    """None of the installation's ENCRYPTION_KEYS opens it: a key was lost or the row is from another installation."""


@lru_cache(maxsize=4)
def _keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(value: object) -> bytes:
    """Compress and encrypt a JSON value with the first key."""
    plain = zlib.compress(json.dumps(value, ensure_ascii=False, default=str).encode())
    return _keys(tuple(settings.ENCRYPTION_KEYS)).encrypt(plain)


def unseal(sealed: bytes | memoryview) -> Any:
    """The JSON value behind `seal`; :raises CannotOpen: no key fits."""
    try:
        plain = _keys(tuple(settings.ENCRYPTION_KEYS)).decrypt(bytes(sealed))
    except InvalidToken as reason:
        raise CannotOpen("no key of ENCRYPTION_KEYS opens this") from reason
    return json.loads(zlib.decompress(plain))


def reseal(sealed: bytes | memoryview) -> bytes:
    """The same value sealed with the first key; :raises CannotOpen: no key fits."""
    try:
        return _keys(tuple(settings.ENCRYPTION_KEYS)).rotate(bytes(sealed))
    except InvalidToken as reason:
        raise CannotOpen("no key of ENCRYPTION_KEYS opens this") from reason
