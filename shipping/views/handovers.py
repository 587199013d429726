"""Handovers: the list, one of them, closing it, its papers."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from shipping.forms import CloseForm
from shipping.models import Document, Handover
from shipping.selectors import board
from shipping.services import handover as handovers
from shipping.types import HandoverState
from workspace.services.fragment import fragment_version, live_fragment

TOPICS = ("handovers", "orders")
IN_WORK = (HandoverState.OPEN, HandoverState.CLOSING, HandoverState.FAILED)


@needs(Action.SHIPPING_VIEW)
def handover_list(request: Request) -> HttpResponse:
    """Handovers in work and the last that left."""
    return render(request, "shipping/handovers.html", {**_list(), "version": fragment_version(request, *TOPICS)})


@live_fragment(Action.SHIPPING_VIEW, *TOPICS)
def handover_list_inside(request: Request) -> HttpResponse:
    return render(request, "shipping/_handovers.html", _list())


def _list() -> dict[str, Any]:
    return {
        "in_work": board.handovers(states=IN_WORK),
        "closed": board.handovers(states=(HandoverState.CLOSED, HandoverState.CANCELLED), limit=50),
    }


@live_fragment(Action.SHIPPING_VIEW, *TOPICS)
def today_panel(request: Request) -> HttpResponse:
    """The part of "Today" about handovers."""
    return render(request, "shipping/_today.html", {"in_work": board.handovers(states=IN_WORK)})


@needs(Action.SHIPPING_VIEW)
def handover_detail(request: Request, pk: int) -> HttpResponse:
    """One handover: orders, what hinders it, papers."""
    return render(request, "shipping/handover.html", _detail(request, pk, CloseForm()))


@live_fragment(Action.SHIPPING_VIEW, *TOPICS)
def handover_inside(request: Request, pk: int) -> HttpResponse:
    return render(request, "shipping/_handover.html", _detail(request, pk, None))


def _detail(request: Request, pk: int, form: CloseForm | None) -> dict[str, Any]:
    found = board.one(pk)
    if found is None:
        raise Http404
    row, members = found
    return {
        "row": row,
        "handover": row.handover,
        "members": members,
        "more": row.orders - len(members),
        "missing": board.left_out(pk),
        "documents": list(row.handover.documents.all()),
        "form": form,
        "may_close": row.handover.state in {HandoverState.OPEN, HandoverState.FAILED},
        "version": fragment_version(request, *TOPICS),
    }


@needs(Action.SHIPPING_CLOSE)
@require_POST
def close_handover(request: Request, pk: int) -> HttpResponse:
    """Close it and have the marketplace told."""
    handover = get_object_or_404(Handover, pk=pk)
    form = CloseForm(request.POST)
    if form.is_valid():
        point_id, point_name = form.point()
        try:
            closed = handovers.close(
                merchant_id=handover.merchant_id,
                handover_id=pk,
                now=timezone.now(),
                person_id=request.user.pk,
                shipping_point_id=point_id,
                shipping_point_name=point_name,
                shipping_type=form.cleaned_data["shipping_type"],
                containers=form.cleaned_data["containers"],
                leave_behind=form.cleaned_data["leave_behind"],
                without_stickers=form.cleaned_data["without_stickers"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if closed.state == HandoverState.CLOSED:
                messages.success(request, _("All its orders have left already. The handover is closed."))
            else:
                messages.success(request, _("The marketplace is being told. Papers appear here as they are made."))
            return redirect("shipping:handover", pk=pk)
    return render(request, "shipping/handover.html", _detail(request, pk, form), status=422)


@needs(Action.SHIPPING_VIEW)
def document(request: Request, pk: int) -> HttpResponseBase:
    """A paper, shown in the browser."""
    paper = get_object_or_404(Document, pk=pk)
    name = paper.file.name
    if not name or not paper.file.storage.exists(name):
        raise Http404
    response = FileResponse(paper.file.open("rb"), content_type=paper.content_type, filename=name.split("/")[-1])
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    if paper.content_type == "application/pdf":
        del response["Content-Security-Policy"]
    return response
