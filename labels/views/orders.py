"""Stickers of orders: one, many, ours, and what stands about them on an order's page."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from backoffice.kernel.errors import Refusal
from labels.errors import AlreadyPrinted, NoSticker
from labels.forms import ReasonForm
from labels.selectors.printing import ready_label, station
from labels.services import delivery, many, setup
from labels.services import own_sticker as own
from labels.services.order_label import TOPIC
from labels.tasks import build_order_stickers
from labels.types import Reason, Way
from labels.views.file import pdf, zpl
from labels.views.station import COOKIE
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from orders.selectors import brief
from orders.selectors.sticker import parcel_words
from workspace.services import jobs
from workspace.services.fragment import live_fragment

_NAMED = 8  # refusals told one by one


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_GET
@xframe_options_sameorigin
def order_sticker(request: Request, order_id: int) -> HttpResponse:
    """
    The sticker of a packed order; `?reason=` prints it again.

    For the print window a PDF, for another program ZPL; where the station has an agent, 202: it comes out by itself.
    """
    reason = ReasonForm(request.GET)
    try:
        out = delivery.order_sticker(
            merchant_ids=request.scope_merchants,
            order_id=order_id,
            person_id=request.user.pk,
            station_id=request.COOKIES.get(COOKIE),
            reason=Reason(reason.cleaned_data["reason"]) if reason.is_valid() else None,
        )
    except Refusal as refusal:
        with scope(request.scope_merchants):
            number = brief.number_of([order_id]).get(order_id)
        if number is None:
            raise Http404 from refusal
        context = {
            "refusal": refusal,
            "number": number,
            "order_id": order_id,
            "reason_form": ReasonForm() if isinstance(refusal, AlreadyPrinted) else None,
        }
        return render(request, "labels/refused.html", context, status=404 if isinstance(refusal, NoSticker) else 409)
    if out.way == Way.AGENT:
        said = _("The sticker of order %(number)s goes to the printer.") % {"number": out.number}
        if request.headers.get("X-Requested-With") == "print":
            return JsonResponse({"message": said}, status=202)
        messages.success(request, said)
        return redirect("labels:desk-here")
    if out.way == Way.FILE:
        return zpl(out.content, f"{out.number}.zpl")
    return pdf(out.content, f"{out.number}.pdf")


@needs(Action.LABELS_PRINT)
@require_POST
def print_many(request: Request) -> HttpResponse:
    """The stickers of the chosen orders: to the agent's printer of this station, else one file made by a job."""
    at = station(request.COOKIES.get(COOKIE))
    chosen = [int(pk) for pk in request.POST.getlist("ids") if pk.isdecimal() and len(pk) < 19]
    out = many.let_out(order_ids=chosen, person_id=request.user.pk, station=at, now=timezone.now())
    for number, why in out.refused[:_NAMED]:
        messages.warning(request, f"{number}: {why}")
    if len(out.refused) > _NAMED:
        left = len(out.refused) - _NAMED
        messages.warning(request, ngettext("And %(n)d more.", "And %(n)d more.", left) % {"n": left})
    if not out.items:
        if not out.refused:
            messages.warning(request, _("Choose orders whose stickers are to be printed."))
        return redirect("orders:list")
    if at is not None and at.way == Way.AGENT:
        said = ngettext("%(n)d sticker goes to the printer.", "%(n)d stickers go to the printer.", len(out.items))
        messages.success(request, said % {"n": len(out.items)})
        return redirect("labels:desk-here")
    job = jobs.start(
        merchant_ids=request.scope_merchants,
        author_id=request.user.pk,
        kind="labels.orders",
        title=_("Stickers of orders"),
        task="labels.tasks.build_order_stickers",
        queue="pdf",
        now=timezone.now(),
        total=len(out.items),
        params={"items": list(out.items), "station": at.pk if at else None},
    )
    build_order_stickers.delay_on_commit(job_id=job.pk, merchant_ids=job.merchant_ids)  # type: ignore[attr-defined]
    return redirect("workspace:job", job.pk)


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_POST
def own_sticker(request: Request, order_id: int) -> HttpResponse:
    """Make our sticker of an order that no marketplace gives one for, then show it."""
    with scope(request.scope_merchants):
        if not brief.by_ids([order_id]):
            raise Http404
        placing = setup.placing_at(station(request.COOKIES.get(COOKIE)))
    try:
        own.make_own(merchant_ids=request.scope_merchants, order_id=order_id, placing=placing)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("labels:index")
    return redirect("labels:order-sticker", order_id=order_id)


@live_fragment(Action.LABELS_PRINT, TOPIC, "orders")
def order_panel(request: Request, order_id: int) -> HttpResponse:
    """What stands on an order's page about its sticker."""
    words = parcel_words(order_id)
    if words is None:
        raise Http404
    context = {
        "order_id": order_id,
        "label": ready_label(order_id),
        "reason_form": ReasonForm(),
        "may_make": words.scheme in own.OWN_SCHEMES,
    }
    return render(request, "labels/_order.html", context)
