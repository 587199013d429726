from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import Stamped
from merchants.types import zone_is_known


class Currency(models.TextChoices):
    RUB = "RUB", _("Russian rouble")
    BYN = "BYN", _("Belarusian rouble")
    KZT = "KZT", _("Kazakhstani tenge")


class Language(models.TextChoices):
    RU = "ru", "Русский"
    EN = "en", "English"


def check_zone(zone: str) -> None:
    if not zone_is_known(zone):
        raise ValidationError(_("There is no such time zone. Write it like Europe/Moscow."))


class Merchant(Stamped):
    """A seller whose goods and money these are: the tenant.  One installation serves many."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow", validators=[check_zone])
    locale = models.CharField(_("language of documents"), max_length=8, choices=Language.choices, default=Language.RU)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices, default=Currency.RUB)

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")

    def __str__(self) -> str:
        return self.name
