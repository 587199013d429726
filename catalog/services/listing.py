"""Listings: stored as told, matched by article, barcode or external id, never by name."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F, Func, Value
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from backoffice.kernel import live
from backoffice.kernel.bulk import copy_to_temp
from backoffice.kernel.errors import Refusal
from catalog.events import ListingsMatched
from catalog.models import Listing, Sku
from catalog.types import ListingDraft, MatchedBy


@transaction.atomic
def apply_listings(
    *, merchant_id: int, channel_id: int, listings: Sequence[ListingDraft], now: datetime
) -> frozenset[int]:
    """
    Store these listings and match those that have no SKU; returns ids of the newly matched.

    Set-based.  What a person has matched is never matched anew.
    """
    by_stock_id = {draft.stock_external_id: draft for draft in listings}
    copy_to_temp(
        "told",
        [
            ("stock_external_id", "text"),
            ("product_external_id", "text"),
            ("offer_id", "text"),
            ("title", "text"),
            ("size", "text"),
            ("barcodes", "text[]"),
            ("archived", "bool"),
            ("sellable", "bool"),
            ("complaints", "text[]"),
            ("marks", "text[]"),
            ("price", "numeric"),
            ("currency", "text"),
        ],
        [_row(draft) for draft in by_stock_id.values()],
    )
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [merchant_id, channel_id, now])
    matched = match(merchant_id=merchant_id, channel_id=channel_id, now=now)
    live.touch("listings", merchant_id)
    return matched


def _row(draft: ListingDraft) -> tuple[object, ...]:
    return (
        draft.stock_external_id,
        draft.product_external_id,
        draft.offer_id[:200],
        draft.title[:500],
        draft.size[:100],
        [code[:80] for code in draft.barcodes],
        draft.archived,
        draft.sellable,
        [text[:1000] for text in draft.complaints],
        None if draft.marks is None else list(draft.marks),
        draft.price,
        draft.currency,
    )


_STORE = """
INSERT INTO catalog_listing (
    merchant_id, channel_id, stock_external_id, product_external_id, offer_id, title, size, barcodes, archived,
    sellable, complaints, marks, published_price, price_currency, pieces_per_pack, matched_by,
    created_at, changed_at, seen_at)
SELECT own.merchant_id, own.channel_id, told.stock_external_id, told.product_external_id, told.offer_id, told.title,
    told.size, told.barcodes, told.archived, told.sellable, told.complaints, coalesce(told.marks, known.marks, '{}'),
    told.price, told.currency, 1, '', own.now, own.now, own.now
FROM told
CROSS JOIN (SELECT %s::bigint AS merchant_id, %s::bigint AS channel_id, %s::timestamptz AS now) own
LEFT JOIN catalog_listing known
  ON told.marks IS NULL AND known.merchant_id = own.merchant_id AND known.channel_id = own.channel_id
 AND known.stock_external_id = told.stock_external_id
ORDER BY told.stock_external_id
ON CONFLICT (merchant_id, channel_id, stock_external_id) DO UPDATE SET
    product_external_id = excluded.product_external_id, offer_id = excluded.offer_id, title = excluded.title,
    size = excluded.size, barcodes = excluded.barcodes, archived = excluded.archived, sellable = excluded.sellable,
    complaints = excluded.complaints, marks = excluded.marks,
    published_price = coalesce(excluded.published_price, catalog_listing.published_price),
    price_currency = excluded.price_currency, changed_at = excluded.changed_at, seen_at = excluded.seen_at
"""

# By article: the SKU's code is the offer id, and no other unmatched size shares that offer id on the channel.
_BY_ARTICLE = """
UPDATE catalog_listing l SET sku_id = s.id, matched_by = %s, changed_at = %s
FROM catalog_sku s
WHERE l.merchant_id = %s AND l.channel_id = %s AND l.sku_id IS NULL
  AND s.merchant_id = l.merchant_id AND s.code_key = l.offer_key AND NOT s.archived
  AND (SELECT count(*) FROM catalog_listing o
       WHERE o.merchant_id = l.merchant_id AND o.channel_id = l.channel_id AND o.offer_id = l.offer_id) = 1
RETURNING l.id
"""

# By barcode: exactly one SKU that is sold has any of the listing's barcodes.
_BY_BARCODE = """
UPDATE catalog_listing l SET sku_id = one.sku_id, matched_by = %s, changed_at = %s
FROM (
    SELECT c.id, min(b.sku_id) AS sku_id FROM catalog_listing c
    CROSS JOIN LATERAL unnest(c.barcodes) AS code
    JOIN catalog_barcode b ON b.merchant_id = c.merchant_id AND b.value = code
    JOIN catalog_sku s ON s.id = b.sku_id AND NOT s.archived
    WHERE c.merchant_id = %s AND c.channel_id = %s AND c.sku_id IS NULL
    GROUP BY c.id HAVING count(DISTINCT b.sku_id) = 1
) AS one
WHERE l.id = one.id
RETURNING l.id
"""


def learn_mark(*, merchant_id: int, listing_ids: Collection[int], kind: str, now: datetime) -> None:
    """This function will keep that each unit of these listings must carry a code of this kind."""
    fresh = Listing.objects.filter(merchant_id=merchant_id, pk__in=listing_ids).exclude(marks__contains=[kind])
    if fresh.update(marks=Func(F("marks"), Value(kind), function="array_append"), changed_at=now):
        live.touch("listings", merchant_id)


def match(*, merchant_id: int, channel_id: int, now: datetime) -> frozenset[int]:
    """
    Match the channel's listings that have no SKU: by barcode where it says which size, else by article.

    Returns ids of those matched now.
    """
    matched: set[int] = set()
    with connection.cursor() as cursor:
        for statement, how in ((_BY_BARCODE, MatchedBy.BARCODE), (_BY_ARTICLE, MatchedBy.ARTICLE)):
            cursor.execute(statement, [how, now, merchant_id, channel_id])
            matched |= {row[0] for row in cursor.fetchall()}
    if matched:
        bus.publish(ListingsMatched(merchant_id=merchant_id, listing_ids=frozenset(matched), at=now))
    return frozenset(matched)


@transaction.atomic
def tie(*, merchant_id: int, listing_id: int, sku_id: int | None, now: datetime, pieces_per_pack: int = 1) -> None:
    """Match a listing by a person's word, or let it go; :raises Refusal: no such SKU, or an archived one."""
    listing = Listing.objects.select_for_update().get(pk=listing_id)
    if sku_id is not None and not Sku.objects.filter(pk=sku_id, merchant_id=merchant_id, archived=False).exists():
        raise Refusal(_("There is no such article, or it is archived."), extra={"sku": _("Choose another article.")})
    listing.sku_id, listing.pieces_per_pack = sku_id, pieces_per_pack
    listing.matched_by = MatchedBy.PERSON if sku_id is not None else ""
    listing.save(update_fields=["sku_id", "pieces_per_pack", "matched_by", "changed_at"])
    bus.publish(ListingsMatched(merchant_id=merchant_id, listing_ids=frozenset({listing.pk}), at=now))
    live.touch("listings", merchant_id)


def prices_published(*, merchant_id: int, prices: Mapping[int, Decimal], now: datetime) -> None:
    """Remember the prices that the marketplace has accepted, by listing id."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalog_listing SET published_price = told.price, changed_at = %s
            FROM unnest(%s::bigint[], %s::numeric[]) AS told(listing_id, price)
            WHERE id = told.listing_id AND published_price IS DISTINCT FROM told.price
            """,
            [now, list(prices), list(prices.values())],
        )
