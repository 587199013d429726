from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin

from backoffice.kernel.errors import Refusal
from catalog.selectors import sticker as catalog_sticker
from labels.forms import CellsForm, ProductsForm
from labels.services import sheet
from labels.services.sheet import Wanted
from labels.tasks import build_sheet
from labels.views.file import pdf, zpl
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from stock.selectors import place
from stock.selectors import sticker as stock_sticker
from workspace.services import jobs

MOST_CHOSEN = 200


@needs(Action.LABELS_PRINT, own_scopes=True)
class Products(View):
    """Choose articles, get their stickers: at once when they are few, by a job when they are many."""

    def get(self, request: Request) -> HttpResponse:
        chosen = _ids(request.GET.getlist("sku"))
        return self._page(request, self._form(request), copies=dict.fromkeys(chosen, "1"))

    @method_decorator(xframe_options_sameorigin)
    def post(self, request: Request) -> HttpResponse:
        form = self._form(request)
        if not form.is_valid():
            return self._page(request, form, copies=form.copies)
        wanted = Wanted(
            form=form.cleaned_data["form"],
            dpi=form.cleaned_data["dpi"],
            skip=form.cleaned_data["skip"],
            skus=form.cleaned_data["skus"],
            article_code=form.cleaned_data["article_code"],
            legal_entity=form.cleaned_data["legal_entity"],
            price_type_id=form.cleaned_data["price_type"],
            language=form.cleaned_data["language"],
        )
        try:
            return made(request, wanted, _("Stickers of goods"))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return self._page(request, form, copies=form.copies)

    def _form(self, request: Request) -> ProductsForm:
        with scope(request.scope_merchants):
            types = catalog_sticker.price_types()
        return ProductsForm(request.POST if request.method == "POST" else None, price_types=types)

    def _page(self, request: Request, form: ProductsForm, *, copies: Mapping[int, str]) -> HttpResponse:
        search = request.GET.get("q", "")[:100].replace("\0", "")
        with scope(request.scope_merchants):
            rows = catalog_sticker.goods(copies) if copies else catalog_sticker.find_goods(search)
            context = {
                "form": form,
                "rows": [(row, copies.get(row.sku_id, ""), row.sku_id in form.wrong_copies) for row in rows],
                "q": search,
                "chosen": bool(copies),
            }
            return render(request, "labels/products.html", context, status=422 if form.is_bound else 200)


@needs(Action.LABELS_PRINT, own_scopes=True)
class Cells(View):
    """Stickers of the cells of a warehouse."""

    def get(self, request: Request) -> HttpResponse:
        with scope(request.scope_merchants):
            return self._page(request, CellsForm(warehouses=_warehouses()))

    @method_decorator(xframe_options_sameorigin)
    def post(self, request: Request) -> HttpResponse:
        with scope(request.scope_merchants):
            form = CellsForm(request.POST, warehouses=_warehouses())
            if not form.is_valid():
                return self._page(request, form)
            data = form.cleaned_data
            found = stock_sticker.find_cells(warehouse_id=data["warehouse"], begins=data["begins"].strip())
        wanted = Wanted(
            form=data["form"],
            dpi=data["dpi"],
            skip=data["skip"],
            language=data["language"],
            cells=[(cell.location_id, data["copies"]) for cell in found],
        )
        try:
            return made(request, wanted, _("Stickers of cells"))
        except Refusal as refusal:
            form.add_error("begins" if not found else None, str(refusal))
            with scope(request.scope_merchants):
                return self._page(request, form)

    def _page(self, request: Request, form: CellsForm) -> HttpResponse:
        return render(
            request,
            "labels/cells.html",
            {"form": form, "save_word": _("Make stickers")},
            status=422 if form.is_bound else 200,
        )


def made(request: Request, wanted: Wanted, title: str) -> HttpResponse:
    """
    The stickers as a file, or the page of the job that makes them.

    :raises Refusal: none are chosen, too many, or one cannot be drawn
    """
    wanted.check()
    if wanted.count <= sheet.MOST_AT_ONCE:
        content = sheet.draw_now(wanted, merchant_ids=request.scope_merchants)
        return zpl(content, "stickers.zpl") if wanted.language == "zpl" else pdf(content, "stickers.pdf")
    with scope(request.scope_merchants, person_id=request.user.pk):
        job = jobs.start(
            merchant_ids=request.scope_merchants,
            author_id=request.user.pk,
            kind="labels.sheet",
            title=f"{title}: {wanted.count}",
            task="labels.tasks.build_sheet",
            queue="pdf",
            now=timezone.now(),
            total=wanted.count,
            params=wanted.as_params(),
        )
        build_sheet.delay_on_commit(job_id=job.pk, merchant_ids=job.merchant_ids)  # type: ignore[attr-defined]
    messages.info(request, _("The stickers are being made. This page shows how far it is."))
    return redirect("workspace:job", pk=job.pk)


def _warehouses() -> list[tuple[int, str]]:
    return [(warehouse.pk, warehouse.name) for warehouse in place.seen_warehouses()]


def _ids(values: list[str]) -> list[int]:
    found = [int(value) for value in values[:MOST_CHOSEN] if value.isascii() and value.isdigit() and len(value) < 19]
    return list(dict.fromkeys(found))
