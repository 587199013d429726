"""The sign of life of a running job, and its progress: in the cache, so that it is seen while a transaction is open."""

from threading import Event, Thread
from time import monotonic

from django.core.cache import cache

from backoffice.kernel import live
from workspace.types import heart_key

TOPIC = "jobs"
BEAT_S = 10
GONE_AFTER_S = 45
SHOW_EVERY_S = 0.5


class Heart:
    """Beats in a thread of its own while the work goes on, however long one step of it takes."""

    def __init__(self, job_id: int, merchant_id: int) -> None:
        self.key, self.merchant_id = heart_key(job_id), merchant_id
        self.done, self.total = 0, None  # type: int, int | None
        self.shown_at = 0.0
        self.stopped = Event()
        self.thread = Thread(target=self._beat, name=f"job-{job_id}", daemon=True)

    def __enter__(self) -> "Heart":
        self._show()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        cache.delete(self.key)

    def progress(self, done: int, total: int | None) -> bool:
        """Note the progress; True when it was time to show it."""
        self.done, self.total = done, total
        if monotonic() - self.shown_at < SHOW_EVERY_S:
            return False
        self._show()
        live.touch_now(TOPIC, self.merchant_id)
        return True

    def _show(self) -> None:
        self.shown_at = monotonic()
        cache.set(self.key, {"done": self.done, "total": self.total}, GONE_AFTER_S)

    def _beat(self) -> None:
        while not self.stopped.wait(BEAT_S):
            self._show()
