"""Offers of a channel, read in slices: each in a short transaction of its own, memory does not grow with them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from backoffice.kernel import prepared
from catalog.models import Category, ChannelWarehouse, Listing, Sku
from catalog.selectors.price import channel_prices
from catalog.services.listing import apply_listings
from catalog.types import ListingDraft
from marketplaces.feeds import offer
from merchants.scope import scope
from stock.selectors.availability import available

SLICE = 1000


def categories(merchant_id: int) -> list[offer.Category]:
    """The merchant's tree, parents first; in the open scope."""
    rows = list(Category.objects.filter(merchant_id=merchant_id).order_by("pk").values_list("pk", "name", "parent_id"))
    return [offer.Category(id=pk, name=name, parent_id=parent) for pk, name, parent in rows]


def list_everything(*, merchant_id: int, channel_id: int) -> int:
    """This function will list every article that the channel has not; a channel without a marketplace has no cards."""
    added, last = 0, 0
    while True:
        with scope([merchant_id]):
            known = Listing.objects.filter(channel_id=channel_id, sku__isnull=False).values("sku_id")
            rows = list(
                Sku.objects.filter(merchant_id=merchant_id, archived=False, pk__gt=last)
                .exclude(pk__in=known)
                .select_related("product")
                .order_by("pk")[:SLICE]
            )
            if not rows:
                return added
            drafts = [
                ListingDraft(
                    offer_id=sku.code,
                    product_external_id="",
                    stock_external_id=f"sku-{sku.pk}",
                    title=" ".join(filter(None, (sku.product.name, sku.variant)))[:500],
                )
                for sku in rows
            ]
            apply_listings(merchant_id=merchant_id, channel_id=channel_id, listings=drafts, now=timezone.now())
        added, last = added + len(rows), rows[-1].pk


def offers(*, merchant_id: int, channel_id: int, pictures: str, on: date) -> Iterator[offer.Offer]:
    """
    Every offer of the channel in the order of its id.

    pictures: the address under which `<photo id>.jpg` is served.  on: the day whose rates of VAT are told.
    """
    with scope([merchant_id]):
        tree = {category.id: category for category in categories(merchant_id)}
    last = ("", 0)
    while True:
        with scope([merchant_id]):
            slice_ids = _next(merchant_id, channel_id, last)
            found = list(_read([pk for _, pk in slice_ids], tree, pictures, on)) if slice_ids else []
        if not slice_ids:
            return
        last = slice_ids[-1]
        yield from found


def _next(merchant_id: int, channel_id: int, last: tuple[str, int]) -> list[tuple[str, int]]:
    return prepared.rows(
        """
        SELECT l.offer_id, l.id FROM catalog_listing l
         WHERE l.merchant_id = %s AND l.channel_id = %s AND l.sku_id IS NOT NULL AND NOT l.archived
           AND (l.offer_id, l.id) > (%s, %s)
         ORDER BY l.offer_id, l.id LIMIT %s
        """,
        [merchant_id, channel_id, *last, SLICE],
    )


# A slice is asked for in columns: instances of a card, its article and its product cost more than all the rest.
_CARDS = """
SELECT l.id, l.channel_id, l.offer_id, s.id, p.id, concat_ws(' ', nullif(p.name, ''), nullif(s.variant, '')), p.brand,
       p.category_id, p.description, s.weight_g, s.length_mm, s.width_mm, s.height_mm, p.attributes
  FROM catalog_listing l JOIN catalog_sku s ON s.id = l.sku_id JOIN catalog_product p ON p.id = s.product_id
 WHERE l.id = ANY(%s::bigint[]) AND NOT s.archived AND NOT p.archived ORDER BY l.offer_id, l.id
"""
_BARCODES = "SELECT sku_id, value FROM catalog_barcode WHERE sku_id = ANY(%s::bigint[]) ORDER BY id"
_PHOTOS = "SELECT product_id, id FROM catalog_photo WHERE product_id = ANY(%s::bigint[]) ORDER BY position, id"
_VAT = """
SELECT product_id, vat_code FROM catalog_productvat
 WHERE product_id = ANY(%s::bigint[]) AND valid_from <= %s ORDER BY valid_from
"""


def _read(listing_ids: list[int], tree: dict[int, offer.Category], pictures: str, on: date) -> Iterator[offer.Offer]:
    cards = prepared.rows(_CARDS, [listing_ids])
    if not cards:
        return
    skus, products = [card[3] for card in cards], list({card[4] for card in cards})
    prices = channel_prices(listing_ids)
    pieces = _pieces(cards[0][1], [card[0] for card in cards])
    barcodes = _many(prepared.rows(_BARCODES, [skus]))
    photos = _many(prepared.rows(_PHOTOS, [products]))
    vat = dict(prepared.rows(_VAT, [products, on]))
    for pk, _, offer_id, sku_id, product_id, title, brand, category_id, text, weight_g, *sides, attributes in cards:
        price = prices.get(pk)
        told = json.loads(attributes) if isinstance(attributes, str) else attributes
        yield offer.Offer(
            id=offer_id,
            title=title,
            price=price.price if price else None,
            currency=price.currency if price else "RUB",
            pieces=pieces.get(pk, 0),
            brand=brand,
            category=tree.get(category_id or 0),
            description=text,
            barcodes=barcodes.get(sku_id, ()),
            pictures=[f"{pictures}{photo}.jpg" for photo in photos.get(product_id, ())],
            weight_g=weight_g,
            sides_mm=(sides[0], sides[1], sides[2]) if all(sides) else None,
            attributes={str(name): str(value) for name, value in told.items() if value is not None},
            vat=vat.get(product_id, ""),
        )


def _pieces(channel_id: int, listing_ids: list[int]) -> dict[int, int]:
    """Pieces over all active places of the channel."""
    places = list(ChannelWarehouse.objects.filter(channel_id=channel_id, active=True).values_list("pk", flat=True))
    found: dict[int, int] = defaultdict(int)
    for value in available(pairs=[(place, listing) for place in places for listing in listing_ids]):
        found[value.listing_id] += value.pieces
    return found


def _many(pairs: Iterable[tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
