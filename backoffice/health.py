"""Whether every part works, for people, load balancers and Prometheus."""

import ipaddress
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import disable_created_metrics

from backoffice import heartbeat
from marketplaces.selectors import figures
from merchants.roles import public

# When each series began: a fifth of the answer, which nobody asks for, and which several processes do not tell anyway.
disable_created_metrics()  # type: ignore[no-untyped-call]


@public
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when database, broker, every queue's worker and the clock answer, else 503; either way each part by name."""
    parts = {"database": database_answers(), **broker_parts()}
    healthy = all(parts.values())
    return JsonResponse({"healthy": healthy, "parts": parts}, status=200 if healthy else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def broker_parts() -> dict[str, bool]:
    queues: dict[str, bool]
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client:
            beat, queues = heartbeat.seen(client)
        broker = True
    except redis.RedisError:
        broker, beat, queues = False, False, dict.fromkeys(settings.QUEUES, False)
    return {"broker": broker, "beat": beat, **{f"worker:{name}": alive for name, alive in queues.items()}}


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: to an administrator, or to who asks from this machine or a listed network."""
    if not (from_inside(request) or is_administrator(request.user)):
        return HttpResponseForbidden("Metrics are given to an administrator or on the machine itself.")
    answer: HttpResponse = ExportToDjangoView(request)
    answer.content += figures.text(now=timezone.now())
    return answer


def from_inside(request: HttpRequest) -> bool:
    """A request that came through a proxy bears the address of the person, so a public one is never inside."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_loopback or any(address in ipaddress.ip_network(network) for network in settings.METRICS_NETWORKS)


def is_administrator(person: Any) -> bool:
    return bool(person.is_authenticated and getattr(person, "is_administrator", False))
