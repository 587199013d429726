import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from workspace.forms import ExportForm, JobFilter
from workspace.models import Job
from workspace.selectors.jobs import job_page, job_rows, may_have_result, unfinished_count
from workspace.services import export, jobs
from workspace.services.csv_file import write_csv
from workspace.services.fragment import fragment_version, live_fragment
from workspace.services.heart import TOPIC
from workspace.tasks import run_export


@needs(Action.WORKSPACE_USE)
def job_list(request: Request) -> HttpResponse:
    context = {"filter_form": JobFilter(request.GET), "version": fragment_version(request, TOPIC)}
    return render(request, "workspace/jobs.html", context | _listed(request))


@live_fragment(Action.WORKSPACE_USE, TOPIC)
def job_table(request: Request) -> HttpResponse:
    return render(request, "workspace/_jobs.html", _listed(request))


@live_fragment(Action.WORKSPACE_USE, TOPIC)
def badge(request: Request) -> HttpResponse:
    return render(request, "workspace/_jobs_count.html", {"running": unfinished_count()})


@needs(Action.WORKSPACE_USE)
def job_detail(request: Request, pk: int) -> HttpResponse:
    version = fragment_version(request, TOPIC)
    return render(request, "workspace/job.html", {"version": version, **_detail(request, pk)})


@live_fragment(Action.WORKSPACE_USE, TOPIC)
def job_panel(request: Request, pk: int) -> HttpResponse:
    return render(request, "workspace/_job.html", _detail(request, pk))


@needs(Action.WORKSPACE_USE)
@require_POST
def job_cancel(request: Request, pk: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=pk)
    if job.author_id != request.user.pk and Action.SETTINGS_EDIT not in request.access.can:
        raise PermissionDenied(_("Only who started the job, or an owner, may stop it."))
    try:
        jobs.cancel(job_id=pk, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The job stops at its next step."))
    return redirect("workspace:job", pk=pk)


@needs(Action.WORKSPACE_USE)
def job_result(request: Request, pk: int) -> HttpResponseBase:
    job = _owned(request, pk)
    if not job.result_file or not default_storage.exists(job.result_file):
        raise Http404
    return FileResponse(default_storage.open(job.result_file), as_attachment=True, filename=job.result_name)


@needs(Action.WORKSPACE_USE)
def job_errors(request: Request, pk: str, shape: str) -> HttpResponse:
    """The rows of errors as a file: xlsx or csv."""
    job = _owned(request, int(pk))
    head = [(_("Row"), 8), (_("Field"), 24), (_("What is wrong"), 80)]
    rows = ((error["row"] or "", error["field"], error["message"]) for error in job.errors)
    file = io.BytesIO()
    if shape == "xlsx":
        export.write_xlsx(file, columns=head, rows=rows)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        write_csv(file, columns=head, rows=rows)
        kind = "text/csv; charset=utf-8"
    response = HttpResponse(file.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="errors-{job.pk}.{shape}"'
    return response


@needs(Action.WORKSPACE_USE)
@require_POST
def start_export(request: Request) -> HttpResponse:
    """Take a list out as a file, as it is filtered: fields `list`, `query`, and `shape` (xlsx or csv)."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This list cannot be exported."))
        return redirect("workspace:jobs")
    try:
        known = export.registered(form.cleaned_data["list"])
        merchants = request.access.merchants_for(Action(known.action))
        if merchants is None:
            raise PermissionDenied(_("Your role does not allow this. Ask the owner of the merchant."))
        job = export.start_export(
            key=known.key,
            query=form.cleaned_data["query"],
            shape=form.cleaned_data["shape"] or "xlsx",
            merchant_ids=merchants & request.scope_merchants,
            author_id=request.user.pk,
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("workspace:jobs")
    run_export.delay_on_commit(job_id=job.pk, merchant_ids=job.merchant_ids)  # type: ignore[attr-defined]
    return redirect("workspace:job", pk=job.pk)


def _listed(request: Request) -> dict[str, object]:
    form = JobFilter(request.GET)
    form.is_valid()
    after = request.GET.get("after", "")
    page = job_page(
        person_id=request.user.pk,
        mine=bool(form.cleaned_data.get("mine")),
        state=form.cleaned_data.get("state", ""),
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
    )
    return {"page": page}


def _detail(request: Request, pk: int) -> dict[str, object]:
    job = get_object_or_404(Job.objects.select_related("author"), pk=pk)
    row = job_rows([job], person_id=request.user.pk)[0]
    open_to = _is_open_to(request, job)
    return {
        "row": row,
        "errors": job.errors[:50] if open_to else [],
        "open_to": open_to,
        "may_stop": row.unfinished and (row.mine or Action.SETTINGS_EDIT in request.access.can),
    }


def _owned(request: Request, pk: int) -> Job:
    job = get_object_or_404(Job, pk=pk)
    if not _is_open_to(request, job):
        raise PermissionDenied(_("Only who started the job may have its result."))
    return job


def _is_open_to(request: Request, job: Job) -> bool:
    """Whether the person may have the result; a list taken out with a right that was lost since stays shut."""
    action = export.action_of(job)
    merchants = request.access.merchants_for(Action(action)) if action else request.scope_merchants
    return may_have_result(job=job, person_id=request.user.pk, merchants=merchants or frozenset())
