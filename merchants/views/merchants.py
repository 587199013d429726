from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from backoffice.kernel.errors import Refusal
from merchants.forms import LegalEntityForm, MerchantForm
from merchants.models import LegalEntity, Merchant
from merchants.roles import Action, needs
from merchants.selectors.access import CHOICE_KEY
from merchants.selectors.merchants import entity_rows, merchant_rows
from merchants.services import merchant as services
from merchants.types import Request


@needs(Action.MERCHANTS_VIEW)
def merchants(request: Request) -> HttpResponse:
    editable = request.access.merchants_for(Action.MERCHANTS_EDIT) or frozenset()
    rows = merchant_rows(merchant_ids=request.scope_merchants, editable=editable)
    return render(request, "merchants/merchants.html", {"rows": rows})


@needs(Action.INSTALL_ADMIN)
class NewMerchant(View):
    def get(self, request: Request) -> HttpResponse:
        return render(request, "merchants/merchant_new.html", {"form": MerchantForm()})

    def post(self, request: Request) -> HttpResponse:
        form = MerchantForm(request.POST)
        if form.is_valid():
            try:
                merchant = services.create_merchant(by=request.user, **form.cleaned_data)
            except Refusal as refusal:
                form.add_error("name", str(refusal))
            else:
                request.session[CHOICE_KEY] = merchant.pk
                messages.success(request, _("Merchant %(name)s is made. Add a legal entity.") % {"name": merchant})
                return redirect("merchants:merchant", pk=merchant.pk)
        return render(request, "merchants/merchant_new.html", {"form": form}, status=422)


@needs(Action.MERCHANTS_EDIT)
class MerchantPage(View):
    def get(self, request: Request, pk: int) -> HttpResponse:
        merchant = in_scope(request, pk)
        return self._page(request, merchant, MerchantForm(instance=merchant))

    def post(self, request: Request, pk: int) -> HttpResponse:
        merchant = in_scope(request, pk)
        form = MerchantForm(request.POST, instance=merchant)
        if form.is_valid():
            try:
                services.change_merchant(merchant=merchant, fields=form.cleaned_data)
            except Refusal as refusal:
                form.add_error("name", str(refusal))
            else:
                messages.success(request, _("Saved: %(name)s.") % {"name": merchant})
                return redirect("merchants:merchant", pk=pk)
        return self._page(request, merchant, form)

    def _page(self, request: Request, merchant: Merchant, form: MerchantForm) -> HttpResponse:
        context = {"form": form, "merchant": merchant, "entities": entity_rows(merchant_id=merchant.pk)}
        return render(request, "merchants/merchant.html", context, status=422 if form.errors else 200)


@needs(Action.MERCHANTS_EDIT)
class NewLegalEntity(View):
    def get(self, request: Request, pk: int) -> HttpResponse:
        return entity_page(request, in_scope(request, pk), LegalEntityForm())

    def post(self, request: Request, pk: int) -> HttpResponse:
        merchant = in_scope(request, pk)
        return save_entity(request, merchant, LegalEntityForm(request.POST, instance=LegalEntity(merchant=merchant)))


@needs(Action.MERCHANTS_EDIT)
class EditLegalEntity(View):
    def get(self, request: Request, pk: int) -> HttpResponse:
        entity = get_object_or_404(LegalEntity.objects.select_related("merchant"), pk=pk)
        return entity_page(request, entity.merchant, LegalEntityForm(instance=entity))

    def post(self, request: Request, pk: int) -> HttpResponse:
        entity = get_object_or_404(LegalEntity.objects.select_related("merchant"), pk=pk)
        return save_entity(request, entity.merchant, LegalEntityForm(request.POST, instance=entity))


def in_scope(request: Request, pk: int) -> Merchant:
    """The merchant itself is no tenant's row, so that its key is compared with the scope here."""
    if pk not in request.scope_merchants:
        raise Http404
    return get_object_or_404(Merchant, pk=pk)


def save_entity(request: Request, merchant: Merchant, form: LegalEntityForm) -> HttpResponse:
    if form.is_valid():
        try:
            entity = services.save_legal_entity(entity=form.save(commit=False))
        except Refusal as refusal:
            form.add_error("inn", str(refusal))
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": entity})
            return redirect("merchants:merchant", pk=merchant.pk)
    return entity_page(request, merchant, form)


def entity_page(request: Request, merchant: Merchant, form: LegalEntityForm) -> HttpResponse:
    context = {"form": form, "merchant": merchant}
    return render(request, "merchants/legal_entity.html", context, status=422 if form.errors else 200)
