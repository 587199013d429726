"""What polling found although the marketplace should have told it: lost notices are counted, not guessed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from marketplaces.models import InboxAddress, SweepFind
from marketplaces.selectors import inbox

# A notice that comes so much later than the poll is late, not lost.
GRACE = inbox.GRACE
KEPT = timedelta(days=30)


def found(*, merchant_id: int, channel_id: int, numbers: Sequence[tuple[str, datetime | None]], now: datetime) -> None:
    """
    This function will note orders that polling found first, in the open scope.

    numbers: with the time of what is new, if it is told; what is older than the marketplace's first call is not its
    fault.  Nothing is noted for a channel whose marketplace does not call.
    """
    if not numbers:
        return
    since = InboxAddress.objects.filter(channel_id=channel_id).values_list("heard_at", flat=True).first()
    if since is None:
        return
    rows = [
        SweepFind(merchant_id=merchant_id, channel_id=channel_id, number=number[:100], found_at=now)
        for number, at in dict(numbers).items()
        if at is None or at >= since
    ]
    SweepFind.objects.bulk_create(rows, ignore_conflicts=True)


def told(*, channel_id: int, numbers: Sequence[tuple[str, datetime]]) -> None:
    """This function will let go finds about which a notice has come after all: (number, when it came)."""
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM marketplaces_sweepfind f USING unnest(%s::text[], %s::timestamptz[]) AS told(number, at)
             WHERE f.channel_id = %s AND f.number = told.number AND f.found_at >= told.at - make_interval(secs => %s)
            """,
            [[number[:100] for number, _ in numbers], [at for _, at in numbers], channel_id, GRACE.total_seconds()],
        )


def forget_old(*, now: datetime) -> int:
    """This function will remove finds past their time, in the open scope."""
    gone, _ = SweepFind.objects.filter(found_at__lt=now - KEPT).delete()
    return gone
