"""A posting as the lists show it (v4), and what both shapes share."""

from typing import Any

from sandbox.clock import iso
from sandbox.goods import Good, litres
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.state import Line, Posting

Json = dict[str, Any]
DAY = 86_400.0
PROVIDER = {"tpl_provider_id": 24, "tpl_provider": "Доставка Ozon"}
NO_CANCELLATION = {
    "cancel_reason_id": 0,
    "cancel_reason": "",
    "cancellation_type": "",
    "cancelled_after_ship": False,
    "affect_cancellation_rating": False,
    "cancellation_initiator": "",
}


def listed(cabinet: Cabinet, posting: Posting, extra: Json) -> Json:
    """This function will give the v4 shape; `extra` is the request's `with`."""
    return {
        **common(cabinet, posting, extra),
        "delivery_schema": "fbs",
        "destination_place_id": 0,
        "destination_place_name": "",
        "is_click_and_collect": False,
        "is_presortable": False,
        "prr_option": "",
        "quantum_id": 0,
        "volume_weight": sum(litres(good_of(cabinet, line)) * line.quantity for line in posting.lines),
        "products": [_listed_line(line) for line in posting.lines],
        "financial_data": _listed_money(posting) if extra.get("financial_data") else None,
        "analytics_data": analytics(cabinet, posting, extra.get("analytics_data")),
        "legal_info": {"company_name": "", "inn": "", "kpp": ""},
        "tariffication": {
            "current_tariff_rate": 1,
            "current_tariff_type": "no_discount",
            "current_tariff_charge": _money("0"),
            "current_tariff_min_charge": _money("0"),
            "next_tariff_rate": 1,
            "next_tariff_type": "commission",
            "next_tariff_charge": _money("50"),
            "next_tariff_min_charge": _money("50"),
            "next_tariff_starts_at": iso(posting.shipment + 1),
        },
    }


def common(cabinet: Cabinet, posting: Posting, extra: Json) -> Json:
    place = cabinet.warehouses[posting.warehouse_id]
    return {
        "posting_number": posting.number,
        "order_id": posting.order_id,
        "order_number": posting.order_number,
        "parent_posting_number": posting.parent,
        "status": posting.status,
        "substatus": posting.substatus,
        "in_process_at": iso(posting.created),
        "shipment_date": iso(posting.shipment),
        "shipment_date_without_delay": iso(posting.shipment + 19 * 3600),
        "delivering_date": iso(posting.delivering_at) if posting.delivering_at else None,
        "delivery_method": {
            "id": place.warehouse_id,
            "name": f"Доставка Ozon самостоятельно, {place.city}",
            "warehouse_id": place.warehouse_id,
            "warehouse": place.name,
            **PROVIDER,
        },
        "available_actions": actions(posting),
        "barcodes": barcodes(posting) if extra.get("barcodes") else None,
        "cancellation": posting.cancellation or NO_CANCELLATION,
        "container": None,
        "container_sort_type": "",
        "customer": None,
        "addressee": None,
        "external_order": {"is_external": False, "platform_name": ""},
        "integration_type_flow": "ozon",
        "is_express": False,
        "is_multibox": False,
        "multi_box_qty": 1,
        "pickup_code_verified_at": None,
        "require_blr_traceable_attrs": False,
        "requirements": _requirements(cabinet, posting),
        "optional": {
            "products_with_possible_mandatory_mark": _marked(cabinet, posting, "possible"),
        },
        "sorting_center": None,
        "tariffication_steps": [
            {
                "min_charge": _money("0"),
                "tariff_charge": _money("0"),
                "tariff_deadline_at": iso(posting.shipment),
                "tariff_rate": 1,
                "tariff_type": "no_discount",
            }
        ],
        "tpl_integration_type": "ozon",
        "tracking_number": "",
    }


def barcodes(posting: Posting) -> Json:
    if not posting.packed:
        return {"upper_barcode": "0", "lower_barcode": "0", "scanit": ""}
    return {"upper_barcode": scanned(posting), "lower_barcode": str(posting.posting_id), "scanit": scanned(posting)}


def scanned(posting: Posting) -> str:
    """What the barcode of the label says."""
    return f"%101%{posting.posting_id}"


def actions(posting: Posting) -> list[str]:
    if posting.status == "awaiting_packaging":
        if posting.packing:
            return ["cancel", "ship_async_in_process"]
        retry = ["ship_async_retry"] if posting.substatus == "ship_failed" else ["ship", "ship_async"]
        return ["cancel", "product_cancel", *retry]
    if posting.status == "awaiting_deliver":
        return ["cancel", "label_download", "update_cis", "has_barcode_for_printing"]
    return []


def _requirements(cabinet: Cabinet, posting: Posting) -> dict[str, list[str]]:
    names = ("change_country", "country", "gtd", "imei", "jw_uin", "mandatory_mark", "rnpt", "weight")
    empty: dict[str, list[str]] = {f"products_requiring_{name}": [] for name in names}
    if posting.status in ("awaiting_packaging", "awaiting_approve"):
        empty["products_requiring_mandatory_mark"] = _marked(cabinet, posting, "required")
    return empty


def _marked(cabinet: Cabinet, posting: Posting, kind: str) -> list[str]:
    return [str(line.sku) for line in posting.lines if good_of(cabinet, line).marking == kind]


def _listed_line(line: Line) -> Json:
    return {
        "sku": line.sku,
        "offer_id": line.offer_id,
        "name": line.name,
        "quantity": line.quantity,
        "price": _money(line.price),
        "product_color": line.colour,
        "weight": line.weight,
        "imei": [],
        "is_blr_traceable": False,
        "is_marketplace_buyout": False,
    }


def analytics(cabinet: Cabinet, posting: Posting, wanted: Any) -> Json:
    place = cabinet.warehouses[posting.warehouse_id]
    filled = bool(wanted)
    return {
        "city": "",
        "region": "",
        "client_delivery_date_begin": None,
        "client_delivery_date_end": None,
        "delivery_date_begin": iso(posting.shipment + DAY) if filled else None,
        "delivery_date_end": iso(posting.shipment + 3 * DAY) if filled else None,
        "delivery_type": "PVZ" if filled else "",
        "is_legal": False,
        "is_premium": False,
        "payment_type_group_name": "Карта Ozon Банка" if filled else "",
        "warehouse": place.name if filled else "",
        "warehouse_id": place.warehouse_id if filled else 0,
        **(PROVIDER if filled else {"tpl_provider": "", "tpl_provider_id": 0}),
    }


def _listed_money(posting: Posting) -> Json:
    return {
        "cluster_from": "Москва, МО и Дальние регионы",
        "cluster_to": posting.city,
        "products": [
            {
                **sold(line),
                "commission": {"amount": 0, "currency": "RUB", "percent": 0},
                "customer_price": _money(line.price),
            }
            for line in posting.lines
        ],
    }


def sold(line: Line) -> Json:
    price = float(line.price)
    return {
        "product_id": line.sku,
        "quantity": line.quantity,
        "price": price,
        "old_price": round(price * 1.25),
        "payout": 0,
        "total_discount_value": round(price * 1.25) - price,
        "total_discount_percent": 20,
        "actions": [],
    }


def good_of(cabinet: Cabinet, line: Line) -> Good:
    return cabinet.catalogue.by_sku[line.sku]


def _money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "RUB"}
