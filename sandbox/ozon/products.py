"""The catalogue as Ozon shows it."""

from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Call
from sandbox.goods import Good, litres
from sandbox.ozon.account import CREATED
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.paging import filtered_goods, page_rows
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import invalid
from sandbox.ozon.registry import method

Json = dict[str, Any]


@method("/v3/product/list")
def product_list(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", low=0, high=1000) or 1000
    goods = filtered_goods(cabinet, fields.inner("filter"), sku_key="skus")
    page, last_id, _ = page_rows(goods, fields.text("last_id"), limit)
    items = [
        {
            "product_id": good.product_id,
            "offer_id": good.article,
            "sku": good.sku,
            "archived": False,
            "has_fbo_stocks": cabinet.fbo_present(good) > 0,
            "has_fbs_stocks": _has_stock(cabinet, good),
            "is_discounted": False,
            "quants": [],
        }
        for good in page
    ]
    return {"result": {"items": items, "total_items": len(goods), "last_id": last_id}}


def _has_stock(cabinet: Cabinet, good: Good) -> bool:
    return any(cabinet.stock(place, good.product_id).free for place in cabinet.warehouses)


@method("/v3/product/info/list")
def info_list(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    count = len(fields.texts("offer_id")) + len(fields.wholes("product_id")) + len(fields.wholes("sku"))
    if not 1 <= count <= 1000:
        raise invalid("Request validation error: use either offer_id or product_id or sku, from 1 to 1000")
    return {"items": [_info(cabinet, good) for good in filtered_goods(cabinet, fields)]}


def _info(cabinet: Cabinet, good: Good) -> Json:
    price, has_stock = cabinet.price(good), _has_stock(cabinet, good)
    return {
        "id": good.product_id,
        "offer_id": good.article,
        "sku": good.sku,
        "name": good.name,
        "barcodes": [good.barcode],
        "images": [],
        "primary_image": [],
        "color_image": [],
        "created_at": iso(CREATED),
        "updated_at": iso(CREATED),
        "currency_code": "RUB",
        "price": f"{price.price}.00" if "." not in price.price else price.price,
        "old_price": f"{price.old_price}.00" if "." not in price.old_price else price.old_price,
        "min_price": "" if price.min_price == "0" else price.min_price,
        "vat": price.vat,
        "description_category_id": 17_000_000 + hash_of(good.category),
        "type_id": 90_000 + hash_of(good.category),
        "discounted_fbo_stocks": 0,
        "errors": [],
        "availabilities": [],
        "commissions": [],
        "has_discounted_fbo_item": False,
        "is_archived": False,
        "is_autoarchived": False,
        "is_discounted": False,
        "is_kgt": good.cargo == 3,
        "is_prepayment_allowed": True,
        "is_super": False,
        "model_info": {"model_id": good.nm_id, "count": 1},
        "price_indexes": {"color_index": "COLOR_INDEX_WITHOUT_INDEX"},
        "promotions": [],
        "sources": [
            {
                "created_at": iso(CREATED),
                "quant_code": "",
                "shipment_type": "SHIPMENT_TYPE_GENERAL",
                "sku": good.sku,
                "source": "sds",
            }
        ],
        "statuses": {
            "is_created": True,
            "moderate_status": "approved",
            "status": "price_sent",
            "status_description": "",
            "status_failed": "",
            "status_name": "Продается" if has_stock else "Готов к продаже",
            "status_tooltip": "",
            "status_updated_at": iso(CREATED),
            "validation_status": "success",
        },
        "stocks": {"has_stock": has_stock, "stocks": _stocks(cabinet, good)},
        "visibility_details": {"has_price": True, "has_stock": has_stock},
        "volume_weight": litres(good),
    }


def _stocks(cabinet: Cabinet, good: Good) -> list[Json]:
    held = [cabinet.stock(place, good.product_id) for place in cabinet.warehouses]
    reserved = sum(stock.reserved for stock in held)
    present = sum(stock.free for stock in held) + reserved
    rows = [{"present": present, "reserved": reserved, "sku": good.sku, "source": "fbs"}]
    if fbo := cabinet.fbo_present(good):
        rows.append({"present": fbo, "reserved": 0, "sku": good.sku, "source": "fbo"})
    return rows


@method("/v4/product/info/attributes")
def attributes(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=1000)
    goods = filtered_goods(cabinet, fields.inner("filter"))
    page, last_id, _ = page_rows(goods, fields.text("last_id"), limit)
    return {"result": [_attributes(good) for good in page], "total": str(len(goods)), "last_id": last_id}


def _attributes(good: Good) -> Json:
    values = [(85, good.brand), (8229, good.category), (9048, good.model)]
    values += [(10096, good.colour)] * bool(good.colour) + [(4295, good.size)] * bool(good.size)
    return {
        "id": good.product_id,
        "barcode": good.barcode,
        "barcodes": [good.barcode],
        "name": good.name,
        "offer_id": good.article,
        "sku": str(good.sku),
        "type_id": 90_000 + hash_of(good.category),
        "description_category_id": 17_000_000 + hash_of(good.category),
        "height": good.height_mm,
        "depth": good.length_mm,
        "width": good.width_mm,
        "dimension_unit": "mm",
        "weight": good.weight_g,
        "weight_unit": "g",
        "primary_image": "",
        "images": [],
        "model_info": {"model_id": good.nm_id, "count": 1},
        "pdf_list": [],
        "attributes": [
            {"id": number, "complex_id": 0, "values": [{"dictionary_value_id": 0, "value": value}]}
            for number, value in values
        ],
        "attributes_with_defaults": [],
        "complex_attributes": [],
        "color_image": "",
    }


def hash_of(text: str) -> int:
    """This function will give the same small number for the same text in every process."""
    return sum(ord(letter) * (place + 1) for place, letter in enumerate(text)) % 9_000
