"""Why goods came back, as it is shown."""

from django.utils.functional import Promise

from orders.types import ReturnReason


def words(reason: str) -> str | Promise:
    """`Order.return_reason` in words: ours, or what the marketplace told where we have none."""
    return ReturnReason(reason).label if reason in ReturnReason.values else reason
