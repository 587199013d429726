"""Offers of a channel, read in slices: each in a short transaction of its own, memory does not grow with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from catalog.models import Barcode, Category, ChannelWarehouse, Listing, Photo, ProductVat, Sku
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
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT l.offer_id, l.id FROM catalog_listing l
             WHERE l.merchant_id = %s AND l.channel_id = %s AND l.sku_id IS NOT NULL AND NOT l.archived
               AND (l.offer_id, l.id) > (%s, %s)
             ORDER BY l.offer_id, l.id LIMIT %s
            """,
            [merchant_id, channel_id, *last, SLICE],
        )
        return list(cursor.fetchall())


def _read(listing_ids: list[int], tree: dict[int, offer.Category], pictures: str, on: date) -> Iterator[offer.Offer]:
    rows = {row.pk: row for row in Listing.objects.filter(pk__in=listing_ids).select_related("sku__product")}
    skus = [row.sku for row in rows.values() if row.sku is not None]
    products = {sku.product_id for sku in skus}
    prices = channel_prices(listing_ids)
    pieces = _pieces(next(iter(rows.values())).channel_id, listing_ids)
    barcodes = _many(Barcode.objects.filter(sku__in=skus).order_by("pk").values_list("sku_id", "value"))
    photos = _many(Photo.objects.filter(product__in=products).values_list("product_id", "pk"))
    vat = _vat(products, on)
    for pk in listing_ids:
        listing = rows[pk]
        sku = listing.sku
        if sku is None or sku.archived or sku.product.archived:
            continue
        product, price = sku.product, prices.get(pk)
        sides = (sku.length_mm, sku.width_mm, sku.height_mm)
        yield offer.Offer(
            id=listing.offer_id,
            title=" ".join(filter(None, (product.name, sku.variant))),
            price=price.price if price else None,
            currency=price.currency if price else "RUB",
            pieces=pieces.get(pk, 0),
            brand=product.brand,
            category=tree.get(product.category_id or 0),
            description=product.description,
            barcodes=barcodes[sku.pk],
            pictures=[f"{pictures}{photo}.jpg" for photo in photos[product.pk]],
            weight_g=sku.weight_g,
            sides_mm=(sides[0] or 0, sides[1] or 0, sides[2] or 0) if all(sides) else None,
            attributes={str(name): str(value) for name, value in product.attributes.items() if value is not None},
            vat=vat.get(product.pk, ""),
        )


def _pieces(channel_id: int, listing_ids: list[int]) -> dict[int, int]:
    """Pieces over all active places of the channel."""
    places = list(ChannelWarehouse.objects.filter(channel_id=channel_id, active=True).values_list("pk", flat=True))
    found: dict[int, int] = defaultdict(int)
    for value in available(pairs=[(place, listing) for place in places for listing in listing_ids]):
        found[value.listing_id] += value.pieces
    return found


def _vat(product_ids: Iterable[int], on: date) -> dict[int, str]:
    rows = ProductVat.objects.filter(Q(valid_from__lte=on), product__in=list(product_ids)).order_by("valid_from")
    return dict(rows.values_list("product_id", "vat_code"))


def _many(pairs: Iterable[tuple[int, object]]) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
