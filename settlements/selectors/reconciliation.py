"""Handed over, reported, paid: side by side by channel, and what is missing from reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from catalog.models import Channel
from orders.selectors import commission as orders_commission
from orders.selectors.commission import Waiting
from settlements.models import Entry, Report
from settlements.selectors.reported import reported_order_ids
from settlements.types import EntryKind
from stock.selectors import commission as stock_commission
from stock.selectors.commission import AtCommissioner

MOST = 100
# Older orders are not looked for any more: what is a year late is found by other means.
_FARTHEST = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSums:
    """
    A channel in a time: orders that left with their amounts, sales minus returns that were reported, what was withheld,
    what was paid (all above nothing); at_commissioner: pieces that stand there now.
    """

    channel: Channel
    orders: int
    handed_over: Decimal
    reports: int
    reported: Decimal
    withheld: Decimal
    paid: Decimal
    at_commissioner: int


def by_channel(*, first: date, last: date, after: datetime, before: datetime) -> Sequence[ChannelSums]:
    """Both days belong to the time; after, before: the same as moments of the merchant."""
    left = {row.channel_id: row for row in orders_commission.departed(after=after, before=before)}
    reported = Report.objects.filter(reversed_at=None, period_to__range=(first, last)).order_by()
    told = {
        row["agreement__channel_id"]: row
        for row in reported.values("agreement__channel_id").annotate(
            n=Count("pk"), sold=Sum("sold"), back=Sum("returned"), discount=Sum("discount")
        )
    }
    entries = Entry.objects.filter(dated_on__range=(first, last)).order_by().values_list("channel_id", "kind")
    moved = {(channel, kind): -amount for channel, kind, amount in entries.annotate(Sum("amount"))}
    there = stock_commission.pieces_by_channel()
    nothing = Decimal(0)
    return [
        ChannelSums(
            channel=channel,
            orders=left[channel.pk].orders if channel.pk in left else 0,
            handed_over=left[channel.pk].amount if channel.pk in left else nothing,
            reports=told[channel.pk]["n"] if channel.pk in told else 0,
            reported=_net(told.get(channel.pk)),
            withheld=moved.get((channel.pk, EntryKind.WITHHELD), nothing),
            paid=moved.get((channel.pk, EntryKind.PAID), nothing),
            at_commissioner=there.get(channel.pk, 0),
        )
        for channel in Channel.objects.order_by("name")
    ]


def _net(row: Mapping[str, Any] | None) -> Decimal:
    return row["sold"] - row["back"] - row["discount"] if row else Decimal(0)


def not_reported(*, days: int, now: datetime, channel_id: int | None) -> Sequence[Waiting]:
    """Orders that left more than `days` ago and are in no accepted report, the oldest first; at most 100."""
    return orders_commission.not_named(
        by=reported_order_ids(),
        after=now - _FARTHEST,
        before=now - timedelta(days=days),
        channel_id=channel_id,
        limit=MOST,
    )


def standing(channel_id: int) -> Sequence[AtCommissioner]:
    """What stands at the commissioner of a channel, handed over and not reported."""
    return stock_commission.at_commissioner(channel_id)
