"""The matching queue."""

from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.selectors import sku as skus
from exchange import tasks
from exchange.forms import MatchForm
from exchange.models import Connection, Item
from exchange.selectors import desk
from exchange.services import matching, messages
from merchants.roles import Action, needs
from merchants.types import Request

_ROWS = 50


def may_run(request: Request) -> bool:
    return bool(request.access.merchants_for(Action.EXCHANGE_RUN))


@needs(Action.EXCHANGE_VIEW)
def queue(request: Request) -> HttpResponse:
    """Goods of 1C that nobody has recognised yet."""
    page = Paginator(desk.waiting_items(), _ROWS).get_page(request.GET.get("page", "1"))
    return render(request, "exchange/matching.html", {"page": page, "bulk": may_run(request)})


@needs(Action.EXCHANGE_RUN)
@require_POST
def decide(request: Request) -> HttpResponse:
    """Many at once: take what is proposed, make them, or let them alone."""
    ids = [int(told) for told in request.POST.getlist("ids") if told.isdecimal() and len(told) < 18]
    what = request.POST.get("what", "")
    if what == "proposed":
        touched = matching.take_proposed(item_ids=ids, now=timezone.now())
    elif what == "make":
        touched = matching.make(item_ids=ids)
    elif what == "ignore":
        touched = matching.ignore(item_ids=ids)
    else:
        touched = set()
    _apply(touched, request.user.pk)
    if touched:
        toasts.success(request, _("Done. What 1C has told of them is being applied."))
    else:
        toasts.warning(request, _("Nothing was chosen that waits for this."))
    return redirect("exchange:matching")


@needs(Action.EXCHANGE_RUN)
class Match(View):
    """One good, by the article or barcode that a person typed."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        return self._page(request, _or_404(pk), MatchForm())

    def post(self, request: Request, pk: int) -> HttpResponse:
        item, form = _or_404(pk), MatchForm(request.POST)
        if form.is_valid():
            code = form.cleaned_data["code"]
            found = [
                sku for sku in [*skus.by_code(code), *skus.by_barcode(code)] if sku.merchant_id == item.merchant_id
            ]
            try:
                if not found:
                    raise Refusal(_("There is no article or barcode “%(code)s”.") % {"code": code})
                _apply({matching.tie(item_id=pk, sku_id=found[0].pk, now=timezone.now())}, request.user.pk)
            except Refusal as refusal:
                form.add_error("code", str(refusal))
            else:
                toasts.success(request, _("Matched with %(code)s.") % {"code": found[0].code})
                return redirect("exchange:matching")
        return self._page(request, item, form, 422)

    def _page(self, request: Request, item: Item, form: MatchForm, status: int = 200) -> HttpResponse:
        return render(request, "exchange/match.html", {"item": item, "form": form}, status=status)


def _or_404(pk: int) -> Item:
    found = Item.objects.select_related("connection").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _apply(connection_ids: set[int], person_id: int) -> None:
    for source in Connection.objects.filter(pk__in=connection_ids):
        made = messages.settle(source=source, person_id=person_id, now=timezone.now())
        tasks.kick(message_id=made.pk, merchant_id=made.merchant_id)
