"""Cards of marketplaces as lists, and the queue of those that have found no article."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from catalog.models import Barcode, Channel, Listing, Sku
from catalog.selectors.paging import KeyPage, Place, key_page
from catalog.selectors.search import matching

STATES = {
    "unmatched": Q(sku__isnull=True, archived=False),
    "error": ~Q(complaints=[]) & Q(archived=False),
    "hidden": Q(sellable=False, archived=False),
    "active": Q(sellable=True, archived=False, sku__isnull=False, complaints=[]),
    "archived": Q(archived=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingsAsked:
    """What the list shows."""

    query: str = ""
    channels: Sequence[int] = ()
    state: str = ""
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that a card may mean; why: "article", or the barcode that both carry."""

    sku: Sku
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingLine:
    """A card with its state and, where it has no article, the candidates."""

    listing: Listing
    state: str
    candidates: Sequence[Candidate] = ()

    @property
    def pk(self) -> int:
        return self.listing.pk


def listings_page(asked: ListingsAsked) -> KeyPage[ListingLine]:
    """One page by the article there; a constant number of queries."""
    page = key_page(_filtered(asked), sort="offer_key", place=asked.place, related=["channel", "sku__product"])
    candidates = candidates_of([listing for listing in page.rows if listing.sku_id is None])
    rows = [
        ListingLine(listing=listing, state=state_of(listing), candidates=candidates.get(listing.pk, ()))
        for listing in page.rows
    ]
    return KeyPage(rows=rows, next_key=page.next_key, previous_key=page.previous_key)


def state_of(listing: Listing) -> str:
    """The one state that a list shows of a card: what hinders most comes first."""
    if listing.archived:
        return "archived"
    if listing.sku_id is None:
        return "unmatched"
    if listing.complaints:
        return "error"
    return "active" if listing.sellable else "hidden"


def _filtered(asked: ListingsAsked) -> QuerySet[Listing]:
    found = Listing.objects.all()
    if asked.query:
        ways: list[QuerySet[Any]] = [
            Listing.objects.filter(offer_key__begins=asked.query.lower()).values("pk"),
            Listing.objects.filter(channel_id__in=Channel.objects.values("pk"), stock_external_id=asked.query).values(
                "pk"
            ),
            Listing.objects.filter(sku__in=Sku.objects.filter(matching(asked.query))).values("pk"),
        ]
        found = found.filter(pk__in=ways[0].union(*ways[1:], all=True))
    if asked.channels:
        found = found.filter(channel_id__in=asked.channels)
    if asked.state in STATES:
        found = found.filter(STATES[asked.state])
    return found


def candidates_of(listings: Sequence[Listing]) -> dict[int, list[Candidate]]:
    """Articles by listing id that share the article or a barcode with it; never by name."""
    keys = {listing.offer_key for listing in listings}
    codes = {code for listing in listings for code in listing.barcodes}
    by_key: dict[tuple[int, str], list[Sku]] = {}
    for sku in Sku.objects.filter(code_key__in=keys, archived=False).select_related("product"):
        by_key.setdefault((sku.merchant_id, sku.code_key), []).append(sku)
    by_code: dict[tuple[int, str], Sku] = {}
    rows = Barcode.objects.filter(value__in=codes, sku__archived=False).select_related("sku__product").order_by()
    for row in rows:
        by_code[row.merchant_id, row.value] = row.sku
    found: dict[int, list[Candidate]] = {}
    for listing in listings:
        seen: dict[int, Candidate] = {}
        for code in listing.barcodes:
            if carrier := by_code.get((listing.merchant_id, code)):
                seen.setdefault(carrier.pk, Candidate(sku=carrier, why=code))
        for sku in by_key.get((listing.merchant_id, listing.offer_key), ()):
            seen.setdefault(sku.pk, Candidate(sku=sku, why="article"))
        found[listing.pk] = list(seen.values())[:5]
    return found


def unmatched_count() -> int:
    """How many cards wait for their article."""
    return Listing.objects.filter(STATES["unmatched"]).count()
