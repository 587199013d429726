from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import Stamped
from merchants.roles import Role


class Membership(Stamped):
    """
    The role of a person in a merchant.

    Not behind row-level security: it is read to find out which merchants a person may see at all.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    merchant = models.ForeignKey("merchants.Merchant", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "merchant"],
                name="membership_once",
                violation_error_message=_("This person already has a role in this merchant."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.merchant_id}"
