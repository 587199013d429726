from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, Stamped
from merchants.types import inn_is_valid


class TaxSystem(models.TextChoices):
    GENERAL = "general", _("General (ОСН)")
    SIMPLE_INCOME = "simple_income", _("Simplified, income (УСН 6%)")
    SIMPLE_PROFIT = "simple_profit", _("Simplified, income minus costs (УСН 15%)")
    AUTOMATED = "automated", _("Automated simplified (АУСН)")
    FARM = "farm", _("Agricultural (ЕСХН)")
    PATENT = "patent", _("Patent (ПСН)")
    SELF_EMPLOYED = "self_employed", _("Self-employed (НПД)")


class VatMode(models.TextChoices):
    """
    How this entity charges VAT.  Rates are rows with dates in the catalogue; this names the line of rates.

    GENERAL uses each product's own rate; REDUCED_5 and REDUCED_7 put one special rate on everything.
    """

    NONE = "none", _("Without VAT")
    GENERAL = "general", _("General rates, with deduction")
    REDUCED_5 = "reduced_5", _("5% without deduction")
    REDUCED_7 = "reduced_7", _("7% without deduction")


def check_inn(inn: str) -> None:
    if not inn_is_valid(inn):
        raise ValidationError(_("Check the ИНН: 10 or 12 digits, and the last ones must agree with the others."))


check_kpp = RegexValidator(r"\A[0-9]{4}[0-9A-Z]{2}[0-9]{3}\Z", _("КПП is nine characters, like 770701001."))


class LegalEntity(OfMerchant, Stamped):
    """Who signs the papers and pays the tax; a merchant has one or more, each channel names one."""

    name = models.CharField(_("name"), max_length=300)
    inn = models.CharField(_("ИНН"), max_length=12, validators=[check_inn])
    kpp = models.CharField(_("КПП"), max_length=9, blank=True, validators=[check_kpp])
    tax_system = models.CharField(
        _("tax system"), max_length=20, choices=TaxSystem.choices, default=TaxSystem.SIMPLE_INCOME
    )
    vat_mode = models.CharField(_("VAT"), max_length=20, choices=VatMode.choices, default=VatMode.NONE)

    class Meta:
        verbose_name = _("legal entity")
        verbose_name_plural = _("legal entities")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "inn", "kpp"],
                name="legal_entity_once",
                violation_error_message=_("This merchant already has a legal entity with this ИНН and КПП."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if len(self.inn) == 10 and not self.kpp:
            raise ValidationError({"kpp": _("An organisation (10 digits of ИНН) has a КПП.")})
        if len(self.inn) == 12 and self.kpp:
            raise ValidationError({"kpp": _("An entrepreneur (12 digits of ИНН) has no КПП.")})
