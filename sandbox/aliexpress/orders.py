"""Orders: the only list there is, by page; and how they come to be."""

from typing import Any

from sandbox.aliexpress.cabinet import Cabinet, product_id, sku_id
from sandbox.aliexpress.refusals import ok, refused
from sandbox.aliexpress.registry import method
from sandbox.aliexpress.state import Line, Order, Shipment
from sandbox.clock import iso, iso_micro, parse
from sandbox.exchange import Call
from sandbox.goods import Good

Json = Any
GONE = ("Rejected", "Cancelled")


@method("/seller-api/v1/order/get-order-list")
def listed(cabinet: Cabinet, body: Json, call: Call) -> Json:
    page, size = body.get("page"), body.get("page_size")
    if not isinstance(page, int) or not isinstance(size, int) or page < 1 or not 0 < size < 100:
        raise refused("InvalidArgument", "page and page_size are required", status=400)
    wanted = _Filter(body)
    found = sorted((order for order in cabinet.orders.values() if wanted(order)), key=lambda order: order.order_id)
    whole = body.get("trade_order_info") == "LogisticInfo"
    shown = [told(cabinet, order, whole=whole) for order in found[(page - 1) * size : page * size]]
    return ok({"total_count": len(found), "orders": shown})


class _Filter:
    def __init__(self, body: Json) -> None:
        self.statuses, self.deliveries = body.get("order_statuses"), body.get("delivery_statuses")
        self.ids = body.get("order_ids")
        self.created = (_moment(body, "date_start", 0.0), _moment(body, "date_end", 1e12))
        self.changed = (_moment(body, "update_at_from", 0.0), _moment(body, "update_at_to", 1e12))

    def __call__(self, order: Order) -> bool:
        return (
            (not self.statuses or order.status in self.statuses)
            and (not self.deliveries or order.delivery in self.deliveries)
            and (self.ids is None or order.order_id in self.ids)
            and self.created[0] <= order.created <= self.created[1]
            and self.changed[0] <= order.changed <= self.changed[1] + 1
        )


def _moment(body: Json, name: str, default: float) -> float:
    if body.get(name) is None:
        return default
    try:
        return parse(body[name])
    except (ValueError, TypeError):
        raise refused("InvalidArgument", f"{name}: a date is expected", status=400) from None


def told(cabinet: Cabinet, order: Order, *, whole: bool) -> Json:
    goods = cabinet.catalogue.by_article
    total = sum(line.price * line.quantity for line in order.lines)
    posting = {
        "id": order.order_id % 10**9,
        "delivery_fee": 0,
        "first_mile_type": "Dropoff",
        "logistics_type": "DBS" if order.own_delivery else "FBS",
        "logistic_method": "OTHER_RU_CITY" if order.own_delivery else "AE_RU_MP_COURIER",
        "posting_lines": [],
    }
    return {
        "id": order.order_id,
        "created_at": iso_micro(order.created),
        "paid_at": iso(order.created),
        "updated_at": iso_micro(order.changed),
        "status": order.status,
        "payment_status": "Hold",
        "delivery_status": order.delivery,
        "delivery_address": f"Россия, {order.city}, ул Примерная, 1",
        "delivery_info": {
            "country": "Россия",
            "region": order.city,
            "city": order.city,
            "street_house": "ул Примерная, 1",
            "index": "300000",
            "receiver": {"name": f"{order.person} ", "phone": "79000000000"},
        },
        "antifraud_status": "Passed",
        "buyer_country_code": "RU",
        "buyer_name": f"{order.person} ",
        "buyer_phone": "79000000000",
        "order_display_status": order.display,
        "order_lines": [_line(goods[line.article], line) for line in order.lines],
        "total_amount": total + 9900,
        "seller_comment": None,
        "fully_prepared": bool(order.shipments),
        "finish_reason": order.finish_reason or None,
        "cut_off_date": iso(order.created + 86_400) if whole else None,
        "cut_off_date_histories": None,
        "shipping_deadline": iso(order.created + 5 * 86_400) if whole else None,
        "next_cut_off_date": None,
        "pre_split_postings": [posting] if whole else None,
        "logistic_orders": [shipment(order, one) for one in order.shipments] if whole else None,
        "commission": {"platform_fee": total // 10, "affiliate_fee": 0, "estimate_revenue": total} if whole else None,
        "disputes": None,
    }


def _line(good: Good, line: Line) -> Json:
    return {
        "id": line.line_id,
        "item_id": str(product_id(good)),
        "sku_id": str(sku_id(good)),
        "sku_code": line.article,
        "name": line.name,
        "img_url": None,
        "item_price": line.price,
        "quantity": float(line.quantity),
        "total_amount": line.price * line.quantity,
        "currency": None,
        "properties": [good.colour],
        "properties_map": None,
        "buyer_comment": None,
        "height": good.height_mm / 10,
        "weight": float(good.weight_g),
        "width": good.width_mm / 10,
        "length": good.length_mm / 10,
        "issue_status": "NoDispute",
        "promotions": None,
        "order_line_fees": None,
        "product_source_id": None,
        "logistic_name": None,
        "logistic_storage_type": None,
    }


def shipment(order: Order, it: Shipment) -> Json:
    return {
        "id": it.shipment_id,
        "trade_order_id": order.order_id,
        "track_number": it.track,
        "status": it.status,
        "creation_error": {"code": None, "description": it.error or None},
        "lines": [{"sku_id": int(sku), "quantity": float(count)} for sku, count in it.items.items()],
        "handover_list_id": it.list_id or None,
        "handover_list_status": None,
    }


def order(cabinet: Cabinet, goods: list[tuple[Good, int]], *, own_delivery: bool = False) -> Order:
    """This function will let a buyer order; the stock is lowered by itself."""
    world, now = cabinet.world, cabinet.clock.now()
    lines = []
    for good, count in goods:
        cabinet.stocks.put(good.article, max(0, cabinet.amount(good) - count))
        lines.append(
            Line(
                line_id=world.sequences.next("ae/line", start=7_000_001),
                article=good.article,
                name=good.name,
                price=round(float(cabinet.price(good)) * 100),
                quantity=count,
            )
        )
    made = Order(
        order_id=world.sequences.next("ae/order", start=5_044_440_000_000_001),
        created=now,
        changed=now,
        lines=lines,
        city=world.draw.choice(("Москва", "Казань", "Тула", "Омск")),
        person=f"Покупатель {world.draw.randrange(100, 1000)}",
        own_delivery=own_delivery,
    )
    return cabinet.orders.put(made.order_id, made)


def by_buyer(cabinet: Cabinet, it: Order) -> bool:
    """This function will let the buyer cancel; it says whether it was not too late."""
    if it.status != "InProgress" or it.delivery != "Init":
        return False
    it.status, it.display, it.finish_reason = "Cancelled", "Close", "CancelledByBuyer"
    for one in it.shipments:
        one.status = "Cancelled"
    cabinet.touch(it)
    return True
