"""What leaves together, and its papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplaces.dto.pages import Refused


class HandoverState(StrEnum):
    """Where a handover stands at the marketplace."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingPoint:
    """Where parcels may be brought (WB since October 2026)."""

    external_id: str
    name: str
    city: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPlan:
    """What closing a handover needs to be told."""

    external_id: str  # "" until the marketplace has given one
    our_key: str  # our name for it, put where the marketplace keeps names
    warehouse_id: str
    departure_date: date
    numbers: Sequence[str]
    shipping_point_id: str = ""
    shipping_type: str = ""  # "self" | "carrier"
    containers: int | None = None  # 0: none, what stands there is taken away; None: it stays as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteHandover:
    """
    A handover as the marketplace knows it.  numbers None: not told; missing: orders they left out, with reasons.

    external_id "": the marketplace keeps nothing of this handover, so it has no papers of it either.
    """

    external_id: str
    state: HandoverState
    status: str = ""
    numbers: Sequence[str] | None = None
    missing: Sequence[Refused] = ()
    text: str = ""


class DocumentKind(StrEnum):
    """Papers of a handover."""

    ACT = "act"
    WAYBILL = "waybill"
    SHIPPING_LIST = "shipping_list"
    BARCODE = "barcode"
    CONTAINER_LABELS = "container_labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteDocument:
    """A paper of a handover; `number` is what it is called or what its barcode says."""

    kind: DocumentKind
    content: bytes
    content_type: str
    number: str = ""
