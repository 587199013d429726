"""Products: the list, the card, and editing it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.forms.fields import whole_ids
from catalog.forms.product import ProductFilter, ProductForm, SkuForm
from catalog.models import Barcode, Product, Sku
from catalog.selectors import product as selectors
from catalog.services import product as services
from catalog.views.who import held, sees_cost
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from workspace.selectors.views import saved_views

LIST_NAME = "products"
_REMEMBER_S = 3600


@needs(Action.CATALOG_VIEW)
def product_list(request: Request) -> HttpResponse:
    """Every SKU with its card's name, found by any word of it, by article, by barcode."""
    form = ProductFilter(request.GET, sees_cost=sees_cost(request))
    context = {
        "page": selectors.products_page(form.asked(request.GET)),
        "filter_form": form,
        "list_name": LIST_NAME,
        "saved_views": saved_views(person_id=request.user.pk, listing=LIST_NAME),
        "bulk": True,
        "sees_cost": sees_cost(request),
    }
    return render(request, "catalog/products.html", context)


@needs(Action.CATALOG_VIEW)
def product_card(request: Request, pk: int) -> HttpResponse:
    """A product and one of its SKUs: the one of ?sku=, else the first."""
    asked = whole_ids([request.GET.get("sku", "")])
    card = selectors.card(pk, sku_id=asked[0] if asked else None, today=timezone.localdate())
    if card is None:
        raise Http404
    context = {"card": card, "sees_cost": sees_cost(request, card.product.merchant_id)}
    return render(request, "catalog/product.html", context)


@needs(Action.CATALOG_VIEW)
def sku(request: Request, pk: int) -> HttpResponse:
    """The card that a SKU stands on."""
    found = get_object_or_404(Sku, pk=pk)
    return redirect(card_url(found))


def card_url(sku: Sku) -> str:
    """The address of a product's card, open at this SKU."""
    return f"{reverse('catalog:product', args=[sku.product_id])}?{urlencode({'sku': sku.pk})}"


@needs(Action.CATALOG_EDIT)
def product_new(request: Request) -> HttpResponse:
    """A new product with its first SKU; sent twice, it is made once."""
    post = request.POST or None
    card, first = ProductForm(post, held=held(request)), SkuForm(post, sees_cost=sees_cost(request))
    token = request.POST.get("token", "")[:40].replace("\x00", "") or get_random_string(20)
    seen = f"catalog:new:{request.user.pk}:{token}"
    if request.method == "POST":
        if (made_before := cache.get(seen)) and (known := Sku.objects.filter(pk=made_before).first()):
            return redirect(card_url(known))
        right = [card.is_valid(), first.is_valid()]  # both, so that one look shows all that is wrong
        if all(right) and (made := _create(card, first)):
            cache.set(seen, made.pk, _REMEMBER_S)
            messages.success(request, _("Product created."))
            return redirect(card_url(made))
    context = {"forms": [card, first], "token": token, "back_url": reverse("catalog:products")}
    return render(request, "catalog/product_new.html", context, status=422 if request.method == "POST" else 200)


def _create(card: ProductForm, first: SkuForm) -> Sku | None:
    try:
        return services.create_product(
            merchant_id=card.merchant_id,
            product=card.values,
            sku=first.values,
            barcodes=first.cleaned_data["barcodes"],
            now=timezone.now(),
        )
    except Refusal as refusal:
        show_refusal(first, refusal)
        return None


def show_refusal(form: Any, refusal: Refusal) -> None:
    """Put a refusal beside the field that it is about."""
    field = next((name for name in refusal.extra if name in form.fields), None)
    form.add_error(field, str(refusal))


@needs(Action.CATALOG_EDIT)
def product_edit(request: Request, pk: int) -> HttpResponse:
    """The card's own fields."""
    product = get_object_or_404(Product, pk=pk)
    form = ProductForm(request.POST or None, instance=product)
    if request.method == "POST" and form.is_valid():
        services.change_product(product=product, fields=form.values)
        messages.success(request, _("Saved."))
        return redirect("catalog:product", pk)
    context = {"form": form, "product": product, "back_url": reverse("catalog:product", args=[pk])}
    return render(request, "catalog/product_edit.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.CATALOG_EDIT)
def sku_new(request: Request, pk: int) -> HttpResponse:
    """A further SKU of a product."""
    product = get_object_or_404(Product, pk=pk)
    form = SkuForm(request.POST or None, sees_cost=sees_cost(request, product.merchant_id))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_sku(
                product=product, fields=form.values, barcodes=form.cleaned_data["barcodes"], now=timezone.now()
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Article added."))
            return redirect(card_url(made))
    return _sku_page(request, form, product, _("New article"), reverse("catalog:product", args=[pk]))


@needs(Action.CATALOG_EDIT)
def sku_edit(request: Request, pk: int) -> HttpResponse:
    """A SKU's own fields and barcodes."""
    known = get_object_or_404(Sku.objects.select_related("product"), pk=pk)
    codes = list(Barcode.objects.filter(sku=known).values_list("value", flat=True))
    form = SkuForm(
        request.POST or None,
        instance=known,
        initial={"barcodes": codes},
        sees_cost=sees_cost(request, known.merchant_id),
    )
    if request.method == "POST" and form.is_valid():
        fresh = Sku.objects.select_related("product").get(pk=pk)  # the form has written into its own
        try:
            services.change_sku(
                sku=fresh, fields=form.values, barcodes=form.cleaned_data["barcodes"], now=timezone.now()
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(card_url(fresh))
    return _sku_page(request, form, known.product, known.code, card_url(known))


def _sku_page(request: Request, form: SkuForm, product: Product, heading: str, back_url: str) -> HttpResponse:
    context = {"form": form, "product": product, "heading": heading, "back_url": back_url}
    return render(request, "catalog/sku_edit.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.CATALOG_EDIT)
@require_POST
def make_barcode(request: Request, pk: int) -> HttpResponse:
    """Our own barcode for a SKU."""
    known = get_object_or_404(Sku, pk=pk)
    try:
        messages.success(request, _("Barcode %(code)s made.") % {"code": services.make_barcode(sku=known)})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(card_url(known))


@needs(Action.CATALOG_EDIT)
@require_POST
def archive(request: Request) -> HttpResponse:
    """Chosen SKUs go into the archive, or come back (field `back`)."""
    chosen, back = whole_ids(request.POST.getlist("ids")), "back" in request.POST
    moved = 0
    for merchant_id in sorted(request.scope_merchants):
        with scope([merchant_id], person_id=request.user.pk):
            moved += services.archive(merchant_id=merchant_id, sku_ids=chosen, archived=not back, now=timezone.now())
    if not chosen:
        messages.warning(request, _("Choose at least one row."))
    elif back:
        messages.success(request, ngettext("%(n)d article is back.", "%(n)d articles are back.", moved) % {"n": moved})
    else:
        messages.success(request, ngettext("%(n)d article archived.", "%(n)d articles archived.", moved) % {"n": moved})
    return redirect(own_address(request.POST.get("next", "")) or "catalog:products")


def own_address(address: str) -> str:
    """The address when it is a page of the catalog, else nothing."""
    return address if address.startswith(reverse("catalog:products")) and "\\" not in address else ""


@needs(Action.LABELS_PRINT)
@require_POST
def print_stickers(request: Request) -> HttpResponse:
    """Chosen SKUs on the page that prints their stickers."""
    chosen = whole_ids(request.POST.getlist("ids"), most=200)
    return redirect(f"{reverse('labels:index')}?{urlencode({'sku': chosen}, doseq=True)}")
