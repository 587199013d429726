"""Programs that use the API: their tokens, rights and addresses."""

from datetime import timedelta

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from exchange.forms import ConnectForm, ProgramForm
from exchange.models import Connection
from exchange.selectors import desk as selectors
from exchange.services import credentials
from exchange.types import Kind, Scope
from merchants.models import Merchant
from merchants.roles import Action, needs
from merchants.types import Request

# The old token works on for so long after a new one was made.
OVERLAP = timedelta(days=1)
_FIRST_SCOPES = [Scope.CATALOG_READ.value, Scope.STOCK_READ.value, Scope.ORDERS_READ.value]


@needs(Action.EXCHANGE_VIEW)
def programs(request: Request) -> HttpResponse:
    """All programs with their last use."""
    return render(request, "exchange/programs.html", {"programs": selectors.programs()})


@needs(Action.EXCHANGE_EDIT)
class NewProgram(View):
    """A new program; the page that answers shows the token, once."""

    def get(self, request: Request) -> HttpResponse:
        return self._page(request, self._form(request))

    def post(self, request: Request) -> HttpResponse:
        form = self._form(request, request.POST)
        if form.is_valid():
            try:
                made, secret = credentials.connect(
                    merchant_id=form.cleaned_data["merchant"],
                    name=form.cleaned_data["name"],
                    kind=Kind.API,
                    scopes=_FIRST_SCOPES,
                    now=timezone.now(),
                )
            except Refusal as refusal:
                form.add_error("name", str(refusal))
            else:
                return _program(request, made, _settings(made), secret=secret)
        return self._page(request, form, 422)

    def _form(self, request: Request, data: object = None) -> ConnectForm:
        rows = Merchant.objects.filter(pk__in=request.scope_merchants).order_by("name")
        form = ConnectForm(data, merchants=list(rows))
        form.fields["name"].help_text = _("As you call this program: “Accounting”, “Warehouse robot”.")
        return form

    def _page(self, request: Request, form: ConnectForm, status: int = 200) -> HttpResponse:
        return render(request, "exchange/new_program.html", {"form": form}, status=status)


@needs(Action.EXCHANGE_VIEW)
class ProgramPage(View):
    """One program: how to reach us, what it may do."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        found = _or_404(pk)
        return _program(request, found, _settings(found))

    @needs(Action.EXCHANGE_EDIT)
    def post(self, request: Request, pk: int) -> HttpResponse:
        found = _or_404(pk)
        form = _settings(found, request.POST)
        if not form.is_valid():
            return _program(request, found, form, status=422)
        form.save()
        toasts.success(request, _("Saved."))
        return redirect("exchange:program", pk)


@needs(Action.EXCHANGE_EDIT)
@require_POST
def new_token(request: Request, pk: int) -> HttpResponse:
    """Another token; the old one works for a day more, unless it is to stop at once."""
    found = _or_404(pk)
    overlap = timedelta() if request.POST.get("at_once") else OVERLAP
    secret = credentials.renew_secret(connection_id=found.pk, now=timezone.now(), overlap=overlap)
    found.refresh_from_db()
    return _program(request, found, _settings(found), secret=secret)


def _or_404(pk: int) -> Connection:
    found = Connection.objects.select_related("merchant").filter(pk=pk, kind=Kind.API).first()
    if found is None:
        raise Http404
    return found


def _settings(found: Connection, data: object = None) -> ProgramForm:
    return ProgramForm(data, instance=found)


def _program(
    request: Request, found: Connection, form: ProgramForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "connection": found,
        "form": form,
        "token": f"{found.login}.{secret}" if secret else "",
        "address": request.build_absolute_uri("/api/v1/"),
        "document": request.build_absolute_uri(reverse("api:document")),
    }
    answer = render(request, "exchange/program.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
