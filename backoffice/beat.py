"""The clock: one at a time, however many are started."""

from typing import Any

import redis
from django.conf import settings
from django_celery_beat.schedulers import DatabaseScheduler
from redis.exceptions import LockError

from backoffice import heartbeat

LOCK_NAME = "bo:beat"
# Kept anew by each tick, one in HEARTBEAT_INTERVAL_S at least; so long does a clock that died leave us without one.
LOCK_SECONDS = 3 * settings.HEARTBEAT_INTERVAL_S
LOOK_AGAIN_S = 1.0


class OneBeat(DatabaseScheduler):
    """Schedules from the database while it holds the lock in the broker's cache; a second clock waits in silence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._redis = redis.Redis.from_url(settings.REDIS_URL)
        self._lock = self._redis.lock(LOCK_NAME, timeout=LOCK_SECONDS, thread_local=False)
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if not self._holds_lock():
            return LOOK_AGAIN_S
        heartbeat.beat_is_alive(self._redis)
        return float(min(super().tick(*args, **kwargs), settings.HEARTBEAT_INTERVAL_S))

    def close(self) -> None:
        if self._lock.owned():
            self._lock.release()
        super().close()

    def _holds_lock(self) -> bool:
        try:
            return bool(self._lock.reacquire())
        except LockError:
            return bool(self._lock.acquire(blocking=False))
