"""
The address that 1C speaks to: CommerceML over HTTP.

1C decides by the first line of the answer and shows the rest to its operator, so refusals are 200 with `failure` and a
reason.  The raw body is read as it comes; no form parser touches it, and no redirect is made: 1C follows none.
"""

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import IO, cast

import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from backoffice.kernel.errors import Refusal
from exchange import tasks
from exchange.errors import BadRequest, NotAllowed
from exchange.formats import write
from exchange.models import Connection, Message, Session
from exchange.selectors import orders as orders_selectors
from exchange.services import credentials, imports, messages, orders_out, pictures, receive, retire
from exchange.services import session as sessions
from exchange.types import MessageState, Scope, Subject
from merchants.roles import public
from merchants.scope import scope

log = structlog.get_logger(__name__)

COOKIE = "bo1c"
_VERSIONS = ("2.10", "3.1")
_UNFINISHED = {MessageState.WAITING, MessageState.RUNNING}
_FAILED = {MessageState.REFUSED, MessageState.HELD, MessageState.DROPPED}


@dataclass(slots=True)
class Call:
    """One request: whose it is and what it asks."""

    request: HttpRequest
    source: Connection
    session: Session
    mode: str
    filename: str
    address: str

    @property
    def merchant_id(self) -> int:
        return self.source.merchant_id


@csrf_exempt
@public
def exchange(request: HttpRequest) -> HttpResponse:
    """`?type=catalog|sale&mode=…`; GET or POST; Basic or the cookie of `checkauth`."""
    with translation.override("ru"):
        started = perf_counter()
        call: Call | None = None
        try:
            call = _who(request)
            answer = _serve(call)
        except Refusal as refusal:
            answer = _text("failure", str(refusal))
        except Exception:
            log.exception("exchange request failed", mode=request.GET.get("mode", "")[:20])
            answer = _text("failure", _("Something went wrong on our side. It is written to the log; try again later."))
        if call is not None:
            _note(call, answer, int((perf_counter() - started) * 1000))
        return answer


def _text(*lines: str) -> HttpResponse:
    """The word must be the very first bytes, and a bare one must stay bare: some clients compare the whole body."""
    return HttpResponse(
        "\n".join(lines), content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _who(request: HttpRequest) -> Call:
    """
    Whose request this is, and of which session; `checkauth` begins one.

    :raises NotAllowed: neither the header nor the cookie proves anything
    """
    address = request.META.get("REMOTE_ADDR", "")
    mode = request.GET.get("mode", "").strip().lower()[:20]
    login, secret = _basic(request)
    cookie = _cookie(request)
    merchant_id = credentials.merchant_of(login) if login else sessions.merchant_of_cookie(cookie)
    if merchant_id is None:
        raise NotAllowed(
            _("Wrong user or password. Copy both anew from Settings → 1C.")
            if login
            else _("No user and password came. If there is a proxy, let it pass the header Authorization.")
        )
    now = timezone.now()
    # A client that names no type means goods: the oldest ones knew nothing else.
    subject = request.GET.get("type", Subject.CATALOG).strip().lower()
    with scope([merchant_id]):
        if login:
            source = credentials.check(login=login, secret=secret, address=address)
            session = None if mode == "checkauth" else _session(request, source, cookie, subject)
        else:
            session = None if mode == "checkauth" else sessions.by_cookie(cookie, now=now)
            if session is None:
                raise NotAllowed(_("The session has ended. Begin the exchange anew."))
            source = session.connection
            credentials.may_speak(source, address=address)
        if subject not in Subject.values:
            raise BadRequest(_("Unknown type “%(type)s”; catalog and sale are served.") % {"type": subject[:20]})
        agent = request.headers.get("User-Agent", "")
        credentials.note_use(source, address=address, agent=agent, now=now)
        begun = None
        if session is None or session.subject != subject:
            begun = sessions.begin(source=source, subject=subject, address=address, agent=agent, now=now)
            session = begun.session
        session.connection = source
        if mode == "checkauth" and begun is not None:
            request.begun = begun  # type: ignore[attr-defined]
    return Call(request, source, session, mode, _filename(request), address)


def _filename(request: HttpRequest) -> str:
    """Escaped bytes of a name are UTF-8, or windows-1251 as older configurations write them."""
    name = request.GET.get("filename", "")
    if "\ufffd" in name:
        name = QueryDict(request.META["QUERY_STRING"], encoding="cp1251").get("filename", "")
    return name


def _cookie(request: HttpRequest) -> str:
    """The session's cookie; some clients bring its value under a name of their own."""
    told = request.COOKIES.get(COOKIE, "")
    return told or next((value for value in request.COOKIES.values() if sessions.looks_ours(value)), "")


def _session(request: HttpRequest, source: Connection, cookie: str, subject: str) -> Session | None:
    """The session of an authorised request: by its cookie, by `sessid`, else the newest one."""
    now = timezone.now()
    found = sessions.by_cookie(cookie, now=now) if cookie else None
    if found is not None and found.connection_id == source.pk:
        return found
    if form_key := request.GET.get("sessid", ""):
        return sessions.by_form_key(source, form_key, now=now) or sessions.latest(source, subject, now=now)
    return sessions.latest(source, subject, now=now)


def _basic(request: HttpRequest) -> tuple[str, str]:
    kind, _space, rest = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    with suppress(binascii.Error, UnicodeDecodeError):
        login, colon, secret = base64.b64decode(rest.strip(), validate=False).decode("utf-8").partition(":")
        if colon:
            return login, secret
    raise NotAllowed(_("The header Authorization cannot be read."))


def _serve(call: Call) -> HttpResponse:
    """:raises Refusal: in words for the operator of 1C"""
    served = _MODES.get((call.session.subject, call.mode))
    if served is None:
        raise BadRequest(_("Unknown mode “%(mode)s”.") % {"mode": call.mode})
    handler, right = served
    if right is not None and right.value not in call.source.scopes:
        raise NotAllowed(_("This connection may not do that: %(right)s.") % {"right": right.label})
    return handler(call)


def _checkauth(call: Call) -> HttpResponse:
    begun = call.request.begun  # type: ignore[attr-defined]
    stamp = int(begun.session.began_at.timestamp())
    answer = _text("success", COOKIE, begun.cookie, f"sessid={begun.form_key}", f"timestamp={stamp}")
    # 1C makes its cookie from the lines; programs that play it may only know the header.
    answer.set_cookie(
        COOKIE, begun.cookie, path="/1c/", secure=call.request.is_secure(), httponly=True, samesite="Strict"
    )
    return answer


def _init(call: Call) -> HttpResponse:
    """A repeated `init` keeps what has come: older configurations begin every pair of files with one."""
    lines = ["zip=yes" if settings.EXCHANGE_ZIP else "zip=no", f"file_limit={settings.EXCHANGE_PART_BYTES}"]
    if version := call.request.GET.get("version", "").strip()[:10]:
        spoken = version if version in ("2.08", "2.09", *_VERSIONS) else "3.1" if version.startswith("3") else "2.10"
        with scope([call.merchant_id]):
            sessions.set_version(call.session, spoken)
        lines += [f"sessid={call.request.GET.get('sessid', '')[:64]}", f"version={spoken}"]
    return _text(*lines)


def _file(call: Call) -> HttpResponse:
    length = _length(call.request)
    if length is not None and length > settings.EXCHANGE_REQUEST_BYTES:
        raise BadRequest(
            _("The file is longer than %(limit)d MB; it is refused. Cut it into parts as `init` says.")
            % {"limit": settings.EXCHANGE_REQUEST_BYTES // 2**20}
        )
    with scope([call.merchant_id]):
        upload = receive.receive(
            session=call.session,
            filename=call.filename,
            body=_body(call.request),
            length=length,
            now=timezone.now(),
        )
    if call.session.subject == Subject.SALE and not call.session.version:
        return _sale_at_once(call, upload.name, last_part=upload.size % settings.EXCHANGE_PART_BYTES != 0)
    return _text("success")


def _body(request: HttpRequest) -> IO[bytes]:
    """What came, to be read bit by bit.  Django takes a body in chunks, which states no length, for an empty one."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    if chunked and not request.META.get("CONTENT_LENGTH"):
        return cast(IO[bytes], request.META["wsgi.input"])
    return cast(IO[bytes], request)


def _length(request: HttpRequest) -> int | None:
    told = request.META.get("CONTENT_LENGTH") or ""
    if told.isdecimal() and len(told) < 16:
        return int(told)
    return None


def _sale_at_once(call: Call, name: str, *, last_part: bool) -> HttpResponse:
    """The old protocol has no `import` for orders: they are taken in this very request, when the last part has come."""
    if not last_part:
        return _text("success")
    with scope([call.merchant_id]):
        found = messages.asked_for(session=call.session, filename=name, now=timezone.now())
    for message in found:
        imports.run(message_id=message.pk, merchant_id=call.merchant_id)
    return _import(call)


def _import(call: Call) -> HttpResponse:
    """`progress` while a worker is at it, then what became of it."""
    with scope([call.merchant_id]):
        found = messages.asked_for(session=call.session, filename=call.filename, now=timezone.now())
        found = list(Message.objects.filter(pk__in=[message.pk for message in found]).order_by("pk"))
        for message in found:
            if message.state == MessageState.WAITING:
                tasks.kick(message_id=message.pk, merchant_id=call.merchant_id)
    failed = [message for message in found if message.state in _FAILED]
    if failed:
        return _text("failure", failed[0].reason)
    unfinished = [message for message in found if message.state in _UNFINISHED]
    if unfinished:
        return _text("progress", _progress(unfinished[0]))
    return _text("success")


def _progress(message: Message) -> str:
    if not message.total:
        return _("The file is being read.")
    return _("%(done)d of %(total)d done.") % {"done": message.position, "total": message.total}


def _deactivate(call: Call) -> HttpResponse:
    with scope([call.merchant_id]):
        done = retire.deactivate(session=call.session, now=timezone.now())
    return _text("failure", done.reason) if isinstance(done, Message) else _text("success")


def _complete(call: Call) -> HttpResponse:
    with scope([call.merchant_id]):
        Session.objects.filter(pk=call.session.pk).update(complete=True)
    # Pictures that came after the last package that names them.
    pictures.attach(call.source)
    return _text("success")


def _query(call: Call) -> HttpResponse:
    with scope([call.merchant_id]):
        document = orders_out.query(session=call.session, now=timezone.now())
    return HttpResponse(document, content_type=f"application/xml; charset={call.source.encoding}")


def _success(call: Call) -> HttpResponse:
    with scope([call.merchant_id]):
        orders_out.success(session=call.session, now=timezone.now())
    return _text("success")


def _info(call: Call) -> HttpResponse:
    document = write.directory_document(
        statuses=orders_selectors.statuses(), payments=[], deliveries=orders_selectors.deliveries()
    )
    return HttpResponse(document, content_type="application/xml; charset=windows-1251")


Handler = Callable[[Call], HttpResponse]
_MODES: dict[tuple[str, str], tuple[Handler, Scope | None]] = {
    ("catalog", "checkauth"): (_checkauth, None),
    ("catalog", "init"): (_init, None),
    ("catalog", "file"): (_file, Scope.CATALOG_WRITE),
    ("catalog", "import"): (_import, Scope.CATALOG_WRITE),
    ("catalog", "deactivate"): (_deactivate, Scope.CATALOG_WRITE),
    ("catalog", "complete"): (_complete, None),
    ("sale", "checkauth"): (_checkauth, None),
    ("sale", "init"): (_init, None),
    ("sale", "query"): (_query, Scope.ORDERS_READ),
    ("sale", "success"): (_success, Scope.ORDERS_READ),
    ("sale", "info"): (_info, Scope.ORDERS_READ),
    ("sale", "file"): (_file, Scope.ORDERS_WRITE),
    ("sale", "import"): (_import, Scope.ORDERS_WRITE),
    ("sale", "complete"): (_complete, None),
}


def _note(call: Call, answer: HttpResponse, took_ms: int) -> None:
    """The log is no reason for a refusal: what cannot be written is only reported."""
    xml = answer["Content-Type"].startswith("application/xml")
    said = _("%(size)d bytes of XML") % {"size": len(answer.content)} if xml else answer.content.decode()
    if call.mode == "checkauth" and said.startswith("success"):
        said = "success"  # the rest are keys
    if said.startswith("progress"):
        said = "progress"
    try:
        with scope([call.merchant_id]), transaction.atomic():
            sessions.note(
                call.session,
                mode=call.mode,
                filename=call.filename,
                size=_length(call.request) or 0,
                answer=said,
                took_ms=took_ms,
                now=timezone.now(),
            )
    except Exception:
        log.exception("exchange log failed", session_id=call.session.pk)
