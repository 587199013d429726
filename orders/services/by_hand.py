"""Orders of channels that nobody speaks for: a person, or a program of the API, tells them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from catalog.models import Channel, ChannelWarehouse, Listing, Sku
from catalog.selectors.price import channel_prices
from catalog.services.listing import apply_listings
from catalog.types import ListingDraft
from orders.selectors import outbound
from orders.services.ingest import take_in
from orders.types import ENTERED_BY_HAND, LineDraft, OrderDraft, State, StatusDraft

AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class HandLine:
    """`pieces` of an article; price None: the channel's."""

    sku: Sku
    pieces: int
    price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOrder:
    """An order as a person tells it."""

    number: str
    lines: Sequence[HandLine]
    buyer: Mapping[str, str]
    ordered_at: datetime
    ship_by: datetime | None = None


def enter(*, channel: Channel, orders: Iterable[HandOrder], now: datetime) -> Mapping[str, int]:
    """
    This function will take orders in, in the open scope; gives number → id of those that are new.

    They reserve stock and live as any other; a number that is there already is left alone.
    """
    orders = list(orders)
    place = ChannelWarehouse.objects.filter(channel=channel, active=True).order_by("pk").first()
    listings = _listings(channel, {line.sku.pk: line.sku for order in orders for line in order.lines}, now)
    prices = channel_prices(listing.pk for listing in listings.values())
    new: dict[str, int] = {}
    for start in range(0, len(orders), AT_ONCE):
        drafts = [_draft(order, place, listings, prices) for order in orders[start : start + AT_ONCE]]
        known = outbound.ids_by_number(channel_id=channel.pk, numbers=[draft.number for draft in drafts])
        fresh = [draft for draft in drafts if draft.number not in known]
        new |= take_in(merchant_id=channel.merchant_id, channel_id=channel.pk, drafts=fresh, now=now).new
    return new


def _draft(
    order: HandOrder, place: ChannelWarehouse | None, listings: Mapping[int, Listing], prices: Mapping
) -> OrderDraft:
    def line(number: int, told: HandLine) -> LineDraft:
        listing = listings[told.sku.pk]
        known = prices.get(listing.pk)
        price = told.price if told.price is not None else known.price if known else Decimal(0)
        return LineDraft(
            external_id=str(number),
            offer_id=listing.offer_id,
            stock_external_id=listing.stock_external_id,
            title=listing.title,
            pieces=told.pieces,
            price=price,
        )

    return OrderDraft(
        number=order.number,
        scheme=place.scheme if place else "dbs",
        warehouse_external_id=place.external_id if place else "",
        status=StatusDraft(status=ENTERED_BY_HAND, state=State.NEW),
        ordered_at=order.ordered_at,
        lines=[line(number, told) for number, told in enumerate(order.lines, start=1)],
        ship_by=order.ship_by,
        buyer=order.buyer,
    )


def _listings(channel: Channel, wanted: Mapping[int, Sku], now: datetime) -> dict[int, Listing]:
    """The cards of these articles on the channel; those it lacks are made."""
    found = {row.sku_id: row for row in Listing.objects.filter(channel=channel, sku__in=list(wanted)).order_by("-pk")}
    absent = [sku for pk, sku in wanted.items() if pk not in found]
    if absent:
        drafts = [
            ListingDraft(
                offer_id=sku.code,
                product_external_id="",
                stock_external_id=f"sku-{sku.pk}",
                title=" ".join(filter(None, (sku.product.name, sku.variant)))[:500],
            )
            for sku in absent
        ]
        apply_listings(merchant_id=channel.merchant_id, channel_id=channel.pk, listings=drafts, now=now)
        found |= {
            row.sku_id: row for row in Listing.objects.filter(channel=channel, sku__in=[sku.pk for sku in absent])
        }
    return {pk: row for pk, row in found.items() if pk is not None}
