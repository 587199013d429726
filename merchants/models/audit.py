from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.TextChoices):
    INSERT = "insert", _("made")
    UPDATE = "update", _("changed")
    DELETE = "delete", _("removed")
    EVENT = "event", _("happened")


class AuditRecord(models.Model):
    """
    One change of one row, or one event such as a sign-in.  Append-only in the database.

    Rows are written by the trigger that `backoffice.kernel.audit.Audit` puts on a table, so that bulk writes and
    commands are recorded too, and by `merchants.services.audit` for events.  `merchant` is empty for what belongs to
    the installation (people, sign-ins); such rows are seen only in a scope opened with `installation=True`.
    """

    # Keys without constraints: a record outlives what it names, and the trigger must never fail on one.
    at = models.DateTimeField(_("when"), db_default=models.functions.Now())
    merchant = models.ForeignKey(
        "merchants.Merchant",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        db_index=False,
        related_name="+",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        db_index=False,
        related_name="+",
    )
    change = models.CharField(_("action"), max_length=10, choices=Change.choices)
    subject = models.CharField(_("subject"), max_length=63, help_text=_("table, or the kind of event"))
    object_id = models.BigIntegerField(_("object"), null=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        indexes = [
            models.Index(fields=["merchant", "-at", "-id"], name="audit_by_merchant"),
            models.Index(fields=["merchant", "subject", "object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["merchant", "person", "-id"], name="audit_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.change} {self.subject} {self.object_id}"
