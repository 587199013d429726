"""Orders that we deliver or give out ourselves, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from marketplaces.dto.words import ReturnReason, Stage


class Decline(StrEnum):
    """Why a buyer's wish to cancel is declined."""

    IN_DELIVERY = "in_delivery"  # it is on its way
    DELIVERED = "delivered"  # the buyer has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    How far an order is that we deliver or give out ourselves.

    stage: DELIVERING, READY_FOR_PICKUP or DELIVERED; at: when that came to be.  code: what the buyer named to get it,
    where the marketplace checks one.  track, carrier: number of the parcel and the marketplace's id of who brings it.
    """

    number: str
    stage: Stage
    at: datetime
    code: str = ""
    track: str = ""
    carrier: str = ""


class ReturnKind(StrEnum):
    """Why goods come back."""

    RETURN = "return"  # the buyer had them
    UNREDEEMED = "unredeemed"  # the buyer never took them
    OTHER = "other"  # the marketplace sends them back: blocked, found, or it does not say


class ReturnStage(StrEnum):
    """Where goods that come back are, in the words of the product."""

    ASKED = "asked"  # the buyer asks, nothing moves yet
    COMING = "coming"
    READY_FOR_PICKUP = "ready_for_pickup"  # the seller may fetch them
    RECEIVED = "received"  # the seller has them
    KEPT = "kept"  # they stay with the buyer or at the marketplace: nothing comes
    LOST = "lost"
    DISPOSED = "disposed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """
    `pieces` that come back; decision: what was decided about them, verbatim; reason: what the buyer says.

    why: that, in a word of ours, or the marketplace's where we have none.
    """

    offer_id: str
    stock_id: str
    pieces: int
    decision: str = ""
    reason: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteReturn:
    """
    Goods that come back; one order may have several.

    stage None: unknown to us, shown and not guessed; status, substatus: verbatim (money, way of the goods).
    place, keep_until: where and until when the seller may fetch them.
    """

    external_id: str
    number: str
    kind: ReturnKind
    status: str
    substatus: str
    stage: ReturnStage | None
    lines: Sequence[ReturnLine]
    created_at: datetime | None = None
    changed_at: datetime | None = None
    amount: Decimal | None = None
    currency: str = "RUB"
    place: str = ""
    keep_until: datetime | None = None
    needs_decision: bool = False
    raw: Mapping[str, object] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """As the first line says it that has a word for it; "": the marketplace does not tell."""
        told = next((line.why for line in self.lines if line.why), "")
        return told or (ReturnReason.UNREDEEMED if self.kind == ReturnKind.UNREDEEMED else "")
