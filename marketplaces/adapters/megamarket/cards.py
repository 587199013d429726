"""Cards: their list tells only articles and states, the attributes tell names and barcodes, a third call complaints."""

from collections.abc import Iterator, Sequence

from marketplaces import dto
from marketplaces.adapters.megamarket import build, codes, parse, wire
from marketplaces.adapters.megamarket.talk import Talk
from marketplaces.errors import ContractBroken, Rejected, Unavailable
from marketplaces.http import reading


class Cards:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        payload = self.talk.card(f"{codes.CARD}/card/get", {"limit": build.CARDS})
        rows = reading.rows(payload, "data", "cardsInfo")
        infos, broken = reading.each(rows, lambda row: [wire.CardInfo.model_validate(row)], "offerId")
        for start in range(0, max(len(infos), 1), build.CARDS_AT_ONCE):
            some = infos[start : start + build.CARDS_AT_ONCE]
            yield self._page(some, broken if start == 0 else [])

    def _page(self, infos: Sequence[wire.CardInfo], broken: Sequence[dto.Broken]) -> dto.Page[dto.RemoteListing]:
        if not infos:
            return dto.Page(items=[], broken=broken)
        body = {**build.offers([info.offerId for info in infos]), "targetFields": "all"}
        payload = self.talk.card(f"{codes.CARD}/card/getAttributes", body)
        rows = reading.rows(payload, "data", "cards")
        found, bad = reading.each(rows, lambda row: [wire.CardAttributes.model_validate(row)], "offerId")
        about = {card.offerId: card for card in found}
        faults = self._faults([info.offerId for info in infos if info.status in codes.CARD_WRONG])
        items = [parse.listing(info, about.get(info.offerId), faults.get(info.offerId)) for info in infos]
        return dto.Page(items=items, broken=[*broken, *bad])

    def _faults(self, offer_ids: Sequence[str]) -> dict[str, wire.CardFaults]:
        """What is wrong with these cards; cards are listed also when this cannot be read."""
        if not offer_ids:
            return {}
        body = {**build.offers(offer_ids), "pagination": {"limit": len(offer_ids), "offset": 0}}
        try:
            payload = self.talk.card(f"{codes.CARD}/card/getError", body)
            rows = reading.rows(payload, "data", "cards")
        except (Rejected, Unavailable, ContractBroken):
            return {}
        found, _ = reading.each(rows, lambda row: [wire.CardFaults.model_validate(row)], "offerId")
        return {card.offerId: card for card in found}
