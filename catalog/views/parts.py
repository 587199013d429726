"""Parts of a card that are edited by themselves: components, rates, photos."""

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import formset_factory
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.formats.picture import MOST_BYTES
from catalog.forms.kit import ComponentForm, ComponentsFormSet
from catalog.forms.product import VatForm
from catalog.models import Photo, Product, Sku
from catalog.selectors import product as selectors
from catalog.services import photo as photos
from catalog.services import product as services
from catalog.views.products import card_url
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request

_ROWS, _MOST_ROWS = 5, 100
_CACHED = "private, max-age=604800, immutable"


@needs(Action.CATALOG_EDIT)
def kit(request: Request, pk: int) -> HttpResponse:
    """What a kit holds; all rows empty: an ordinary article again."""
    known = get_object_or_404(Sku.objects.select_related("product"), pk=pk)
    rows_of = formset_factory(
        ComponentForm, formset=ComponentsFormSet, extra=_ROWS, max_num=_MOST_ROWS, absolute_max=_MOST_ROWS
    )
    initial = [{"article": row.code, "pieces": row.pieces} for row in selectors.components_of(pk)]
    rows = rows_of(request.POST or None, initial=initial, form_kwargs={"merchant_id": known.merchant_id}, prefix="row")
    refused = ""
    if request.method == "POST" and rows.is_valid():
        try:
            services.set_components(kit=known, components=rows.components, now=timezone.now())  # type: ignore[attr-defined]
        except Refusal as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(card_url(known))
    context = {"sku": known, "rows": rows, "refused": refused, "back_url": card_url(known)}
    return render(request, "catalog/kit.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.CATALOG_EDIT)
def vat(request: Request, pk: int) -> HttpResponse:
    """Rates of a product by day."""
    product = get_object_or_404(Product, pk=pk)
    today = timezone.localdate()
    form = VatForm(request.POST or None, initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        services.set_vat(product=product, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("catalog:vat", pk)
    context = {
        "product": product,
        "form": form,
        "rates": selectors.vat_lines(pk, today=today),
        "back_url": reverse("catalog:product", args=[pk]),
    }
    return render(request, "catalog/vat.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.CATALOG_EDIT)
@require_POST
def vat_remove(request: Request, pk: int, vat_id: int) -> HttpResponse:
    """A rate goes; the one before it goes on."""
    services.remove_vat(product=get_object_or_404(Product, pk=pk), vat_id=vat_id)
    return redirect("catalog:vat", pk)


@needs(Action.CATALOG_EDIT, own_scopes=True)
class AddPhotos(View):
    """Pictures are drawn anew outside any transaction, then kept; all of them or none."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        with scope(request.scope_merchants):
            get_object_or_404(Product, pk=pk)
        try:
            pictures = photos.cleaned(_contents(request.FILES.getlist("files")))
            with scope(request.scope_merchants, person_id=request.user.pk):
                photos.add(product=get_object_or_404(Product, pk=pk), pictures=pictures)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            if not pictures:
                messages.warning(request, _("Choose a picture first."))
        return redirect("catalog:product", pk)


def _contents(files: list[UploadedFile]) -> list[tuple[str, bytes]]:
    """No more of a file than would be refused anyway."""
    return [(str(file.name), file.read(MOST_BYTES + 1)) for file in files[: photos.MOST + 1]]


@needs(Action.CATALOG_EDIT)
@require_POST
def photo_change(request: Request, pk: int) -> HttpResponse:
    """A photo moves (field `move`: forward or back) or goes (`move`: away)."""
    known = get_object_or_404(Photo, pk=pk)
    move = request.POST.get("move")
    if move == "away":
        photos.remove(photo=known)
    elif move in ("forward", "back"):
        photos.move(photo=known, forward=move == "forward")
    return redirect("catalog:product", known.product_id)


@needs(Action.CATALOG_VIEW)
def photo(request: Request, pk: int, size: str) -> HttpResponseBase:
    """The picture itself: whole or thumb."""
    known = get_object_or_404(Photo, pk=pk)
    file = known.thumb if size == "thumb" and known.thumb else known.file
    if not file.name or not file.storage.exists(file.name):
        raise Http404
    response = FileResponse(file.open(), content_type="image/jpeg")
    response["Cache-Control"] = _CACHED
    return response
