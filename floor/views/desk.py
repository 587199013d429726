"""The click & collect desk: find, give out, take back, keep longer."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import brief, coming_back
from orders.services import pickup
from orders.types import State

KEPT = timedelta(days=7)


@needs(Action.FLOOR_DESK)
@require_GET
def page(request: Request) -> HttpResponse:
    """What waits for buyers, found by number, code or the end of a phone."""
    query = request.GET.get("q", "")[:60].replace("\x00", "")
    context = {
        "rows": coming_back.on_shelf(query),
        "query": query,
        "now": timezone.now(),
        "ready": State.READY_FOR_PICKUP,
    }
    return render(request, "floor/desk.html", context)


@needs(Action.FLOOR_DESK)
@require_POST
def issue(request: Request, pk: int) -> HttpResponse:
    """Give an order to its buyer."""
    return _done(
        request,
        pk,
        lambda order, now: pickup.issue(
            merchant_id=order.merchant_id,
            order_id=pk,
            code=request.POST.get("code", "")[:20],
            identity_checked=request.POST.get("identity") == "on",
            now=now,
            person_id=request.user.pk,
        ),
        _("Given out."),
    )


@needs(Action.FLOOR_DESK)
@require_POST
def refuse(request: Request, pk: int) -> HttpResponse:
    """The buyer does not take it: the goods go back to their cells."""
    return _done(
        request,
        pk,
        lambda order, now: pickup.refuse(
            merchant_id=order.merchant_id,
            order_id=pk,
            text=request.POST.get("text", "").strip()[:200].replace("\x00", ""),
            now=now,
            person_id=request.user.pk,
        ),
        _("Refused: the goods are to be put back."),
    )


@needs(Action.FLOOR_DESK)
@require_POST
def keep(request: Request, pk: int) -> HttpResponse:
    """A packed order waits for its buyer from now on; one that waits already is kept for a week more."""

    def work(order: brief.OrderBrief, now: datetime) -> None:
        until = now + KEPT
        known = {"merchant_id": order.merchant_id, "keep_until": until, "now": now, "person_id": request.user.pk}
        if order.state == State.PACKED:
            pickup.arrive(order_ids=[pk], **known)  # type: ignore[arg-type]
        else:
            pickup.extend(order_id=pk, **known)  # type: ignore[arg-type]

    return _done(request, pk, work, _("It waits for the buyer for seven days from now."))


def _done(request: Request, pk: int, work: Callable[[brief.OrderBrief, datetime], object], word: str) -> HttpResponse:
    order = next(iter(brief.by_ids([pk])), None)
    if order is None:
        raise Http404
    try:
        work(order, timezone.now())
        messages.success(request, f"{order.number}: {word}")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("floor:desk")
