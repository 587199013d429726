"""Kicks of long work."""

from collections.abc import Sequence

from celery import shared_task

from labels.services import many, sheet
from workspace.services import jobs


@shared_task
def build_sheet(*, job_id: int, merchant_ids: Sequence[int]) -> None:
    """Draw the stickers that a job asks for."""
    jobs.run(job_id=job_id, merchant_ids=merchant_ids, work=sheet.build)


@shared_task
def build_order_stickers(*, job_id: int, merchant_ids: Sequence[int]) -> None:
    """Put the stickers of many orders into one file."""
    jobs.run(job_id=job_id, merchant_ids=merchant_ids, work=many.build)
