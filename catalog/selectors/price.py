"""What a listing should cost on its channel."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel.money import round_up_to
from catalog.models import Channel, Listing, Price
from catalog.types import ChannelPrice


def channel_prices(listing_ids: Iterable[int]) -> Mapping[int, ChannelPrice]:
    """
    Prices by listing id: price type → rounded up to the channel's step → not below the SKU's minimum.

    Listings without a SKU, of channels without a price type, or without a price are absent.  A price of a pack is the
    price of its pieces.
    """
    listings = _listings(Listing.objects.filter(pk__in=list(listing_ids)))
    amounts = _amounts(listings)
    found = {}
    for listing in listings:
        amount = amounts.get((listing.channel.price_type_id, listing.sku_id))
        if amount:
            found[listing.pk] = _price(listing, amount)
    return found


def _listings(rows: QuerySet[Listing]) -> list[Listing]:
    return list(
        rows.filter(sku__isnull=False, channel__price_type__isnull=False)
        .select_related("channel__price_type", "sku")
        .only(
            *("pieces_per_pack", "published_price", "sku__min_price", "channel__price_type__currency"),
            *("channel__price_type_id", "channel__price_step", "channel__price_max_drop_percent", "sku_id"),
        )
    )


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
    found = _price(listing, amount)
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
