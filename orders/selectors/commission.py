"""Orders as the papers of commission trade name them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from orders.models import OrderLine


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLine:
    """A line of an order that a commissioner names by the order's number."""

    order_id: int
    line_id: int
    sku_id: int | None
    scheme: str


def lines_by_number(*, channel_id: int, numbers: Collection[str]) -> Mapping[str, Sequence[NamedLine]]:
    """Lines by order number, in their order; numbers that the channel does not know are absent."""
    found: dict[str, list[NamedLine]] = {}
    rows = OrderLine.objects.filter(order__channel_id=channel_id, order__external_number__in=list(numbers)).order_by(
        "order_id", "position"
    )
    for number, order_id, line_id, sku_id, scheme in rows.values_list(
        "order__external_number", "order_id", "pk", "sku_id", "order__scheme"
    ):
        line = NamedLine(order_id=order_id, line_id=line_id, sku_id=sku_id, scheme=scheme)
        found.setdefault(number, []).append(line)
    return found
