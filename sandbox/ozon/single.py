"""A posting as the method for one shows it (v3): older types, prices are texts beside a currency code."""

from typing import Any

from sandbox.clock import iso
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.shapes import analytics, common, good_of, sold
from sandbox.ozon.state import Line, Posting

Json = dict[str, Any]


def single(cabinet: Cabinet, posting: Posting, extra: Json) -> Json:
    """This function will give the v3 shape: prices are texts beside a currency code."""
    financial = _single_money(posting) if extra.get("financial_data") else None
    return {
        **common(cabinet, posting, extra),
        "additional_data": [],
        "courier": None,
        "delivery_price": "",
        "fact_delivery_date": iso(posting.delivered_at) if posting.delivered_at else None,
        "previous_substatus": posting.previous_substatus,
        "product_exemplars": _exemplars(posting) if extra.get("product_exemplars") else None,
        "products": [_single_line(cabinet, posting, line) for line in posting.lines],
        "provider_status": "",
        "prr_option": {"code": "", "price": "", "currency_code": "RUB", "floor": ""},
        "related_postings": {"related_posting_numbers": posting.related} if extra.get("related_postings") else None,
        "related_weight_postings": [],
        "financial_data": financial,
        "analytics_data": analytics(cabinet, posting, True) if extra.get("analytics_data") else None,
        "legal_info": {"company_name": "", "inn": "", "kpp": ""} if extra.get("legal_info") else None,
        "tariffication": {
            "current_tariff_rate": 1,
            "current_tariff_type": "no_discount",
            "current_tariff_charge": "",
            "current_tariff_charge_currency_code": "RUB",
            "next_tariff_rate": 1,
            "next_tariff_type": "commission",
            "next_tariff_charge": "50",
            "next_tariff_starts_at": iso(posting.shipment + 1),
            "next_tariff_charge_currency_code": "RUB",
        },
    }


def _single_line(cabinet: Cabinet, posting: Posting, line: Line) -> Json:
    good = good_of(cabinet, line)
    marks = [mark["mark"] for e in posting.exemplars if e.sku == line.sku for mark in e.marks]
    return {
        "sku": line.sku,
        "offer_id": line.offer_id,
        "name": line.name,
        "quantity": line.quantity,
        "price": f"{line.price}.0000",
        "currency_code": "RUB",
        "dimensions": {
            "height": f"{good.height_mm}.00",
            "length": f"{good.length_mm}.00",
            "width": f"{good.width_mm}.00",
            "weight": str(good.weight_g),
        },
        "mandatory_mark": marks,
        "jw_uin": [],
        "has_imei": False,
        "is_blr_traceable": False,
        "is_marketplace_buyout": False,
        "is_weight_needed": False,
        "weight_max": 0,
        "weight_min": 0,
    }


def _exemplars(posting: Posting) -> Json:
    return {
        "products": [
            {
                "sku": line.sku,
                "exemplars": [
                    {
                        "exemplar_id": e.exemplar_id,
                        "mandatory_mark": next((mark["mark"] for mark in e.marks), ""),
                        "gtd": e.gtd,
                        "is_gtd_absent": e.is_gtd_absent,
                        "rnpt": e.rnpt,
                        "is_rnpt_absent": e.is_rnpt_absent,
                        "weight": e.weight,
                        "imei": [],
                    }
                    for e in posting.exemplars
                    if e.sku == line.sku
                ],
            }
            for line in posting.lines
        ]
    }


def _single_money(posting: Posting) -> Json:
    return {
        "cluster_from": "Москва, МО и Дальние регионы",
        "cluster_to": posting.city,
        "products": [
            {
                **sold(line),
                "currency_code": "RUB",
                "customer_currency_code": "RUB",
                "commissions_currency_code": "RUB",
                "commission_amount": 0,
                "commission_percent": 0,
                "customer_price": float(line.price),
            }
            for line in posting.lines
        ],
    }
