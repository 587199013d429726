"""
Channels that nobody speaks for: what we decide is so at once, in the same transaction.

Their orders live the life of any other: reserved, picked in waves, packed with a sticker of ours, handed over.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from catalog.models import Channel
from marketplaces import registry
from orders.selectors import outbound
from orders.services import cancel, commit, own_delivery
from orders.types import CommitState, State
from shipping.models import Handover
from shipping.services import handover as handovers
from shipping.types import HandoverState


def silent_orders(order_ids: Iterable[int]) -> list[int]:
    """Those of these orders whose channel nobody speaks for, in the open scope."""
    channel_of = outbound.channels_of(order_ids)
    silent = _silent(channel_of.values())
    return [order_id for order_id, channel_id in channel_of.items() if channel_id in silent]


def accept_commits(*, merchant_id: int, order_ids: Iterable[int], now: datetime) -> Sequence[int]:
    """This function will say yes to commits that nobody else answers; gives the orders, whose stickers are ours."""
    mine = silent_orders(order_ids)
    for order_id in mine:
        commit.answered(merchant_id=merchant_id, order_id=order_id, state=CommitState.DONE, text="", now=now)
    return mine


def accept_cancel(*, merchant_id: int, order_id: int, now: datetime) -> None:
    """This function will say yes to a cancellation that nobody else answers."""
    for mine in silent_orders([order_id]):
        cancel.answered(merchant_id=merchant_id, order_id=mine, accepted=True, text="", now=now)


def accept_progress(*, merchant_id: int, order_ids: Iterable[int], state: State, now: datetime) -> None:
    """This function will say yes to what we report of our own delivery where nobody else answers."""
    for mine in silent_orders(order_ids):
        own_delivery.told(merchant_id=merchant_id, order_id=mine, state=state, taken=True, text="", now=now)


def close(*, merchant_id: int, handover_id: int, now: datetime) -> None:
    """This function will say yes to closing a handover that nobody else answers."""
    channels = Handover.objects.filter(pk=handover_id).values_list("channel_warehouse__channel_id", flat=True)
    if _silent(channels):
        handovers.closing_answered(
            merchant_id=merchant_id, handover_id=handover_id, state=HandoverState.CLOSED, now=now
        )


def _silent(channel_ids: Iterable[int]) -> frozenset[int]:
    rows = Channel.objects.filter(pk__in=set(channel_ids), marketplace__in=registry.BY_FEED)
    return frozenset(rows.values_list("pk", flat=True))
