"""What is owed: entries that are only ever added, and the payments behind some of them."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from settlements.types import Direction, EntryItem, EntryKind


class Payment(OfMerchant):
    """Money that went between the commissioner and us; `amount` is above nothing, `direction` says which way."""

    guid = models.UUIDField(null=True, blank=True)
    legal_entity = models.ForeignKey(
        "merchants.LegalEntity", on_delete=models.PROTECT, related_name="+", verbose_name=_("legal entity")
    )
    channel = models.ForeignKey(
        "catalog.Channel", on_delete=models.PROTECT, related_name="+", verbose_name=_("channel")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.IN)
    number = models.CharField(_("payment order"), max_length=60)
    paid_on = models.DateField(_("paid on"))
    amount = models.DecimalField(
        _("amount"), max_digits=16, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "guid"], condition=models.Q(reversed_at=None), name="payment_guid_once"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount_positive"),
        ]
        indexes = [models.Index(fields=["merchant", "-paid_on", "-id"], name="payment_by_day")]

    def __str__(self) -> str:
        return self.number


class Entry(OfMerchant):
    """
    A change of what the commissioner of a legal entity and channel owes us; append-only.

    amount: above nothing, they owe more; below, less.  The debt is the sum of the entries and nothing else.
    reversal: this entry takes an earlier one of the same report or payment back.
    """

    legal_entity = models.ForeignKey(
        "merchants.LegalEntity", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    channel = models.ForeignKey("catalog.Channel", on_delete=models.PROTECT, db_index=False, related_name="+")
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    item = models.CharField(max_length=14, choices=EntryItem.choices)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    dated_on = models.DateField()
    report = models.ForeignKey("settlements.Report", on_delete=models.PROTECT, null=True, related_name="entries")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="entries")
    reversal = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(report__isnull=False, payment__isnull=True)
                | models.Q(report__isnull=True, payment__isnull=False),
                name="entry_of_one_document",
            ),
            models.UniqueConstraint(fields=["report", "item", "reversal"], name="entry_of_report_once"),
            models.UniqueConstraint(fields=["payment", "reversal"], name="entry_of_payment_once"),
        ]
        indexes = [models.Index(fields=["merchant", "channel", "legal_entity", "dated_on"], name="entry_by_account")]
