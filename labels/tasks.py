"""Kicks of long work."""

from collections.abc import Sequence

from celery import shared_task

from labels.services import sheet
from workspace.services import jobs


@shared_task
def build_sheet(*, job_id: int, merchant_ids: Sequence[int]) -> None:
    """Draw the stickers that a job asks for."""
    jobs.run(job_id=job_id, merchant_ids=merchant_ids, work=sheet.build)
