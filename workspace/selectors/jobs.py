from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from workspace.models import Job, JobState
from workspace.models.job import UNFINISHED
from workspace.types import heart_key

PAGE = 30


@dataclass(frozen=True)
class JobRow:
    """done and total are the newest known, also while the work's transaction is open; total None is unknown."""

    job_id: int
    title: str
    state: str
    author: str
    mine: bool
    done: int
    total: int | None
    error_count: int
    outcome: str
    result_name: str
    unfinished: bool
    stopping: bool
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True)
class JobPage:
    rows: list[JobRow]
    next_key: str
    previous_key: str = ""


def job_page(*, person_id: int, mine: bool = False, state: str = "", after: int | None = None) -> JobPage:
    """List the jobs in the open scope, newest first; `after` is the last id of the page before."""
    found = Job.objects.select_related("author").defer("errors", "params")
    if mine:
        found = found.filter(author_id=person_id)
    if state in JobState:
        found = found.filter(state=state)
    if after is not None:
        found = found.filter(pk__lt=after)
    jobs = list(found.order_by("-pk")[: PAGE + 1])
    following = str(jobs[PAGE - 1].pk) if len(jobs) > PAGE else ""
    return JobPage(job_rows(jobs[:PAGE], person_id=person_id), following)


def job_rows(jobs: Iterable[Job], *, person_id: int) -> list[JobRow]:
    """Rows of these jobs with their newest progress."""
    found = list(jobs)
    running = cache.get_many([heart_key(job.pk) for job in found if job.state == JobState.RUNNING])
    rows = []
    for job in found:
        pulse = running.get(heart_key(job.pk)) or {}
        state = "done_with_errors" if job.state == JobState.DONE and job.error_count else job.state
        rows.append(
            JobRow(
                job.pk,
                job.title,
                state,
                str(job.author or ""),
                job.author_id == person_id,
                pulse.get("done", job.done),
                pulse.get("total") or job.total,
                job.error_count,
                job.outcome,
                job.result_name,
                job.state in UNFINISHED,
                job.cancel_requested and job.state in UNFINISHED,
                job.created_at,
                job.finished_at,
            )
        )
    return rows


def unfinished_count() -> int:
    """How many jobs of the open scope wait or run."""
    return Job.objects.filter(state__in=UNFINISHED).count()


def may_have_result(*, job: Job, person_id: int, merchants: frozenset[int]) -> bool:
    """
    Tell whether somebody may have a job's result file and its rows of errors.

    They were made with the rights of the author, who may see more than the asker; what nobody asked for belongs to
    those who see every merchant in it.
    """
    if job.author_id is not None:
        return job.author_id == person_id and set(job.merchant_ids) <= merchants
    return set(job.merchant_ids) <= merchants
