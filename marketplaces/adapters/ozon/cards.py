"""Cards: listed in two passes, read by thousands."""

from collections.abc import Iterator, Sequence

from marketplaces import dto
from marketplaces.adapters.ozon import build, parse, wire
from marketplaces.adapters.ozon.reading import next_cursor
from marketplaces.adapters.ozon.talk import Talk
from marketplaces.http import reading
from marketplaces.http.paging import by_cursor


class Cards:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        # ALL leaves archived cards out.
        for visibility in ("ALL", "ARCHIVED"):
            for rows in self.listed(visibility):
                listed, broken = reading.each(rows, lambda row: [wire.ListedProduct.model_validate(row)], "product_id")
                if not listed:
                    yield dto.Page(items=[], broken=broken)
                    continue
                body = {"product_id": [product.product_id for product in listed]}
                payload = self.talk.ask("/v3/product/info/list", body)
                items, more = reading.each(reading.rows(payload, "items"), parse.listing, "id")
                yield dto.Page(items=items, broken=[*broken, *more])

    def listed(self, visibility: str) -> Iterator[list[object]]:
        seen = 0

        def page(last_id: str) -> tuple[list[object], str | None]:
            nonlocal seen
            body = {"filter": {"visibility": visibility}, "last_id": last_id, "limit": build.PRODUCTS}
            payload = self.talk.ask("/v3/product/list", body)
            rows = reading.rows(payload, "result", "items")
            seen += len(rows)
            result = reading.inside(payload, "result")
            # `total` became `total_items` on 2026-11-23; the last page has a last_id too.
            total = reading.inside(result, "total_items") or reading.inside(result, "total")
            if isinstance(total, int) and seen >= total:
                return rows, None
            return rows, next_cursor(result, rows_seen=len(rows), name="last_id")

        return by_cursor(page)

    def product_ids(self, offer_ids: Sequence[str]) -> dict[str, str]:
        if not offer_ids:
            return {}
        payload = self.talk.ask("/v3/product/info/list", {"offer_id": list(dict.fromkeys(offer_ids))})
        cards, _ = reading.each(reading.rows(payload, "items"), parse.listing, "id")
        return {card.offer_id: card.product_id for card in cards}
