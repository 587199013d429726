from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from workspace.models import Notice

BELL = 8
PAGE = 50


@dataclass(frozen=True)
class NoticeRow:
    notice_id: int
    level: str
    what: str
    we_did: str
    you_do: str
    url: str
    count: int
    since: datetime
    last_at: datetime
    over: bool
    unread: bool
    muted: bool


def standing(*, person_id: int) -> list[NoticeRow]:
    """What the bell shows: notices not over and not muted by the person, newest first."""
    found = _for(person_id).filter(cleared_at=None).exclude(muted_by__contains=[person_id])
    return [_row(notice, person_id) for notice in found.order_by("-last_at", "-pk")[:BELL]]


def unread_count(*, person_id: int) -> int:
    """How many standing notices the person has not seen."""
    mine = _for(person_id).filter(cleared_at=None)
    return mine.exclude(muted_by__contains=[person_id]).exclude(read_by__contains=[person_id]).count()


def history(*, person_id: int) -> list[NoticeRow]:
    """The notices page: the newest fifty, those over included."""
    return [_row(notice, person_id) for notice in _for(person_id).order_by("-last_at", "-pk")[:PAGE]]


def _for(person_id: int) -> QuerySet[Notice]:
    return Notice.objects.filter(Q(person_id=None) | Q(person_id=person_id))


def _row(notice: Notice, person_id: int) -> NoticeRow:
    return NoticeRow(
        notice.pk,
        notice.level,
        notice.what,
        notice.we_did,
        notice.you_do,
        notice.url,
        notice.count,
        notice.since,
        notice.last_at,
        notice.cleared_at is not None,
        notice.cleared_at is None and person_id not in notice.read_by,
        person_id in notice.muted_by,
    )
