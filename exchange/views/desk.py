"""The exchange desk: health, the log, one package, files by hand."""

import csv
import io

from django.conf import settings
from django.contrib import messages as toasts
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from exchange import tasks
from exchange.forms import LogFilter, UploadForm
from exchange.models import Connection, Message, Problem, Session
from exchange.selectors import desk as selectors
from exchange.selectors.absent import not_named
from exchange.services import messages, retire
from exchange.services.receive import store_path
from exchange.types import Direction, MessageState
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from workspace.services.fragment import fragment_version, live_fragment

TOPIC = "exchange"
_PROBLEMS_SHOWN = 200


def _overview() -> dict[str, object]:
    return {"healths": selectors.healths(now=timezone.now()), "newest": selectors.newest(), "counts": selectors.COUNTS}


@needs(Action.EXCHANGE_VIEW)
def desk(request: Request) -> HttpResponse:
    """Every connection's health and the newest packages."""
    return render(request, "exchange/desk.html", {**_overview(), "version": fragment_version(request, TOPIC)})


@live_fragment(Action.EXCHANGE_VIEW, TOPIC)
def desk_live(request: Request) -> HttpResponse:
    return render(request, "exchange/_desk.html", _overview())


def _connections() -> list[Connection]:
    return list(Connection.objects.order_by("name"))


@needs(Action.EXCHANGE_VIEW)
def log(request: Request) -> HttpResponse:
    """All packages, in and out."""
    form = LogFilter(request.GET, connections=_connections())
    page = selectors.messages(filters=form.asked, page=request.GET.get("page", "1"))
    return render(request, "exchange/log.html", {"page": page, "filter_form": form})


def _message_or_404(pk: int) -> Message:
    found = Message.objects.select_related("connection", "session", "person", "replay_of").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _parts(pk: int) -> dict[str, object]:
    shown = _message_or_404(pk)
    return {
        "message": shown,
        "counted": selectors.counted(shown),
        "problems": list(Problem.objects.filter(message=shown)[:_PROBLEMS_SHOWN]),
        "alarms": [selectors.ALARMS[one] for one in shown.preview.get("alarms", ()) if one in selectors.ALARMS],
        "examples": shown.preview.get("examples", {}),
        "kept": bool(shown.path) and store_path(shown.path).exists(),
        "incoming": shown.direction == Direction.IN,
        "held": shown.state == MessageState.HELD,
        "retiring": shown.parts == retire.RETIRE,
        "absent": not_named(shown).count(),
    }


@needs(Action.EXCHANGE_VIEW)
def message(request: Request, pk: int) -> HttpResponse:
    """One package: what it was, what came of it, what was wrong."""
    return render(
        request, "exchange/message.html", {**_parts(pk), "version": fragment_version(request, TOPIC), "pk": pk}
    )


@live_fragment(Action.EXCHANGE_VIEW, TOPIC)
def message_live(request: Request, pk: int) -> HttpResponse:
    return render(request, "exchange/_message.html", _parts(pk))


@needs(Action.EXCHANGE_VIEW)
def raw(request: Request, pk: int) -> HttpResponseBase:
    """The file as it came or went."""
    shown = _message_or_404(pk)
    path = store_path(shown.path) if shown.path else None
    if path is None or not path.exists():
        raise Http404(_("The raw file is no longer kept."))
    name = shown.name.rpartition("/")[2] or "package"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


@needs(Action.EXCHANGE_VIEW)
def problems(request: Request, pk: int) -> HttpResponse:
    """All that was wrong, as a table for the accountant."""
    shown = _message_or_404(pk)
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow([_("object"), _("field"), _("line"), _("what is wrong")])
    for row in Problem.objects.filter(message=shown):
        # A leading sign would be a formula for the spreadsheet.
        table.writerow([_plain(row.subject), _plain(row.field), row.line, _plain(row.text)])
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="problems-{pk}.csv"'
    return answer


def _plain(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@needs(Action.EXCHANGE_RUN)
@require_POST
def decide(request: Request, pk: int) -> HttpResponse:
    """Apply again, let a mass change pass, set it aside, or look at what a full package left out."""
    shown = _message_or_404(pk)
    what, now = request.POST.get("what", ""), timezone.now()
    try:
        if what == "again":
            made = messages.again(message_id=pk, person_id=request.user.pk, now=now)
            tasks.kick(message_id=made.pk, merchant_id=made.merchant_id)
            toasts.success(request, _("The package is being applied again."))
            return redirect("exchange:message", made.pk)
        if what == "retire":
            asked = retire.ask(message_id=pk, now=now)
            return redirect("exchange:message", asked.pk)
        if what == "confirm":
            messages.confirm(message_id=pk, person_id=request.user.pk, now=now)
            tasks.kick(message_id=pk, merchant_id=shown.merchant_id)
            toasts.success(request, _("The mass change is being applied."))
        elif what == "drop":
            messages.drop(message_id=pk, person_id=request.user.pk, now=now)
            toasts.success(request, _("Set aside: nothing of it is applied."))
    except Refusal as refusal:
        toasts.error(request, str(refusal))
    return redirect("exchange:message", pk)


@needs(Action.EXCHANGE_VIEW)
def session(request: Request, pk: int) -> HttpResponse:
    """One round of requests, as 1C made them."""
    shown = get_object_or_404(Session.objects.select_related("connection"), pk=pk)
    context = {
        "session": shown,
        "requests": list(shown.requests.all()[:1000]),
        "packages": list(shown.messages.order_by("pk")[:200]),
    }
    return render(request, "exchange/session.html", context)


@needs(Action.EXCHANGE_RUN, own_scopes=True)
class Upload(View):
    """A file by hand; it is written to disk outside any transaction."""

    def get(self, request: Request) -> HttpResponse:
        with scope(request.scope_merchants):
            form = UploadForm(connections=_connections())
        return self._page(request, form)

    def post(self, request: Request) -> HttpResponse:
        with scope(request.scope_merchants):
            known = _connections()
        form = UploadForm(request.POST, request.FILES, connections=known)
        if not form.is_valid():
            return self._page(request, form, 422)
        source = next(row for row in known if row.pk == form.cleaned_data["connection"])
        file = form.cleaned_data["file"]
        if file.size > settings.EXCHANGE_REQUEST_BYTES:
            form.add_error("file", _("The file is too long."))
            return self._page(request, form, 422)
        try:
            with scope([source.merchant_id], person_id=request.user.pk):
                made = messages.by_hand(
                    source=source,
                    name=file.name or "file",
                    content=file,
                    size=file.size,
                    dry=not form.cleaned_data["apply"],
                    person_id=request.user.pk,
                    now=timezone.now(),
                )
                for row in made:
                    tasks.kick(message_id=row.pk, merchant_id=row.merchant_id)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            return self._page(request, form, 422)
        return redirect("exchange:message", made[0].pk)

    def _page(self, request: Request, form: UploadForm, status: int = 200) -> HttpResponse:
        with scope(request.scope_merchants):
            return render(request, "exchange/upload.html", {"form": form, "save_word": _("Try it")}, status=status)
