"""Orders that lacked something get it: a matched listing, a warehouse that became known, or stock that came in."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from catalog.selectors import listing as listings
from catalog.selectors.ship_by import ship_by_dates
from orders import locks
from orders.events import ShortagesFilled
from orders.models import Order, OrderLine
from orders.services import attention, timeline
from orders.types import BEFORE_HANDOVER, Attention, EventKind
from stock.selectors.availability import promisable
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
    told = list(unknown.order_by("pk").values_list("pk", "order_id", "stock_external_id", "offer_id"))
    found = listings.by_external(
        channel_id=channel_id,
        stock_ids={stock_id for *_, stock_id, _offer_id in told},
        offer_ids={offer_id for *_, offer_id in told},
    )
    goods = {
        pk: sold
        for pk, _order_id, stock_id, offer_id in told
        if (sold := found.find(stock_id=stock_id, offer_id=offer_id)) and sold.sku_id is not None
    }
    cured = _locked(unknown, [(pk, order_id) for pk, order_id, *_ids in told if pk in goods])
    if not cured:
        return 0
    for line in cured:
        sold = goods[line.pk]
        line.listing_id, line.sku_id = sold.listing_id, sold.sku_id
        line.sku_pieces = line.short_pieces = line.pieces * sold.pieces_per_pack
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

    Only lines of which something is to be had are looked at, so that those which nothing fills stand in nobody's way.
    """
    short = OrderLine.objects.filter(
        merchant_id=merchant_id, short_pieces__gt=0, sku__isnull=False, order__state__in=BEFORE_HANDOVER
    ).order_by("order__ordered_at", "pk")
    wanted = list(short.values_list("pk", "order_id", "order__channel_warehouse_id", "sku_id"))
    to_be_had = promisable({(place_id, sku_id) for *_, place_id, sku_id in wanted if place_id is not None})
    found = [(pk, order_id) for pk, order_id, *pair in wanted if tuple(pair) in to_be_had]
    return fill(merchant_id=merchant_id, lines=_locked(short, found), now=now)


def _locked(lines: QuerySet[OrderLine], found: Sequence[tuple[int, int]]) -> list[OrderLine]:
    """
    The first of these lines, as they stand once their orders are locked, without those that are no more what they were.

    found: (line id, order id).  Somebody else may have cured or cancelled them since they were looked at.
    """
    some = dict(found[:_AT_ONCE])
    list(locks.orders_for_change(set(some.values())))
    return list(lines.filter(pk__in=some).select_related("order"))


def fill(*, merchant_id: int, lines: list[OrderLine], now: datetime) -> int:
    """Reserve what is still short for these lines of locked orders; returns how many are whole now."""
    if not lines:
        return 0
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
