"""
Long work: asked by a page, done by a task, seen in the jobs centre.

A page calls `start` inside its scope and kicks its own task on commit; the task calls `run` with the function that does
the work.  `run` claims the job, so that a task delivered twice does the work once.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import IO
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.errors import Refusal
from merchants.scope import scope
from workspace.errors import AlreadyFinished, Cancelled
from workspace.models import Job, JobState
from workspace.models.job import UNFINISHED
from workspace.services.heart import TOPIC, Heart
from workspace.types import RowError, heart_key

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
KEPT_ERRORS = 1000
MAX_ATTEMPTS = 3


def start(
    *,
    merchant_ids: Iterable[int],
    author_id: int | None,
    kind: str,
    title: str,
    task: str,
    now: datetime,
    queue: str = "default",
    total: int | None = None,
    params: Mapping[str, object] | None = None,
) -> Job:
    """
    Write down that work is to be done; the caller then kicks `task` on commit.

    task: name of a Celery task taking `job_id` and `merchant_ids`; kicked again by itself when the kick is lost.
    merchant_ids: whose rows the work reads; the job is listed under the first.  params: plain JSON, no secrets.
    """
    merchants = sorted(merchant_ids)
    job = Job.objects.create(
        merchant_id=merchants[0],
        merchant_ids=merchants,
        author_id=author_id,
        kind=kind,
        title=title[:300],
        task=task,
        queue=queue,
        total=total,
        params=dict(params or {}),
        created_at=now,
    )
    live.touch(TOPIC, job.merchant_id)
    return job


@transaction.atomic
def cancel(*, job_id: int, now: datetime) -> Job:
    """
    Stop a job: at once when it has not begun, else at its next step.

    :raises AlreadyFinished: it has ended
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state not in UNFINISHED:
        raise AlreadyFinished
    job.cancel_requested = True
    if job.state == JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, now
    job.save(update_fields=["cancel_requested", "state", "finished_at"])
    live.touch(TOPIC, job.merchant_id)
    return job


class Run:
    """What the work sees of its job.  Every method opens a short scope of its own when none is open."""

    def __init__(self, job: Job, heart: Heart) -> None:
        self.job, self.heart = job, heart
        self.errors: list[dict[str, object]] = []
        self.error_count = 0
        self.outcome = ""
        self.result_file = self.result_name = ""

    @property
    def params(self) -> Mapping[str, object]:
        return self.job.params  # type: ignore[no-any-return]

    @property
    def merchants(self) -> frozenset[int]:
        return frozenset(self.job.merchant_ids)

    def progress(self, done: int, total: int | None = None) -> None:
        """
        Say how far the work is; may be called for every row, it is shown twice a second.

        :raises Cancelled: somebody asked the job to stop
        """
        if self.heart.progress(done, total if total is not None else self.heart.total):
            self.stop_if_cancelled()

    def stop_if_cancelled(self) -> None:
        """:raises Cancelled: somebody asked the job to stop"""
        with scope(self.merchants):
            asked = Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists()
        if asked:
            raise Cancelled

    def error(self, *, row: int, field: str = "", message: str) -> None:
        """Note what is wrong with one row; the first thousand are kept, all are counted."""
        self.error_count += 1
        if len(self.errors) < KEPT_ERRORS:
            found = RowError(row, field[:100], message[:500])
            self.errors.append({"row": found.row, "field": found.field, "message": found.message})

    def keep(self, *, name: str, content: bytes | IO[bytes]) -> None:
        """Store the result file; `name` is what the person's browser will call it."""
        suffix = PurePosixPath(name).suffix
        path = f"jobs/{self.job.merchant_id}/{uuid4().hex}{suffix}"
        whole = ContentFile(content) if isinstance(content, bytes) else File(content)
        self.result_file, self.result_name = default_storage.save(path, whole), name[:200]

    def say(self, outcome: str) -> None:
        """One sentence for the jobs centre about what came out."""
        self.outcome = outcome[:1000]


def run(*, job_id: int, merchant_ids: Iterable[int], work: Callable[[Run], None]) -> None:
    """
    Do the work of a job once: claim it, call `work` outside any transaction, write down how it ended.

    `work` opens `merchants.scope.scope` around its own database work.  A Refusal ends the job with its words; any other
    exception ends it with a fixed message and goes to the log.  Does nothing when another worker has the job.
    """
    merchants = frozenset(merchant_ids)
    job = _claim(job_id, merchants)
    if job is None:
        return
    language = job.author.language if job.author else settings.LANGUAGE_CODE
    with translation.override(language), Heart(job_id, job.merchant_id) as heart:
        found = Run(job, heart)
        try:
            found.stop_if_cancelled()
            work(found)
        except Cancelled:
            _finish(found, JobState.CANCELLED, _("Stopped on request."))
        except Refusal as refusal:
            _finish(found, JobState.FAILED, str(refusal))
        except Exception:
            log.exception("job failed", job_id=job_id, kind=job.kind)
            _finish(found, JobState.FAILED, _("Something went wrong on our side. It is written to the log."))
        else:
            _finish(found, JobState.DONE, found.outcome)


def _claim(job_id: int, merchants: frozenset[int]) -> Job | None:
    now = timezone.now()
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, leased_until__lt=now)
    with scope(merchants):
        if cache.get(heart_key(job_id)) is not None:
            return None
        taken = Job.objects.filter(free, pk=job_id).update(
            state=JobState.RUNNING, started_at=now, leased_until=now + LEASE, attempts=F("attempts") + 1
        )
        if not taken:
            return None
        job = Job.objects.select_related("author").get(pk=job_id)
        live.touch(TOPIC, job.merchant_id)
        return job


def _finish(found: Run, state: JobState, outcome: str) -> None:
    job, heart = found.job, found.heart
    with scope(found.merchants):
        Job.objects.filter(pk=job.pk).update(
            state=state,
            outcome=outcome[:1000],
            done=heart.done,
            total=heart.total if heart.total is not None else job.total,
            errors=found.errors,
            error_count=found.error_count,
            result_file=found.result_file,
            result_name=found.result_name,
            finished_at=timezone.now(),
            leased_until=None,
        )
        live.touch(TOPIC, job.merchant_id)


def abandoned(*, now: datetime) -> list[Job]:
    """
    Find jobs that nobody is at: their kick was lost or their worker died.  Runs inside a scope.

    Those tried too often are ended as failed and not returned; the caller kicks the rest.
    """
    waiting = Q(state=JobState.QUEUED, created_at__lt=now - LEASE)
    late = (waiting & (Q(leased_until=None) | Q(leased_until__lt=now))) | Q(
        state=JobState.RUNNING, leased_until__lt=now
    )
    found = []
    for job in Job.objects.filter(late, state__in=UNFINISHED).order_by("created_at")[:200]:
        if cache.get(heart_key(job.pk)) is not None:
            continue
        if job.attempts >= MAX_ATTEMPTS:
            words = _("The work broke off %(times)s times. It is written to the log.") % {"times": job.attempts}
            Job.objects.filter(pk=job.pk).update(state=JobState.FAILED, finished_at=now, outcome=words)
            live.touch(TOPIC, job.merchant_id)
        else:
            found.append(job)
    # A long queue is no loss: what waits is kicked again only now and then.
    Job.objects.filter(pk__in=[job.pk for job in found], state=JobState.QUEUED).update(leased_until=now + 5 * LEASE)
    return found
