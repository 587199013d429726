"""Stocks: written by the seller, lowered by sales."""

from typing import Any

from sandbox.exchange import Call
from sandbox.goods import Good
from sandbox.limits import forgiven
from sandbox.ozon.cabinet import FBO_WAREHOUSE, Cabinet
from sandbox.ozon.paging import filtered_goods, page_rows
from sandbox.ozon.reading import Fields, whole
from sandbox.ozon.refusals import invalid
from sandbox.ozon.registry import method

Json = dict[str, Any]
SAME_PAIR = 30.0
TOO_BIG = 1_000_000


@method("/v2/products/stocks", per_minute=80)
def set_stocks(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    rows = list(fields.objects("stocks", required=True, high=100))
    for row in rows:
        if row.whole("warehouse_id") <= 0 or row.whole("stock") < 0:
            raise invalid(
                "Request validation error: invalid ProductsStocksRequest.Stocks[0]: embedded message failed validation"
            )
    return {"result": [_set_one(cabinet, row, silent=call.silent) for row in rows]}


def _set_one(cabinet: Cabinet, row: Fields, *, silent: bool) -> Json:
    offer, warehouse, pieces = row.text("offer_id"), row.whole("warehouse_id"), row.whole("stock")
    good = _named(cabinet, row)
    error = _refusal(cabinet, good, offer, warehouse, pieces)
    if error is None and good is not None and not silent:
        stock = cabinet.stock(warehouse, good.product_id)
        stock.free, stock.set_at = pieces, cabinet.clock.seconds()
        cabinet.keep_stock(warehouse, good.product_id, stock)
    return {
        "warehouse_id": warehouse,
        "product_id": good.product_id if good else row.whole("product_id"),
        "offer_id": good.article if good else offer,
        "updated": error is None,
        "errors": [{"code": error[0], "message": error[1]}] if error else [],
    }


def _named(cabinet: Cabinet, row: Fields) -> Good | None:
    # When both are there the offer wins.
    offer = row.text("offer_id")
    good = (
        cabinet.catalogue.by_article.get(offer) if offer else cabinet.catalogue.by_product.get(row.whole("product_id"))
    )
    return good if good is not None and good.on_ozon else None


def _refusal(cabinet: Cabinet, good: Good | None, offer: str, warehouse: int, pieces: int) -> tuple[str, str] | None:
    if good is None:
        return ("offer_id_not_found", "Offer ID not found") if offer else ("NOT_FOUND_ERROR", "Product not found")
    if warehouse not in cabinet.warehouses:
        return "WAREHOUSE_NOT_FOUND", "Warehouse is not found"
    if pieces >= TOO_BIG:
        return "STOCK_TOO_BIG", "Stock is too big"
    since = cabinet.clock.seconds() - cabinet.stock(warehouse, good.product_id).set_at
    if since < SAME_PAIR - forgiven(SAME_PAIR, cabinet.clock.speed):
        cabinet.world.counters.violated(marketplace="ozon", limit="same pair in 30 s", account=cabinet.client_id)
        return "TOO_MANY_REQUESTS", "Stock is updated too frequently"
    return None


@method("/v4/product/info/stocks")
def info_stocks(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=1000)
    if not isinstance(fields.raw.get("filter"), dict):
        raise fields.wrong("filter", "value is required")
    goods = filtered_goods(cabinet, fields.inner("filter"))
    page, cursor, more = page_rows(goods, fields.text("cursor"), limit)
    return {
        "items": [{"offer_id": g.article, "product_id": g.product_id, "stocks": _by_type(cabinet, g)} for g in page],
        "total_items": len(goods),
        "cursor": cursor if more else "",
    }


def _by_type(cabinet: Cabinet, good: Good) -> list[Json]:
    held = {place: cabinet.stock(place, good.product_id) for place in cabinet.warehouses}
    reserved = sum(stock.reserved for stock in held.values())
    free = sum(stock.free for stock in held.values())
    places = [place for place, stock in held.items() if stock.free or stock.reserved]
    rows = [_type_row(good, "fbs", free + reserved, reserved, places)]
    if fbo := cabinet.fbo_present(good):
        rows.append(_type_row(good, "fbo", fbo, 0, [FBO_WAREHOUSE[0]]))
    return rows


def _type_row(good: Good, kind: str, present: int, reserved: int, places: list[int]) -> Json:
    return {
        "type": kind,
        "present": present,
        "reserved": reserved,
        "sku": good.sku,
        "shipment_type": "SHIPMENT_TYPE_GENERAL",
        "warehouse_ids": places,
    }


@method("/v2/product/info/stocks-by-warehouse/fbs")
def by_warehouse(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=1000)
    if not fields.has("offer_id") and not fields.has("sku"):
        raise invalid("Request validation error: sku or offer_id is required")
    goods = filtered_goods(cabinet, fields)
    rows = [
        _warehouse_row(cabinet, good, place)
        for good in goods
        for place in cabinet.warehouses
        if (place, good.product_id) in cabinet.stocks
    ]
    page, cursor, more = page_rows(rows, fields.text("cursor"), limit)
    return {"products": page, "cursor": cursor if more else "", "has_next": more}


def _warehouse_row(cabinet: Cabinet, good: Good, place: int) -> Json:
    stock = cabinet.stock(place, good.product_id)
    return {
        "sku": good.sku,
        "offer_id": good.article,
        "product_id": good.product_id,
        "present": stock.free + stock.reserved,
        "reserved": stock.reserved,
        "free_stock": stock.free,
        "warehouse_id": place,
        "warehouse_name": cabinet.warehouses[place].name,
    }


@method("/v1/product/info/stocks-by-warehouse/fbo")
def by_fbo_warehouse(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=1000)
    skus = set(fields.wholes("skus", high=1000))
    offers = set(fields.texts("offer_ids", high=1000))
    named = skus or offers
    goods = [
        good
        for good in cabinet.catalogue.on_ozon
        if cabinet.fbo_present(good) and (not named or good.sku in skus or good.article in offers)
    ]
    page, cursor, more = page_rows(goods, fields.text("cursor"), limit)
    rows = [
        {
            "sku": good.sku,
            "offer_id": good.article,
            "product_id": good.product_id,
            "present": cabinet.fbo_present(good),
            "reserved": 0,
            "warehouse_id": FBO_WAREHOUSE[0],
        }
        for good in page
    ]
    return {"products": rows, "cursor": cursor if more else "", "has_next": more}


COUNTERS = (
    "excess_stock_count",
    "expiring_stock_count",
    "other_stock_count",
    "requested_stock_count",
    "return_from_customer_stock_count",
    "return_to_seller_stock_count",
    "stock_defect_stock_count",
    "transit_defect_stock_count",
    "transit_stock_count",
    "waiting_docs_stock_count",
    "waiting_docs_to_export_stock_count",
)


@method("/v1/analytics/stocks")
def analytics(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    skus = [whole(sku) for sku in fields.wholes("skus", required=True, high=100)]
    goods = [cabinet.catalogue.by_sku[sku] for sku in skus if sku in cabinet.catalogue.by_sku]
    return {"items": [_analytics_row(cabinet, good) for good in goods if cabinet.fbo_present(good)]}


def _analytics_row(cabinet: Cabinet, good: Good) -> Json:
    present = cabinet.fbo_present(good)
    return {
        **dict.fromkeys(COUNTERS, 0),
        "sku": good.sku,
        "offer_id": good.article,
        "name": good.name,
        "warehouse_id": FBO_WAREHOUSE[0],
        "warehouse_name": FBO_WAREHOUSE[1],
        "cluster_id": 154,
        "cluster_name": "Москва, МО и Дальние регионы",
        "macrolocal_cluster_id": 4039,
        "available_stock_count": present,
        "valid_stock_count": present,
        "ads": 0.5,
        "ads_cluster": 0.5,
        "idc": present * 2.0,
        "idc_cluster": present * 2.0,
        "days_without_sales": 0,
        "days_without_sales_cluster": 0,
        "item_tags": ["MARKABLE"] if good.marking else [],
        "placement_zone": ["SORT"],
        "turnover_grade": "ACTUAL",
        "turnover_grade_cluster": "ACTUAL",
    }
