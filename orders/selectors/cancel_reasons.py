"""Why orders fell away, as it is shown."""

from django.utils.functional import Promise

from orders.types import CancelReason


def words(reason: str) -> str | Promise:
    """`Order.cancel_reason` in words: ours, or what the marketplace told where we have none."""
    return CancelReason(reason).label if reason in CancelReason.values else reason
