"""Signs of life of workers and the clock, kept in the cache and read by /healthz."""

import time
from typing import Any

import redis
from celery import bootsteps
from django.conf import settings

BEAT = "bo:alive:beat"
QUEUE = "bo:alive:queue:"


def beat_is_alive(client: redis.Redis) -> None:
    client.set(BEAT, int(time.time()), ex=settings.HEARTBEAT_STALE_S)


def queues_are_served(client: redis.Redis, names: list[str]) -> None:
    with client.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.set(QUEUE + name, int(time.time()), ex=settings.HEARTBEAT_STALE_S)
        pipe.execute()


def seen(client: redis.Redis) -> tuple[bool, dict[str, bool]]:
    """This function will return whether the clock lives, and for each queue whether somebody serves it."""
    names = list(settings.QUEUES)
    beat, *queues = client.mget([BEAT, *(QUEUE + name for name in names)])
    return beat is not None, {name: found is not None for name, found in zip(names, queues, strict=True)}


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Runs on the worker's own timer: a worker whose loop hangs falls silent, which a thread would hide."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        self._client = redis.Redis.from_url(settings.REDIS_URL)
        self._timer: Any = None

    def start(self, consumer: Any) -> None:
        self._beat(consumer)
        self._timer = consumer.timer.call_repeatedly(settings.HEARTBEAT_INTERVAL_S, self._beat, (consumer,))

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self, consumer: Any) -> None:
        queues_are_served(self._client, [queue.name for queue in consumer.task_consumer.queues])
