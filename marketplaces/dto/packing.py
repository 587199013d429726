"""From an order to a parcel: boxes, marking codes, the outcome of a commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from marketplaces.dto.words import Code, MarkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """`pieces` of one line in one parcel."""

    external_id: str
    stock_id: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A code of one unit; `unit` counts from 0 inside the line."""

    external_id: str
    stock_id: str
    unit: int
    kind: MarkKind
    value: str  # GS separators as U+001D


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """
    An order to be committed; `boxes` split it, each box its lines (one box = whole order as it is).

    fewer: pieces that were ordered are left out on purpose, and are to be taken off the order.
    anew: it was told in other boxes before; only where Can.BOXES_ANEW is declared.
    """

    number: str
    warehouse_id: str
    boxes: Sequence[Sequence[PackLine]]
    handover_id: str = ""  # the open handover it joins, where committing means joining (WB supply)
    marks: Sequence[Mark] = ()
    fewer: bool = False
    anew: bool = False


class CommitState(StrEnum):
    """How a commit stands at the marketplace."""

    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """
    Outcome of committing one order; `numbers` lists the resulting parcels (several after a split).

    unmarked: lines whose units lack their "Честный знак" code, where that is why it failed.
    """

    number: str
    state: CommitState
    numbers: Sequence[str] = ()
    code: Code | None = None
    text: str = ""
    unmarked: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkVerdict:
    """What the marketplace says of one code; blocking: the handover cannot close with it."""

    number: str
    kind: MarkKind
    value: str
    state: str  # theirs, verbatim
    pending: bool
    blocking: bool
    text: str = ""
