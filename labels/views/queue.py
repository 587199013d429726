from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from labels.selectors.printing import print_rows
from labels.services import printing
from labels.services.order_label import TOPIC
from labels.types import PrintState
from merchants.roles import Action, needs
from merchants.types import Request
from workspace.services.fragment import fragment_version, live_fragment

PAGE = 50


@needs(Action.LABELS_PRINT)
@require_GET
def queue(request: Request) -> HttpResponse:
    """What was printed, the newest first."""
    context = {"version": fragment_version(request, TOPIC), "states": PrintState.choices, **_listed(request)}
    return render(request, "labels/queue.html", context)


@live_fragment(Action.LABELS_PRINT, TOPIC)
def queue_table(request: Request) -> HttpResponse:
    return render(request, "labels/_queue.html", _listed(request))


@needs(Action.LABELS_PRINT)
@require_POST
def failed(request: Request, pk: int) -> HttpResponse:
    """The sticker did not come out: it may be printed anew."""
    if not any(row.item_id == pk for row in print_rows(before=pk + 1, limit=1)):
        raise Http404
    if printing.failed(item_id=pk):
        messages.success(request, _("Marked as not printed: it can be printed anew."))
    else:
        messages.error(request, _("This sticker was scanned on its parcel already."))
    return redirect("labels:queue")


def _listed(request: Request) -> dict[str, object]:
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    rows = print_rows(
        states=[state] if state in PrintState.values else [],
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        limit=PAGE,
    )
    older = rows[PAGE - 1].item_id if len(rows) > PAGE else None
    return {"rows": rows[:PAGE], "older": older, "state": state}
