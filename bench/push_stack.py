"""The sandbox and the workers that push to it, as programs beside a measurement."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import httpx
import redis
from django.conf import settings

from backoffice import heartbeat
from bench.processes import running
from bench.web import free_port
from embedded import stack

START_DEADLINE_S = 240.0


@contextmanager
def sandbox() -> Iterator[httpx.Client]:
    """A sandbox without buyers, its state in memory only."""
    port = free_port()
    settings.SANDBOX_URL = f"http://127.0.0.1:{port}"
    environment = stack.sandbox_environment({**os.environ, "SANDBOX_ORDERS_PER_MINUTE": "0"})
    with (
        running("sandbox", stack.sandbox_command(str(port)), environment),
        httpx.Client(base_url=settings.SANDBOX_URL, timeout=300, trust_env=False) as client,
    ):
        end = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < end:
            try:
                client.get("/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield client


@contextmanager
def workers(speed: int, *codes: str) -> Iterator[None]:
    """A worker for each of these marketplaces and the clock, as in the embedded stack."""
    environment = {**os.environ, "SANDBOX_URL": settings.SANDBOX_URL, "SANDBOX_SPEED": str(speed)}
    with ExitStack() as together:
        for code in codes:
            child = stack.worker(f"mp.{code}", environment, name=f"mp.{code}", pool="threads", size=4)
            together.enter_context(running(f"worker-{code}", child.command, environment))
        beat = (*stack.CELERY, "beat", "--pidfile=", *stack.LEVEL)
        together.enter_context(running("beat", beat, environment))
        _wait_for_life(codes)
        yield


def _wait_for_life(codes: Sequence[str]) -> None:
    """Return when the clock and a worker for each marketplace have given a sign of life."""
    end = time.monotonic() + START_DEADLINE_S
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(heartbeat.BEAT, *(f"{heartbeat.QUEUE}mp.{code}" for code in codes))
        while time.monotonic() < end:
            beat, queues = heartbeat.seen(client)
            if beat and all(queues[f"mp.{code}"] for code in codes):
                return
            time.sleep(0.2)
    raise RuntimeError("workers or the clock do not start: var/bench/log says why")
