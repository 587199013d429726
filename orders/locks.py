"""Row locks of orders: taken after a wave's or a handover's, before those of stock."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from backoffice.kernel import prepared
from orders.models import Order
from orders.types import IN_HANDS, State, in_sql, may_follow


def orders_for_change(order_ids: Iterable[int]) -> QuerySet[Order]:
    """Lock these orders in the order of their keys."""
    return Order.objects.select_for_update().filter(pk__in=list(order_ids)).order_by("pk")


def order_for_change(order_id: int) -> Order:
    """Lock one order, as every scan at a table does; :raises Order.DoesNotExist: it is not in the open scope."""
    for order in prepared.instances(Order, "WHERE id = %(order)s FOR UPDATE", {"order": order_id}):
        return order
    raise Order.DoesNotExist


class Held(NamedTuple):
    """An order that is locked, as far as taking a unit of it changes more."""

    state: State
    attention: Sequence[str]


_BEGUN_BY_A_PICK = [state for state in IN_HANDS if may_follow(state, State.PICKING)]
# The unit is judged as it stands once the order is locked: an update looks at the newest version of a row it found.
_TAKE = f"""
WITH held AS MATERIALIZED (
    SELECT id, state, attention FROM orders_order WHERE id = %(order)s FOR UPDATE
), taken AS (
    UPDATE orders_unit unit SET state = 'picked', picked_at = %(now)s, location_id = %(location)s
      FROM held WHERE unit.id = %(unit)s AND unit.state = 'wanted' AND held.state IN ({in_sql(IN_HANDS)})
    RETURNING unit.id
), begun AS (
    UPDATE orders_order own SET state = 'picking', changed_at = %(now)s
      FROM held, taken WHERE own.id = held.id AND held.state IN ({in_sql(_BEGUN_BY_A_PICK)}) RETURNING held.state AS was
), told AS (
    INSERT INTO orders_orderevent (merchant_id, order_id, at, kind, was, became, text, data, person_id, actor)
    SELECT %(merchant)s, %(order)s, %(now)s, kind, was, became, '', data, %(person)s::bigint, ''
      FROM (SELECT 1 AS place, 'state' AS kind, was, 'picking' AS became, '{{}}'::jsonb AS data FROM begun
             UNION ALL SELECT 2, 'scan', '', 'pick', %(data)s::jsonb FROM taken) line ORDER BY place
)
SELECT held.state, held.attention, EXISTS (SELECT FROM taken) FROM held
"""  # noqa: S608  words of the table of transitions


def take_unit(
    *,
    order_id: int,
    merchant_id: int,
    unit_id: int,
    location_id: int,
    data: Mapping[str, object],
    now: datetime,
    person_id: int | None,
) -> Held | None:
    """
    Lock an order and, in the same statement, take a wanted unit of it where it is in people's hands.

    With its first unit the order goes to `picking`; data: what its timeline says of the scan.
    Returns how the order was before; None: nothing was taken.
    """
    found = prepared.row(
        _TAKE,
        {
            "order": order_id,
            "merchant": merchant_id,
            "unit": unit_id,
            "location": location_id,
            "data": json.dumps(dict(data)),
            "now": now,
            "person": person_id,
        },
    )
    if found is None or not found[2]:
        return None
    return Held(State(found[0]), found[1])


def orders_by_number(*, channel_id: int, numbers: Iterable[str]) -> QuerySet[Order]:
    """Lock the channel's orders of these numbers in the order of their keys."""
    found = Order.objects.filter(channel_id=channel_id, external_number__in=list(numbers))
    return orders_for_change(found.values_list("pk", flat=True))
