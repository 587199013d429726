"""The key, the stores, the warehouses."""

from typing import Any

from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked, page, texts, wholes
from sandbox.yandex_market.refusals import refused
from sandbox.yandex_market.registry import ANY, ORDERS, route
from sandbox.yandex_market.state import Campaign, Warehouse

Json = dict[str, Any]
FBY_WAREHOUSE = (172, "Софьино")


@route("POST", "/v2/auth/token", name="getAuthTokenInfo", amount=100, scope=ANY, reads=True)
def key(cabinet: Cabinet, asked: Asked) -> Json:
    told = {"name": asked.key.name, "authScopes": list(asked.key.scopes)}
    return {"status": "OK", "result": {"apiKey": told}}


@route("GET", "/v2/campaigns", name="getCampaigns", amount=1000, scope=ANY, reads=True)
def campaigns(cabinet: Cabinet, asked: Asked) -> Json:
    shown, paging = page(asked, list(cabinet.campaigns.values()), default=50, most=100)
    total = len(cabinet.campaigns)
    pager = {"total": total, "from": 1, "to": len(shown), "currentPage": 1, "pagesCount": 1, "pageSize": total}
    return {"campaigns": [_campaign(cabinet, one) for one in shown], "pager": pager, "paging": paging}


def _campaign(cabinet: Cabinet, one: Campaign) -> Json:
    return {
        "id": one.campaign_id,
        "domain": one.name,
        "clientId": cabinet.business_id * 10,
        "business": {"id": cabinet.business_id, "name": cabinet.seller.name},
        "placementType": one.placement,
        "apiAvailability": one.availability,
    }


@route("POST", "/v2/businesses/{businessId}/settings", name="getBusinessSettings", amount=100, scope=ANY, reads=True)
def settings(cabinet: Cabinet, asked: Asked) -> Json:
    return {
        "status": "OK",
        "result": {
            "info": {"id": cabinet.business_id, "name": cabinet.seller.name},
            "settings": {"onlyDefaultPrice": True, "currency": "RUR"},
            "subscriptionLevel": "NONE",
        },
    }


@route(
    "POST", "/v2/businesses/{businessId}/warehouses", name="getPagedWarehouses", amount=100, scope=ORDERS, reads=True
)
def warehouses(cabinet: Cabinet, asked: Asked) -> Json:
    parts = set(texts(asked.body, "components", high=10))
    only = set(wholes(asked.body, "campaignIds", high=25))
    found = [place for place in cabinet.warehouses.values() if not only or place.campaign_id in only]
    shown, paging = page(asked, found, default=15, most=30)
    rows = [_warehouse(cabinet, place, parts) for place in shown]
    return {"status": "OK", "result": {"warehouses": rows, "paging": paging}}


def _warehouse(cabinet: Cabinet, place: Warehouse, parts: set[str]) -> Json:
    row: Json = {
        "id": place.warehouse_id,
        "name": place.name,
        "campaignId": place.campaign_id,
        "express": cabinet.campaigns[place.campaign_id].program == "EXPRESS",
    }
    if place.group:
        row["groupInfo"] = {"id": place.group, "name": f"Группа {place.city}"}
    if "ADDRESS" in parts:
        row["address"] = _address(place)
    if "STATUS" in parts:
        row["status"] = {"status": "OTHER"}
    return row


def _address(place: Warehouse) -> Json:
    return {"city": place.city, "street": "Складская", "number": "1", "gps": {"latitude": 55.43, "longitude": 37.54}}


@route(
    "POST",
    "/v3/businesses/{businessId}/warehouses",
    name="getBusinessWarehousesV3",
    amount=100,
    scope=ORDERS,
    reads=True,
)
def warehouses_v3(cabinet: Cabinet, asked: Asked) -> Json:
    only_ungrouped(cabinet)
    only = set(wholes(asked.body, "warehouseIds", high=1000))
    found = [place for place in cabinet.warehouses.values() if not only or place.warehouse_id in only]
    shown, paging = page(asked, found, default=30, most=30)
    return {"status": "OK", "result": {"warehouses": [_by_models(cabinet, one) for one in shown], "paging": paging}}


def _by_models(cabinet: Cabinet, place: Warehouse) -> Json:
    store = cabinet.campaigns[place.campaign_id]
    model = {"placementType": store.program, "apiAvailability": store.availability}
    return {"id": place.warehouse_id, "name": place.name, "models": [model]}


def only_ungrouped(cabinet: Cabinet) -> None:
    """The third generation is for cabinets without groups."""
    if cabinet.grouped:
        raise refused(400, "The method is not allowed for a business with warehouse groups")


@route("GET", "/v2/warehouses", name="getFulfillmentWarehouses", amount=100, scope=ANY, reads=True)
def market_warehouses(cabinet: Cabinet, asked: Asked) -> Json:
    number, name = FBY_WAREHOUSE
    return {"status": "OK", "result": {"warehouses": [{"id": number, "name": name}]}}
