"""Orders that lacked something get it: a matched listing, a warehouse that became known, or stock that came in."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from catalog.selectors import listing as listings
from catalog.selectors.ship_by import ship_by_dates
from orders import locks
from orders.events import ShortagesFilled
from orders.models import Order, OrderLine
from orders.services import attention, timeline
from orders.types import BEFORE_HANDOVER, Attention, EventKind
from stock.services.reserve import reserve
from stock.types import Wanted

_AT_ONCE = 500


@transaction.atomic
def match_lines(*, merchant_id: int, channel_id: int, now: datetime) -> int:
    """
    Give SKUs to lines of open orders whose listing has been matched since, and reserve for them.

    Returns how many lines were matched.
    """
    unknown = OrderLine.objects.filter(
        merchant_id=merchant_id, sku__isnull=True, order__channel_id=channel_id, order__state__in=BEFORE_HANDOVER
    )
    lines = list(unknown[:_AT_ONCE])
    found = listings.by_external(
        channel_id=channel_id,
        stock_ids={line.stock_external_id for line in lines},
        offer_ids={line.offer_id for line in lines},
    )
    matched = {
        line: goods
        for line in lines
        if (goods := found.find(stock_id=line.stock_external_id, offer_id=line.offer_id)) and goods.sku_id is not None
    }
    list(locks.orders_for_change({line.order_id for line in matched}))
    # Somebody else may have matched them before we had the locks, or the order fell away: nothing is reserved twice.
    cured = list(unknown.filter(pk__in=[line.pk for line in matched]).select_related("order"))
    if not cured:
        return 0
    for line in cured:
        goods = matched[line]
        line.listing_id, line.sku_id = goods.listing_id, goods.sku_id
        line.sku_pieces = line.short_pieces = line.pieces * goods.pieces_per_pack
    OrderLine.objects.bulk_update(cured, ["listing_id", "sku_id", "sku_pieces", "short_pieces"])
    Order.objects.filter(pk__in={line.order_id for line in cured}).update(changed_at=now)
    whole = _orders_without_unknown({line.order_id for line in cured})
    attention.clear_flags(merchant_id=merchant_id, order_ids=whole, reasons={Attention.UNKNOWN_SKU}, now=now)
    fill(merchant_id=merchant_id, lines=cured, now=now)
    return len(cured)


@transaction.atomic
def place_orders(*, merchant_id: int, channel_id: int, told: Mapping[str, int], now: datetime) -> int:
    """
    Give open orders that came for a warehouse unknown then the one they are told for now, and reserve for them.

    told: external number → channel warehouse id.  Returns how many orders found their warehouse.
    """
    lost = Order.objects.filter(
        merchant_id=merchant_id, channel_id=channel_id, channel_warehouse__isnull=True, state__in=BEFORE_HANDOVER
    )
    ids = list(lost.filter(external_number__in=told).values_list("pk", flat=True))
    if not ids:
        return 0
    found = [
        order
        for order in locks.orders_for_change(ids)
        if order.channel_warehouse_id is None and order.state in BEFORE_HANDOVER
    ]
    due = ship_by_dates((told[order.external_number], order.ordered_at) for order in found)
    for order in found:
        order.channel_warehouse_id = told[order.external_number]
        order.ship_by = order.ship_by or due.get((order.channel_warehouse_id, order.ordered_at))
        order.changed_at = now
    Order.objects.bulk_update(found, ["channel_warehouse", "ship_by", "changed_at"])
    placed = {order.pk for order in found}
    attention.clear_flags(merchant_id=merchant_id, order_ids=placed, reasons={Attention.UNKNOWN_WAREHOUSE}, now=now)
    # Nothing was reserved for them while nobody knew from where.
    rows = OrderLine.objects.filter(order__in=placed, sku__isnull=False).select_related("order")
    lines = list(rows.order_by("order__ordered_at", "pk"))
    for line in lines:
        line.short_pieces = line.sku_pieces
    OrderLine.objects.bulk_update(lines, ["short_pieces"])
    fill(merchant_id=merchant_id, lines=lines, now=now)
    return len(placed)


def _orders_without_unknown(order_ids: Collection[int]) -> set[int]:
    unknown = OrderLine.objects.filter(order_id__in=order_ids, sku__isnull=True).values_list("order_id", flat=True)
    return set(order_ids) - set(unknown)


@transaction.atomic
def fill_shortages(*, merchant_id: int, now: datetime) -> int:
    """
    Reserve for open orders that are short, the oldest first, as far as stock allows; returns lines that are whole now.
    """
    short = OrderLine.objects.filter(
        merchant_id=merchant_id, short_pieces__gt=0, sku__isnull=False, order__state__in=BEFORE_HANDOVER
    )
    ids = list(short.order_by("order__ordered_at", "pk").values_list("pk", "order_id")[:_AT_ONCE])
    list(locks.orders_for_change({order_id for _, order_id in ids}))
    lines = list(short.filter(pk__in=[pk for pk, _ in ids]).select_related("order").order_by("order__ordered_at", "pk"))
    return fill(merchant_id=merchant_id, lines=lines, now=now)


def fill(*, merchant_id: int, lines: list[OrderLine], now: datetime) -> int:
    """Reserve what is still short for these lines of locked orders; returns how many are whole now."""
    wanted = [
        Wanted(
            order_id=line.order_id,
            line_id=line.pk,
            sku_id=line.sku_id,  # type: ignore[arg-type]
            pieces=line.short_pieces,
            channel_warehouse_id=line.order.channel_warehouse_id,
        )
        for line in lines
        if line.order.channel_warehouse_id is not None
    ]
    short = reserve(merchant_id=merchant_id, wanted=wanted, now=now).short
    asked = {want.line_id for want in wanted}
    changed = [line for line in lines if line.pk in asked and short.get(line.pk, 0) != line.short_pieces]
    for line in changed:
        line.short_pieces = short.get(line.pk, 0)
    OrderLine.objects.bulk_update(changed, ["short_pieces"])
    still = set(
        OrderLine.objects.filter(order_id__in={line.order_id for line in lines}, short_pieces__gt=0).values_list(
            "order_id", flat=True
        )
    )
    whole = {line.order_id for line in lines} - still
    attention.clear_flags(merchant_id=merchant_id, order_ids=whole, reasons={Attention.SHORT}, now=now)
    attention.raise_flags(merchant_id=merchant_id, order_ids=still, reason=Attention.SHORT, now=now)
    timeline.write(
        merchant_id=merchant_id,
        lines=[
            timeline.Line(order_id=line.order_id, kind=EventKind.RESERVED, text=_("Stock reserved"))
            for line in changed
            if not line.short_pieces
        ],
        now=now,
    )
    if whole:
        bus.publish(ShortagesFilled(merchant_id=merchant_id, order_ids=tuple(sorted(whole)), at=now))
    return sum(not line.short_pieces for line in changed)
