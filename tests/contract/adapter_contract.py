"""
What every adapter promises, whatever the marketplace.  Subclass it and give `marketplace`, `credentials`,
`operations`; a package that adds a marketplace can do the same.

Only `RemoteError` subclasses leave an adapter; a write whose answer is lost is `OutcomeUnknown`; one bad item does not
spoil a page.  CONTRACT_EXAMPLES sets how many mutations are tried per operation (seeds are fixed in the gate).
"""

import copy
import dataclasses
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplaces import dto
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, RemoteError, Unavailable
from marketplaces.http.throttle import NoThrottle
from marketplaces.ports import Can, Marketplace
from tests.contract.recorded import Exchange, Recorded, Respond, recording, speaking_to

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "40"))
JUNK: tuple[Any, ...] = (
    None,
    "",
    "x",
    "0",
    0,
    -1,
    1.5,
    10**30,
    True,
    [],
    {},
    [None],
    {"a": 1},
    "\x00",
    "\ud800",
    "2026-13-45T99:99:99Z",
)


# What a commit may say besides: proven with the commit itself, by each marketplace's own tests.
WAYS_TO_COMMIT = frozenset({Can.SPLIT, Can.BOXES, Can.FEWER_AT_COMMIT})

# What answers tell besides, likewise.
BESIDES = frozenset({Can.FEES, Can.RETURN_REASONS})


@dataclasses.dataclass(frozen=True)
class Operation:
    """
    One question to an adapter, with a recording of the answers.

    writes: paths whose lost answer leaves the outcome unknown.  rows: (path, keys down to the list of items) where one
    bad item must be set aside.  can: the capability it proves.
    """

    name: str
    call: Callable[[Any], object]
    can: Can
    case: str = "usual"
    writes: frozenset[str] = frozenset()
    rows: tuple[str, tuple[str, ...]] | None = None
    folder: str = ""

    def __str__(self) -> str:
        return self.name


def whole(result: object) -> object:
    """This function will read an answer to its end: pages are read lazily."""
    return list(result) if isinstance(result, Iterator) else result


@contextmanager
def trying(*case: object) -> Iterator[None]:
    """Name the one of many tries that fails inside; as tests of their own they cost more than what they do."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"when trying {', '.join(map(str, case))}")
        raise


LOST = (httpx.ReadTimeout("late"), httpx.ReadError("reset"), httpx.RemoteProtocolError("cut"))
REFUSALS = (b'{"code": 3, "message": "no"}', b'{"error": {"code": "BAD", "data": []}}', b"", b"<html>", b"[]")
GARBAGE = {
    "html": b"<!doctype html><html><body>Checking your browser</body></html>",
    "cut": b'{"result": {"items": [{"id": 1',
    "bytes": b"\xff\xfe\x00",
    "list": b"[]",
    "null": b"null",
    "text": b'"ok"',
    "number": b"5",
    "deep": b"[" * 100_000,
    "types": b'{"result": {"items": {"a": 1}}, "postings": 5, "orders": "x", "tasks": [[]]}',
}


class AdapterContract:
    marketplace: ClassVar[type[Marketplace]]
    credentials: ClassVar[Mapping[str, str]]
    operations: ClassVar[Sequence[Operation]]
    throttle: NoThrottle | None = None

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "operation" in metafunc.fixturenames:
            metafunc.parametrize("operation", self.operations, ids=str)
        if "paged" in metafunc.fixturenames:
            metafunc.parametrize("paged", [one for one in self.operations if one.rows], ids=str)

    # -- how an operation is put
    def exchanges(self, operation: Operation) -> Sequence[Exchange]:
        return recording(self.marketplace.code, operation.folder or operation.name, operation.case)

    def ask(self, operation: Operation, server: Respond) -> object:
        adapter = speaking_to(self.marketplace, server, credentials=self.credentials, throttle=self.throttle)
        return whole(operation.call(adapter))

    def outcome(self, operation: Operation, server: Respond) -> object:
        """This function will give the answer or the `RemoteError`; anything else raised fails the test."""
        try:
            return self.ask(operation, server)
        except RemoteError as trouble:
            return trouble

    def paths(self, operation: Operation) -> list[str]:
        server = Recorded(self.exchanges(operation))
        self.ask(operation, server)
        return list(dict.fromkeys(server.paths))

    def with_fault(self, operation: Operation, fault: Respond, path: str) -> object:
        return self.outcome(operation, Recorded(self.exchanges(operation), fault, frozenset({path})))

    # -- the promises
    def test_every_capability_is_proven(self):
        proven = {operation.can for operation in self.operations}
        assert proven >= self.marketplace.can - WAYS_TO_COMMIT - BESIDES - {Can.NOTICES}

    def test_what_is_recorded_is_understood(self, operation: Operation):
        told = self.outcome(operation, Recorded(self.exchanges(operation), strict=True))
        assert not isinstance(told, RemoteError)

    def test_what_holds_stock_back_is_declared(self):
        declared = {limit.group for limit in self.marketplace.stock_limits}
        for operation in (one for one in self.operations if one.can is Can.STOCK_WRITE):
            self.throttle = heard = NoThrottle()
            self.ask(operation, Recorded(self.exchanges(operation)))
            assert set(heard.asked[-1]) <= declared, operation

    def test_without_a_connection_nothing_happened(self, operation: Operation):
        assert isinstance(self.outcome(operation, _raises(httpx.ConnectError("refused"))), Unavailable)

    def test_a_lost_answer_to_a_write_is_unknown_and_to_a_read_is_not(self, operation: Operation):
        self.a_write_becomes_unknown(operation, {str(lost): _raises(lost) for lost in LOST})

    def test_a_broken_server_leaves_a_write_unknown(self, operation: Operation):
        broken = {status: _answers(status, b"<html>Bad Gateway</html>", "text/html") for status in (500, 502, 503, 504)}
        self.a_write_becomes_unknown(operation, broken)

    def a_write_becomes_unknown(self, operation: Operation, faults: Mapping[Any, Respond]) -> None:
        for path in self.paths(operation):
            for name, fault in faults.items():
                with trying(path, name):
                    told = self.with_fault(operation, fault, path)
                    if path in operation.writes:
                        assert isinstance(told, OutcomeUnknown)
                    elif isinstance(told, RemoteError):
                        assert isinstance(told, Unavailable)

    def test_a_limit_says_when_to_come_again(self, operation: Operation):
        limited = _answers(429, b'{"message": "too many"}', "application/json", {"Retry-After": "7"})
        told = self.outcome(operation, limited)
        assert isinstance(told, Unavailable)
        assert told.retry_after_s == 7.0

    def test_a_refused_key_is_told_apart(self, operation: Operation):
        told = self.outcome(operation, _answers(401, b'{"code": 16, "message": "unauthorized"}', "application/json"))
        assert isinstance(told, CredentialsRejected)

    def test_garbage_does_not_escape(self, operation: Operation):
        for path in self.paths(operation):
            for name, body in GARBAGE.items():
                with trying(path, name):
                    self.with_fault(operation, _answers(200, body, "application/json"), path)

    def test_an_endless_answer_is_cut_off(self, operation: Operation):
        told = self.outcome(operation, _endless)
        if isinstance(told, dto.Page):
            assert (list(told.items), bool(told.broken)) == ([], True)
        else:
            assert isinstance(told, ContractBroken | OutcomeUnknown)

    def test_other_refusals_are_words_too(self, operation: Operation):
        # What a refusal says is read in one way, whatever its number: every body once, every number once.
        numbers = (301, 403, 404, 405, 409, 418, 422)
        refusals = [*((400, body) for body in REFUSALS), *((one, REFUSALS[one % len(REFUSALS)]) for one in numbers)]
        for path in self.paths(operation):
            for status, body in refusals:
                with trying(path, status, body):
                    self.with_fault(operation, _answers(status, body, "application/json"), path)

    def test_fields_that_are_new_change_nothing(self, operation: Operation):
        exchanges = self.exchanges(operation)
        new = [dataclasses.replace(exchange, body=_with_new_fields(exchange.body)) for exchange in exchanges]
        assert _plain(self.ask(operation, Recorded(new))) == _plain(self.ask(operation, Recorded(exchanges)))

    def test_one_value_at_a_time_turns_to_null(self, operation: Operation):
        for changed in _each_leaf(self.exchanges(operation), None):
            self.outcome(operation, Recorded(changed))

    def test_one_word_at_a_time_is_unknown_to_us(self, operation: Operation):
        for changed in _each_leaf(self.exchanges(operation), "a_word_from_tomorrow", only=str):
            self.outcome(operation, Recorded(changed))

    def test_one_bad_item_is_set_aside_and_the_rest_stands(self, paged: Operation):
        assert paged.rows is not None
        path, keys = paged.rows
        exchanges = self.exchanges(paged)
        good = self.ask(paged, Recorded(exchanges))
        spoiled = self.ask(paged, Recorded([_spoiled(exchange, path, keys) for exchange in exchanges]))
        assert _plain(_items(spoiled)) == _plain(_items(good))
        assert _broken(spoiled) >= 1
        assert _broken(good) == 0

    def test_mutated_answers_never_escape(self, operation: Operation):
        exchanges = self.exchanges(operation)
        places = [(number, place) for number, one in enumerate(exchanges) for place in leaves(one.body)]

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(st.tuples(st.sampled_from(places), st.sampled_from(JUNK)), min_size=1, max_size=4))
        def mutate(changes: list[tuple[tuple[int, tuple[Any, ...]], Any]]) -> None:
            changed = list(exchanges)
            for (number, place), junk in changes:
                body = with_junk(copy.deepcopy(changed[number].body), place, junk)
                changed[number] = dataclasses.replace(changed[number], body=body)
            self.outcome(operation, Recorded(changed))

        if places:
            mutate()


def _raises(trouble: Exception) -> Respond:
    def respond(request: httpx.Request) -> httpx.Response:
        raise trouble

    return respond


def _answers(status: int, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Respond:
    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"Content-Type": content_type, **(headers or {})}, content=body)

    return respond


def _endless(request: httpx.Request) -> httpx.Response:
    """Fifty megabytes, made as they are read."""
    part = b'{"a": 1},' * 116_509
    return httpx.Response(200, headers={"Content-Type": "application/json"}, content=(part for _ in range(50)))


def _with_new_fields(body: Any) -> Any:
    if isinstance(body, dict):
        return {**{key: _with_new_fields(inner) for key, inner in body.items()}, "something_new": {"of": ["tomorrow"]}}
    return [_with_new_fields(inner) for inner in body] if isinstance(body, list) else body


def leaves(body: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield from leaves(value, (*here, key))


def with_junk(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return copy.deepcopy(value)
    found: Any = body
    last: Any = place[-1]
    for key in place[:-1]:
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError):
            return body
    if last in _keys(found):
        found[last] = copy.deepcopy(value)
    return body


def _keys(body: Any) -> Collection[Any]:
    return body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()


def _at(body: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        body = body[key]
    return body


def _each_leaf(exchanges: Sequence[Exchange], value: Any, only: type = object) -> Iterator[Sequence[Exchange]]:
    for number, exchange in enumerate(exchanges):
        for place in leaves(exchange.body):
            if place and isinstance(_at(exchange.body, place), only):
                body = _replaced(exchange.body, place, value)
                yield [*exchanges[:number], dataclasses.replace(exchange, body=body), *exchanges[number + 1 :]]


def _replaced(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A body with another value in a place, whose other parts are the same objects."""
    if not place:
        return value
    inner = body.copy()
    inner[place[0]] = _replaced(body[place[0]], place[1:], value)
    return inner


def _spoiled(exchange: Exchange, path: str, keys: tuple[str, ...]) -> Exchange:
    if exchange.path != path or not isinstance(exchange.body, dict | list):
        return exchange
    body = copy.deepcopy(exchange.body)
    rows = _at(body, keys)
    if rows:
        rows.insert(0, {"nothing": "that we know"})
        rows.append("not even an object")
    return dataclasses.replace(exchange, body=body)


def _pages(result: object) -> list[dto.Page[Any]]:
    return [result] if isinstance(result, dto.Page) else [page for page in result if isinstance(page, dto.Page)]  # type: ignore[attr-defined]


def _items(result: object) -> list[Any]:
    return [item for page in _pages(result) for item in page.items]


def _broken(result: object) -> int:
    return sum(len(page.broken) for page in _pages(result))


def _plain(result: object) -> object:
    """What was understood, without the payloads as received."""
    if isinstance(result, list | tuple):
        return [_plain(inner) for inner in result]
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        fields = [one.name for one in dataclasses.fields(result) if one.name not in ("raw", "payload")]
        return {name: _plain(getattr(result, name)) for name in fields}
    return result
