"""What a listing should cost on its channel."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from backoffice.kernel.money import round_up_to
from catalog.models import Channel, Listing, Price
from catalog.types import ChannelPrice


def channel_prices(listing_ids: Iterable[int]) -> Mapping[int, ChannelPrice]:
    """
    Prices by listing id: price type → rounded up to the channel's step → not below the SKU's minimum.

    Listings without a SKU, of channels without a price type, or without a price are absent.  A price of a pack is the
    price of its pieces.
    """
    listings = list(
        Listing.objects.filter(pk__in=list(listing_ids), sku__isnull=False, channel__price_type__isnull=False)
        .select_related("channel__price_type", "sku")
        .only(
            *("pieces_per_pack", "published_price", "sku__min_price", "channel__price_type__currency"),
            *("channel__price_type_id", "channel__price_step", "channel__price_max_drop_percent", "sku_id"),
        )
    )
    amounts: dict[tuple[int | None, int | None], Decimal] = {
        (price_type, sku_id): amount
        for price_type, sku_id, amount in Price.objects.filter(
            price_type_id__in={listing.channel.price_type_id for listing in listings},
            sku_id__in={listing.sku_id for listing in listings},
        ).values_list("price_type_id", "sku_id", "amount")
    }
    found = {}
    for listing in listings:
        amount = amounts.get((listing.channel.price_type_id, listing.sku_id))
        if amount:
            found[listing.pk] = _price(listing, amount)
    return found


def _price(listing: Listing, amount: Decimal) -> ChannelPrice:
    channel: Channel = listing.channel
    least = listing.sku.min_price  # type: ignore[union-attr]
    price = round_up_to(amount * listing.pieces_per_pack, channel.price_step)
    if least is not None:
        least *= listing.pieces_per_pack
        price = max(price, round_up_to(least, channel.price_step))
    floor = (listing.published_price or Decimal(0)) * (100 - channel.price_max_drop_percent) / 100
    return ChannelPrice(
        price=price,
        min_price=least,
        currency=channel.price_type.currency,  # type: ignore[union-attr]
        drop_refused=price < floor,
    )
