"""Keeping what was said: every request and its answer, masked, and the orders and handovers it was about."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from marketplaces.errors import storable
from marketplaces.models import AttemptLog, AttemptSubject
from marketplaces.ports import Attempt


def keep(
    *, merchant_id: int, channel_id: int, op: str, attempts: Sequence[Attempt], subjects: Iterable[str] = ()
) -> None:
    """This function will store attempts in the open scope; subjects such as "order:5" lead to them."""
    stored = AttemptLog.objects.bulk_create(
        [
            AttemptLog(
                merchant_id=merchant_id,
                channel_id=channel_id,
                op=op[:20],
                at=attempt.started_at,
                seconds=attempt.seconds,
                method=attempt.method,
                url=attempt.url[:500],
                status=attempt.status,
                request=storable(attempt.request),
                answer=storable(attempt.answer),
                error=attempt.error[:500],
            )
            for attempt in attempts
        ]
    )
    AttemptSubject.objects.bulk_create(
        [
            AttemptSubject(merchant_id=merchant_id, attempt=row, subject=subject)
            for row in stored
            for subject in sorted(set(subjects))
        ],
        batch_size=1000,
    )


def forget_old(*, now: datetime) -> int:
    """This function will remove attempts past their time, in the open scope."""
    gone, _ = AttemptLog.objects.filter(at__lt=now - timedelta(days=settings.ATTEMPT_DAYS)).delete()
    return gone
