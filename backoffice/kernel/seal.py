"""
Secrets and personal data at rest: Fernet under ENCRYPTION_KEYS.

The first key seals, every key opens, so that a new key is put in front, everything is sealed anew, and the old one goes.
"""

import json
import zlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

Sealable = dict[str, object] | list[object] | str | int | float | bool | None


class CannotOpen(Exception):
    """None of ENCRYPTION_KEYS opens this: it was sealed with a key that is no longer listed, or is damaged."""


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _keys() -> MultiFernet:
    return _box(tuple(settings.ENCRYPTION_KEYS))


def seal(value: object) -> bytes:
    """This function will compress and encrypt a JSON value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return _keys().encrypt(zlib.compress(text.encode()))


def unseal(sealed: bytes | memoryview) -> object:
    """This function will give back the JSON value; :raises CannotOpen: no key fits."""
    try:
        return json.loads(zlib.decompress(_keys().decrypt(bytes(sealed))))
    except (InvalidToken, zlib.error, ValueError) as reason:
        raise CannotOpen("no key of ENCRYPTION_KEYS opens this value") from reason


def reseal(sealed: bytes | memoryview) -> bytes:
    """This function will encrypt the same value anew with the first key; :raises CannotOpen: no key fits."""
    try:
        return _keys().rotate(bytes(sealed))
    except InvalidToken as reason:
        raise CannotOpen("no key of ENCRYPTION_KEYS opens this value") from reason
