from marketplaces.models.attempt import AttemptLog, AttemptSubject
from marketplaces.models.credential import Credential
from marketplaces.models.cursor import Cursor
from marketplaces.models.feed import FeedFetch, FeedOmission, OfferFeed
from marketplaces.models.inbox import InboxAddress, InboxItem, SweepFind
from marketplaces.models.outbox import Command, Debt
from marketplaces.models.publication import OwnStockRow, Publication
from marketplaces.models.quarantine import Quarantine
from marketplaces.models.raw import RawPayload
from marketplaces.models.returns import ReturnRow

__all__ = [
    "AttemptLog",
    "AttemptSubject",
    "Command",
    "Credential",
    "Cursor",
    "Debt",
    "FeedFetch",
    "FeedOmission",
    "InboxAddress",
    "InboxItem",
    "OfferFeed",
    "OwnStockRow",
    "Publication",
    "Quarantine",
    "RawPayload",
    "ReturnRow",
    "SweepFind",
]
