"""Finding listings and the places of a channel."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.models import ChannelWarehouse, Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Channel warehouses of a channel by their external id."""

    warehouses: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Listings of a channel by what an order line names them."""

    by_stock_id: Mapping[str, Listing]
    by_offer_id: Mapping[str, Listing]  # only where one listing has the offer id

    def find(self, *, stock_id: str, offer_id: str) -> Listing | None:
        """The listing with this stock id, else the only one with this offer id; never by name."""
        return self.by_stock_id.get(stock_id) or self.by_offer_id.get(offer_id)


def places(*, channel_id: int) -> Places:
    """The channel's warehouses."""
    rows = ChannelWarehouse.objects.filter(channel_id=channel_id)
    return Places(warehouses=dict(rows.values_list("external_id", "pk")))


def by_external(*, channel_id: int, stock_ids: Collection[str], offer_ids: Collection[str]) -> Found:
    """Listings of the channel with any of these stock ids or offer ids."""
    fields = ("pk", "sku_id", "offer_id", "stock_external_id", "pieces_per_pack")
    rows = Listing.objects.filter(channel_id=channel_id).only(*fields)
    by_stock_id = {
        listing.stock_external_id: listing for listing in rows.filter(stock_external_id__in=set(stock_ids) - {""})
    }
    by_offer_id: dict[str, Listing] = {}
    twice = set()
    for listing in rows.filter(offer_id__in=set(offer_ids) - {""}):
        if listing.offer_id in by_offer_id:
            twice.add(listing.offer_id)
        by_offer_id[listing.offer_id] = listing
    return Found(
        by_stock_id=by_stock_id,
        by_offer_id={offer: listing for offer, listing in by_offer_id.items() if offer not in twice},
    )
