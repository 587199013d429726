"""What a sale is assumed to cost until a commissioner reports it."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _percent(name: "_StrPromise") -> "models.DecimalField[Decimal | None, Decimal | None]":
    within = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]
    return models.DecimalField(name, max_digits=5, decimal_places=2, null=True, blank=True, validators=within)


def _a_piece(name: "_StrPromise") -> "models.DecimalField[Decimal | None, Decimal | None]":
    above = [MinValueValidator(Decimal(0))]
    return models.DecimalField(name, max_digits=12, decimal_places=2, null=True, blank=True, validators=above)


class Tariff(OfMerchant):
    """
    Costs of a channel from a day on, as a person entered them; a later day takes over, the same day is put right.

    category null: of every category; one with a category goes before it, field by field.  A field that is empty says
    nothing, which is not zero: the cost is then unknown.
    """

    channel = models.ForeignKey(
        "catalog.Channel", on_delete=models.CASCADE, related_name="+", verbose_name=_("channel")
    )
    category = models.ForeignKey(
        "catalog.Category",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    valid_from = models.DateField(_("valid from"))
    fee_percent = _percent(_("fee, %"))
    acquiring_percent = _percent(_("acquiring, %"))
    ads_percent = _percent(_("advertising, %"))
    tax_percent = _percent(_("tax on revenue, %"))
    logistics_a_piece = _a_piece(_("logistics for a piece"))
    storage_a_piece = _a_piece(_("storage for a piece"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        ordering = ["-valid_from", "channel_id", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "channel", "category", "valid_from"], name="tariff_once", nulls_distinct=False
            )
        ]
