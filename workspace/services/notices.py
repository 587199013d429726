"""What people must know: raised by any app, grouped by key, over when the cause is."""

from datetime import datetime

from django.db import connection
from django.db.models import F, Func, Value

from backoffice.kernel import live
from workspace.models import Notice
from workspace.types import Level

TOPIC = "notices"

_RAISE = """
INSERT INTO workspace_notice
    (merchant_id, person_id, kind, key, level, what, we_did, you_do, url, count, since, last_at, read_by, muted_by)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s, '{}', '{}')
ON CONFLICT (merchant_id, person_id, kind, key) WHERE cleared_at IS NULL
DO UPDATE SET level = excluded.level, what = excluded.what, we_did = excluded.we_did, you_do = excluded.you_do,
    url = excluded.url, count = workspace_notice.count + 1, last_at = excluded.last_at, read_by = '{}'
"""


def raise_notice(
    *,
    merchant_id: int,
    kind: str,
    what: str,
    now: datetime,
    key: str = "",
    level: Level = Level.WARNING,
    we_did: str = "",
    you_do: str = "",
    url: str = "",
    person_id: int | None = None,
) -> None:
    """
    Tell everybody of the merchant (or one person) that something happened; the same again counts up.

    kind: a slug such as "channel.key_refused"; key: which one of its kind, such as the channel's id.
    Runs inside a scope that contains the merchant.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _RAISE,
            [
                merchant_id,
                person_id,
                kind[:60],
                key[:120],
                level,
                what[:500],
                we_did[:500],
                you_do[:500],
                url[:300],
                now,
                now,
            ],
        )
    live.touch(TOPIC, merchant_id)


def clear_notice(*, merchant_id: int, kind: str, now: datetime, key: str = "") -> None:
    """Say that the cause is over; nothing happens when there was none."""
    gone = Notice.objects.filter(merchant_id=merchant_id, kind=kind, key=key, cleared_at=None).update(cleared_at=now)
    if gone:
        live.touch(TOPIC, merchant_id)


def mark_read(*, notice_ids: list[int], person_id: int) -> None:
    """Note that the person has seen these notices."""
    _add_person("read_by", notice_ids, person_id)


def mute(*, notice_id: int, person_id: int) -> None:
    """Count this notice no longer for the person, whatever happens to it, until it is over."""
    _add_person("muted_by", [notice_id], person_id)


def _add_person(column: str, notice_ids: list[int], person_id: int) -> None:
    unseen = Notice.objects.filter(pk__in=notice_ids).exclude(**{f"{column}__contains": [person_id]})
    merchants = set(unseen.values_list("merchant_id", flat=True))
    unseen.update(**{column: Func(F(column), Value(person_id), function="array_append")})
    for merchant_id in merchants:
        live.touch(TOPIC, merchant_id)
