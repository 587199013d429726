"""
What passes between the product and an adapter: plain values, no marketplace's own shapes.

Amounts are Decimal in `currency`; times are aware UTC; pieces are whole; ids are text even where the marketplace has
numbers, because some have nineteen digits.
"""

from marketplaces.dto.delivery import Decline, Progress, RemoteReturn, ReturnKind, ReturnLine, ReturnStage
from marketplaces.dto.handover import (
    DocumentKind,
    HandoverPlan,
    HandoverState,
    RemoteDocument,
    RemoteHandover,
    ShippingPoint,
)
from marketplaces.dto.labels import LabelData, Labels, RemoteLabel
from marketplaces.dto.levels import OwnStock, PriceLevel, StockLevel
from marketplaces.dto.notices import CancelWish, Incoming, Notice, Refusal, Reply
from marketplaces.dto.orders import Buyer, RemoteLine, RemoteOrder, RemoteStatus
from marketplaces.dto.packing import CommitState, Committed, Mark, MarkVerdict, PackLine, Parcel
from marketplaces.dto.pages import Broken, Page, Receipt, Refused
from marketplaces.dto.shop import Account, Permission, RemoteListing, RemoteWarehouse
from marketplaces.dto.words import Actor, CancelReason, Code, MarkKind, ReturnReason, Scheme, Stage

__all__ = [
    "Account",
    "Actor",
    "Broken",
    "Buyer",
    "CancelReason",
    "CancelWish",
    "Code",
    "CommitState",
    "Committed",
    "Decline",
    "DocumentKind",
    "HandoverPlan",
    "HandoverState",
    "Incoming",
    "LabelData",
    "Labels",
    "Mark",
    "MarkKind",
    "MarkVerdict",
    "Notice",
    "OwnStock",
    "PackLine",
    "Page",
    "Parcel",
    "Permission",
    "PriceLevel",
    "Progress",
    "Receipt",
    "Refusal",
    "Refused",
    "RemoteDocument",
    "RemoteHandover",
    "RemoteLabel",
    "RemoteLine",
    "RemoteListing",
    "RemoteOrder",
    "RemoteReturn",
    "RemoteStatus",
    "RemoteWarehouse",
    "Reply",
    "ReturnKind",
    "ReturnLine",
    "ReturnReason",
    "ReturnStage",
    "Scheme",
    "ShippingPoint",
    "Stage",
    "StockLevel",
]
