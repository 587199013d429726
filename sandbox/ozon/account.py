"""Account, roles and warehouses."""

from datetime import UTC, datetime
from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Call
from sandbox.ozon.cabinet import FBO_WAREHOUSE, Cabinet
from sandbox.ozon.paging import page_rows
from sandbox.ozon.reading import Fields
from sandbox.ozon.registry import METHODS, method

Json = dict[str, Any]
MONTH = 30 * 86_400
CREATED = datetime(2025, 3, 11, 11, 57, 51, tzinfo=UTC).timestamp()


@method("/v1/roles")
def roles(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    secret = call.headers.get("api-key", "")
    key = next(key for key in cabinet.seller.keys if key.api_key == secret)
    allowed = sorted(path for path in METHODS if path.startswith(key.methods))
    return {
        "expires_at": iso(cabinet.clock.now() + 2 * MONTH),
        "roles": [{"name": key.role, "methods": allowed}],
    }


@method("/v1/seller/info")
def seller_info(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    seller = cabinet.seller
    return {
        "company": {
            "country": "RU",
            "currency": "RUB",
            "inn": seller.inn,
            "legal_name": seller.legal_name,
            "name": seller.name,
            "ogrn": seller.ogrn,
            "ownership_form": "ООО" if seller.code == "demo" else "ИП",
            "tax_system": "USN",
        },
        "ratings": [],
        "subscription": {"is_premium": False, "type": "UNSPECIFIED"},
    }


@method("/v2/warehouse/list")
def warehouse_list(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=200)
    wanted = set(fields.wholes("warehouse_ids", high=200))
    places = [place for place in cabinet.warehouses.values() if not wanted or place.warehouse_id in wanted]
    page, cursor, more = page_rows(places, fields.text("cursor"), limit)
    return {
        "warehouses": [_warehouse(cabinet, place.warehouse_id) for place in page],
        "cursor": cursor if more else "",
        "has_next": more,
    }


def _warehouse(cabinet: Cabinet, warehouse_id: int) -> Json:
    place = cabinet.warehouses[warehouse_id]
    return {
        "warehouse_id": place.warehouse_id,
        "name": place.name,
        "address_info": {
            "address": f"Россия, г. {place.city}, Складская ул., 1",
            "latitude": 55.43,
            "longitude": 37.54,
            "utc": "UTC+03:00",
        },
        "carriage_label_type": place.label,
        "courier_comment": "",
        "courier_phones": [],
        "created_at": iso(CREATED),
        "updated_at": iso(CREATED),
        "cut_in_time": 0,
        "sla_cut_in": 1440,
        "first_mile": {
            "type": "DROP_OFF",
            "dropoff_point_id": str(place.warehouse_id + 50),
            "first_mile_is_changing": False,
            "timeslot_from": "09:00",
            "timeslot_id": 287231,
            "timeslot_to": "21:00",
        },
        "has_entrusted_acceptance": False,
        "has_postings_limit": False,
        "postings_limit": -1,
        "min_postings_limit": 1,
        "is_auto_assembly": False,
        "is_comfort": False,
        "is_express": False,
        "is_kgt": False,
        "is_rfbs": False,
        "is_waybill_enabled": True,
        "pause_at": None,
        "phone": "",
        "status": "created",
        "timetable": {
            "timetable_from": iso(CREATED),
            "timetable_to": iso(CREATED + 3650 * 86_400),
            "working_hours": [{"time_from": iso(CREATED), "time_to": iso(CREATED + 10 * 3600)}],
        },
        "warehouse_type": "fbs",
        "with_item_list": False,
        "working_days": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"],
    }


@method("/v2/delivery-method/list")
def delivery_methods(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    """FBS warehouses have no rows here: their delivery method is the warehouse itself."""
    fields.whole("limit", required=True, low=1, high=100)
    return {"delivery_methods": [], "cursor": "", "has_next": False}


@method("/v1/warehouse/ozon/list")
def own_warehouses(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    number, name = FBO_WAREHOUSE
    row = {
        "warehouse_id": number,
        "name": name,
        "short_name": name.partition("_")[0],
        "address": "Московская обл., Пушкино, Рабочая ул., 1",
        "timezone": "Europe/Moscow",
        "is_active": True,
        "warehouse_type": "FULL_FILLMENT",
        "country_iso_numeric": 643,
        "is_cross_dock": False,
        "is_distribution_center": False,
        "is_edo": True,
        "is_express": False,
        "is_for_supply": True,
    }
    return {"warehouses": [row]}
