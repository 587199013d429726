"""Stock and prices: written in bulk by either generation of methods, prices judged by their quarantine, read back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from marketplaces import dto
from marketplaces.adapters.yandex_market import build, codes, operations, parse, wire
from marketplaces.adapters.yandex_market.cabinet import Cabinet, Facts
from marketplaces.adapters.yandex_market.talk import Talk, next_token
from marketplaces.errors import ContractBroken, CredentialsRejected, Rejected
from marketplaces.http import reading
from marketplaces.http.paging import batches, by_cursor

Read: TypeAlias = tuple[list[wire.OfferStock], list[dto.Broken]]
# How often a price that is neither in quarantine nor in force is asked about before it is sent once more.
MOST_LOOKS = 20


class Levels:
    def __init__(self, talk: Talk, cabinet: Cabinet) -> None:
        self.talk = talk
        self.cabinet = cabinet

    # -- stock
    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        """Rows are judged together: a bad one has all of them refused, and the caller halves."""
        facts = self.cabinet.facts()
        if not facts.grouped:
            body = build.stocks_v3(levels)
            self.talk.ask(operations.SET_STOCKS_V3, body=body, write=True, businessId=facts.business.id)
            return dto.Receipt(accepted=[level.key for level in levels])
        receipt = dto.Receipt()
        for warehouse_id, some in _by_warehouse(levels).items():
            campaign_id = self._campaign(facts, warehouse_id)
            if campaign_id is None:
                refused = [
                    dto.Refused(key=level.key, code=dto.Code.WAREHOUSE, text=codes.UNKNOWN_PLACE) for level in some
                ]
                receipt = replace(receipt, refused=[*receipt.refused, *refused])
                continue
            # A group's stock is written through any one of its warehouses.
            self.talk.ask(operations.SET_STOCKS, body=build.stocks(some), write=True, campaignId=campaign_id)
            receipt = replace(receipt, accepted=[*receipt.accepted, *(level.key for level in some)])
        return receipt

    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        facts = self.cabinet.facts()
        held: dict[tuple[str, str], int] = {}
        broken: list[dto.Broken] = []
        for warehouse_id, some in _by_warehouse(levels).items():
            for part in batches(some, operations.STOCKS_READ):
                offers = list(dict.fromkeys(level.offer_id for level in part))
                rows, bad = (
                    self._read_second(facts, warehouse_id, offers)
                    if facts.grouped
                    else self._read_third(facts, warehouse_id, offers)
                )
                for row in rows:
                    held[warehouse_id, row.offerId] = parse.counts(row.stocks).get("AVAILABLE", 0)
                broken += bad
        return reading.held(levels, held, broken, lambda level: (level.warehouse_id, level.offer_id))

    def _campaign(self, facts: Facts, warehouse_id: str) -> str | None:
        place = facts.places.get(warehouse_id) or self.cabinet.read_places().places.get(warehouse_id)
        return place.campaign_ids[0] if place and place.campaign_ids else None

    def _read_second(self, facts: Facts, warehouse_id: str, offers: Sequence[str]) -> Read:
        campaign_id = self._campaign(facts, warehouse_id)
        if campaign_id is None:
            return [], []
        # Asked by articles everything comes at once; a page token must not be given then.
        payload = self.talk.ask(operations.GET_STOCKS, body={"offerIds": list(offers)}, campaignId=campaign_id)
        place = facts.places.get(warehouse_id)
        members = {warehouse_id, *(place.member_ids if place else ())}
        # A store may show the market's warehouse for returns too: it is not ours.
        places, broken = _places(reading.rows(payload, "result", "warehouses"))
        rows, bad = _offers([row for one in places if one.warehouseId in members for row in one.offers])
        return rows, [*broken, *bad]

    def _read_third(self, facts: Facts, warehouse_id: str, offers: Sequence[str]) -> Read:
        body = {"partnerWarehouseId": build.whole(warehouse_id), "offerIds": list(offers)}
        payload = self.talk.ask(operations.GET_STOCKS_V3, body=body, businessId=facts.business.id)
        return _offers(reading.rows(payload, "result", "offers"))

    def own_stock(self) -> Iterator[dto.Page[dto.OwnStock]]:
        """What lies in the market's warehouses, by store that sells from them (FBY)."""
        for campaign in self.cabinet.campaigns():
            if campaign.placementType == "FBY":
                yield from self._own_of(campaign.id)

    def _own_of(self, campaign_id: str) -> Iterator[dto.Page[dto.OwnStock]]:
        names = self._market_warehouses(campaign_id)

        def page(token: str) -> tuple[dto.Page[dto.OwnStock], str | None]:
            query: dict[str, str | int] = {"limit": operations.STOCKS_PAGE, **({"pageToken": token} if token else {})}
            payload = self.talk.ask(operations.GET_STOCKS, body={}, query=query, campaignId=campaign_id)
            places, broken = _places(reading.rows(payload, "result", "warehouses"))
            items: list[dto.OwnStock] = []
            for place in places:
                known = names.get(place.warehouseId) or wire.MarketWarehouse(id=place.warehouseId)
                good, bad = reading.each(place.offers, partial(parse.own_row, warehouse=known), "offerId")
                items += good
                broken += bad
            return dto.Page(items=items, broken=broken), next_token(payload, "result")

        return by_cursor(page)

    def _market_warehouses(self, campaign_id: str) -> Mapping[str, wire.MarketWarehouse]:
        """Names of the market's warehouses; the stock is told without them too."""
        try:
            payload = self.talk.ask(operations.MARKET_WAREHOUSES, query={"campaignId": campaign_id})
            rows = reading.rows(payload, "result", "warehouses")
        except (CredentialsRejected, Rejected, ContractBroken):
            return {}
        found, _ = reading.each(rows, lambda row: [wire.MarketWarehouse.model_validate(row)], "id")
        return {warehouse.id: warehouse for warehouse in found}

    # -- prices
    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        """Being taken in is not being in force: a suspicious price goes to quarantine, which `price_verdict` tells."""
        business_id = self.cabinet.business_id
        self.talk.ask(operations.SET_PRICES, body=build.prices(levels), write=True, businessId=business_id)
        return dto.Receipt(pending=[level.key for level in levels], token=str(1))

    def price_verdict(self, token: str, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        """
        What became of prices: in quarantine = refused with the reason, in force = accepted, neither = still pending.

        token: how many looks there have been.  What is still neither after the last look is left out, to be sent anew.
        """
        quarantined = self._quarantined(levels)
        in_force = {level.offer_id: level.price for level in self.read_prices(levels).items}
        refused = [
            dto.Refused(key=level.key, code=dto.Code.PRICE_REFUSED, text=quarantined[level.offer_id])
            for level in levels
            if level.offer_id in quarantined
        ]
        free = [level for level in levels if level.offer_id not in quarantined]
        accepted = [level.key for level in free if in_force.get(level.offer_id) == level.price]
        pending = [level.key for level in free if in_force.get(level.offer_id) != level.price]
        looks = int(token) if token.isdecimal() else 1
        if looks >= MOST_LOOKS:
            return dto.Receipt(accepted=accepted, refused=refused)
        return dto.Receipt(accepted=accepted, refused=refused, pending=pending, token=str(looks + 1))

    def _quarantined(self, levels: Sequence[dto.PriceLevel]) -> dict[str, str]:
        found: dict[str, str] = {}
        for rows in self._by_offers(operations.QUARANTINE, levels):
            found |= dict(reading.each(rows, parse.quarantined, "offerId")[0])
        return found

    def read_prices(self, keys: Sequence[dto.PriceLevel]) -> dto.Page[dto.PriceLevel]:
        product_ids = {key.offer_id: key.product_id for key in keys}
        rows = [row for some in self._by_offers(operations.GET_PRICES, keys) for row in some]
        found, broken = reading.each(rows, parse.price_row, "offerId")
        items = [replace(level, product_id=product_ids.get(level.offer_id, "")) for level in found]
        return dto.Page(items=items, broken=broken)

    def _by_offers(self, operation: operations.Operation, levels: Sequence[dto.PriceLevel]) -> Iterator[list[object]]:
        offers = list(dict.fromkeys(level.offer_id for level in levels))
        for some in batches(offers, operations.PRICES_READ):
            payload = self.talk.ask(operation, body={"offerIds": list(some)}, businessId=self.cabinet.business_id)
            yield reading.rows(payload, "result", "offers")


def _by_warehouse(levels: Sequence[dto.StockLevel]) -> dict[str, list[dto.StockLevel]]:
    found: dict[str, list[dto.StockLevel]] = {}
    for level in levels:
        found.setdefault(level.warehouse_id, []).append(level)
    return found


def _places(rows: Sequence[object]) -> tuple[list[wire.StockPlace], list[dto.Broken]]:
    return reading.each(rows, lambda row: [wire.StockPlace.model_validate(row)], "warehouseId")


def _offers(rows: Sequence[object]) -> Read:
    return reading.each(rows, lambda row: [wire.OfferStock.model_validate(row)], "offerId")
