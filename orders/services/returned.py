"""Why goods come back, as marketplaces tell it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from orders import locks
from orders.models import Order


@transaction.atomic
def tell_reasons(*, channel_id: int, reasons: Mapping[str, str], now: datetime) -> None:
    """Keep why orders came back, by their number; silence, and an order that we do not have, change nothing."""
    told = {number: reason[:200] for number, reason in reasons.items() if reason}
    if not told:
        return
    other = []
    for order in locks.orders_by_number(channel_id=channel_id, numbers=told):
        if order.return_reason != told[order.external_number]:
            order.return_reason, order.changed_at = told[order.external_number], now
            other.append(order)
    Order.objects.bulk_update(other, ["return_reason", "changed_at"], batch_size=1000)
