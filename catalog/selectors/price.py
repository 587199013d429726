"""What a listing should cost on its channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from backoffice.kernel import prepared
from backoffice.kernel.money import round_up_to
from catalog.models import Channel, Listing, Price
from catalog.types import ChannelPrice


def channel_prices(listing_ids: Iterable[int]) -> Mapping[int, ChannelPrice]:
    """
    Prices by listing id: price type → rounded up to the channel's step → not below the SKU's minimum.

    Listings without a SKU, of channels without a price type, or without a price are absent.  A price of a pack is the
    price of its pieces.
    """
    rows = prepared.rows(_PRICED, [list(listing_ids)])
    channels = Channel.objects.select_related("price_type").in_bulk({row[1] for row in rows})
    return {
        pk: _price(channels[channel_id], amount, pieces_per_pack=pieces, least=least, published=published)
        for pk, channel_id, amount, pieces, least, published in rows
    }


_PRICED = """
SELECT l.id, l.channel_id, p.amount, l.pieces_per_pack, s.min_price, l.published_price
  FROM catalog_listing l JOIN catalog_channel c ON c.id = l.channel_id JOIN catalog_sku s ON s.id = l.sku_id
  JOIN catalog_price p ON p.price_type_id = c.price_type_id AND p.sku_id = l.sku_id AND p.amount <> 0
 WHERE l.id = ANY(%s::bigint[])
"""


def _amounts(listings: Sequence[Listing]) -> Mapping[tuple[int | None, int | None], Decimal]:
    rows = Price.objects.filter(
        price_type_id__in={listing.channel.price_type_id for listing in listings},
        sku_id__in={listing.sku_id for listing in listings},
    )
    return {(kind, sku_id): amount for kind, sku_id, amount in rows.values_list("price_type_id", "sku_id", "amount")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceStory:
    """What a card should cost and how that came about; price None: the last step says what is missing."""

    listing: Listing
    steps: Sequence[tuple[str, Decimal | None]]
    price: ChannelPrice | None


def price_stories(sku_id: int) -> list[PriceStory]:
    """For each card of a SKU the way from its price type to the price on the channel."""
    listings = list(
        Listing.objects.filter(sku_id=sku_id)
        .select_related("channel__price_type", "sku")
        .order_by("channel__name", "offer_id", "pk")
    )
    amounts = _amounts(listings)
    return [_story(listing, amounts.get((listing.channel.price_type_id, sku_id))) for listing in listings]


def _story(listing: Listing, amount: Decimal | None) -> PriceStory:
    channel = listing.channel
    if channel.price_type is None:
        return PriceStory(listing=listing, steps=[(_("The channel has no price type: choose one."), None)], price=None)
    name = channel.price_type.name
    if not amount:
        missing = [(_("There is no price “%(name)s” for this article.") % {"name": name}, None)]
        return PriceStory(listing=listing, steps=missing, price=None)
    least = listing.sku.min_price if listing.sku else None
    found = _price(
        channel, amount, pieces_per_pack=listing.pieces_per_pack, least=least, published=listing.published_price
    )
    steps: list[tuple[str, Decimal | None]] = [(_("Price “%(name)s”") % {"name": name}, amount)]
    if listing.pieces_per_pack > 1:
        steps.append((_("× %(n)d pieces in a pack") % {"n": listing.pieces_per_pack}, amount * listing.pieces_per_pack))
    rounded = round_up_to(amount * listing.pieces_per_pack, channel.price_step)
    if rounded != steps[-1][1]:
        steps.append((_("rounded up to %(step)s") % {"step": f"{channel.price_step.normalize():f}"}, rounded))
    if found.price != rounded:
        steps.append((_("not below the minimum price"), found.price))
    if found.drop_refused:
        text = _("falls by more than %(percent)d %% at once: waits for a person") % {
            "percent": channel.price_max_drop_percent
        }
        steps.append((text, None))
    return PriceStory(listing=listing, steps=steps, price=found)


def _price(
    channel: Channel, amount: Decimal, *, pieces_per_pack: int, least: Decimal | None, published: Decimal | None
) -> ChannelPrice:
    price = round_up_to(amount * pieces_per_pack, channel.price_step)
    if least is not None:
        least *= pieces_per_pack
        price = max(price, round_up_to(least, channel.price_step))
    floor = (published or Decimal(0)) * (100 - channel.price_max_drop_percent) / 100
    return ChannelPrice(
        price=price,
        min_price=least,
        currency=channel.price_type.currency,  # type: ignore[union-attr]
        drop_refused=price < floor,
    )
