"""Packages that wait for a worker."""

from datetime import datetime, timedelta

from django.db.models import Q

from exchange.models import Delivery, Hook, Message
from exchange.types import Direction, MessageState

_LOST_AFTER = timedelta(seconds=20)


def next_after(message_id: int) -> int | None:
    """The oldest waiting package of the same connection."""
    connection_id = Message.objects.filter(pk=message_id).values("connection_id")
    waiting = Message.objects.filter(
        connection_id__in=connection_id, direction=Direction.IN, state=MessageState.WAITING
    )
    return waiting.order_by("pk").values_list("pk", flat=True).first()


def abandoned(*, now: datetime) -> list[int]:
    """The oldest package of each connection that nobody is at."""
    lost = Q(state=MessageState.WAITING, created_at__lt=now - _LOST_AFTER) | Q(
        state=MessageState.RUNNING, leased_until__lt=now
    )
    rows = Message.objects.filter(lost, direction=Direction.IN).order_by("connection_id", "pk")
    return list(rows.distinct("connection_id").values_list("pk", flat=True))


def hooks(*, now: datetime) -> list[int]:
    """Webhooks of the open scope that work, that nobody is at, and whose oldest message need not wait longer."""
    free = Hook.objects.filter(active=True, connection__active=True).exclude(leased_until__gt=now)
    later = Delivery.objects.filter(done_at=None, due_at__gt=now).values("hook_id")
    return list(free.exclude(pk__in=later).order_by("pk").values_list("pk", flat=True))
