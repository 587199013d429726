"""What a person tells a marketplace of one order: an answer to the buyer, how far our own delivery is."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from marketplaces import dto
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import outbound
from orders.services import cancel_wish, own_delivery
from orders.types import State


@needs(Action.ORDERS_CANCEL)
@require_POST
def answer_cancel(request: Request, order_id: int) -> HttpResponse:
    """Answer a buyer who asks to cancel: accept, or decline with one of the reasons."""
    asked = outbound.questions(order_id=order_id)
    if asked is None:
        raise Http404
    said = request.POST.get("answer", "")
    if said not in ("accept", *dto.Decline):
        messages.error(request, _("Choose an answer."))
        return redirect("orders:detail", order_id)
    try:
        cancel_wish.answer(
            merchant_id=asked.merchant_id,
            order_id=order_id,
            accept=said == "accept",
            why="" if said == "accept" else said,
            now=timezone.now(),
            person_id=request.user.pk,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The marketplace is being told. Its word appears on the timeline."))
    return redirect("orders:detail", order_id)


@needs(Action.ORDERS_COMMIT)
@require_POST
def report(request: Request, order_id: int) -> HttpResponse:
    """Say how far an order is that we deliver or give out ourselves."""
    asked = outbound.questions(order_id=order_id)
    if asked is None:
        raise Http404
    said = request.POST.get("state", "")
    if said not in State.values:
        messages.error(request, _("Choose what has happened."))
        return redirect("orders:detail", order_id)
    try:
        own_delivery.report(
            merchant_id=asked.merchant_id,
            order_id=order_id,
            state=State(said),
            code=request.POST.get("code", "").strip()[:40],
            now=timezone.now(),
            person_id=request.user.pk,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The marketplace is being told. Its word appears on the timeline."))
    return redirect("orders:detail", order_id)
