"""Row locks of orders: taken after a wave's or a handover's, before those of stock."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from backoffice.kernel import prepared
from orders.models import Order


def orders_for_change(order_ids: Iterable[int]) -> QuerySet[Order]:
    """Lock these orders in the order of their keys."""
    return Order.objects.select_for_update().filter(pk__in=list(order_ids)).order_by("pk")


def order_for_change(order_id: int) -> Order:
    """Lock one order, as every scan at a table does; :raises Order.DoesNotExist: it is not in the open scope."""
    for order in prepared.instances(Order, "WHERE id = %(order)s FOR UPDATE", {"order": order_id}):
        return order
    raise Order.DoesNotExist


# The unit is judged as it stands once the order is locked: an update looks at the newest version of a row it found.
_TAKE = """
WITH held AS MATERIALIZED (
    SELECT id, state, attention FROM orders_order WHERE id = %(order)s FOR UPDATE
), taken AS (
    UPDATE orders_unit unit SET state = 'picked', picked_at = %(now)s, location_id = %(location)s
      FROM held WHERE unit.id = %(unit)s AND unit.state = 'wanted' AND held.state IN ('confirmed', 'picking')
    RETURNING unit.id
)
SELECT held.state, held.attention, EXISTS (SELECT FROM taken) FROM held
"""


def take_unit(*, order_id: int, merchant_id: int, unit_id: int, location_id: int, now: datetime) -> Order | None:
    """
    Lock an order and, in the same statement, take a wanted unit of it where it is in people's hands.

    Returns the order as far as its change of state needs it; None: nothing was taken.
    """
    values = {"order": order_id, "unit": unit_id, "location": location_id, "now": now}
    found = prepared.row(_TAKE, values)
    if found is None or not found[2]:
        return None
    return Order(pk=order_id, merchant_id=merchant_id, state=found[0], attention=found[1])


def orders_by_number(*, channel_id: int, numbers: Iterable[str]) -> QuerySet[Order]:
    """Lock the channel's orders of these numbers in the order of their keys."""
    found = Order.objects.filter(channel_id=channel_id, external_number__in=list(numbers))
    return orders_for_change(found.values_list("pk", flat=True))
