"""What a marketplace tells us by itself, and our answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from marketplaces.dto.orders import RemoteOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """
    A request that a marketplace makes of us, after its sender was found genuine and before its words are believed.

    path: what followed the secret, without slashes at its ends ("", "notification", "order/new").
    """

    path: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWish:
    """
    A buyer asks to cancel an order that we deliver or give out ourselves, and waits for our answer.

    parts: what of it, in the marketplace's own ids, as the answer names them; empty: all of it.  text: the same for
    people.
    """

    number: str
    parts: Sequence[str] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    What a marketplace tells us by itself.

    key: equal for repeats of one event and different for different events, at most 200 characters; two kinds that may
    bear the same ids must differ in it.  kind: theirs, verbatim.  at: when it happened, if told.
    numbers: orders to be read anew, in the numbers that `orders_by_number` takes; their truth is what is read then.
    orders: whole orders, where the notice carries them; taken in at once if they are new to us, else read anew.
    streams: what else to read soon (names of `marketplaces.sync.streams`: "changes", "read_back", "listings" …).
    wishes: buyers who ask to cancel, where nothing that can be read tells it; their orders are in `numbers` too.
    None of them: nothing follows from it (a ping, an event that we do not use).
    """

    key: str
    kind: str
    at: datetime | None = None
    numbers: Sequence[str] = ()
    orders: Sequence[RemoteOrder] = ()
    streams: Sequence[str] = ()
    wishes: Sequence[CancelWish] = ()


class Refusal(StrEnum):
    """Why a request from outside is not taken; each marketplace has its own words for the answer."""

    UNREADABLE = "unreadable"  # genuine, but not what is documented: 400
    TOO_LARGE = "too_large"  # 413
    NOT_NOW = "not_now"  # it could not be stored: 503, ask again


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to a marketplace's request; `body` goes out as JSON."""

    status: int
    body: Mapping[str, object] = field(default_factory=dict)
