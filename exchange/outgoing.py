"""
Requests to addresses that people typed in: one POST, to a checked address, nowhere else.

The name is resolved once, every address it has is judged, and the connection goes to one of the judged ones: a name
that means another machine a moment later leads nowhere.  Redirects are not followed and proxies are not asked.
"""

import hashlib
import hmac
import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from exchange.errors import BadRequest

TIMEOUT_S = 10
_MOST_ANSWER = 2000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], Sequence[str]]
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # an IPv4 address inside IPv6


class AddressRefused(BadRequest):
    """The address may not be spoken to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """status None: no answer came; text: the beginning of the answer, or why there is none."""

    status: int | None
    text: str
    took_ms: int

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def look_up(host: str, port: int) -> Sequence[str]:
    """Addresses of a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def checked(url: str, *, lookup: Lookup = look_up) -> tuple[str, Address]:
    """
    The host and one address of it that may be spoken to.

    Addresses that are not of the public internet are refused, and plain HTTP, but for networks of WEBHOOK_NETWORKS.
    :raises AddressRefused: says why
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise AddressRefused(_("Write the whole address: https://…, without user and password."))
    try:
        found = [ipaddress.ip_address(address.partition("%")[0]) for address in lookup(host, parts.port or 443)]
    except (OSError, ValueError) as reason:
        raise AddressRefused(_("The name %(host)s is not known.") % {"host": host}) from reason
    allowed = [ipaddress.ip_network(network, strict=False) for network in settings.WEBHOOK_NETWORKS]
    inside = [any(address in network for network in allowed) for address in found]
    if not found or not all(here or is_public(address) for address, here in zip(found, inside, strict=True)):
        text = _("%(host)s is not an address of the internet. The administrator may allow it: WEBHOOK_NETWORKS.")
        raise AddressRefused(text % {"host": host})
    if parts.scheme == "http" and not all(inside):
        raise AddressRefused(_("The address must begin with https://, so that nobody reads on the way."))
    return host, found[0]


def is_public(address: Address) -> bool:
    """Whether it is a machine of the internet, also where an IPv4 address hides in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _TRANSLATED:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(hidden)
    return address.is_global and not address.is_multicast


def signature(*, secrets: Sequence[str], timestamp: int, body: bytes) -> str:
    """`t=<unix time>,v1=<HMAC-SHA256 of "t.body">`; two values while a secret is being replaced."""
    said = f"{timestamp}.".encode() + body
    values = [hmac.new(secret.encode(), said, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={value}" for value in values)])


def post(
    url: str,
    *,
    body: bytes,
    delivery_id: int,
    secrets: Sequence[str],
    timestamp: int,
    lookup: Lookup = look_up,
    transport: httpx.BaseTransport | None = None,
) -> Answered:
    """Send a signed JSON body; every trouble is an answer without status."""
    began = time.monotonic()

    def answered(status: int | None, text: str) -> Answered:
        return Answered(status=status, text=text, took_ms=int((time.monotonic() - began) * 1000))

    try:
        host, address = checked(url, lookup=lookup)
    except AddressRefused as refusal:
        return answered(None, str(refusal))
    parts = urlsplit(url)
    literal = f"[{address}]" if address.version == 6 else str(address)
    port = f":{parts.port}" if parts.port else ""
    target = f"{parts.scheme}://{literal}{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = {
        "Host": f"{host}{port}",
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "back-office-webhook/1",
        "X-Backoffice-Delivery": str(delivery_id),
        "X-Backoffice-Signature": signature(secrets=secrets, timestamp=timestamp, body=body),
    }
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False, transport=transport) as client,
            client.stream("POST", target, content=body, headers=headers, extensions={"sni_hostname": host}) as answer,
        ):
            told = b""
            for piece in answer.iter_bytes():
                told += piece
                if len(told) >= _MOST_ANSWER or time.monotonic() - began > TIMEOUT_S:
                    break
            return answered(answer.status_code, told[:_MOST_ANSWER].decode(errors="replace"))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as trouble:
        return answered(None, str(trouble) or type(trouble).__name__)
