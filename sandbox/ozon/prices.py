"""Prices: texts in, numbers out."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.exchange import Call
from sandbox.goods import Good, litres
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.paging import filtered_goods, page_rows
from sandbox.ozon.reading import Fields
from sandbox.ozon.registry import method
from sandbox.ozon.state import Price

Json = dict[str, Any]
Refusal = tuple[str, str]
PER_HOUR, HOUR = 10, 3600.0
SWITCHES = ("UNKNOWN", "ENABLED", "DISABLED")


@method("/v1/product/import/prices")
def import_prices(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    rows = fields.objects("prices", required=True, high=1000)
    return {"result": [_set_one(cabinet, row, silent=call.silent) for row in rows]}


def _set_one(cabinet: Cabinet, row: Fields, *, silent: bool) -> Json:
    offer, product = row.text("offer_id"), row.whole("product_id")
    found = cabinet.catalogue.by_article.get(offer) if offer else cabinet.catalogue.by_product.get(product)
    good = found if found is not None and found.on_ozon else None
    if good is None:
        error: Refusal | None = ("NOT_FOUND_ERROR", "Product not found")
    else:
        error = _change(cabinet, good, row, silent=silent)
    return {
        "product_id": good.product_id if good else product,
        "offer_id": good.article if good else offer,
        "updated": error is None,
        "errors": [{"code": error[0], "message": error[1]}] if error else [],
    }


def _change(cabinet: Cabinet, good: Good, row: Fields, *, silent: bool) -> Refusal | None:
    known = cabinet.price(good)
    new = Price(
        price=row.text("price") or known.price,
        old_price=row.text("old_price") or known.old_price,
        min_price=row.text("min_price") or known.min_price,
        net_price=row.text("net_price") or known.net_price,
        vat=row.text("vat") or known.vat,
        auto_action=row.text("auto_action_enabled").upper() or known.auto_action,
    )
    if error := judge(new, row.text("currency_code") or "RUB"):
        return error
    moment = cabinet.clock.seconds()
    recent = [change for change in known.changes if change > moment - HOUR]
    if len(recent) >= PER_HOUR:
        cabinet.world.counters.violated(marketplace="ozon", limit="price 10 per hour", account=cabinet.client_id)
        message = "error limiting: acquire limit per item: items limit: limit exceeded"
        return message, message
    new.changes = [*recent, moment]
    if not silent:
        cabinet.prices.put(good.product_id, new)
    return None


def judge(new: Price, currency: str) -> Refusal | None:
    """This function will apply Ozon's rules of a discount; it gives the refusal or None."""
    try:
        price, old, low = (Decimal(text) for text in (new.price, new.old_price, new.min_price))
    except InvalidOperation:
        return "invalid_price", "price must be a number"
    if currency != "RUB":
        return "invalid_currency_code", "currency_code differs from the currency of the account"
    if price <= 0:
        return "price_negative", "price must be positive"
    if low and low < price / 2:
        return "min_price_too_low", "min_price must be at least 50% of price"
    if old == 0:
        return None
    gap = old - price
    if gap <= 0 or (price <= 400 and gap <= 20):
        return "discount_for_low_price_is_too_small", "discount is too small"
    if 400 < price <= 10_000 and gap * 100 <= old * 5:
        return "discount_for_average_price_is_too_small", "discount is too small"
    if price > 10_000 and gap <= 500:
        return "discount_for_top_price_is_too_small", "discount is too small"
    if gap * 100 >= old * 90:
        return "discount_too_big", "discount is too big"
    return None


@method("/v5/product/info/prices")
def info_prices(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=1000)
    if not isinstance(fields.raw.get("filter"), dict):
        raise fields.wrong("filter", "value is required")
    goods = filtered_goods(cabinet, fields.inner("filter"))
    page, cursor, more = page_rows(goods, fields.text("cursor"), limit)
    return {
        "items": [_row(cabinet, good) for good in page],
        "total_items": len(goods),
        "cursor": cursor if more else "",
    }


def _row(cabinet: Cabinet, good: Good) -> Json:
    price = cabinet.price(good)
    now = float(price.price)
    index = {"min_price": 0, "min_price_currency": "RUB", "price_index_value": 0}
    return {
        "product_id": good.product_id,
        "offer_id": good.article,
        "price": {
            "price": now,
            "old_price": float(price.old_price),
            "min_price": float(price.min_price),
            "net_price": float(price.net_price),
            "marketing_seller_price": now,
            "retail_price": 0,
            "vat": float(price.vat),
            "currency_code": "RUB",
            "auto_action_enabled": price.auto_action == "ENABLED",
            "auto_add_to_ozon_actions_list_enabled": False,
        },
        "commissions": {
            "sales_percent_fbo": 15,
            "sales_percent_fbs": 17,
            "sales_percent_rfbs": 16,
            "sales_percent_fbp": 16,
            "fbs_deliv_to_customer_amount": 25,
            "fbs_first_mile_min_amount": 15,
            "fbs_first_mile_max_amount": 25,
            "fbs_direct_flow_trans_min_amount": 76,
            "fbs_direct_flow_trans_max_amount": 76,
            "fbs_return_flow_amount": 76,
            "fbo_deliv_to_customer_amount": 25,
            "fbo_direct_flow_trans_min_amount": 63,
            "fbo_direct_flow_trans_max_amount": 63,
            "fbo_return_flow_amount": 63,
        },
        "price_indexes": {
            "color_index": "WITHOUT_INDEX",
            "external_index_data": index,
            "ozon_index_data": index,
            "self_marketplaces_index_data": index,
        },
        "marketing_actions": {
            "actions": [],
            "current_period_from": None,
            "current_period_to": None,
            "ozon_actions_exist": False,
        },
        "acquiring": round(now * 0.015, 2),
        "volume_weight": litres(good),
    }
