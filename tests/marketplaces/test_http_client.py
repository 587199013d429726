"""The HTTP client: six words, deadline, size, breaker, masked record."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Unavailable
from marketplaces.http import client, redact, transport
from marketplaces.http.breaker import Breaker
from marketplaces.http.client import Client, addresses, retry_after_s
from marketplaces.http.throttle import NoThrottle
from marketplaces.ports import Answer, Attempt, Limit

BROAD = Limit(group="account", requests=50, period_s=1)
NARROW = Limit(group="stocks", requests=80, period_s=60, cost_4xx=10)
BASE = "https://shop.example"


def send(
    respond: Callable[[httpx.Request], httpx.Response], *, throttle: NoThrottle | None = None, **kwargs: Any
) -> Client:
    http = httpx.Client(transport=httpx.MockTransport(respond))
    kwargs.setdefault("breaker", Breaker())
    return Client(resolve=addresses("", BASE), throttle=throttle or NoThrottle(), key="test", http=http, **kwargs)


def answers(status: int, **kwargs: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, **kwargs)


def fails(trouble: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def respond(request: httpx.Request) -> httpx.Response:
        raise trouble

    return respond


# -- addresses
@pytest.mark.parametrize(
    ("base", "host", "address"),
    [
        ("", "", "https://wildberries.example"),
        ("", "content-api", "https://content-api.wildberries.example"),
        ("https://wildberries.example/", "content-api", "https://content-api.wildberries.example"),
        ("http://127.0.0.1:9000/wildberries", "content-api", "http://127.0.0.1:9000/wildberries/content-api"),
        ("http://127.0.0.1:9000/ozon/", "", "http://127.0.0.1:9000/ozon"),
    ],
)
def test_a_host_is_a_subdomain_in_production_and_a_path_elsewhere(base: str, host: str, address: str):
    assert addresses(base, "https://wildberries.example")(host) == address


def test_the_request_is_put_whole():
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"ok": "да"})

    answer = send(respond)(
        "POST", "/v1/x", limits=[BROAD], headers={"Api-Key": "k"}, query={"a": 1, "b": "ю"}, json={"c": "ё"}
    )
    assert answer.json() == {"ok": "да"}
    assert str(seen[0].url) == f"{BASE}/v1/x?a=1&b=%D1%8E"
    assert seen[0].content == '{"c":"ё"}'.encode()
    assert (seen[0].headers["api-key"], seen[0].headers["content-type"]) == ("k", "application/json")


def test_a_text_that_is_not_utf_8_spoils_itself_alone():
    told = Answer(status=200, headers={}, body=b'\xef\xbb\xbf{"name": "\xed\xa0\x80\xff", "id": 7}').json()
    assert told == {"name": "\ufffd" * 4, "id": 7}
    with pytest.raises(ContractBroken):
        Answer(status=200, headers={}, body='{"id": 7}'.encode("utf-16")).json()


# -- the words
@pytest.mark.parametrize("trouble", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")])
@pytest.mark.parametrize("write", [True, False])
def test_what_never_left_is_unavailable_even_for_a_write(trouble: Exception, write: bool):
    with pytest.raises(Unavailable):
        send(fails(trouble))("POST", "/", limits=[], write=write)


@pytest.mark.parametrize(
    "trouble", [httpx.ReadTimeout("x"), httpx.WriteError("x"), httpx.RemoteProtocolError("x"), httpx.DecodingError("x")]
)
def test_a_lost_answer_is_unknown_for_a_write_alone(trouble: Exception):
    with pytest.raises(OutcomeUnknown):
        send(fails(trouble))("POST", "/", limits=[], write=True)
    with pytest.raises(Unavailable):
        send(fails(trouble))("POST", "/", limits=[])


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_broken_server(status: int):
    with pytest.raises(OutcomeUnknown):
        send(answers(status))("POST", "/", limits=[], write=True)
    with pytest.raises(Unavailable):
        send(answers(status))("POST", "/", limits=[])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><head><title> 502 Bad Gateway</title></head></html>", "502: 502 Bad Gateway"),
        (b"\n<html>", "502: a page in HTML"),
        (b'{"message": "busy"}', "502: busy"),
        (b'{"error": {"message": "very busy"}}', "502: very busy"),
        (b'{"phone": "+7900"', '502: {"phone": "***"'),
        (b"", "502: "),
    ],
)
def test_what_a_broken_server_says_is_short(body: bytes, words: str):
    with pytest.raises(Unavailable) as refusal:
        send(answers(502, content=body))("GET", "/", limits=[])
    assert refusal.value.text == words


def test_401_is_the_key_and_403_is_left_to_the_adapter():
    with pytest.raises(CredentialsRejected, match="no key"):
        send(answers(401, json={"message": "no key"}))("GET", "/", limits=[])
    assert send(answers(403, json={}))("GET", "/", limits=[]).status == 403


@pytest.mark.parametrize("status", [420, 429])
def test_a_limit_pauses_the_narrow_group_and_says_when(status: int):
    throttle = NoThrottle()
    limited = send(answers(status, headers={"Retry-After": "7"}), throttle=throttle)
    with pytest.raises(Unavailable) as refusal:
        limited("POST", "/", limits=[BROAD, NARROW], write=True)
    assert refusal.value.retry_after_s == 7.0
    assert throttle.penalties == [(("stocks",), 0, 7.0), (("stocks",), 9, None)]


def test_a_4xx_costs_what_the_marketplace_says():
    throttle = NoThrottle()
    assert send(answers(409), throttle=throttle)("POST", "/", limits=[BROAD, NARROW]).status == 409
    assert throttle.penalties == [(("stocks",), 9, None)]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "12"}, 12.0),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00 GMT"}, 60.0),
        ({"X-Ratelimit-Retry": "3.5"}, 3.5),
        ({"Item-Retry-After": "2"}, 120.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "-5"}, 0.0),
        ({"Retry-After": "9e99"}, 86400.0),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None):
    assert retry_after_s(headers, now=datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) == seconds


# -- size and foreign addresses
def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "LARGEST_ANSWER", 1000)
    given = []

    def parts() -> Iterator[bytes]:
        for number in range(1000):
            given.append(number)
            yield b"x" * 100

    with pytest.raises(ContractBroken, match="larger"):
        send(answers(200, content=parts()))("GET", "/", limits=[])
    assert len(given) < 20


def test_a_file_elsewhere_gets_no_key():
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    send(respond)("GET", "https://files.example/a.pdf?sign=1", limits=[], headers={"Api-Key": "secret"})
    assert str(seen[0].url) == "https://files.example/a.pdf?sign=1"
    assert "api-key" not in seen[0].headers


@pytest.mark.parametrize(
    "address", ["http://files.example/a", "file:///etc/passwd", "https://", "gopher://x/", "http://[x/"]
)
def test_a_file_is_fetched_over_tls_alone(address: str):
    with pytest.raises(ContractBroken):
        send(answers(200))("GET", address, limits=[])


def test_a_file_beside_the_channel_may_come_without_tls():
    near = Client(
        resolve=addresses("http://127.0.0.1:9/ozon", BASE),
        throttle=NoThrottle(),
        key="t",
        http=httpx.Client(transport=httpx.MockTransport(answers(200, content=b"pdf"))),
        breaker=Breaker(),
    )
    assert near("GET", "http://127.0.0.1:9/ozon/files/1.pdf", limits=[]).body == b"pdf"
    with pytest.raises(ContractBroken):
        near("GET", "http://127.0.0.1:10/ozon/files/1.pdf", limits=[])


# -- breaker
def test_after_five_failures_it_is_left_alone_and_tried_again_by_one():
    clock = [0.0]
    breaker = Breaker(clock=lambda: clock[0])
    status = [500]
    asked = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(1)
        return httpx.Response(status[0])

    one = send(respond, breaker=breaker)
    for _ in range(5):
        with pytest.raises(Unavailable):
            one("GET", "/", limits=[])
    with pytest.raises(Unavailable) as left_alone:
        one("POST", "/", limits=[], write=True)
    assert left_alone.value.retry_after_s == 20.0
    assert len(asked) == 5

    clock[0] = 21.0
    with pytest.raises(Unavailable):
        one("GET", "/", limits=[])
    with pytest.raises(Unavailable) as longer:
        one("GET", "/", limits=[])
    assert (longer.value.retry_after_s, len(asked)) == (40.0, 6)

    clock[0], status[0] = 62.0, 200
    assert one("GET", "/", limits=[]).status == 200
    assert one("GET", "/", limits=[]).status == 200


def test_while_one_tries_the_others_wait():
    breaker = Breaker(failures=1, clock=lambda: 100.0)
    breaker.failed()
    breaker.open_until = 99.0
    breaker.enter()
    with pytest.raises(Unavailable):
        breaker.enter()
    breaker.gave_up()
    breaker.enter()


@pytest.mark.parametrize("status", [400, 404, 429])
def test_a_limit_or_a_refusal_is_no_failure(status: int):
    breaker = Breaker(failures=1)
    with contextlib.suppress(Unavailable):
        send(answers(status), breaker=breaker)("GET", "/", limits=[])
    breaker.enter()
    assert breaker.failed_in_row == 0


# -- the record
def test_every_attempt_is_told_masked():
    told: list[Attempt] = []
    one = send(
        answers(200, json={"customer": {"name": "Иван", "phone": "+7900"}, "name": "Кружка", "token": "t"}),
        on_attempt=told.append,
    )
    one("POST", "/v1/x", limits=[BROAD, NARROW], headers={"Api-Key": "k"}, query={"token": "q"}, json={"api_key": "k"})
    (attempt,) = told
    assert (attempt.method, attempt.status, attempt.group, attempt.error) == ("POST", 200, "stocks", "")
    assert attempt.url == f"{BASE}/v1/x?token=***"
    assert attempt.request == '{"api_key": "***"}'
    assert attempt.answer == '{"customer": "***", "name": "Кружка", "token": "***"}'


def test_a_lost_attempt_is_told_too():
    told: list[Attempt] = []
    with pytest.raises(OutcomeUnknown):
        send(fails(httpx.ReadTimeout("x")), on_attempt=told.append)("POST", "/", limits=[], write=True)
    assert (told[0].status, told[0].error) == (None, "no answer: ReadTimeout")


def test_a_record_that_fails_does_not_lose_the_answer():
    def broken(attempt: Attempt) -> None:
        raise RuntimeError("disk full")

    assert send(answers(200), on_attempt=broken)("GET", "/", limits=[]).status == 200


# -- the deadline, over a real socket
@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that gives one byte of its headers every 50 ms, for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        peer, _ = listener.accept()
        with peer:
            try:
                peer.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not stop.wait(0.05):
                    peer.sendall(b"a")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    stop.set()
    listener.close()
    thread.join()


def test_an_answer_that_drips_ends_at_the_deadline(dripping: str):
    with transport.pooled() as http:
        one = Client(resolve=addresses(dripping, BASE), throttle=NoThrottle(), key="t", http=http, breaker=Breaker())
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            one("POST", "/", limits=[], write=True, timeout_s=1)
    assert time.monotonic() - began > 0.9


# -- masking
def test_masking_knows_persons_from_products():
    masked = redact.value(
        {
            "name": "Кружка",
            "addressee": {"name": "Иван"},
            "person": {"name": "Иван", "phone": "+7900", "address": "Москва"},
            "warehouse": {"name": "Основной", "id": 1},
            "list": [{"customer_email": "a@b", "sku": 5}],
            "phone": None,
        }
    )
    assert masked == {
        "name": "Кружка",
        "addressee": "***",
        "person": {"name": "***", "phone": "***", "address": "***"},
        "warehouse": {"name": "Основной", "id": 1},
        "list": [{"customer_email": "***", "sku": 5}],
        "phone": None,
    }


def test_masking_of_half_a_json_and_of_files():
    assert redact.body(b'{"phone": "+7900", "sku": 5, "customer_name": "Iv') == (
        '{"phone": "***", "sku": 5, "customer_name": "***"'
    )
    assert redact.body(b"%PDF-1.4 ...", "application/pdf") == "<application/pdf, 12 bytes>"
    assert len(redact.body(b"x" * 100_000)) < 9_000


def test_masking_ends_however_deep_it_goes():
    deep: Any = "phone"
    for _ in range(5_000):
        deep = [deep]
    assert redact.value(deep) is not None


def test_headers_and_addresses_are_masked():
    assert redact.headers({"Api-Key": "k", "Authorization": "Bearer x", "Client-Id": "1", "Accept": "a"}) == {
        "Api-Key": "***",
        "Authorization": "***",
        "Client-Id": "***",
        "Accept": "a",
    }
    assert redact.url("https://u:p@h.example/a?token=1&b=2") == "https://h.example/a?token=***&b=2"
