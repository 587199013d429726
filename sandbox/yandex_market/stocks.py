"""Stock: written by either generation of methods, lowered by sales."""

from collections.abc import Iterable
from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Answer
from sandbox.yandex_market.account import FBY_WAREHOUSE, only_ungrouped
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked, many, moment, objects, page, text, texts, whole
from sandbox.yandex_market.refusals import invalid
from sandbox.yandex_market.registry import GOODS, MINUTE, route
from sandbox.yandex_market.state import Stock

Json = dict[str, Any]
MOST, OLDEST = 2_000_000_000, 86_400.0


@route(
    "PUT",
    "/v2/campaigns/{campaignId}/offers/stocks",
    name="updateStocks",
    amount=100_000,
    period=MINUTE,
    scope=GOODS,
    counts=lambda asked, answer: many(asked.body, "skus"),
)
def update(cabinet: Cabinet, asked: Asked) -> Answer | Json:
    """A group's stock may be written through any warehouse of it."""
    place = next((one for one in cabinet.warehouses.values() if one.campaign_id == asked.ids["campaignId"]), None)
    if place is None:
        raise invalid("Campaign type is not allowed. Allowed campaign types: FBS, DBS")
    wanted: dict[str, int] = {}
    for row in objects(asked.body, "skus", high=2000):
        sku, items = text(row, "sku"), objects(row, "items", high=1)
        _judge_time(cabinet, sku, moment(items[0], "updatedAt"))
        if sku in wanted:
            raise invalid(f"Duplicate shop-sku '{sku}' in the request")
        wanted[sku] = whole(items[0], "count", low=0, high=MOST)
    if not asked.silent:
        _set(cabinet, ((place.warehouse_id, sku, count) for sku, count in wanted.items()))
    return {"status": "OK"}


@route(
    "POST",
    "/v3/businesses/{businessId}/offers/stocks/update",
    name="updateStocksV3",
    amount=50,
    period=MINUTE,
    scope=GOODS,
)
def update_v3(cabinet: Cabinet, asked: Asked) -> Json:
    only_ungrouped(cabinet)
    wanted: dict[tuple[int, str], int] = {}
    for row in objects(asked.body, "skuItems", high=2000):
        sku, place = text(row, "sku"), whole(row, "partnerWarehouseId")
        _judge_time(cabinet, sku, moment(row, "updatedAt"))
        if place not in cabinet.warehouses:
            raise invalid(f"Warehouse not found: '{place}'")
        if (place, sku) in wanted:
            raise invalid(f"Duplicate pair of sku '{sku}' and partnerWarehouseId '{place}'")
        wanted[place, sku] = whole(row, "count", low=0, high=MOST)
    if not asked.silent:
        _set(cabinet, ((place, sku, count) for (place, sku), count in wanted.items()))
    return {"status": "OK"}


def _judge_time(cabinet: Cabinet, sku: str, stamp: float | None) -> None:
    if stamp is None:
        return
    if stamp > cabinet.clock.now() + 1:
        raise invalid(f"Stock for '{sku}' should not be in the future")
    if stamp < cabinet.clock.now() - OLDEST:
        raise invalid(f"Stock for '{sku}' is older than a day")


def _set(cabinet: Cabinet, wanted: Iterable[tuple[int, str, int]]) -> None:
    """What is not in the catalogue is passed over: the answer does not tell."""
    for place, sku, count in wanted:
        if sku in cabinet.catalogue.by_article:
            stock = cabinet.stock(place, sku)
            stock.free = count
            cabinet.keep_stock(place, sku, stock)


@route(
    "POST",
    "/v2/campaigns/{campaignId}/offers/stocks",
    name="getStocks",
    amount=100_000,
    period=MINUTE,
    scope=GOODS,
    reads=True,
    counts=lambda asked, answer: sum(len(row["offers"]) for row in answer["result"]["warehouses"]),
)
def read(cabinet: Cabinet, asked: Asked) -> Json:
    only = texts(asked.body, "offerIds", high=500)
    _no_paging_with(asked, only)
    campaign = cabinet.campaigns[asked.ids["campaignId"]]
    if campaign.placement == "FBY":
        number = FBY_WAREHOUSE[0]
        goods = [good for good in cabinet.catalogue.goods if cabinet.fby_present(good)]
        found = [
            (good.article, Stock(cabinet.fby_present(good) - 1, 1))
            for good in goods
            if not only or good.article in only
        ]
        written = cabinet.clock.now()
    else:
        place = next((one for one in cabinet.warehouses.values() if one.campaign_id == campaign.campaign_id), None)
        if place is None:
            return {"status": "OK", "result": {"warehouses": [], "paging": {}}}
        number, found, written = place.warehouse_id, _held(cabinet, place.warehouse_id, only), 0.0
    shown, paging = (found, {}) if only else page(asked, found, default=50, most=100, cuts=True)
    rows = [{"warehouseId": number, "offers": [_row(sku, stock, written) for sku, stock in shown]}] if shown else []
    return {"status": "OK", "result": {"warehouses": rows, "paging": paging}}


@route(
    "POST",
    "/v3/businesses/{businessId}/offers/stocks",
    name="getStocksV3",
    amount=500,
    period=MINUTE,
    scope=GOODS,
    reads=True,
)
def read_v3(cabinet: Cabinet, asked: Asked) -> Json:
    only_ungrouped(cabinet)
    place, only = whole(asked.body, "partnerWarehouseId"), texts(asked.body, "offerIds", high=2000)
    _no_paging_with(asked, only)
    if place not in cabinet.warehouses:
        raise invalid(f"Warehouse not found: '{place}'")
    found = _held(cabinet, place, only)
    shown, paging = (found, {}) if only else page(asked, found, default=50, most=100, cuts=True)
    rows = [_row(sku, stock, 0.0) for sku, stock in shown]
    return {"status": "OK", "result": {"partnerWarehouseId": place, "offers": rows, "paging": paging}}


def _no_paging_with(asked: Asked, only: list[str]) -> None:
    if only and asked.call.query.get("pageToken"):
        raise invalid("pageToken must not be given together with offerIds")


def _held(cabinet: Cabinet, warehouse_id: int, only: list[str]) -> list[tuple[str, Stock]]:
    shelf = cabinet.shelf(warehouse_id)
    if only:
        named = [(sku, cabinet.stocks.get((shelf, sku))) for sku in only]
        return [(sku, stock) for sku, stock in named if stock is not None]
    return [(sku, stock) for (place, sku), stock in cabinet.stocks.items() if place == shelf]


def _row(sku: str, stock: Stock, written: float) -> Json:
    kinds = (("FIT", stock.free + stock.reserved), ("FREEZE", stock.reserved), ("AVAILABLE", stock.free))
    return {
        "offerId": sku,
        "stocks": [{"type": kind, "count": count} for kind, count in kinds],
        "updatedAt": iso(written or stock.updated),
    }
