from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from workspace.types import Level


class Notice(OfMerchant):
    """
    What happened, since when, what the system did by itself, and what the person is to do.

    The same thing again (merchant, person, kind, key) counts up instead of making a copy.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, db_index=False, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=120, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.INFO)
    what = models.CharField(_("what happened"), max_length=500)
    we_did = models.CharField(_("what we did"), max_length=500, blank=True)
    you_do = models.CharField(_("what to do"), max_length=500, blank=True)
    url = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(_("times"), default=1)
    since = models.DateTimeField(_("since"))
    last_at = models.DateTimeField(_("last time"))
    cleared_at = models.DateTimeField(_("over"), null=True)
    # Few people work for a merchant, so that a list of them is smaller than a table of who read what.
    read_by = ArrayField(models.BigIntegerField(), default=list)
    muted_by = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "person", "kind", "key"],
                condition=models.Q(cleared_at=None),
                nulls_distinct=False,
                name="notice_once",
            )
        ]
        indexes = [models.Index(fields=["merchant", "-last_at", "-id"], name="notice_by_merchant")]

    def __str__(self) -> str:
        return self.what
