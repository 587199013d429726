"""Words of stock, and what services take in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class WarehouseKind(models.TextChoices):
    """Whose roof it is."""

    OWN = "own", _("own")
    MARKETPLACE = "marketplace", _("marketplace's")
    TRANSIT = "transit", _("in transit")


class LocationKind(models.TextChoices):
    """What a location is.  Goods lie in cells, docks, tables and quarantine; the others are ends of the ledger."""

    CELL = "cell", _("cell")
    DOCK = "dock", _("dock")  # received, not put away; also where new goods land when no cell is named
    TABLE = "table", _("packing")  # picked, not handed over
    QUARANTINE = "quarantine", _("quarantine")
    SUPPLIER = "supplier", _("supplier")
    CUSTOMER = "customer", _("customer")
    LOSS = "loss", _("shortage and surplus")
    COMMISSIONER = "commissioner", _("at the commissioner")  # handed over, still ours until reported
    ASSEMBLY = "assembly", _("kits made and taken apart")  # components go in where kits come out, and back


# Where a balance may not fall below zero.
GOODS_LIE = frozenset({LocationKind.CELL, LocationKind.DOCK, LocationKind.TABLE, LocationKind.QUARANTINE})
# What counts into on-hand: pieces that a picker can take, or has taken for an order that still holds its reservation.
ON_HAND = frozenset({LocationKind.CELL, LocationKind.DOCK, LocationKind.TABLE})


def zone_name(zone: str, code: str) -> str:
    """The zone that people speak of: what is said of a place, else the part of its address before the first hyphen."""
    return zone or code.partition("-")[0]


class MoveReason(models.TextChoices):
    """Why goods moved."""

    RECEIPT = "receipt", _("receipt")
    TRANSFER = "transfer", _("transfer between warehouses")
    ADJUSTMENT = "adjustment", _("adjustment")
    FOUND = "found", _("found while picking")
    PUT_AWAY = "put_away", _("put away")
    PICK = "pick", _("pick")
    PUT_BACK = "put_back", _("put back")
    ISSUE = "issue", _("handed over")
    RETURN = "return", _("return")
    WRITE_OFF = "write_off", _("write-off")
    DEFECT = "defect", _("defect")
    SUPPLY = "supply", _("handed over to the commissioner")
    REPORT = "report", _("by the commissioner's report")
    ASSEMBLE = "assemble", _("kit assembled")
    TAKE_APART = "take_apart", _("kit taken apart")


class ReservationState(models.TextChoices):
    """A reservation is held until it is released or its goods have left."""

    HELD = "held", _("held")
    RELEASED = "released", _("released")
    ISSUED = "issued", _("issued")


class CountState(models.TextChoices):
    """What a counted number means."""

    COUNTING = "counting", _("being counted")
    AGREED = "agreed", _("agrees")
    DIFFERS = "differs", _("differs")
    RECOUNT = "recount", _("goods moved meanwhile: count again")
    POSTED = "posted", _("posted")


class ReceiptState(models.TextChoices):
    """Where a delivery stands."""

    EXPECTED = "expected", _("expected")
    RECEIVING = "receiving", _("being received")
    CLOSED = "closed", _("received")
    CANCELLED = "cancelled", _("cancelled")


# Goods may still be taken in against these.
RECEIPT_OPEN = frozenset({ReceiptState.EXPECTED, ReceiptState.RECEIVING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`pieces` of a SKU wanted by one order line, served by the warehouses that feed its channel warehouse."""

    order_id: int
    line_id: int
    sku_id: int
    pieces: int
    channel_warehouse_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """`pieces` of a SKU from one location to another."""

    sku_id: int
    from_id: int
    to_id: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the explanation of a number: what was done, and the number after it."""

    text: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """What may be offered of one listing in one channel warehouse, with the way to the number."""

    channel_warehouse_id: int
    listing_id: int
    pieces: int
    steps: Sequence[Step] = ()
