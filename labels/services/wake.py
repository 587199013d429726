"""
What print agents and pages tell each other through the cache, so that a question in vain costs no query.

Losing the cache loses nothing: agents then look into the queue once more, and say anew how they are.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial

from django.core.cache import cache
from django.db import transaction

WATCHED_S = 60  # how long after the last sign of a person an agent asks often
_DAY_S = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    What an agent said last.  seen_at: when; printer: ok, silent or trouble; since: when it became so.

    detail: the printer's or the system's own words.
    """

    seen_at: datetime
    printer: str
    since: datetime
    detail: str = ""
    version: str = ""
    host: str = ""


def wake(station_id: int) -> None:
    """Tell the agent of a station, once the open transaction has committed, that there is something for it."""
    transaction.on_commit(partial(_bump, station_id))


def version(station_id: int) -> str:
    """Equal while nothing new waits at the station."""
    return str(cache.get(_work(station_id), 0))


def watch(station_id: int) -> None:
    """Somebody works at this station: its stickers are to come at once."""
    cache.set(f"print-watched:{station_id}", 1, WATCHED_S)


def is_watched(station_id: int) -> bool:
    return cache.get(f"print-watched:{station_id}") is not None


def tell(station_id: int, told: Told) -> None:
    """Keep what the agent says of itself."""
    cache.set(_agent(station_id), asdict(told), _DAY_S)


def told(station_id: int) -> Told | None:
    """What the agent of a station said last; None when it was not heard for a day."""
    found = cache.get(_agent(station_id))
    return Told(**found) if found else None


def _bump(station_id: int) -> None:
    watch(station_id)
    try:
        cache.incr(_work(station_id))
    except ValueError:
        cache.add(_work(station_id), 1, None)


def _work(station_id: int) -> str:
    return f"print-work:{station_id}"


def _agent(station_id: int) -> str:
    return f"print-agent:{station_id}"
