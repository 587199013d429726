"""Ping, the seller, and the warehouses."""

from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Call
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.registry import COMMON, MARKETPLACE, route

Json = dict[str, Any]


@route("GET", "*", "/ping", group="ping")
def ping(cabinet: Cabinet, call: Call) -> Json:
    return {"TS": iso(cabinet.clock.now()), "Status": "OK"}


@route("GET", COMMON, "/api/v1/seller-info", group="seller-info")
def seller_info(cabinet: Cabinet, call: Call) -> Json:
    seller = cabinet.seller
    return {"name": seller.legal_name, "sid": seller.sid, "tin": seller.inn, "tradeMark": seller.trade_mark}


@route("GET", MARKETPLACE, "/api/v3/warehouses", group="warehouses")
def warehouses(cabinet: Cabinet, call: Call) -> list[Json]:
    return [
        {
            "id": place.warehouse_id,
            "name": place.name,
            "officeId": place.office_id,
            "cargoType": place.cargo,
            "deliveryType": 1,
            "isDeleting": False,
            "isProcessing": place.warehouse_id in cabinet.processing,
        }
        for place in cabinet.warehouses.values()
    ]


@route("GET", MARKETPLACE, "/api/v3/offices", group="warehouses")
def offices(cabinet: Cabinet, call: Call) -> list[Json]:
    taken = {place.office_id for place in cabinet.warehouses.values()}
    return [
        {
            "id": office.office_id,
            "name": office.name,
            "city": office.city,
            "address": office.address,
            "longitude": 37.588898,
            "latitude": 55.386871,
            "cargoType": office.cargo,
            "deliveryType": 1,
            "federalDistrict": office.district,
            "selected": office.office_id in taken,
        }
        for office in cabinet.offices.values()
    ]
