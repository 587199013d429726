"""The tree of categories."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.forms.product import CategoryForm
from catalog.models import Category
from catalog.selectors.category import tree
from catalog.services import category as services
from catalog.views.products import show_refusal
from catalog.views.who import held
from merchants.roles import Action, needs
from merchants.types import Request


@needs(Action.CATALOG_VIEW)
def category_list(request: Request) -> HttpResponse:
    """The whole tree."""
    return render(request, "catalog/categories.html", {"branches": tree()})


@needs(Action.CATALOG_EDIT)
def category_new(request: Request) -> HttpResponse:
    """A new category of one merchant: the parent's, else the one that the person works for."""
    branches = tree()
    initial = {"parent": request.GET.get("parent", "")}
    form = CategoryForm(request.POST or None, branches=branches, held=held(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            services.add(merchant_id=form.merchant_id, name=clean["name"], parent_id=clean["parent"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Category added."))
            return redirect("catalog:categories")
    return _page(request, form, _("New category"))


@needs(Action.CATALOG_EDIT)
def category_edit(request: Request, pk: int) -> HttpResponse:
    """Rename a category, or move it with everything under it."""
    known = get_object_or_404(Category, pk=pk)
    places = [row for row in tree() if row.merchant_id == known.merchant_id and row.pk != pk]
    form = CategoryForm(
        request.POST or None, branches=places, initial={"name": known.name, "parent": known.parent_id or ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                merchant_id=known.merchant_id,
                category_id=pk,
                name=form.cleaned_data["name"],
                parent_id=form.cleaned_data["parent"],
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog:categories")
    return _page(request, form, known.name)


@needs(Action.CATALOG_EDIT)
@require_POST
def category_remove(request: Request, pk: int) -> HttpResponse:
    """An empty category goes."""
    known = get_object_or_404(Category, pk=pk)
    try:
        services.remove(merchant_id=known.merchant_id, category_id=pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Category removed."))
    return redirect("catalog:categories")


def _page(request: Request, form: Any, heading: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "back_url": reverse("catalog:categories")}
    return render(request, "catalog/category.html", context, status=422 if request.method == "POST" else 200)
