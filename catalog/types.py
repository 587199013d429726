"""Words of the catalog."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class BarcodeKind(models.TextChoices):
    """Symbologies; INTERNAL is Code 128 that we generate ourselves."""

    EAN13 = "ean13", "EAN-13"
    EAN8 = "ean8", "EAN-8"
    UPCA = "upca", "UPC-A"
    ITF14 = "itf14", "ITF-14"
    CODE128 = "code128", "Code 128"
    INTERNAL = "internal", _("internal")


class ChannelState(models.TextChoices):
    """Whether a channel speaks to its marketplace."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")


class Scheme(models.TextChoices):
    """How an order reaches the buyer."""

    FBS = "fbs", "FBS"
    FBO = "fbo", "FBO"
    DBS = "dbs", "DBS"
    EXPRESS = "express", _("Express")
    PICKUP = "pickup", _("Click & collect")


# Sites that only read a feed of ours: nobody speaks for their orders, so people and programs tell them.
BY_HAND = frozenset({"youla", "avito", "feed"})


class CommitAt(models.TextChoices):
    """When the marketplace is told that a parcel will be so."""

    WAVE = "wave", _("at wave release")
    VERIFY = "verify", _("after the last unit is scanned")


class Boxes(models.TextChoices):
    """What a marketplace makes of an order that goes in several boxes."""

    ONE = "", _("it goes in one box")
    TOLD = "told", _("one order, a sticker for each box")
    ANEW = "anew", _("one order, a sticker for each box, which may change until it leaves")
    SPLIT = "split", _("an order of its own for each box")


# Where an order stays one, whatever it goes in.
BOXES_OF_ONE_ORDER = frozenset({Boxes.TOLD, Boxes.ANEW})


class FewerPieces(models.TextChoices):
    """How a marketplace takes an order with fewer pieces than were bought."""

    NEVER = "", _("only the whole order can be cancelled")
    ASKED = "asked", _("pieces are taken off by asking")
    TOLD = "told", _("pieces are left out when the parcel is told")


class MatchedBy(models.TextChoices):
    """How a listing found its SKU."""

    ARTICLE = "article", _("by article")
    BARCODE = "barcode", _("by barcode")
    EXTERNAL = "external", _("by external id")
    PERSON = "person", _("by a person")


class ImportState(models.TextChoices):
    """The life of an uploaded file of products."""

    UPLOADED = "uploaded", _("columns are being chosen")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("checked, nothing applied yet")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    FAILED = "failed", _("not applied")
    CANCELLED = "cancelled", _("cancelled")


class Verdict(models.TextChoices):
    """What a row of the file would do."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    WRONG = "wrong", _("wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseDraft:
    """A channel warehouse as an edge tells of it."""

    external_id: str
    name: str
    scheme: str
    active: bool = True
    cargo_type: str = ""
    label_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingDraft:
    """A listing as an edge tells of it; `price`, `marks` None: not told."""

    offer_id: str
    product_external_id: str
    stock_external_id: str
    title: str = ""
    size: str = ""
    barcodes: Sequence[str] = ()
    archived: bool = False
    sellable: bool = True
    complaints: Sequence[str] = ()
    marks: Sequence[str] | None = ()
    price: Decimal | None = None
    currency: str = "RUB"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPrice:
    """
    The price that a channel should show for a listing, in its currency.

    drop_refused: it falls by more than the channel allows at once, so it waits for a person.
    """

    price: Decimal
    min_price: Decimal | None
    currency: str
    drop_refused: bool = False
