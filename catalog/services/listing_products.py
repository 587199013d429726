"""Products made from cards of marketplaces."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from backoffice.kernel import events as bus
from backoffice.kernel import live
from catalog.events import ListingsMatched
from catalog.formats.barcode import BadBarcode, kind_of
from catalog.models import Barcode, Listing, Sku
from catalog.services.assortment import SkuDraft, add_skus
from catalog.types import MatchedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """sku_ids: of the new articles.  taken: articles that exist already; their cards are left to be matched."""

    sku_ids: tuple[int, ...]
    taken: tuple[str, ...]


@transaction.atomic
def create_from_listings(*, merchant_id: int, listing_ids: Collection[int], now: datetime) -> Made:
    """
    Make an article for each of these cards that has none, and match them.

    Sizes of one card become variants of one product.  The article is the one there, with the size behind it where
    several sizes share it; an article that the merchant has already is not touched.
    """
    listings = list(
        Listing.objects.select_for_update().filter(pk__in=listing_ids, merchant_id=merchant_id, sku=None).order_by("pk")
    )
    codes = {listing.pk: code for listing, code in zip(listings, _codes(listings), strict=True)}
    known = set(
        Sku.objects.filter(merchant_id=merchant_id, code_key__in=[code.lower() for code in codes.values()]).values_list(
            "code_key", flat=True
        )
    )
    fresh: dict[str, Listing] = {}
    taken = []
    for listing in listings:
        code = codes[listing.pk]
        if code.lower() in known:
            taken.append(code)
        else:
            known.add(code.lower())
            fresh[code] = listing
    made = add_skus(merchant_id=merchant_id, drafts=_drafts(merchant_id, fresh))
    for code, listing in fresh.items():
        listing.sku_id, listing.matched_by = made[code], MatchedBy.PERSON
    Listing.objects.bulk_update(fresh.values(), ["sku_id", "matched_by"])
    if fresh:
        ids = frozenset(listing.pk for listing in fresh.values())
        bus.publish(ListingsMatched(merchant_id=merchant_id, listing_ids=ids, at=now))
        live.touch("listings", merchant_id)
    return Made(sku_ids=tuple(made[code] for code in fresh), taken=tuple(taken))


def _codes(listings: list[Listing]) -> list[str]:
    """The article of each: the one there, with the size where other cards of the channel share it."""
    keys = {listing.offer_key for listing in listings}
    shared = Counter(Listing.objects.filter(offer_key__in=keys).values_list("channel_id", "offer_key"))
    return [
        (f"{listing.offer_id}-{listing.size}" if several and listing.size else listing.offer_id)[:100]
        for listing in listings
        for several in [shared[listing.channel_id, listing.offer_key] > 1]
    ]


def _drafts(merchant_id: int, fresh: dict[str, Listing]) -> list[SkuDraft]:
    wanted = {code for listing in fresh.values() for code in listing.barcodes}
    taken = set(Barcode.objects.filter(merchant_id=merchant_id, value__in=wanted).values_list("value", flat=True))
    drafts = []
    for code, listing in fresh.items():
        barcodes = []
        for value in listing.barcodes:
            if value not in taken and (kind := _kind(value)):
                taken.add(value)
                barcodes.append((value, kind))
        drafts.append(
            SkuDraft(
                product_key=f"{listing.channel_id}:{listing.product_external_id or listing.offer_id}",
                product_name=listing.title or listing.offer_id,
                code=code,
                variant=listing.size,
                barcodes=barcodes,
                is_marked=bool(listing.marks),
            )
        )
    return drafts


def _kind(value: str) -> str:
    try:
        return kind_of(value).value
    except BadBarcode:
        return ""  # the marketplace keeps codes that no scanner prints; such a code is not taken over
