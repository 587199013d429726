"""What comes back of an order."""

from collections.abc import Sequence

from marketplaces.models import ReturnRow


def of_order(*, channel_id: int, number: str) -> Sequence[ReturnRow]:
    """The returns of an order, the newest first."""
    return list(ReturnRow.objects.filter(channel_id=channel_id, number=number).order_by("-created_at", "-pk"))
