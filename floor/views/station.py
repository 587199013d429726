"""A shared table: sign in by badge, lock it when one leaves."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from floor.errors import NotThisPage
from floor.forms import BadgeForm
from floor.services import badge
from floor.views.codes import drawn
from labels.render.barcode import Kind
from merchants.models import Person
from merchants.roles import Action, needs, public
from merchants.selectors.access import STATION_KEY
from merchants.services.audit import record_event
from merchants.services.people import managed_person
from merchants.types import Request
from merchants.views.people import PersonAction

_SHIFT_S = 12 * 3600
_BACKEND = "floor.backends.BadgeBackend"


@public
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """First the badge, then the PIN; a table that is in use is left first."""
    form = BadgeForm(request.POST or None)
    going_to = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    context = {"next": going_to, "ask_pin": False, "code": "", "wrong": ""}
    if request.method == "POST" and form.is_valid():
        code, pin = form.cleaned_data["code"], form.cleaned_data["pin"]
        if not pin:
            return render(request, "floor/station.html", context | {"ask_pin": True, "code": code})
        person = authenticate(request, username=_counted_as(code), badge=code, pin=pin)
        if isinstance(person, Person):
            login(request, person, backend=_BACKEND)
            request.session[STATION_KEY] = True
            request.session.set_expiry(_SHIFT_S)
            record_event(kind="sign_in", person_id=person.pk, object_id=person.pk)
            return redirect(going_to)
        context["wrong"] = _("The badge or the PIN is wrong. Scan the badge again; after five times the table waits.")
    return render(request, "floor/station.html", context, status=422 if context["wrong"] else 200)


@public
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Leave the table; what the page has not sent yet stays in its notebook under the name of who scanned it."""
    going_to = _safe(request, request.POST.get("next", ""))
    logout(request)
    return redirect(f"{reverse('floor:station')}?next={going_to}")


@needs(Action.PEOPLE_EDIT)
class GiveBadge(PersonAction):
    """Make a badge and show it once, to be printed and cut out."""

    def act(self, request: Request, pk: int) -> HttpResponse:
        person = managed_person(request.user, request.scope_merchants, pk)
        if person.must_change_password:
            raise NotThisPage(_("This person has not chosen a password yet: first sign in with the one-time one."))
        given = badge.give(person=person, by=request.user, now=timezone.now())
        context = {"given": given, "row": {"name": given.person, "code": given.code, **drawn(Kind.CODE128, given.code)}}
        response = render(request, "floor/badge.html", context)
        response["Cache-Control"] = "no-store"
        return response


def _counted_as(code: str) -> str:
    """Under whose name axes counts a wrong PIN: the holder's, so that it counts with wrong passwords."""
    person = badge.holder(code)
    return person.login if person else "badge"


def _safe(request: HttpRequest, path: str) -> str:
    own = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return path if own and path.startswith("/floor/") else reverse("floor:pack")
