"""What is asked of the facts, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

EVENTS = ("ordered", "cancelled", "shipped", "delivered", "returned")
# Stands in the place of a reading's Monday: everything that ever happened.
SO_FAR = date.max
# What a commissioner's report withholds of a line.
WITHHELD = ("fee", "logistics", "storage", "ads", "other")


class Event(models.TextChoices):
    """What happens to an order line; every measure stands on the day of its own event."""

    ORDERED = "ordered", _("Orders made")
    CANCELLED = "cancelled", _("Orders cancelled")
    SHIPPED = "shipped", _("Orders handed over")
    DELIVERED = "delivered", _("Orders delivered")
    RETURNED = "returned", _("Orders returned")


class By(models.TextChoices):
    """What sales are laid out by."""

    DAY = "day", _("Days")
    CHANNEL = "channel", _("Channels")
    CATEGORY = "category", _("Categories")
    BRAND = "brand", _("Brands")
    SKU = "sku", _("Articles")
    REGION = "region", _("Regions")


class Every(models.TextChoices):
    """How often a report comes: about the day, the seven days, or the month before."""

    DAY = "day", _("every day")
    WEEK = "week", _("every Monday")
    MONTH = "month", _("on the first of a month")

    def period(self, today: date) -> tuple[date, date] | None:
        """This function will give the days that a report of this morning is about; None: not this morning."""
        if self == Every.WEEK:
            return (today - timedelta(7), today - timedelta(1)) if today.isoweekday() == 1 else None
        if self == Every.MONTH:
            last = today - timedelta(1)
            return (last.replace(day=1), last) if today.day == 1 else None
        return today - timedelta(1), today - timedelta(1)


class Worth(models.TextChoices):
    """ABC: the best sellers that bring four fifths of the money, the next that bring up to 95 %, and the rest."""

    A = "A", _("A: up to 80 percent of the money")
    B = "B", _("B: up to 95 percent")
    C = "C", _("C: the rest")


class Demand(models.TextChoices):
    """XYZ: how far the weeks swing about their mean."""

    X = "X", _("X: steady, swings under half")
    Y = "Y", _("Y: uneven, swings under the mean")
    Z = "Z", _("Z: hardly to be foreseen")


class Trend(models.TextChoices):
    """What the last four weeks are to the four before."""

    RISING = "rising", _("rising")
    FALLING = "falling", _("falling")
    NEW = "new", _("new")
    EVEN = "even", _("no change beyond chance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    Days from `since` to `until`, both counted, in one currency; empty channels and scheme mean all.
    """

    since: date
    until: date
    currency: str
    channels: Sequence[int] = ()
    scheme: str = ""

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def before(self) -> Self:
        """This function will give as many days right before these."""
        return replace(self, since=self.since - timedelta(self.days), until=self.since - timedelta(1))

    def last_year(self) -> Self:
        """This function will give the same weekdays a year ago: 364 days back."""
        return replace(self, since=self.since - timedelta(364), until=self.until - timedelta(364))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Measures; amounts in the currency asked for.  Orders are None where they cannot be counted (by article)."""

    ordered_orders: int | None = 0
    ordered_pieces: int = 0
    ordered_amount: Decimal = Decimal(0)
    cancelled_orders: int | None = 0
    cancelled_pieces: int = 0
    cancelled_amount: Decimal = Decimal(0)
    shipped_orders: int | None = 0
    shipped_pieces: int = 0
    shipped_amount: Decimal = Decimal(0)
    delivered_orders: int | None = 0
    delivered_pieces: int = 0
    delivered_amount: Decimal = Decimal(0)
    returned_orders: int | None = 0
    returned_pieces: int = 0
    returned_amount: Decimal = Decimal(0)

    @classmethod
    def of(cls, row: Mapping[str, object]) -> Self:
        """This function will read sums out of an aggregate, where nothing is None."""
        return cls(**{each.name: row.get(each.name) or 0 for each in fields(cls)})  # type: ignore[arg-type]

    @property
    def average(self) -> Decimal | None:
        """What an order is worth on average."""
        if not self.ordered_orders:
            return None
        return (self.ordered_amount / self.ordered_orders).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table.  key: as it stands in the address of what lies beneath; share: of the whole, in percent."""

    key: str
    label: str
    sums: Sums
    before: Decimal
    share: Decimal

    @property
    def change(self) -> Decimal:
        """Ordered money more or less than in the days before."""
        return self.sums.ordered_amount - self.before
