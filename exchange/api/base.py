"""What every address of the API shares: who speaks, how errors look, ETags, no redirects."""

import base64
import binascii
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backoffice.kernel.errors import Refusal
from exchange.errors import BadRequest, KeyOfAnother, NotAllowed
from exchange.models import Connection
from exchange.services import credentials
from exchange.types import Kind, Scope
from merchants.models import Merchant
from merchants.scope import scope

log = structlog.get_logger(__name__)


class AlwaysJson(BaseContentNegotiation):
    """One format: clients that send no or an odd Accept get it too."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        chosen = next(iter(renderers))
        return chosen, chosen.media_type or "application/json"


class ScopeMissing(exceptions.PermissionDenied):
    """The connection's rights do not hold this."""


class ApiView(APIView):
    """
    A view for programs.  It is public to the middleware of people and proves the program itself.

    right: what the connection must be allowed; None: any.  Database work stands inside `with self.opened()`.
    """

    public: ClassVar[bool] = True
    content_negotiation_class = AlwaysJson
    right: Scope | None = None
    # Writes that answer with the object itself carry its ETag, as reading it would.
    tagged: ClassVar[bool] = False
    source: Connection
    zone: ZoneInfo

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # The programs' operators read Russian, whatever their HTTP library says it accepts.
        with translation.override("ru"), timezone.override(None), structlog.contextvars.bound_contextvars():
            # One number in the header, in the body and on every line of the log.
            self.request_id = structlog.contextvars.get_contextvars().get("request_id") or uuid.uuid4().hex
            structlog.contextvars.bind_contextvars(request_id=self.request_id)
            answer: Any = super().dispatch(request, *args, **kwargs)
            answer["X-Request-Id"] = self.request_id
            answer["Cache-Control"] = "private, no-cache"
            if isinstance(answer, Response):
                answer.render()
            if self.tagged and answer.status_code in (200, 201):
                answer["ETag"] = _tag(answer.content)
            if request.method in ("GET", "HEAD") and answer.status_code == 200:
                answer["ETag"] = _tag(answer.content)
                conditional = get_conditional_response(request, etag=answer["ETag"], response=answer)
                answer = conditional if isinstance(conditional, HttpResponse) else answer
        return answer  # type: ignore[no-any-return]

    def opened(self) -> AbstractContextManager[Any]:
        return scope([self.source.merchant_id])

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        login, secret = _credentials(request.headers.get("Authorization", ""))
        merchant_id = credentials.merchant_of(login)
        address = request.META.get("REMOTE_ADDR", "")
        now = timezone.now()
        if merchant_id is None:
            raise exceptions.NotAuthenticated(_("No valid token came. Send it as “Authorization: Bearer …”."))
        try:
            with scope([merchant_id]):
                self.source = credentials.check(login=login, secret=secret, address=address)
                self.zone = ZoneInfo(Merchant.objects.get(pk=merchant_id).zone)
                # Times that come without a zone are the merchant's.
                timezone.activate(self.zone)
                credentials.note_use(self.source, address=address, agent=request.headers.get("User-Agent", ""), now=now)
        except NotAllowed as refusal:
            raise exceptions.AuthenticationFailed(str(refusal)) from refusal
        if self.source.kind != Kind.API:
            raise exceptions.AuthenticationFailed(_("This user is for the standard exchange, not for the API."))
        if wait := credentials.count_request(self.source, now=now):
            raise TooOften(wait=wait)
        right = self.right_for(request)
        if right is not None and right.value not in self.source.scopes:
            raise ScopeMissing(_("This connection may not do that: %(right)s.") % {"right": right.label})

    def right_for(self, request: Request) -> Scope | None:
        """What the connection must be allowed for this request."""
        return self.right

    def get_authenticate_header(self, request: Request) -> str:
        return 'Basic realm="api"'

    def problems(self, problems: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The body of a refusal."""
        first = problems[0] if problems else {"code": "error", "message": ""}
        return {
            "code": first["code"],
            "message": first["message"],
            "errors": problems,
            "request_id": self.request_id,
        }

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, BadRequest):
            exc = Refused(str(exc))
        elif isinstance(exc, KeyOfAnother):
            exc = Conflict(str(exc), "idempotency_key_used")
        elif isinstance(exc, RequestDataTooBig):
            exc = TooLarge(_("The body is too large. Send fewer items at once."))
        elif isinstance(exc, DataError):
            log.warning("api request held a value beyond its column", request_id=self.request_id, exc_info=exc)
            exc = Refused(_("A value is too large to be stored. Nothing was written."))
        elif isinstance(exc, IntegrityError):
            log.warning("api request met another writer", request_id=self.request_id, exc_info=exc)
            exc = Conflict(_("Somebody else changed the same at this moment. Nothing was written; repeat the request."))
        elif isinstance(exc, Refusal):
            exc = Refused(str(exc), "refused")
        elif not isinstance(exc, exceptions.APIException | Http404):
            log.exception("api request failed", request_id=self.request_id)
            exc = exceptions.APIException(_("Something went wrong on our side. It is written to the log."))
        answer = super().handle_exception(exc)
        problems = list(_problems(exc))
        answer.data = self.problems(problems)
        if isinstance(exc, Outdated):
            answer.data["current"] = exc.current
        return answer


class Conflict(exceptions.APIException):
    """It does not fit what was said or written before."""

    status_code = 409
    default_code = "conflict"


class Refused(exceptions.APIException):
    """What was asked cannot be done; the message says why."""

    status_code = 400
    default_code = "bad_request"


class TooLarge(exceptions.APIException):
    """The body is longer than one request may be."""

    status_code = 413
    default_code = "too_large"


class TooOften(exceptions.Throttled):
    """More requests than the connection may send in a minute; wait: seconds.  The framework says it in English."""

    def __init__(self, *, wait: int) -> None:
        text = ngettext(
            "These are too many requests for one minute. Go on in %(n)d second.",
            "These are too many requests for one minute. Go on in %(n)d seconds.",
            wait,
        )
        super().__init__(detail=text % {"n": wait})
        self.wait = wait


class Outdated(exceptions.APIException):
    """Somebody changed the object since it was read; current: as it is now, None: it is not there."""

    status_code = 412
    default_code = "outdated"

    def __init__(self, current: Any) -> None:
        super().__init__(_("The object is another one by now. Nothing was written: look at “current” and try again."))
        self.current = current


def refuse_outdated(request: Request, current: Any) -> None:
    """
    Hold `If-Match` and `If-None-Match: *` against the object as it is now (None: it is not there).

    :raises Outdated: it is not what the program believes
    """
    believed = request.headers.get("If-Match", "").strip()
    if believed and (current is None or (believed != "*" and tag_of(current) not in parse_etags(believed))):
        raise Outdated(current)
    if request.headers.get("If-None-Match", "").strip() == "*" and current is not None:
        raise Outdated(current)


def tag_of(data: Any) -> str:
    """The ETag of an answer with this body."""
    return _tag(JSONRenderer().render(data))


def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _problems(exc: Exception) -> Any:
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    assert isinstance(exc, exceptions.APIException)
    yield from flat(exc.get_full_details(), "")


def flat(details: Any, field: str) -> Any:
    """Nested details of serializers as rows: field is a path like `items.3.amount`, line the number of an item."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        parts = [part for part in field.split(".") if part]
        line = next((int(part) + 1 for part in parts if part.isdigit()), None)
        told = field or None
        yield {"code": str(details["code"]), "message": str(details["message"]), "field": told, "line": line}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from flat(inner, f"{field}.{name}" if field else str(name))
    else:
        for number, inner in enumerate(details):
            leaf = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from flat(inner, field if leaf else f"{field}.{number}" if field else str(number))


def _credentials(header: str) -> tuple[str, str]:
    """Login and secret of `Bearer login.secret` or of Basic, in which 1C may have put line breaks."""
    word, _space, value = header.strip().partition(" ")
    value = "".join(value.split())
    if word.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        login, _colon, secret = value.partition(":")
    elif word.lower() == "bearer":
        login, _dot, secret = value.partition(".")
    else:
        return "", ""
    return login, secret
