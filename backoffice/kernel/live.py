"""
Versions of what open pages show.

A page polls its fragment with the version it has; while the version stands, the answer is 204 and the database is not
asked.  Versions live in the cache: losing them costs one extra refresh, never a fact.
"""

from collections.abc import Iterable
from functools import partial
from time import time_ns

from django.core.cache import cache
from django.db import transaction

_LIFETIME_S = 7 * 24 * 3600


def _key(topic: str, merchant_id: int) -> str:
    return f"live:{topic}:{merchant_id}"


def touch(topic: str, merchant_id: int) -> None:
    """Tell pages that show `topic` of this merchant, once the open transaction has committed, that it changed."""
    pending = _pending()
    if (topic, merchant_id) in pending:
        return
    pending.add((topic, merchant_id))
    transaction.on_commit(partial(_bump, topic, merchant_id))


def touch_now(topic: str, merchant_id: int) -> None:
    """The same at once, also while a transaction is open: for what is shown from the cache, such as progress."""
    _bump(topic, merchant_id)


def version(topics: Iterable[str], merchant_ids: Iterable[int]) -> str:
    """The version of these topics for these merchants together: equal while nothing changed."""
    merchants = sorted(merchant_ids)
    keys = [_key(topic, merchant) for topic in sorted(topics) for merchant in merchants]
    found = cache.get_many(keys)
    return ".".join(str(found.get(key, 0)) for key in keys)


def _pending() -> set[tuple[str, int]]:
    """What the open transaction will bump already, so that a bulk change costs one message, not thousands."""
    connection = transaction.get_connection()
    return {
        callback.args
        for _, callback, _ in connection.run_on_commit
        if isinstance(callback, partial) and callback.func is _bump
    }


def _bump(topic: str, merchant_id: int) -> None:
    # The moment is as good as a number that counts, and is told in one go.
    cache.set(_key(topic, merchant_id), time_ns(), _LIFETIME_S)
