from celery import current_app, shared_task
from django.utils import timezone

from merchants.models import Merchant
from merchants.scope import scope
from workspace.services import export, jobs


@shared_task
def run_export(*, job_id: int, merchant_ids: list[int]) -> None:
    jobs.run(job_id=job_id, merchant_ids=merchant_ids, work=export.do_export)


@shared_task
def sweep_jobs() -> None:
    """Kick again what nobody is at: the kick was lost, or the worker died."""
    with scope(Merchant.objects.values_list("pk", flat=True)):
        lost = jobs.abandoned(now=timezone.now())
    for job in lost:
        current_app.send_task(job.task, kwargs={"job_id": job.pk, "merchant_ids": job.merchant_ids}, queue=job.queue)
