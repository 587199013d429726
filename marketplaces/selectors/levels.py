"""What a level is called at the marketplace."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from marketplaces.models import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingName:
    """The ids by which a marketplace knows a listing."""

    listing_id: int
    offer_id: str
    product_id: str
    stock_id: str
    published_price: object
    currency: str


def listing_names(listing_ids: Iterable[int]) -> dict[int, ListingName]:
    """Names by listing id, in the open scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, offer_id, product_external_id, stock_external_id, published_price, price_currency
              FROM catalog_listing WHERE id = ANY(%s)
            """,
            [sorted(set(listing_ids))],
        )
        return {
            row[0]: ListingName(
                listing_id=row[0],
                offer_id=row[1],
                product_id=row[2],
                stock_id=row[3],
                published_price=row[4],
                currency=row[5],
            )
            for row in cursor.fetchall()
        }


def warehouse_names(channel_warehouse_ids: Iterable[int]) -> dict[int, str]:
    """External ids by channel warehouse id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, external_id FROM catalog_channelwarehouse WHERE id = ANY(%s)",
            [sorted(set(channel_warehouse_ids))],
        )
        return dict(cursor.fetchall())


def priced_listings(channel_id: int) -> list[ListingName]:
    """Listings of a channel whose price is ours to set."""
    return list(listing_names(matched_listings(channel_id)).values())


def matched_listings(channel_id: int) -> list[int]:
    """Ids of the listings of a channel that are ours to tell levels of."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id FROM catalog_listing
             WHERE channel_id = %s AND sku_id IS NOT NULL AND NOT archived ORDER BY id
            """,
            [channel_id],
        )
        return [row[0] for row in cursor.fetchall()]


def published_pairs(channel_id: int) -> list[tuple[int, int, int]]:
    """(channel warehouse, listing, pieces last pushed) of a channel, warehouse by warehouse."""
    rows = Publication.objects.filter(channel_warehouse__channel_id=channel_id)
    return list(
        rows.order_by("channel_warehouse_id", "listing_id").values_list("channel_warehouse_id", "listing_id", "pieces")
    )


def listings_by_stock_id(channel_id: int, stock_ids: Iterable[str]) -> dict[str, int]:
    """Listing ids by what their stock is written by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stock_external_id, id FROM catalog_listing WHERE channel_id = %s AND stock_external_id = ANY(%s)",
            [channel_id, sorted(set(stock_ids))],
        )
        return dict(cursor.fetchall())
