"""One request and its answer, as both marketplaces see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

Json = Any

REASONS = {"application/json": b"application/json; charset=utf-8"}


@dataclass(slots=True)
class Call:
    """
    A request.

    path: inside the marketplace's host.
    silent: the fault "ignore" is upon this call: a write answers well and does nothing.
    base_url: where this program is reachable, for links to files.
    """

    method: str
    path: str
    host: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    silent: bool = False
    params: dict[str, str] = field(default_factory=dict)

    def json(self) -> Json:
        """This function will decode the body; :raises msgspec.DecodeError: it is not JSON."""
        return msgspec.json.decode(self.body)


@dataclass(slots=True)
class Answer:
    status: int = 200
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def encoded(self) -> bytes:
        if self.body is None:
            return b""
        return self.body if isinstance(self.body, bytes) else msgspec.json.encode(self.body)


class Refused(Exception):
    """The marketplace's refusal, with the answer that says so."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.body}")
        self.answer = answer
