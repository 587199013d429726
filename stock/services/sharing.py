"""Which warehouses feed a channel warehouse."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from backoffice.kernel import events as bus
from stock.events import SharingChanged
from stock.models import Feed, ShareRule


@transaction.atomic
def set_feeds(*, merchant_id: int, channel_warehouse_id: int, warehouse_ids: Sequence[int], now: datetime) -> bool:
    """This function will set the feeding warehouses in this order of asking; tells whether anything changed."""
    wanted = {warehouse: rank for rank, warehouse in enumerate(warehouse_ids, start=1)}
    rows = Feed.objects.select_for_update().filter(channel_warehouse_id=channel_warehouse_id).order_by("pk")
    known = {feed.warehouse_id: feed for feed in rows}
    if {warehouse: feed.rank for warehouse, feed in known.items()} == wanted:
        return False
    Feed.objects.filter(channel_warehouse_id=channel_warehouse_id).exclude(warehouse_id__in=list(wanted)).delete()
    for warehouse, rank in wanted.items():
        Feed.objects.update_or_create(
            channel_warehouse_id=channel_warehouse_id,
            warehouse_id=warehouse,
            defaults={"merchant_id": merchant_id, "rank": rank},
        )
    places = frozenset({channel_warehouse_id})
    bus.publish(SharingChanged(merchant_id=merchant_id, channel_warehouse_ids=places, at=now))
    return True


@transaction.atomic
def set_rule(
    *, merchant_id: int, channel_warehouse_id: int, listing_id: int | None, values: Mapping[str, Any], now: datetime
) -> bool:
    """Set the sharing rule of a channel warehouse, or of one listing in it; tells whether anything changed."""
    rule, made = ShareRule.objects.get_or_create(
        channel_warehouse_id=channel_warehouse_id,
        listing_id=listing_id,  # type: ignore[misc]  # None looks for the rule of all listings
        defaults={"merchant_id": merchant_id, **values},
    )
    changed = made or any(getattr(rule, name) != value for name, value in values.items())
    if not changed:
        return False
    if not made:
        for name, value in values.items():
            setattr(rule, name, value)
        rule.save()
    # A changed priority changes what the others may offer.
    rivals = ShareRule.objects.filter(priority__isnull=False).values_list("channel_warehouse_id", flat=True)
    places = frozenset({channel_warehouse_id, *rivals})
    bus.publish(SharingChanged(merchant_id=merchant_id, channel_warehouse_ids=places, at=now))
    return True
