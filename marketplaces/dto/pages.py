"""Answers that come in parts: pages, and receipts of bulk writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from marketplaces.dto.words import Code

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One item of an answer that could not be understood; the rest of the page stands."""

    key: str
    reason: str
    payload: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """
    One page of an answer.

    items: what was understood.  broken: what was not.  upto: everything that changed before this time is now covered,
    if the marketplace lets us say so; the cursor moves there after the page is applied.
    """

    items: Sequence[T]
    broken: Sequence[Broken] = ()
    upto: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One item of a bulk call that they judged and refused."""

    key: str
    code: Code
    text: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Answer to a bulk write: partial success is a value.  Every key sent is in exactly one of the three."""

    accepted: Sequence[str] = ()
    refused: Sequence[Refused] = ()
    pending: Sequence[str] = ()  # taken in, judged later; look up with `token`
    token: str = ""
