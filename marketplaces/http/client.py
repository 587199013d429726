"""
One request on the wire: limits, deadline, size, the six words, and a masked record of every attempt.

A failure before anything left is Unavailable; a write whose answer was lost is OutcomeUnknown.  Statuses that need the
marketplace's own knowledge (400, 403, 404, 409 …) come back to the adapter.
"""

import email.utils
import json as jsons
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, RemoteError, Unavailable
from marketplaces.http import redact, transport
from marketplaces.http.breaker import Breaker, breaker_of
from marketplaces.ports import Answer, Attempt, Limit, Throttle

log = logging.getLogger(__name__)

LARGEST_ANSWER = 32 * 1024 * 1024
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
LIMITED = (420, 429)
LOST = (408, 499)
TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)

Resolve = Callable[[str], str]
_pools: dict[int, httpx.Client] = {}
_guard = threading.Lock()


def pool() -> httpx.Client:
    """This function will give the connections of this process; a forked worker gets its own."""
    with _guard:
        if os.getpid() not in _pools:
            _pools[os.getpid()] = transport.pooled()
        return _pools[os.getpid()]


def addresses(base_url: str, production_url: str) -> Resolve:
    """
    This function will make the resolver of a channel: host → base address.

    In production a host is a subdomain (`https://<host>.<domain>`); anywhere else it is a path under `base_url`, so
    that a sandbox needs one address only.
    """
    base = (base_url or production_url).rstrip("/")
    production = urlsplit(production_url)

    def resolve(host: str) -> str:
        if not host:
            return base
        if base == production_url.rstrip("/"):
            return f"{production.scheme}://{host}.{production.netloc}"
        return f"{base}/{host}"

    return resolve


class TooLarge(Exception):
    """The answer is larger than `LARGEST_ANSWER`."""


class Client:
    """
    Implements `ports.Send` for one channel.

    resolve: host → base address, see `addresses`.  key: names the channel's circuit breaker.
    on_attempt: told of every attempt, secrets and personal data masked.
    """

    def __init__(
        self,
        *,
        resolve: Resolve,
        throttle: Throttle,
        key: str,
        on_attempt: Callable[[Attempt], None] | None = None,
        http: httpx.Client | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self.resolve = resolve
        self.throttle = throttle
        self.on_attempt = on_attempt
        self.http = http
        self.breaker = breaker or breaker_of(key)

    def __call__(
        self,
        method: str,
        path: str,
        *,
        limits: Sequence[Limit],
        host: str = "",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
        write: bool = False,
        timeout_s: float = 30.0,
    ) -> Answer:
        """
        This function will send one request and give its answer.

        The limits may hold it back for half of `timeout_s`; the rest is for the wire.
        :raises Unavailable: nothing happened there: not connected, limited, the breaker is open, or a read failed
        :raises OutcomeUnknown: a write left and its answer was lost, or was a 5xx
        :raises CredentialsRejected: 401
        :raises ContractBroken: a read was answered with more than `LARGEST_ANSWER` bytes
        """
        until = time.monotonic() + timeout_s
        request = self._request(method, path, host=host, headers=headers, query=query, json=json)
        self.breaker.enter()
        try:
            self.throttle.wait(limits, deadline_s=timeout_s / 2)
        except Unavailable:
            self.breaker.gave_up()
            raise
        answer = self._exchange(request, limits, write=write, seconds=max(until - time.monotonic(), 0.1))
        return self._judged(answer, limits, write=write, secrets=_secrets(request))

    def _request(
        self,
        method: str,
        path: str,
        *,
        host: str,
        headers: Mapping[str, str] | None,
        query: Mapping[str, str | int] | None,
        json: object,
    ) -> httpx.Request:
        http = self.http or pool()
        sent = dict(headers or {})
        if "://" in path:
            address, sent = self._foreign(path), {}
        else:
            address = self.resolve(host) + path
        content = None
        if json is not None:
            content = jsons.dumps(json, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
            sent["Content-Type"] = "application/json"
        params = {name: str(inner) for name, inner in query.items()} if query else None
        try:
            return http.build_request(method, address, headers=sent, params=params, content=content)
        except (httpx.InvalidURL, ValueError, TypeError) as reason:
            raise ContractBroken(f"not an address: {address[:200]}") from reason

    def _foreign(self, address: str) -> str:
        """An address that the marketplace gave us: over TLS, or where the channel itself is; never with our key."""
        try:
            there, base = urlsplit(address), urlsplit(self.resolve(""))
            same = (there.scheme, there.netloc) == (base.scheme, base.netloc)
            whole = bool(there.hostname)
        except ValueError:
            same = whole = False
            there = urlsplit("")
        if not whole or not (same or there.scheme == "https"):
            raise ContractBroken(f"not an address that may be fetched: {redact.shortened(address, longest=200)}")
        return address

    def _exchange(self, request: httpx.Request, limits: Sequence[Limit], *, write: bool, seconds: float) -> Answer:
        started_at, started = datetime.now(UTC), time.monotonic()
        lost = OutcomeUnknown if write else Unavailable
        answer: Answer | None = None
        trouble: RemoteError | None = None
        try:
            with transport.deadline(seconds):
                answer = self._received(request, seconds)
        except NEVER_SENT as reason:
            trouble = _because(Unavailable("no connection"), reason)
        except TooLarge as reason:
            text = f"the answer is larger than {LARGEST_ANSWER} bytes"
            trouble = _because(OutcomeUnknown(text) if write else ContractBroken(text), reason)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, ValueError, OSError) as reason:
            trouble = _because(lost("no answer"), reason)
        finally:
            self.throttle.landed(limits)
            if answer is None and trouble is None:
                self.breaker.gave_up()
        self._tell(request, limits, answer, trouble, started_at=started_at, seconds=time.monotonic() - started)
        if trouble is not None:
            self.breaker.failed()
            raise trouble from trouble.__cause__
        assert answer is not None
        return answer

    def _received(self, request: httpx.Request, seconds: float) -> Answer:
        http = self.http or pool()
        request.extensions = {
            **request.extensions,
            "timeout": httpx.Timeout(seconds, connect=min(10, seconds)).as_dict(),
        }
        response = http.send(request, stream=True)
        try:
            parts, size = [], 0
            for part in response.iter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise TooLarge
                parts.append(part)
        finally:
            response.close()
        return Answer(status=response.status_code, headers=dict(response.headers), body=b"".join(parts))

    def _judged(
        self, answer: Answer, limits: Sequence[Limit], *, write: bool, secrets: frozenset[str] = frozenset()
    ) -> Answer:
        if answer.status in LIMITED:
            self.breaker.succeeded()
            pause_s = retry_after_s(answer.headers)
            self._penalise(limits[-1:], requests=0, pause_s=pause_s)
            self._count_4xx(limits)
            raise Unavailable(redact.without(secrets, said(answer)) or "limited", retry_after_s=pause_s, code="limited")
        if answer.status >= 500 or answer.status in LOST:
            self.breaker.failed()
            text = f"{answer.status}: {redact.without(secrets, said(answer))}"
            if write:
                raise OutcomeUnknown(text)
            raise Unavailable(text, retry_after_s=retry_after_s(answer.headers))
        self.breaker.succeeded()
        if answer.status >= 400:
            self._count_4xx(limits)
        if answer.status == 401:
            raise CredentialsRejected(redact.without(secrets, said(answer)) or "401")
        return answer

    def _count_4xx(self, limits: Sequence[Limit]) -> None:
        for limit in limits:
            if limit.cost_4xx > 1:
                self._penalise([limit], requests=limit.cost_4xx - 1)

    def _penalise(self, limits: Sequence[Limit], *, requests: int, pause_s: float | None = None) -> None:
        try:
            self.throttle.penalise(limits, requests=requests, pause_s=pause_s)
        except Unavailable:
            log.warning("the limiter did not hear of a penalty")

    def _tell(
        self,
        request: httpx.Request,
        limits: Sequence[Limit],
        answer: Answer | None,
        trouble: RemoteError | None,
        *,
        started_at: datetime,
        seconds: float,
    ) -> None:
        if self.on_attempt is None:
            return
        attempt = Attempt(
            method=request.method,
            url=redact.url(str(request.url)),
            group=limits[-1].group if limits else "",
            started_at=started_at,
            seconds=round(seconds, 3),
            status=answer.status if answer else None,
            request=redact.body(request.content, "application/json"),
            answer=redact.without(_secrets(request), redact.body(answer.body, _type_of(answer))) if answer else "",
            error=f"{trouble.text}: {type(trouble.__cause__).__name__}" if trouble else "",
        )
        try:
            self.on_attempt(attempt)
        except Exception:
            # The record is for people; the answer in our hands is worth more than it.
            log.exception("an attempt was not recorded")


def _secrets(request: httpx.Request) -> frozenset[str]:
    return redact.secrets_of(request.headers, request.content)


def _because(trouble: RemoteError, reason: BaseException) -> RemoteError:
    trouble.__cause__ = reason
    return trouble


def _type_of(answer: Answer) -> str:
    return next((value for name, value in answer.headers.items() if name.lower() == "content-type"), "")


def said(answer: Answer) -> str:
    """This function will give what an error answer says, short: its message if it is JSON, else its first words."""
    try:
        told = jsons.loads(answer.body)
    except (ValueError, RecursionError):
        return _words_of(answer.body[:3000].decode("utf-8", "replace"))
    found = told
    errors = told.get("errors") if isinstance(told, dict) else None
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        found = errors[0]
    for key in ("error", "message", "detail", "title", "errorText"):
        inner = found.get(key) if isinstance(found, dict) else None
        if isinstance(inner, str) and inner:
            return inner[:300]
        if key == "error" and isinstance(inner, dict):
            found = inner
    return redact.shortened(jsons.dumps(redact.value(told), ensure_ascii=False), longest=300)


def _words_of(text: str) -> str:
    """A page in HTML is told by its title."""
    if text.lstrip()[:1] == "<":
        title = TITLE.search(text)
        return title[1].strip()[:300] if title else "a page in HTML"
    return redact.text(text[:300]).strip()


def retry_after_s(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """
    This function will read how long to wait, or None when it does not say.

    Retry-After: seconds or a date.  X-Ratelimit-Retry: seconds (Wildberries).  Item-Retry-After: minutes (Ozon).
    X-RateLimit-Resource-Until: a date (Yandex Market).
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    names = (("retry-after", 1), ("x-ratelimit-retry", 1), ("item-retry-after", 60), ("x-ratelimit-resource-until", 1))
    for name, factor in names:
        text = lower.get(name, "")
        seconds = _number(text)
        if seconds is None and text:
            seconds = _until(text, now or datetime.now(UTC))
        if seconds is not None:
            return min(max(seconds * factor, 0.0), 24 * 3600.0)
    return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None


def _until(text: str, now: datetime) -> float | None:
    try:
        return (email.utils.parsedate_to_datetime(text).astimezone(UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
