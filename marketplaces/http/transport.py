"""The pooled connection with one deadline over a whole call, however slowly the other side drips."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

_call = threading.local()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """This function will bound every wait for the network made by this thread until the block ends."""
    _call.until = time.monotonic() + seconds
    try:
        yield
    finally:
        del _call.until


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    until = getattr(_call, "until", None)
    if until is None:
        return timeout
    left = float(until) - time.monotonic()
    if left <= 0:
        raise late("the deadline has passed")
    return left if timeout is None else min(left, timeout)


class BoundStream(httpcore.NetworkStream):
    """A connection each of whose waits ends at the deadline of the call, not `timeout` after its own start."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self.inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        return BoundStream(
            self.inner.start_tls(ssl_context, server_hostname, _left(timeout, httpcore.ConnectTimeout)),
        )

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


class BoundBackend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return BoundStream(self.inner.connect_tcp(host, port, left, local_address, socket_options))


class BoundTransport(httpx.HTTPTransport):
    """
    httpx's transport over a pool whose waits end at the deadline.

    httpx gives no way to hand a network backend to its pool, and its own timeouts are per wait: an answer that comes
    one byte every ten seconds would hold a worker for hours.
    """

    def __init__(self, *, connections: int = 16) -> None:
        super().__init__()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=15.0,
            network_backend=BoundBackend(),
        )


def pooled() -> httpx.Client:
    """This function will make the one client of a process: pooled, without redirects, straight to loopback."""
    transport = BoundTransport()
    return httpx.Client(
        transport=transport,
        mounts={"all://127.0.0.1": transport, "all://localhost": transport},
        follow_redirects=False,
        headers={"User-Agent": "backoffice"},
        timeout=httpx.Timeout(30.0, connect=10.0),
    )
