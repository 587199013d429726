"""
Faults on demand.

A fault names what it strikes (marketplace, a pattern of "METHOD /path", an account), how (`mode`), how likely and how
often.  `done` says whether the request has its effect before the fault shows: the caller cannot know, and that is the
point.
"""

import asyncio
import fnmatch
import random
from typing import Any

import msgspec
from starlette.types import Send

from sandbox.exchange import Answer, Call

Json = Any

MODES = {
    "429": "too many requests; `retry_after` seconds in the marketplace's own header, none when absent",
    "500": "the marketplace's own internal error",
    "502": "an HTML page of the gateway",
    "truncated": "the JSON of the real answer, cut in the middle, with a fitting length",
    "hang": "no answer for `seconds`, then the connection is dropped",
    "slow": "the real answer after `seconds`",
    "reset": "half of the body, then the connection is dropped",
    "duplicate": "every list of objects in the answer has rows twice",
    "reorder": "every list of objects in the answer is shuffled",
    "ignore": "a write is answered well and does nothing",
    "mutate": "values of the answer change type, become null or unknown words",
    "extra": "unknown keys appear in every object",
    "empty": "the right status and no body",
    "huge": "the real answer with fifty megabytes more",
    "unauthorized": "the key is refused",
}
HUGE = 50_000_000
REAL_ANSWER = frozenset(
    {"truncated", "slow", "reset", "duplicate", "reorder", "ignore", "mutate", "extra", "empty", "huge"}
)


class Fault(msgspec.Struct, kw_only=True):
    mode: str
    pattern: str = "*"
    marketplace: str = "*"
    account: str = "*"
    probability: float = 1.0
    count: int | None = None
    done: bool = False
    seconds: float = 60.0
    retry_after: float | None = None
    struck: int = 0
    id: int = 0

    def strikes(self, marketplace: str, account: str, name: str, draw: random.Random) -> bool:
        return (
            (self.count is None or self.struck < self.count)
            and self.marketplace in ("*", marketplace)
            and self.account in ("*", account)
            and fnmatch.fnmatchcase(name, self.pattern if " " in self.pattern else f"* {self.pattern}")
            and (self.probability >= 1 or draw.random() < self.probability)
        )


class Faults:
    def __init__(self, *, seed: int) -> None:
        self.active: dict[int, Fault] = {}
        self.draw = random.Random(seed)
        self._last = 0

    def add(self, fault: Fault) -> Fault:
        if fault.mode not in MODES:
            raise ValueError(f"unknown mode {fault.mode!r}: one of {', '.join(MODES)}")
        self._last += 1
        fault.id = self._last
        self.active[fault.id] = fault
        return fault

    def remove(self, number: int | None = None) -> None:
        if number is None:
            self.active.clear()
        else:
            self.active.pop(number, None)

    def struck_by(self, marketplace: str, account: str, call: Call) -> Fault | None:
        if not self.active:
            return None
        name = f"{call.method} {call.host}{call.path}"
        bare = f"{call.method} {call.path}"
        for fault in self.active.values():
            if any(fault.strikes(marketplace, account, text, self.draw) for text in dict.fromkeys((bare, name))):
                fault.struck += 1
                return fault
        return None

    def bent(self, fault: Fault, answer: Answer) -> Answer:
        """This function will give the real answer bent in the fault's way."""
        body = answer.encoded()
        if fault.mode == "truncated":
            return Answer(answer.status, body[: len(body) // 2], answer.headers, answer.content_type)
        if fault.mode == "empty":
            return Answer(answer.status, b"", answer.headers, answer.content_type)
        if fault.mode == "huge" and body.startswith(b'{"'):
            padded = b'{"padding":"' + b"x" * HUGE + b'",' + body[1:]
            return Answer(answer.status, padded, answer.headers, answer.content_type)
        if fault.mode in ("duplicate", "reorder", "mutate", "extra") and "json" in answer.content_type and body:
            bend = {"duplicate": self._doubled, "reorder": self._shuffled, "mutate": self._mutated, "extra": _extended}
            bent = bend[fault.mode](msgspec.json.decode(body))
            return Answer(answer.status, msgspec.json.encode(bent), answer.headers, answer.content_type)
        return answer

    def _doubled(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {key: self._doubled(element) for key, element in value.items()}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [self._doubled(element) for element in value] + [value[self.draw.randrange(len(value))]]
        return value

    def _shuffled(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {key: self._shuffled(element) for key, element in value.items()}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return self.draw.sample(value, len(value))
        return value

    def _mutated(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {key: self._mutated(element) for key, element in value.items()}
        if isinstance(value, list):
            return [self._mutated(element) for element in value]
        if self.draw.random() > 0.03:
            return value
        return self.draw.choice([None, "unheard_of", [], {}, -1, 1.5, True, "", 10**20])


def _extended(value: Json) -> Json:
    if isinstance(value, dict):
        return {**{key: _extended(element) for key, element in value.items()}, "new_key": {"of": ["tomorrow", 1]}}
    return [_extended(element) for element in value] if isinstance(value, list) else value


async def hang(fault: Fault) -> None:
    await asyncio.sleep(fault.seconds)


async def send_half(send: Send, answer: Answer, body: bytes) -> None:
    """This function will promise the whole body and send half of it: the server then drops the connection."""
    headers = [(b"content-type", answer.content_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
