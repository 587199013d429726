"""Stock and prices: written in bulk, judged row by row, read back."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from marketplaces import dto
from marketplaces.adapters.ozon import build, codes, parse, wire
from marketplaces.adapters.ozon.cards import Cards
from marketplaces.adapters.ozon.talk import Talk, code_of
from marketplaces.errors import ContractBroken, CredentialsRejected, Rejected
from marketplaces.http import reading
from marketplaces.http.paging import batches


class Levels:
    def __init__(self, talk: Talk, cards: Cards) -> None:
        self.talk = talk
        self.cards = cards

    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        unknown = [level.offer_id for level in levels if not level.product_id]
        body = build.stocks(levels, self.cards.product_ids(unknown))
        payload = self.talk.ask("/v2/products/stocks", body, limits=codes.STOCKS)
        rows, _ = reading.each(reading.rows(payload, "result"), lambda row: [wire.RowAnswer.model_validate(row)], "")
        told = {(row.warehouse_id, row.offer_id): row for row in rows}
        by_card = {(row.warehouse_id, row.product_id): row for row in rows if row.product_id}
        return _receipt(
            {
                level.key: told.get((level.warehouse_id, level.offer_id))
                or by_card.get((level.warehouse_id, level.product_id))
                for level in levels
            }
        )

    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        held: dict[tuple[str, str], int] = {}
        broken: list[dto.Broken] = []
        for some in batches(levels, build.PRODUCTS):
            wanted = {"offer_id": list(dict.fromkeys(level.offer_id for level in some))}
            path = "/v2/product/info/stocks-by-warehouse/fbs"
            for rows in self.talk.pages(path, {**wanted, "limit": build.PRODUCTS}, "products"):
                found, bad = reading.each(rows, parse.stock_row, "offer_id")
                held |= {(row.warehouse_id, row.offer_id): free for row, free in found}
                broken += bad
        return reading.held(levels, held, broken, lambda level: (level.warehouse_id, level.offer_id))

    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        payload = self.talk.ask("/v1/product/import/prices", build.prices(levels))
        rows, _ = reading.each(reading.rows(payload, "result"), lambda row: [wire.RowAnswer.model_validate(row)], "")
        told = {row.offer_id: row for row in rows}
        by_card = {row.product_id: row for row in rows if row.product_id}
        return _receipt({level.key: told.get(level.offer_id) or by_card.get(level.product_id) for level in levels})

    def read_prices(self, keys: Sequence[dto.PriceLevel]) -> dto.Page[dto.PriceLevel]:
        found: list[dto.PriceLevel] = []
        broken: list[dto.Broken] = []
        for some in batches(keys, build.PRODUCTS):
            offers = [key.offer_id for key in some]
            body = {"filter": {"offer_id": offers, "visibility": "ALL"}, "limit": build.PRODUCTS}
            for rows in self.talk.pages("/v5/product/info/prices", body, "items"):
                items, bad = reading.each(rows, parse.price_row, "product_id")
                found += items
                broken += bad
        return dto.Page(items=found, broken=broken)

    def own_stock(self) -> Iterator[dto.Page[dto.OwnStock]]:
        names = self._own_warehouses()
        for listed in self.cards.listed("ALL"):
            products, _ = reading.each(listed, lambda row: [wire.ListedProduct.model_validate(row)], "product_id")
            offers = [product.offer_id for product in products if product.offer_id]
            if not offers:
                continue
            path = "/v1/product/info/stocks-by-warehouse/fbo"
            for rows in self.talk.pages(path, {"offer_ids": offers, "limit": build.PRODUCTS}, "products"):
                items, broken = reading.each(rows, partial(parse.own_row, names=names), "offer_id")
                yield dto.Page(items=items, broken=broken)

    def _own_warehouses(self) -> dict[str, str]:
        """Names of Ozon's warehouses; the stock is told without them too."""
        try:
            rows = reading.rows(self.talk.ask("/v1/warehouse/ozon/list", {}), "warehouses")
        except (CredentialsRejected, Rejected, ContractBroken):
            return {}
        places, _ = reading.each(rows, lambda row: [wire.OwnWarehouse.model_validate(row)], "warehouse_id")
        return {place.warehouse_id: place.name for place in places}


def _receipt(told: Mapping[str, wire.RowAnswer | None]) -> dto.Receipt:
    """HTTP 200 does not mean that a row was taken; a row without an answer was not."""
    accepted, refused = [], []
    for key, row in told.items():
        if row is not None and row.updated:
            accepted.append(key)
        else:
            refused.append(_refused(key, row))
    return dto.Receipt(accepted=accepted, refused=refused)


def _refused(key: str, row: wire.RowAnswer | None) -> dto.Refused:
    if row is None or not row.errors:
        text = "Ozon did not answer for this row" if row is None else "Ozon did not take this row and gave no reason"
        return dto.Refused(key=key, code=dto.Code.OTHER, text=text)
    text = "; ".join(error.message or error.code for error in row.errors)
    code = next((code for error in row.errors if (code := code_of(f"{error.code} {error.message}"))), dto.Code.OTHER)
    again = {dto.Code.TOO_OFTEN: codes.SAME_PAIR_S if row.warehouse_id else codes.PRICE_AGAIN_S}.get(code)
    return dto.Refused(key=key, code=code, text=text[:500], retry_after_s=again)
