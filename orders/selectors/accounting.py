"""Orders as an accounting program wants them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from orders.models import Order
from orders.types import FINAL, State


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountedLine:
    """pieces and price of our SKU (packs taken apart); sku_id None: not matched yet."""

    sku_id: int | None
    offer_id: str
    title: str
    pieces: int
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountedOrder:
    """An order without its buyer's personal data."""

    order_id: int
    number: str
    channel_id: int
    warehouse: str
    scheme: str
    state: State
    remote_status: str
    currency: str
    total: Decimal
    ordered_at: datetime
    changed_at: datetime
    ship_by: datetime | None
    handed_over_at: datetime | None
    lines: Sequence[AccountedLine]

    @property
    def final(self) -> bool:
        return self.state in FINAL


def order_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    """Ids of the merchant's orders beyond `after`."""
    rows = Order.objects.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def orders_for_accounting(order_ids: Iterable[int]) -> list[AccountedOrder]:
    """These orders by id, with what is left of their lines; two queries."""
    rows = (
        Order.objects.filter(pk__among=list(order_ids))
        .select_related("channel_warehouse")
        .prefetch_related("lines")
        .order_by("pk")
    )
    return [_order(order) for order in rows]


def _order(order: Order) -> AccountedOrder:
    lines = []
    for line in order.lines.all():
        per_unit = max(line.sku_pieces // line.pieces, 1)
        left = line.pieces - line.cancelled_pieces
        if left > 0:
            lines.append(
                AccountedLine(
                    sku_id=line.sku_id,
                    offer_id=line.offer_id,
                    title=line.title,
                    pieces=left * per_unit,
                    price=line.price / per_unit,
                )
            )
    return AccountedOrder(
        order_id=order.pk,
        number=order.external_number,
        channel_id=order.channel_id,
        warehouse=order.channel_warehouse.name if order.channel_warehouse else "",
        scheme=order.scheme,
        state=State(order.state),
        remote_status=order.remote_status,
        currency=order.currency,
        total=order.total,
        ordered_at=order.ordered_at,
        changed_at=order.changed_at,
        ship_by=order.ship_by,
        handed_over_at=order.handed_over_at,
        lines=lines,
    )


def by_numbers(*, merchant_id: int, numbers: Collection[str]) -> Mapping[str, Sequence[int]]:
    """Ids of the merchant's orders by number; several when channels happen to share one."""
    found: dict[str, list[int]] = {}
    rows = Order.objects.filter(merchant_id=merchant_id, external_number__in=list(numbers)).order_by("pk")
    for number, pk in rows.values_list("external_number", "pk"):
        found.setdefault(number, []).append(pk)
    return found


def numbers_of(*, merchant_id: int, order_ids: Collection[int]) -> Mapping[int, str]:
    """Numbers of these orders by id; others of the merchant are absent."""
    return dict(
        Order.objects.filter(merchant_id=merchant_id, pk__in=list(order_ids)).values_list("pk", "external_number")
    )
