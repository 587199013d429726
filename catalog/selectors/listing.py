"""Finding listings and the places of a channel."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from catalog.models import ChannelWarehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Channel warehouses of a channel by their external id."""

    warehouses: Mapping[str, int]


class Goods(NamedTuple):
    """What a listing sells: so many pieces of a SKU, if it is matched; marks: kinds of codes that a unit must carry."""

    listing_id: int | None
    sku_id: int | None
    pieces_per_pack: int
    marks: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Goods of a channel by what an order line names them."""

    by_stock_id: Mapping[str, Goods]
    by_offer_id: Mapping[str, Goods]  # only where one listing has the offer id

    def find(self, *, stock_id: str, offer_id: str) -> Goods | None:
        """Those of the listing with this stock id, else of the only one with this offer id; never by name."""
        return self.by_stock_id.get(stock_id) or self.by_offer_id.get(offer_id)


def places(*, channel_id: int) -> Places:
    """The channel's warehouses."""
    rows = ChannelWarehouse.objects.filter(channel_id=channel_id)
    return Places(warehouses=dict(rows.values_list("external_id", "pk")))


def by_external(*, channel_id: int, stock_ids: Collection[str], offer_ids: Collection[str]) -> Found:
    """Listings of the channel with any of these stock ids or offer ids."""
    stocks, offers = list(set(stock_ids) - {""}), list(set(offer_ids) - {""})
    by_stock_id: dict[str, Goods] = {}
    by_offer_id: dict[str, Goods] = {}
    twice = {""}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT stock_external_id, offer_id, id, sku_id, pieces_per_pack, marks FROM catalog_listing
             WHERE channel_id = %(channel)s AND stock_external_id = ANY(%(stocks)s)
            UNION
            SELECT stock_external_id, offer_id, id, sku_id, pieces_per_pack, marks FROM catalog_listing
             WHERE channel_id = %(channel)s AND offer_id = ANY(%(offers)s)
            """,
            {"channel": channel_id, "stocks": stocks, "offers": offers},
        )
        for stock_id, offer_id, *goods in cursor.fetchall():
            by_stock_id[stock_id] = Goods(*goods)
            if offer_id in by_offer_id:
                twice.add(offer_id)
            by_offer_id[offer_id] = Goods(*goods)
    # An empty id names nothing: such a listing was found by its other one.
    by_stock_id.pop("", None)
    return Found(
        by_stock_id=by_stock_id,
        by_offer_id={offer: goods for offer, goods in by_offer_id.items() if offer not in twice},
    )
