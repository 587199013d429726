"""The port in the other direction: how a marketplace calls us.  Pure, bytes in, values out."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.errors import ContractBroken

# What we call ourselves, where a marketplace asks for it.
APPLICATION_NAME = "backoffice"
APPLICATION_VERSION = "0.1.0"
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address to be entered in the marketplace's cabinet: what it is for, and what stands after the secret."""

    label: str
    path: str = ""


class Hook(ABC):
    """
    How one marketplace calls us: no network, no database, no clock.

    What is common stands in `marketplaces.webhooks`: the secret path, the sender's address, HTTP Basic, the size, the
    store, the repeat.  networks: the documented ranges the calls come from, empty = none are documented.  basic: calls
    bear HTTP Basic with a name and password that the seller enters over there.  addresses: what is to be entered.
    tells_statuses: changes of an order's status are told, not only its arrival.
    """

    networks: ClassVar[Sequence[str]] = ()
    basic: ClassVar[bool] = False
    addresses: ClassVar[Sequence[Address]]
    tells_statuses: ClassVar[bool] = False
    where: ClassVar[str] = ""  # the way through the cabinet to the page where the addresses are entered

    @abstractmethod
    def parse(self, incoming: dto.Incoming) -> dto.Notice:
        """
        Read a request; called when it arrives and again when it is handled.  An unknown kind is a notice that nothing
        follows from.  :raises ContractBroken: not what is documented
        """

    @abstractmethod
    def answer(self, notice: dto.Notice, *, now: datetime) -> dto.Reply:
        """The answer to a notice that has been stored; repeats are given the first one again."""

    @abstractmethod
    def refuse(self, refusal: dto.Refusal, *, text: str) -> dto.Reply:
        """The answer to a genuine sender whose request is not taken; never a status below 400."""


def event_key(kind: str, *parts: object) -> str:
    """This function will name an event by its kind and what tells it from others of that kind; long names are cut
    so that they stay different."""
    key = ":".join([kind, *("" if part is None else str(part) for part in parts)]).replace("\x00", "")
    if len(key) <= LONGEST_KEY and key.isprintable():
        return key
    return f"{_printable(key)[: LONGEST_KEY - 41]}#{hashlib.sha1(_bytes(key), usedforsecurity=False).hexdigest()}"


def content_key(kind: str, payload: object) -> str:
    """This function will name an event by everything that is said, where the marketplace gives it no id."""
    said = json.dumps(payload, sort_keys=True, ensure_ascii=True, default=str)
    return event_key(kind, hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest())


def json_object(incoming: dto.Incoming) -> dict[str, object]:
    """The body as a JSON object; :raises ContractBroken: it is none."""
    try:
        told = json.loads(incoming.body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as reason:
        raise ContractBroken("the request is not JSON", payload=incoming.body[:2000].decode("utf-8", "replace")) from (
            reason
        )
    if not isinstance(told, dict):
        raise ContractBroken("the request is not a JSON object", payload=told)
    return told


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "." for letter in text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
