"""For whom a request works: a program that proves itself, or a person, in the scope of what the person may do."""

import logging
import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, SerializationFailure

from merchants.models import Person
from merchants.roles import Action
from merchants.scope import scope
from merchants.selectors.access import CHOICE_KEY, STATION_KEY, Access, mark_of

log = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponseBase]


class ProgramsMiddleware:
    """
    The short way of programs: marketplaces that call us, 1C, sites that fetch feeds.

    They have no session, language or messages.  A public view at one of PROGRAM_PATHS is called from here, behind
    PROGRAM_MIDDLEWARE alone; whatever else begins like that goes the way of pages.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.paths = tuple(settings.PROGRAM_PATHS)
        short: Any = convert_exception_to_response(_call)
        for name in reversed(settings.PROGRAM_MIDDLEWARE):
            short = convert_exception_to_response(import_string(name)(short))
        self.short: Handler = short

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(self.paths):
            return self.get_response(request)
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        if not mark_of(request.resolver_match.func, request.method or "GET").public:
            return self.get_response(request)
        return self.short(request)


def _call(request: HttpRequest) -> HttpResponseBase:
    """Call the view that was found, in the language of the installation and not of the thread's last page."""
    found = request.resolver_match
    assert found is not None
    with translation.override(settings.LANGUAGE_CODE):
        answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer


class ScansMiddleware(BaseHandler):
    """
    The short way of scans: Django's own handler with SCAN_MIDDLEWARE in place of MIDDLEWARE.

    A scan is a person's, with session, language, CSRF and scope like any page, but of the other layers of a page
    (messages, files, sign-in, a line in the log of each) it needs none, and they cost a fifth of it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.pages = get_response
        self.path = re.compile(settings.SCAN_PATHS)
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        short: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for name in reversed(settings.SCAN_MIDDLEWARE):
            layer = import_string(name)(short)
            if hasattr(layer, "process_view"):
                self._view_middleware.insert(0, layer.process_view)
            if hasattr(layer, "process_exception"):
                self._exception_middleware.append(layer.process_exception)
            short = convert_exception_to_response(layer)
        self.short: Handler = short

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return (self.short if self.path.fullmatch(request.path_info) else self.pages)(request)


class LostRaceMiddleware:
    """
    Where a page met others on the same rows and the database gave it up: say that nothing was saved, and to send again.

    Asked after the scope was rolled back.  Not for views with scopes of their own: an earlier one may have been saved.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        lost = isinstance(exception.__cause__, DeadlockDetected | SerializationFailure)
        if not (lost and isinstance(exception, OperationalError) and request.resolver_match):
            return None
        mark = mark_of(request.resolver_match.func, request.method or "GET")
        if mark.action is None or mark.own_scopes:
            return None
        log.warning("%s %s lost a race: %s", request.method, request.path, exception.__cause__)
        if "json" in request.headers.get("Accept", ""):
            return JsonResponse({"message": _("Nothing was saved. Send it again."), "extra": {}}, status=503)
        return HttpResponse(render_to_string("503.html"), status=503)


class ScopeMiddleware:
    """
    Wrap each view in the scope of the merchants in which the person's role permits the view's action.

    The scope is opened before the view and closed after its template is rendered; an exception rolls everything back.
    It must be the last middleware: others then see the response after the transaction.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.scope_stack = ExitStack()  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            request.scope_stack.close()  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        mark = mark_of(view, request.method or "GET")
        if mark.public:
            return None
        if mark.action is None:
            raise PermissionDenied(_("This page is not open to anybody: its action is not stated."))
        if not isinstance(request.user, Person):
            return _ask_to_sign_in(request)
        if request.user.must_change_password and mark.action is not Action.ACCOUNT_OWN:
            return redirect("account_change_password")
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        station = bool(request.session.get(STATION_KEY))
        access = Access.of(request.user, chosen=request.session.get(CHOICE_KEY), station=station)
        merchants = access.merchants_for(mark.action)
        if merchants is None:
            raise PermissionDenied(_("Your role does not allow this. Ask the owner of the merchant."))
        request.access = access  # type: ignore[attr-defined]
        request.scope_merchants = merchants  # type: ignore[attr-defined]
        if not mark.own_scopes:
            request.scope_stack.enter_context(  # type: ignore[attr-defined]
                scope(merchants, person_id=request.user.pk, installation=access.administrator)
            )
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Undo what the view wrote, before the error page is drawn."""
        stack: ExitStack = request.scope_stack  # type: ignore[attr-defined]
        if transaction.get_connection().in_atomic_block:
            stack.__exit__(type(exception), exception, exception.__traceback__)


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = redirect_to_login(request.headers.get("HX-Current-URL", "/")).url
        return response
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"message": _("Sign in again: the session has ended."), "extra": {}}, status=401)
    return redirect_to_login(request.get_full_path())
