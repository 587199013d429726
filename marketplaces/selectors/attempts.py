"""What was said to marketplaces, masked, as people read it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplaces.models import AttemptLog, AttemptSubject, Command

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One request and its answer."""

    id: int
    at: datetime
    seconds: float
    op: str
    method: str
    url: str
    status: int | None
    request: str
    answer: str
    error: str

    @property
    def good(self) -> bool:
        return self.status is not None and self.status < 400 and not self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedCommand:
    """A command about an object that has not been fulfilled."""

    op: str
    state: str  # waiting, sending, unknown, parked
    since: datetime
    not_before: datetime
    attempts: int
    reason: str
    text: str


def about(subjects: Iterable[str]) -> list[AttemptRow]:
    """The newest requests about these subjects ("order:5"), in the open scope."""
    ids = (
        AttemptSubject.objects.filter(subject__in=list(subjects))
        .order_by("-id")
        .values_list("attempt_id", flat=True)[:SHOWN]
    )
    return _rows(AttemptLog.objects.filter(pk__in=list(ids)).order_by("-at", "-id"))


def of_channel(channel_id: int, *, op: str = "", limit: int = 50) -> list[AttemptRow]:
    """The newest requests of a channel, in the open scope."""
    rows = AttemptLog.objects.filter(channel_id=channel_id).order_by("-id")
    return _rows((rows.filter(op=op) if op else rows)[:limit])


def owed_about(subjects: Iterable[str]) -> list[OwedCommand]:
    """Commands about these subjects that have not been fulfilled."""
    return [
        OwedCommand(
            op=row.op,
            state="parked" if row.parked else "unknown" if row.sent_at else "waiting",
            since=row.owed_since,
            not_before=row.not_before,
            attempts=row.attempts,
            reason=row.parked,
            text=row.parked_text,
        )
        for row in Command.objects.filter(subject__in=list(subjects)).order_by("id")
    ]


def _rows(found: "Sequence[AttemptLog] | Iterable[AttemptLog]") -> list[AttemptRow]:
    return [
        AttemptRow(
            id=row.pk,
            at=row.at,
            seconds=row.seconds,
            op=row.op,
            method=row.method,
            url=row.url,
            status=row.status,
            request=row.request,
            answer=row.answer,
            error=row.error,
        )
        for row in found
    ]
