"""
Where marketplaces call us: check, store, answer, then kick.

Nothing is answered with consent that is not stored: without a database the answer is 503, and the marketplace asks
again.  What a genuine notice says is handled by the channel's worker, never here.
"""

import base64
import binascii
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplaces import dto, registry, tasks
from marketplaces.errors import ContractBroken
from marketplaces.hook import Hook
from marketplaces.sync import doors, inbox, quarantine
from marketplaces.sync.doors import Door
from merchants.roles import public
from merchants.scope import scope

log = logging.getLogger(__name__)

LARGEST_BODY = 2 * 1024 * 1024
LOOPBACK = ("127.0.0.0/8", "::1/128")


class TakenAnswer(JsonResponse):
    """An answer after which work begins: the server closes it when it has been sent."""

    def __init__(self, reply: dto.Reply, *, then: Callable[[], None] | None = None) -> None:
        super().__init__(dict(reply.body), status=reply.status, json_dumps_params={"ensure_ascii": False})
        self.then = then

    def close(self) -> None:
        super().close()
        then, self.then = self.then, None
        if then is not None:
            then()


@dataclass(frozen=True, slots=True)
class Forged(Exception):
    """The request does not come from the marketplace; because: address or password."""

    because: str
    status: int


class Unfit(Exception):
    """A genuine notice holds a value that no column takes: asked for again, it would come for ever."""

    def __init__(self, door: Door, hook: Hook) -> None:
        self.door, self.hook = door, hook


@public
@csrf_exempt
@require_POST
def take(request: HttpRequest, secret: str, tail: str | None = None) -> HttpResponse:
    """
    One request of a marketplace to the secret address of a channel.

    404: no such address.  403, 401: the address is known, but the sender is not the marketplace.  413: too large.
    400: not what is documented, or a value that no column takes.  503: it could not be stored.  Else the marketplace's
    own form of consent.
    """
    merchant_id = doors.merchant_of(secret)
    if merchant_id is None:
        return _nothing(404)
    body = _body(request)
    if body is None:
        return _nothing(413)
    incoming = dto.Incoming(path=(tail or "").strip("/"), body=body)
    try:
        return _answer(request, secret, merchant_id, incoming)
    except (DatabaseError, InterfaceError):
        log.exception("a notice could not be stored")
        answer = _nothing(503)
        answer["Retry-After"] = "10"
        return answer


def _answer(request: HttpRequest, secret: str, merchant_id: int, incoming: dto.Incoming) -> HttpResponse:
    try:
        with scope([merchant_id]):
            return _judge(request, secret, incoming)
    except Unfit as found:
        reason = ContractBroken("a value cannot be stored", payload=incoming.body.decode(errors="replace"))
        with scope([merchant_id]):
            return _set_apart(found.door, found.hook, incoming, reason)


def _judge(request: HttpRequest, secret: str, incoming: dto.Incoming) -> HttpResponse:
    """Check, store and answer, in the open scope."""
    door = doors.find(secret)
    hook = registry.adapter_class(door.marketplace).hook if door else None
    if door is None or hook is None:
        return _nothing(404)
    now = timezone.now()
    try:
        _prove_sender(request, door, hook)
    except Forged as forgery:
        doors.refused(door, sender=request.META.get("REMOTE_ADDR", ""), because=forgery.because, now=now)
        answer = _nothing(forgery.status)
        if forgery.status == 401:
            answer["WWW-Authenticate"] = 'Basic realm="notifications", charset="UTF-8"'
        return answer
    doors.heard(door, now=now)
    try:
        reply, new = inbox.store(door=door, hook=hook, incoming=incoming, now=now)
    except ContractBroken as reason:
        return _set_apart(door, hook, incoming, reason)
    except DataError as reason:
        raise Unfit(door, hook) from reason
    return TakenAnswer(reply, then=partial(_kick, door) if new else None)


def _set_apart(door: Door, hook: Hook, incoming: dto.Incoming, reason: ContractBroken) -> HttpResponse:
    broken = dto.Broken(key=inbox.sign_of(incoming), reason=reason.text, payload=reason.payload)
    quarantine.put(
        merchant_id=door.merchant_id,
        channel_id=door.channel_id,
        stream="inbox",
        broken=[broken],
        now=timezone.now(),
    )
    return TakenAnswer(hook.refuse(dto.Refusal.UNREADABLE, text=reason.text))


def _prove_sender(request: HttpRequest, door: Door, hook: Hook) -> None:
    """:raises Forged: the address is not the marketplace's, or HTTP Basic does not know the password."""
    # A channel that speaks to the sandbox hears the sandbox, and nobody from outside.
    networks = LOOPBACK if _is_sandbox(door.base_url) else hook.networks
    if networks and not _within(request.META.get("REMOTE_ADDR", ""), networks):
        raise Forged("address", 403)
    if hook.basic:
        login, password = _basic(request.headers.get("Authorization", ""))
        if not doors.knows(door, login=login, password=password):
            raise Forged("password", 401)


def _is_sandbox(base_url: str) -> bool:
    return bool(settings.SANDBOX_URL) and base_url.startswith(settings.SANDBOX_URL.rstrip("/") + "/")


def _within(address: str, networks: Any) -> bool:
    try:
        sender = ipaddress.ip_address(address)
    except ValueError:
        return False
    sender = getattr(sender, "ipv4_mapped", None) or sender
    return any(sender in ipaddress.ip_network(network) for network in networks)


def _basic(header: str) -> tuple[str, str]:
    """Name and password of an Authorization header; empty where it is no HTTP Basic."""
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        login, _, password = base64.b64decode(coded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return login, password


def _body(request: HttpRequest) -> bytes | None:
    """The body, read to its end before any transaction is opened; None: larger than any notice is."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > LARGEST_BODY:
        return None
    # Sent in chunks it has no length, and Django takes it for empty; the server knows where it ends.
    chunked = not length and request.META.get("wsgi.input_terminated")
    try:
        body = (request.META["wsgi.input"] if chunked else request).read(LARGEST_BODY + 1)
    except (UnreadablePostError, RawPostDataException, OSError):
        return None
    return body if len(body) <= LARGEST_BODY else None


def _nothing(status: int) -> HttpResponse:
    """An answer that tells a stranger nothing."""
    return HttpResponse(status=status, content_type="text/plain; charset=utf-8")


def _kick(door: Door) -> None:
    """Ask the channel's worker to handle it; when the broker is away, the clock does within seconds."""
    try:
        tasks.kick_pull(
            merchant_id=door.merchant_id, channel_id=door.channel_id, marketplace=door.marketplace, stream="inbox"
        )
    except Exception:  # noqa: BLE001, the notice is stored; a kick is only haste
        log.warning("channel %s: the inbox could not be kicked", door.channel_id)
