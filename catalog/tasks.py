"""Kicks of long work."""

from collections.abc import Sequence

from celery import shared_task

from catalog.services import intake
from workspace.services import jobs


@shared_task
def check_import(*, job_id: int, merchant_ids: Sequence[int]) -> None:
    """Judge the rows of an uploaded file."""
    jobs.run(job_id=job_id, merchant_ids=merchant_ids, work=intake.check)


@shared_task
def apply_import(*, job_id: int, merchant_ids: Sequence[int]) -> None:
    """Apply a checked file."""
    jobs.run(job_id=job_id, merchant_ids=merchant_ids, work=intake.apply)
