"""What a commissioner reported."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from settlements.types import LineKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _money(name: "_StrPromise") -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(name, max_digits=16, decimal_places=2, default=Decimal(0))


class Report(OfMerchant):
    """
    An accepted report.  The database lets nothing of it change but `reversed_at` and `reversed_because`, once.

    digest: of everything that it says, so that the same report is known when it comes again.  raw: as it came.
    takes_place_of: the report that it corrected.  The sums are those of `settlements.types.Totals`.
    """

    guid = models.UUIDField(null=True)
    agreement = models.ForeignKey("settlements.Agreement", on_delete=models.PROTECT, related_name="reports")
    number = models.CharField(_("number"), max_length=60)
    dated_on = models.DateField(_("date"))
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    currency = models.CharField(max_length=3)
    sold = _money(_("sold"))
    returned = _money(_("returned"))
    compensated = _money(_("compensated"))
    written_off = _money(_("written off"))
    discount = _money(_("discount"))
    fee = _money(_("fee"))
    logistics = _money(_("logistics"))
    storage = _money(_("storage"))
    ads = _money(_("advertising"))
    other = _money(_("other withheld"))
    vat = _money(_("VAT"))
    payable = _money(_("payable"))
    digest = models.CharField(max_length=64)
    raw = models.TextField(blank=True)
    takes_place_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    reversed_at = models.DateTimeField(null=True)
    reversed_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "guid"], condition=models.Q(reversed_at=None), name="report_guid_once"
            ),
            models.UniqueConstraint(
                fields=["agreement", "number"], condition=models.Q(reversed_at=None), name="report_number_once"
            ),
        ]
        indexes = [models.Index(fields=["merchant", "-period_to", "-id"], name="report_by_period")]

    def __str__(self) -> str:
        return self.number


class ReportLine(OfMerchant):
    """
    A line of a report, append-only; money as `settlements.types.LineIn` says.

    order, order_line: those of the channel that it names, null when we have none.  sku null: a service of no article.
    Whether a line counts is said by its report alone.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, db_index=False, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=LineKind.choices)
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    order_line = models.ForeignKey(
        "orders.OrderLine", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    order_number = models.CharField(max_length=60, blank=True)
    pieces = models.PositiveIntegerField()
    price = _money(_("price"))
    amount = _money(_("amount"))
    discount = _money(_("discount"))
    fee = _money(_("fee"))
    fee_vat = _money(_("VAT of the fee"))
    logistics = _money(_("logistics"))
    storage = _money(_("storage"))
    ads = _money(_("advertising"))
    other = _money(_("other withheld"))
    vat_code = models.CharField(max_length=8, blank=True)
    vat = _money(_("VAT"))
    payable = _money(_("payable"))
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="report_line_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="report_line_amount_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "order_line"],
                name="report_line_by_order_line",
                condition=~models.Q(order_line=None),
            ),
            models.Index(fields=["merchant", "order"], name="report_line_by_order", condition=~models.Q(order=None)),
            models.Index(fields=["merchant", "sku"], name="report_line_by_sku"),
        ]
