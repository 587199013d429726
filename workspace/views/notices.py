from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from merchants.roles import Action, needs
from merchants.types import Request
from workspace.models import Notice
from workspace.selectors.notices import history, standing, unread_count
from workspace.services import notices
from workspace.services.fragment import live_fragment


@live_fragment(Action.WORKSPACE_USE, notices.TOPIC)
def bell(request: Request) -> HttpResponse:
    rows = standing(person_id=request.user.pk)
    context = {"rows": rows, "unread": unread_count(person_id=request.user.pk)}
    return render(request, "workspace/_bell_menu.html", context)


@needs(Action.WORKSPACE_USE)
def notice_list(request: Request) -> HttpResponse:
    return render(request, "workspace/notices.html", {"rows": history(person_id=request.user.pk)})


@needs(Action.WORKSPACE_USE)
@require_POST
def read_all(request: Request) -> HttpResponse:
    shown = history(person_id=request.user.pk)
    notices.mark_read(notice_ids=[row.notice_id for row in shown if row.unread], person_id=request.user.pk)
    return redirect("workspace:notices")


@needs(Action.WORKSPACE_USE)
@require_POST
def mute(request: Request, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice, pk=pk)
    notices.mute(notice_id=notice.pk, person_id=request.user.pk)
    return redirect("workspace:notices")
