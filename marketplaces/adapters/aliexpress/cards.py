"""Cards: the list by its last id, or by the seller's articles."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import ValidationError

from marketplaces import dto
from marketplaces.adapters.aliexpress import build, codes, wire
from marketplaces.adapters.aliexpress.talk import Talk
from marketplaces.http import reading
from marketplaces.http.keys import key_of
from marketplaces.http.paging import batches

SCROLL = "/api/v1/scroll-short-product-by-filter"
MOST_PAGES = 10_000


class Cards:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def owner(self) -> str:
        """Whose shop it is; "" for a shop without goods, which tells no identity."""
        payload = self.talk.ask(SCROLL, build.products("", limit=1), limits=codes.READS)
        for row in reading.rows(payload, "data"):
            product = self.talk.one(wire.Product, row)
            return product.owner_member_id or product.owner_member_seq
        return ""

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        """The end is an empty page, or the same last id again."""
        last, seen = "", set[str]()
        for _ in range(MOST_PAGES):
            rows = reading.rows(self.talk.ask(SCROLL, build.products(last)), "data")
            items, broken = reading.each(rows, _listings, "id")
            yield dto.Page(items=items, broken=broken)
            ids = [str(row["id"]) for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str | int)]
            if not ids or ids[-1] in seen:
                return
            last = ids[-1]
            seen.add(last)

    def product_ids(self, offer_ids: Sequence[str]) -> dict[str, str]:
        """Article → card, for those that have one."""
        found: dict[str, str] = {}
        for some in batches(offer_ids, build.PRODUCTS):
            body = build.by_article(some)
            items, _ = reading.each(reading.rows(self.talk.ask(SCROLL, body), "data"), _listings, "id")
            found |= {item.offer_id: item.product_id for item in items}
        return found


def _listings(element: object) -> Iterable[dto.RemoteListing]:
    """A card has a stock for each of its variants; one whose variant cannot be read is set aside whole."""
    it = wire.Product.model_validate(element)
    if not it.sku:
        raise ValueError("sku: there are none")
    for row in it.sku:
        try:
            sku = wire.Sku.model_validate(row)
        except ValidationError as reason:
            raise ValueError(f"sku: {reading.why(reason)}") from reason
        if not sku.sku_id and not sku.code:
            raise ValueError("sku: has neither sku_id nor code")
        yield dto.RemoteListing(
            offer_id=sku.code or sku.sku_id,
            product_id=it.id,
            stock_id=sku.sku_id or key_of(sku.code),
            title=it.subject,
            # Stock and price are written by the seller's article: without one they cannot be.
            sellable=bool(sku.code),
            price=sku.discount_price or sku.price,
            currency="RUB",
        )
