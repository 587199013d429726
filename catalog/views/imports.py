"""Import of products: upload, columns, preview, apply."""

import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.forms.fields import whole_ids
from catalog.forms.intake import MappingForm, UploadForm
from catalog.models import ProductImport
from catalog.selectors import goods_file, intake_rows
from catalog.selectors.intake import price_types
from catalog.services import intake
from catalog.tasks import apply_import, check_import
from catalog.types import ImportState, Verdict
from catalog.views.who import held, sees_cost
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from workspace.services import jobs
from workspace.services.export import write_xlsx
from workspace.services.fragment import fragment_version, live_fragment
from workspace.services.heart import TOPIC as JOBS

_TOPICS = (intake.TOPIC, JOBS)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Action.CATALOG_IMPORT, own_scopes=True)
class Import(View):
    """Upload a file; its first rows are read outside any transaction."""

    def get(self, request: Request) -> HttpResponse:
        return self._page(request, UploadForm(held=held(request)))

    def post(self, request: Request) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, held=held(request))
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                rows = intake.peek(file, name=file.name)
            except Refusal as refusal:
                form.add_error("file", str(refusal))
            else:
                with scope([form.merchant_id], person_id=request.user.pk):
                    batch = intake.upload(
                        merchant_id=form.merchant_id,
                        author_id=request.user.pk,
                        file=file,
                        name=file.name,
                        rows=rows,
                        sees_cost=sees_cost(request, form.merchant_id),
                        now=timezone.now(),
                    )
                return redirect("catalog:import-batch", batch.pk)
        return self._page(request, form)

    def _page(self, request: Request, form: UploadForm) -> HttpResponse:
        with scope(request.scope_merchants):
            context = {"form": form, "recent": list(ProductImport.objects.order_by("-created_at", "-pk")[:10])}
            status = 422 if form.is_bound else 200
            return render(request, "catalog/import.html", context, status=status)


@needs(Action.CATALOG_IMPORT)
def template(request: Request) -> HttpResponse:
    """A file to fill in: all columns and an example."""
    columns, rows = goods_file.template_rows()
    return _workbook("products-template", columns, rows)


def _workbook(name: str, columns: Any, rows: Any) -> HttpResponse:
    file = io.BytesIO()
    write_xlsx(file, columns=columns, rows=iter(rows))
    response = HttpResponse(file.getvalue(), content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _batch_or_404(request: Request, pk: int) -> ProductImport:
    """An import that the person may see: one with costs only by the right to costs."""
    batch = get_object_or_404(ProductImport, pk=pk)
    if batch.sees_cost and not sees_cost(request, batch.merchant_id):
        raise Http404
    return batch


@needs(Action.CATALOG_IMPORT)
def batch(request: Request, pk: int) -> HttpResponse:
    """An import as far as it is: columns to choose, progress, preview or outcome."""
    found = _batch_or_404(request, pk)
    context = {**_shown(request, found), "version": fragment_version(request, *_TOPICS)}
    return render(request, "catalog/import_batch.html", context)


@live_fragment(Action.CATALOG_IMPORT, *_TOPICS)
def panel(request: Request, pk: int) -> HttpResponse:
    """The part of the page that follows the job."""
    return render(request, "catalog/_import.html", _shown(request, _batch_or_404(request, pk)))


def _shown(request: Request, found: ProductImport, form: MappingForm | None = None) -> dict[str, Any]:
    context: dict[str, Any] = {"batch": found, "state": found.state}
    if found.state == ImportState.UPLOADED:
        form = form or _mapping_form(found)
        context |= {"form": form, "columns": list(zip(form, _samples(found), strict=True))}
    elif found.state in (ImportState.CHECKING, ImportState.APPLYING):
        context["progress"] = intake_rows.progress(found)
    elif found.state != ImportState.CANCELLED:
        asked = request.GET.get("verdict", "")
        verdict = asked if asked in Verdict.values else ""
        after = whole_ids([request.GET.get("after", "")])
        context |= {
            "rows": intake_rows.page(found, verdict=verdict, after=after[0] if after else 0),
            "verdict": verdict,
            "tiles": [(code, label, found.counts.get(code, 0)) for code, label in Verdict.choices],
            "good": sum(found.counts.get(code, 0) for code in (Verdict.NEW, Verdict.CHANGED)),
            "wrong": found.counts.get(Verdict.WRONG, 0),
            "problems": intake_rows.job_errors(found) if found.state == ImportState.FAILED else [],
        }
    return context


def _mapping_form(found: ProductImport, data: Any = None) -> MappingForm:
    return MappingForm(
        data,
        headings=found.headings,
        mapping=found.mapping,
        prices=price_types(found.merchant_id),
        sees_cost=found.sees_cost,
    )


def _samples(found: ProductImport) -> list[list[str]]:
    """The first filled cells of each column."""
    return [
        [row[place] for row in found.sample if place < len(row) and row[place]][:3]
        for place in range(len(found.headings))
    ]


@needs(Action.CATALOG_IMPORT)
@require_POST
def check(request: Request, pk: int) -> HttpResponse:
    """The columns are chosen: every row is judged by a job; nothing is changed yet."""
    found = _batch_or_404(request, pk)
    form = _mapping_form(found, request.POST)
    if found.state == ImportState.UPLOADED and not form.is_valid():
        return render(request, "catalog/import_batch.html", _shown(request, found, form), status=422)
    if found.state == ImportState.UPLOADED:
        _go(request, found, to=ImportState.CHECKING, among=[ImportState.UPLOADED], mapping=form.mapping)
    return redirect("catalog:import-batch", pk)


@needs(Action.CATALOG_IMPORT)
@require_POST
def apply(request: Request, pk: int) -> HttpResponse:
    """The preview is right: all its good rows are applied by a job, or none."""
    found = _batch_or_404(request, pk)
    _go(request, found, to=ImportState.APPLYING, among=[ImportState.CHECKED])
    return redirect("catalog:import-batch", pk)


def _go(request: Request, found: ProductImport, *, to: ImportState, among: list[ImportState], **fields: Any) -> None:
    checking = to == ImportState.CHECKING
    try:
        intake.move(found, to=to, among=among, **fields)
    except Refusal as refusal:
        messages.info(request, str(refusal))
        return
    task = check_import if checking else apply_import
    with scope([found.merchant_id], person_id=request.user.pk):
        title = _("Check of %(name)s") if checking else _("Import of %(name)s")
        job = jobs.start(
            merchant_ids=[found.merchant_id],
            author_id=request.user.pk,
            kind=f"catalog.import.{to}",
            title=title % {"name": found.name},
            task=f"catalog.tasks.{'check' if checking else 'apply'}_import",
            now=timezone.now(),
            params={"import": found.pk},
        )
        ProductImport.objects.filter(pk=found.pk).update(job_id=job.pk)
        task.delay_on_commit(job_id=job.pk, merchant_ids=job.merchant_ids)  # type: ignore[attr-defined]


@needs(Action.CATALOG_IMPORT)
@require_POST
def change(request: Request, pk: int) -> HttpResponse:
    """Back to the columns (field `to`: columns), or away with the import (`to`: cancel)."""
    found = _batch_or_404(request, pk)
    back = request.POST.get("to") == "columns"
    resting = [ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED]
    try:
        if back:
            intake.move(found, to=ImportState.UPLOADED, among=[ImportState.CHECKED, ImportState.FAILED])
        else:
            intake.move(found, to=ImportState.CANCELLED, among=resting)
            messages.success(request, _("Import cancelled. Nothing was changed."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("catalog:import-batch", pk) if back else redirect("catalog:import")


@needs(Action.CATALOG_IMPORT)
def errors(request: Request, pk: int) -> HttpResponse:
    """Every wrong row with its reasons, as XLSX."""
    found = _batch_or_404(request, pk)
    columns = [(_("Row"), 8), (_("Article"), 24), (_("Field"), 24), (_("What is wrong"), 80)]
    return _workbook(f"errors-{pk}", columns, intake_rows.errors(found))
