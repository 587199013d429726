"""One order."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from orders.forms import CancelForm
from orders.models import Order
from orders.selectors import detail
from orders.services import attention, cancel, commit, give_up
from orders.types import Attention
from workspace.services.fragment import fragment_version, live_fragment

TOPIC = "orders"

# What a person may put aside by saying "seen"; the others go when their cause goes.
DISMISSABLE = frozenset(
    {
        Attention.CANCEL_FAILED,
        Attention.CANCELLED_AFTER_HANDOVER,
        Attention.GONE_WITHOUT_HANDOVER,
        Attention.PROBLEM,
        Attention.SHORT_PICK,
    }
)


@needs(Action.ORDERS_VIEW)
def order_detail(request: Request, pk: int) -> HttpResponse:
    """An order with its lines, what hinders it, and its whole timeline."""
    return render(request, "orders/detail.html", {**_context(pk), "version": fragment_version(request, TOPIC)})


@live_fragment(Action.ORDERS_VIEW, TOPIC)
def order_inside(request: Request, pk: int) -> HttpResponse:
    return render(request, "orders/_detail.html", _context(pk))


def _context(pk: int) -> dict[str, Any]:
    view = detail.order_view(pk)
    if view is None:
        raise Http404
    return {"view": view, "order": view.order, "events": detail.timeline(view.order), "dismissable": DISMISSABLE}


@needs(Action.ORDERS_BUYER)
def buyer(request: Request, pk: int) -> HttpResponse:
    """The buyer's personal data, shown on demand."""
    _seen(pk)
    return render(request, "orders/_buyer.html", {"buyer": detail.buyer(pk)})


def _seen(pk: int) -> Order:
    order = Order.objects.filter(pk=pk).first()
    if order is None:
        raise Http404
    return order


@needs(Action.ORDERS_CANCEL)
def cancel_order(request: Request, pk: int) -> HttpResponse:
    """Ask the marketplace to cancel the order; with a page that asks why."""
    order = _seen(pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel.ask(
                merchant_id=order.merchant_id,
                order_id=pk,
                reason=form.cleaned_data["reason"],
                text=form.cleaned_data["text"],
                now=timezone.now(),
                person_id=request.user.pk,
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The marketplace is asked to cancel. Its answer appears on the timeline."))
        return redirect("orders:detail", pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "orders/cancel.html", {"form": form, "order": order}, status=status)


@needs(Action.ORDERS_COMMIT)
@require_POST
def commit_order(request: Request, pk: int) -> HttpResponse:
    """Tell the marketplace of this parcel, again if it refused before."""
    order = _seen(pk)
    done = commit.commit_orders(
        merchant_id=order.merchant_id, order_ids=[pk], now=timezone.now(), person_id=request.user.pk
    )
    if done:
        messages.success(request, _("The marketplace is being told."))
    else:
        messages.warning(request, _("Nothing to tell: the marketplace knows already, or something still hinders."))
    return redirect("orders:detail", pk)


@needs(Action.ORDERS_CANCEL)
@require_POST
def give_up_missing(request: Request, pk: int) -> HttpResponse:
    """Send the order without the pieces that nobody found."""
    order = _seen(pk)
    try:
        give_up.ask(merchant_id=order.merchant_id, order_id=pk, now=timezone.now(), person_id=request.user.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The missing pieces are given up. What the marketplace says stands on the timeline.")
        )
    return redirect("orders:detail", pk)


@needs(Action.ORDERS_EDIT)
@require_POST
def dismiss(request: Request, pk: int) -> HttpResponse:
    """Put aside a reason for attention that a person has looked at."""
    order = _seen(pk)
    reason = request.POST.get("reason", "")
    if reason not in DISMISSABLE:
        messages.error(request, _("This goes away by itself when its cause is cured."))
        return redirect("orders:detail", pk)
    attention.clear_flags(
        merchant_id=order.merchant_id, order_ids=[pk], reasons={Attention(reason)}, now=timezone.now()
    )
    messages.success(request, _("Put aside."))
    return redirect("orders:detail", pk)
