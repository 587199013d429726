"""Which order lies on whose packing table."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from floor.models import PackSession
from orders.selectors.brief import OrderBrief

LEASE = timedelta(minutes=10)


def open_session(person_id: int) -> PackSession | None:
    """The person's open order, locked: of two scans of one person the second waits for the first."""
    return PackSession.objects.select_for_update().filter(person_id=person_id, closed_at=None).first()


def claim(order: OrderBrief, person_id: int, now: datetime) -> PackSession | None:
    """
    Put the order on the person's table; None: it is on another one, whose lease still runs.

    The person's own table must be free.
    """
    PackSession.objects.filter(order_id=order.order_id, closed_at=None, leased_until__lt=now).update(closed_at=now)
    try:
        with transaction.atomic():
            return PackSession.objects.create(
                merchant_id=order.merchant_id,
                order_id=order.order_id,
                person_id=person_id,
                opened_at=now,
                leased_until=now + LEASE,
            )
    except IntegrityError:
        return None


def keep(session: PackSession, now: datetime) -> None:
    """Heartbeat: the order stays here."""
    session.leased_until = now + LEASE
    session.save(update_fields=["leased_until"])


def close(session: PackSession, now: datetime) -> None:
    """Free the table."""
    session.closed_at = now
    session.save(update_fields=["closed_at"])


@transaction.atomic
def free(*, person_id: int, now: datetime) -> bool:
    """A lead takes the open order off somebody's table; what was verified stays so.  False: nothing lay there."""
    return bool(PackSession.objects.filter(person_id=person_id, closed_at=None).update(closed_at=now))
