"""Stock and prices: written by the article; neither can be read back."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import ValidationError

from marketplaces import dto
from marketplaces.adapters.megamarket import build, codes, parse, wire
from marketplaces.adapters.megamarket.shipments import Place
from marketplaces.adapters.megamarket.talk import Talk, code_of
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.http import reading, redact

Level = TypeVar("Level", dto.StockLevel, dto.PriceLevel)
AGAIN_S = 60.0


class Levels:
    def __init__(self, talk: Talk, place: Place) -> None:
        self.talk, self.place = talk, place

    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        """
        This function will set stock by article.

        There is no warehouse in the request, so one warehouse of the cabinet has the stock: the first that was named.
        """
        here = self.place.warehouse_ids[0]
        wanted = [level for level in levels if level.warehouse_id == here]
        elsewhere = [
            dto.Refused(key=level.key, code=dto.Code.WAREHOUSE, text=codes.ONE_STOCK)
            for level in levels
            if level.warehouse_id != here
        ]
        receipt = self._write("stock/update", wanted, build.stocks)
        return dto.Receipt(accepted=receipt.accepted, refused=[*elsewhere, *receipt.refused])

    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        """This function will set manual prices in whole roubles; others cannot be expressed."""
        wanted = [level for level in levels if level.price == level.price.to_integral_value()]
        uneven = [
            dto.Refused(key=level.key, code=dto.Code.PRICE_REFUSED, text=codes.WHOLE_ROUBLES)
            for level in levels
            if level.price != level.price.to_integral_value()
        ]
        receipt = self._write("manualPrice/save", wanted, build.prices)
        return dto.Receipt(accepted=receipt.accepted, refused=[*uneven, *receipt.refused])

    def _write(
        self, method: str, levels: Sequence[Level], body: Callable[[Sequence[Level]], build.Body]
    ) -> dto.Receipt:
        if not levels:
            return dto.Receipt()
        try:
            data = self.talk.ask(f"{codes.OFFER}/{method}", body(levels))
            saved = wire.Saved.model_validate(data or {})
        except ValidationError as reason:
            raise ContractBroken(f"{method}: {reading.why(reason)}", payload=redact.value(data)) from reason
        except Rejected as refusal:
            code, text = dto.Code(refusal.code), refusal.text
            return dto.Receipt(refused=[dto.Refused(key=level.key, code=code, text=text) for level in levels])
        return _receipt(levels, saved)


def _receipt(levels: Sequence[Level], saved: wire.Saved) -> dto.Receipt:
    """A remark on an offer means that it was not taken; fewer prices saved than left is not explained by them."""
    remarks = parse.remarks(saved)
    refused: list[dto.Refused] = [
        dto.Refused(
            key=level.key, code=code_of(remarks[level.offer_id]) or dto.Code.OTHER, text=remarks[level.offer_id]
        )
        for level in levels
        if level.offer_id in remarks
    ]
    rest = [level for level in levels if level.offer_id not in remarks]
    if saved.savedPrices is not None and saved.savedPrices < len(rest):
        unsaid: list[dto.Refused] = [
            dto.Refused(key=level.key, code=dto.Code.OTHER, text=codes.NOT_SAVED, retry_after_s=AGAIN_S)
            for level in rest
        ]
        return dto.Receipt(refused=[*refused, *unsaid])
    return dto.Receipt(accepted=[level.key for level in rest], refused=refused)
