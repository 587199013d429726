"""What was agreed with a commissioner."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, Stamped
from merchants.models.legal_entity import check_inn, check_kpp
from settlements.types import AmountVat, Reward


class IdRange(models.Func):
    """An id as a range of itself: ranges alone are compared by an index of the kind that forbids overlaps."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"
    arity = 1
    output_field: Any = models.TextField()


class Days(models.Func):
    """Both days belong to the range; without a last day it has no end."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field: Any = DateRangeField()


class Agreement(OfMerchant, Stamped):
    """
    An agreement of commission between a legal entity and the marketplace behind a channel.

    guid: the agreement of 1C.  price_type: prices at which goods are handed over.  fee_percent: where the fee is a
    percent; tariff: where it is described in words.  fee_withheld: the fee is kept back from the proceeds, else it is
    paid by itself.  payment_days: from a report to its payment.  valid_to belongs to the time; null: no end.
    """

    guid = models.UUIDField(null=True, blank=True)
    legal_entity = models.ForeignKey(
        "merchants.LegalEntity", on_delete=models.PROTECT, related_name="+", verbose_name=_("legal entity")
    )
    channel = models.ForeignKey(
        "catalog.Channel", on_delete=models.PROTECT, related_name="+", verbose_name=_("channel")
    )
    number = models.CharField(_("agreement number"), max_length=60)
    signed_on = models.DateField(_("agreement date"))
    commissioner = models.CharField(_("commissioner"), max_length=300)
    commissioner_inn = models.CharField(_("commissioner's ИНН"), max_length=12, blank=True, validators=[check_inn])
    commissioner_kpp = models.CharField(_("commissioner's КПП"), max_length=9, blank=True, validators=[check_kpp])
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    price_type = models.ForeignKey(
        "catalog.PriceType",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("price type of transfer"),
    )
    reward = models.CharField(_("fee"), max_length=24, choices=Reward.choices, default=Reward.BY_REPORT)
    fee_percent = models.DecimalField(
        _("fee, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    tariff = models.CharField(_("tariff"), max_length=300, blank=True)
    fee_withheld = models.BooleanField(_("the fee is withheld from the proceeds"), default=True)
    amount_vat = models.CharField(
        _("VAT in reports"), max_length=10, choices=AmountVat.choices, default=AmountVat.INCLUDED
    )
    payment_days = models.PositiveSmallIntegerField(
        _("paid within, days after the report"), default=14, validators=[MaxValueValidator(365)]
    )
    terms = models.TextField(_("other terms"), max_length=2000, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("agreement")
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "guid"], name="agreement_guid_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="agreement_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="agreement_one_at_a_time",
                expressions=[
                    (IdRange("legal_entity_id"), RangeOperators.OVERLAPS),
                    (IdRange("channel_id"), RangeOperators.OVERLAPS),
                    (Days("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Another agreement of this legal entity and channel is in force on some of these days."
                ),
            ),
        ]
        indexes = [models.Index(fields=["merchant", "-valid_from"], name="agreement_by_time")]

    def __str__(self) -> str:
        return self.number
