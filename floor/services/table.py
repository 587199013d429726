"""Which order lies on whose packing table."""

from datetime import datetime, timedelta

from django.db import transaction

from backoffice.kernel import prepared
from floor.models import PackSession
from floor.selectors.packing import Wanting
from orders.selectors.brief import OrderBrief

LEASE = timedelta(minutes=10)
RENEWED = timedelta(minutes=1)
# An order is at one table, and a person has one: two partial unique indexes say so, whoever comes at the same moment.
_CLAIM = """
INSERT INTO floor_packsession (merchant_id, order_id, person_id, opened_at, leased_until, box)
VALUES (%(merchant)s, %(order)s, %(person)s, %(now)s, %(until)s,
        (SELECT coalesce(max(box), 1) FROM orders_unit WHERE order_id = %(order)s AND state = 'packed'))
    ON CONFLICT DO NOTHING RETURNING id, box
"""
_CLOSE = "UPDATE floor_packsession SET closed_at = %(now)s WHERE id = %(session)s"


def open_session(person_id: int) -> PackSession | None:
    """The person's open order, locked: of two scans of one person the second waits for the first."""
    own = "WHERE person_id = %(person)s AND closed_at IS NULL FOR UPDATE"
    return next(iter(prepared.instances(PackSession, own, {"person": person_id})), None)


def claim(order: "OrderBrief | Wanting", person_id: int, now: datetime) -> PackSession | None:
    """
    Put the order on the person's table, at the box that was filled last; None: it is on another one whose lease runs.

    The person's own table must be free.
    """
    values = {"merchant": order.merchant_id, "order": order.order_id, "person": person_id, "now": now}
    made = prepared.row(_CLAIM, {**values, "until": now + LEASE})
    if made is None and _free_expired(order.order_id, now):
        made = prepared.row(_CLAIM, {**values, "until": now + LEASE})
    if made is None:
        return None
    return PackSession(
        pk=made[0],
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        person_id=person_id,
        opened_at=now,
        leased_until=now + LEASE,
        box=made[1],
    )


def _free_expired(order_id: int, now: datetime) -> bool:
    expired = PackSession.objects.filter(order_id=order_id, closed_at=None, leased_until__lt=now)
    return bool(expired.update(closed_at=now))


def keep(session: PackSession, now: datetime) -> None:
    """Heartbeat, once a minute: the order stays here."""
    if session.leased_until < now + LEASE - RENEWED:
        session.leased_until = now + LEASE
        session.save(update_fields=["leased_until"])


def go_to_box(session: PackSession, number: int) -> None:
    """What is verified next goes into this box of the order."""
    if session.box != number:
        session.box = number
        session.save(update_fields=["box"])


def close(session: PackSession, now: datetime) -> None:
    """Free the table."""
    session.closed_at = now
    prepared.rows(_CLOSE, {"session": session.pk, "now": now})


@transaction.atomic
def free(*, person_id: int, now: datetime) -> bool:
    """A lead takes the open order off somebody's table; what was verified stays so.  False: nothing lay there."""
    return bool(PackSession.objects.filter(person_id=person_id, closed_at=None).update(closed_at=now))
