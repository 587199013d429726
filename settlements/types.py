"""Words of commission trade, and what the service of reports takes in and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reward(models.TextChoices):
    """How the commissioner's fee comes about; the same four words as in 1C."""

    PERCENT_OF_SALE = "percent_of_sale", _("Percent of the sale")
    PERCENT_OF_DIFFERENCE = "percent_of_difference", _("Percent of sale minus transfer price")
    BY_REPORT = "by_report", _("By the commissioner's report (tariff)")
    NONE = "none", _("No fee")


class AmountVat(models.TextChoices):
    """How VAT stands in the amounts of a report."""

    INCLUDED = "included", _("Amounts include VAT")
    ON_TOP = "on_top", _("VAT comes on top")
    NONE = "none", _("Without VAT")


class LineKind(models.TextChoices):
    """
    What a line of a report says.  `amount` is never negative: the kind says which way it counts.

    WRITE_OFF: goods lost at the commissioner; its amount is their worth and nobody owes it.  COMPENSATION: money for
    such goods, a line beside the one that writes them off.  SERVICE: fees of no sale (storage, advertising), with
    neither pieces nor an amount.
    """

    SALE = "sale", _("sale")
    RETURN = "return", _("return")
    WRITE_OFF = "write_off", _("write-off")
    COMPENSATION = "compensation", _("compensation")
    SERVICE = "service", _("service")


# Which way `amount` and `discount` of a line count in what the commissioner owes.
OWED_SIGN: Mapping[str, int] = {
    LineKind.SALE: 1,
    LineKind.RETURN: -1,
    LineKind.WRITE_OFF: 0,
    LineKind.COMPENSATION: 1,
    LineKind.SERVICE: 0,
}
# What the commissioner keeps back, column by column; each may be negative: given back.
WITHHELD = ("fee", "logistics", "storage", "ads", "other")


class ReportState(models.TextChoices):
    """A report counts until it is reversed."""

    ACCEPTED = "accepted", _("accepted")
    REVERSED = "reversed", _("reversed")


class EntryKind(models.TextChoices):
    """What an entry does to the debt: goods make it, fees and payments lessen it."""

    OWED = "owed", _("owed")
    WITHHELD = "withheld", _("withheld")
    PAID = "paid", _("paid")


class EntryItem(models.TextChoices):
    """What an entry is about."""

    SALE = "sale", _("sales")
    RETURN = "return", _("returns")
    COMPENSATION = "compensation", _("compensations")
    FEE = "fee", _("fee")
    LOGISTICS = "logistics", _("logistics")
    STORAGE = "storage", _("storage")
    ADS = "ads", _("advertising")
    OTHER = "other", _("other withheld")
    PAYMENT = "payment", _("payment")


class Direction(models.TextChoices):
    """Which way money went."""

    IN = "in", _("from the commissioner to us")
    OUT = "out", _("from us to the commissioner")


class OutcomeStatus(models.TextChoices):
    """What became of a report that came."""

    ACCEPTED = "accepted", _("accepted")
    UNCHANGED = "unchanged", _("unchanged: it was accepted before")
    CORRECTED = "corrected", _("accepted in place of an earlier one")
    REJECTED = "rejected", _("rejected: nothing was written")


_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineIn:
    """
    A line of a report as it comes; money in the report's currency with two places, `pieces` whole.

    The article is named by exactly what is known of it: `sku_id`; or the GUIDs of 1C (`product_guid`, and `sku_guid` of
    the characteristic or None); or `article`; or `barcode`; or `external_sku`, as the marketplace calls the listing.
    order_number: the marketplace's number of the order, "" when the line belongs to none.
    payable: amount − discount, counted by the kind, minus all that is withheld (the fee only if the agreement says so).
    """

    kind: str
    sku_id: int | None = None
    product_guid: UUID | None = None
    sku_guid: UUID | None = None
    article: str = ""
    barcode: str = ""
    external_sku: str = ""
    order_number: str = ""
    pieces: int = 0
    price: Decimal = _NOTHING
    amount: Decimal = _NOTHING
    discount: Decimal = _NOTHING
    fee: Decimal = _NOTHING
    fee_vat: Decimal = _NOTHING
    logistics: Decimal = _NOTHING
    storage: Decimal = _NOTHING
    ads: Decimal = _NOTHING
    other: Decimal = _NOTHING
    vat_code: str = ""
    vat: Decimal = _NOTHING
    payable: Decimal = _NOTHING
    note: str = ""

    @property
    def names_goods(self) -> bool:
        return bool(self.sku_id or self.product_guid or self.article or self.barcode or self.external_sku)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """
    Sums of a report as its sender states them, each compared with the lines to the kopeck.

    sold, returned, compensated, written_off: sums of `amount` by kind, none negative.  discount: of sales and
    compensations minus of returns.  fee … other: sums of the columns.  vat: of sales and compensations minus of
    returns.  payable: what the commissioner is to pay by this report; negative: we are.
    """

    sold: Decimal = _NOTHING
    returned: Decimal = _NOTHING
    compensated: Decimal = _NOTHING
    written_off: Decimal = _NOTHING
    discount: Decimal = _NOTHING
    fee: Decimal = _NOTHING
    logistics: Decimal = _NOTHING
    storage: Decimal = _NOTHING
    ads: Decimal = _NOTHING
    other: Decimal = _NOTHING
    vat: Decimal = _NOTHING
    payable: Decimal = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIn:
    """
    A commissioner report as it comes from 1C, an adapter or a file.

    guid: its key in 1C, if it has one; number, dated_on: the commissioner's; period_from and period_to both belong to
    the period.  The agreement is named by id or GUID, else it is the one of `channel_id` on the last day of the period.
    corrects: the id of an accepted report that this one takes the place of: that one is reversed.  raw: what came, kept
    as it is.
    """

    number: str
    dated_on: date
    period_from: date
    period_to: date
    lines: Sequence[LineIn]
    totals: Totals
    guid: UUID | None = None
    agreement_id: int | None = None
    agreement_guid: UUID | None = None
    channel_id: int | None = None
    currency: str = "RUB"
    corrects: int | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong: line counts from 1, None for the head; field as in `ReportIn` and `LineIn` (`totals.fee`)."""

    code: str
    field: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    What became of a report.

    report_id: of the report that counts now, None when rejected.  reversed_id: of the one whose place it took.
    """

    status: OutcomeStatus
    report_id: int | None = None
    reversed_id: int | None = None
    faults: Sequence[Fault] = field(default=())

    @property
    def rejected(self) -> bool:
        return self.status == OutcomeStatus.REJECTED
