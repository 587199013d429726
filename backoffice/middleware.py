"""Headers in and out: whose forwarded address is believed, and what a page may load."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)


class TrustedProxies:
    """
    Believe forwarded headers only from the listed networks, and drop them from everybody else.

    The address of the person is the last one that no trusted proxy wrote: what stands before it can be invented.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.networks = [ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.trusted(request.META.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
            while hops and self.trusted(hops[-1]) and len(hops) > 1:
                hops.pop()
            if hops and is_address(hops[-1]):
                request.META["REMOTE_ADDR"] = hops[-1]
                request.META["backoffice.proxied"] = True
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.get_response(request)

    def trusted(self, address: str) -> bool:
        return is_address(address) and any(ipaddress.ip_address(address) in network for network in self.networks)


class ContentSecurityPolicy:
    """One policy for every page; a view that set its own keeps it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {value}" for name, value in settings.CONTENT_SECURITY_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), camera=(self)")
        return response


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
