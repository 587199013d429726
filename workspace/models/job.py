from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant


class JobState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class Job(OfMerchant):
    """
    Long work with progress, per-row errors, a result file and a way to stop it.

    The row is the truth and a task only a kick: a job whose worker died is kicked again when its lease has run out.
    `merchant_ids` are all merchants that the work reads; who may not see each of them may not have the result.
    """

    merchant_ids = ArrayField(models.BigIntegerField(), default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("what"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    task = models.CharField(max_length=200, help_text=_("the task that does it, by name"))
    queue = models.CharField(max_length=60, default="default")
    params = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)

    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), null=True)
    errors = models.JSONField(default=list, help_text=_("[{row, field, message}], the first thousand"))
    error_count = models.PositiveIntegerField(_("errors"), default=0)
    outcome = models.CharField(_("outcome"), max_length=1000, blank=True)
    result_file = models.CharField(max_length=300, blank=True, help_text=_("name in the storage"))
    result_name = models.CharField(_("file"), max_length=200, blank=True)
    cancel_requested = models.BooleanField(default=False)

    created_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["merchant", "-created_at", "-id"], name="job_by_merchant"),
            models.Index(
                fields=["merchant", "created_at"],
                name="job_unfinished",
                condition=models.Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title
