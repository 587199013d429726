"""Cards: the goods of the cabinet."""

from typing import Any

from sandbox.clock import iso
from sandbox.goods import Good
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked, flag, page, texts
from sandbox.yandex_market.refusals import invalid
from sandbox.yandex_market.registry import GOODS, MINUTE, route

Json = dict[str, Any]


@route(
    "POST",
    "/v2/businesses/{businessId}/offer-mappings",
    name="getOfferMappings",
    amount=100,
    period=MINUTE,
    scope=GOODS,
    reads=True,
)
def offers(cabinet: Cabinet, asked: Asked) -> Json:
    only = texts(asked.body, "offerIds", high=100)
    if only and (asked.call.query.get("pageToken") or asked.call.query.get("limit")):
        raise invalid("pageToken and limit must not be given together with offerIds")
    archived = flag(asked.body, "archived")
    goods = cabinet.catalogue.goods if not archived else []
    found = [good for good in goods if not only or good.article in set(only)]
    shown, paging = (found, {}) if only else page(asked, found, default=50, most=100)
    return {"status": "OK", "result": {"offerMappings": [_mapping(cabinet, one) for one in shown], "paging": paging}}


def _mapping(cabinet: Cabinet, good: Good) -> Json:
    price = cabinet.price(good)
    return {
        "offer": {
            "offerId": good.article,
            "name": good.name,
            "vendor": good.brand,
            "barcodes": [good.barcode],
            "weightDimensions": {
                "length": good.length_mm / 10,
                "width": good.width_mm / 10,
                "height": good.height_mm / 10,
                "weight": good.weight_g / 1000,
            },
            "basicPrice": {"value": price.value, "currencyId": "RUR", "updatedAt": iso(price.updated)},
            "archived": False,
            "cardStatus": "HAS_CARD_CAN_UPDATE",
            "campaigns": [{"campaignId": one, "status": "PUBLISHED"} for one in cabinet.campaigns],
        },
        "mapping": {"marketSku": market_sku(good), "marketSkuName": good.name, "marketCategoryId": 7_811_903},
    }


def market_sku(good: Good) -> int:
    return 101_000_000 + good.product_id
