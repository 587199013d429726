"""Yandex Market's API notifications: thin, each with the moment it tells of."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.post import Manner
from sandbox.yandex_market.state import Order, Return

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]
CODE, PATH = "yandex_market", "notification"
MINUTE, QUARTER = 60.0, 900.0
# Each minute for an hour, each quarter of an hour for the first day.
RETRIES = (*(MINUTE,) * 60, *(QUARTER,) * 92)


def manner(world: "World") -> Manner:
    """This function will tell how the market delivers: ten seconds, again after every answer but 200 and 400."""

    def ping() -> tuple[str, Json]:
        return PATH, {"notificationType": "PING", "time": stamp(world.clock.now())}

    return Manner(taken=_taken, retries=RETRIES, wait_s=10.0, ping=ping)


def _taken(status: int, body: Any) -> bool:
    # What is answered with 400 is not told again.
    return status == 400 or (status == 200 and isinstance(body, dict) and {"version", "name", "time"} <= set(body))


def stamp(moment: float) -> str:
    """2026-11-20T07:00:00.123Z."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def arrived(order: Order) -> Json:
    return {**_of("ORDER_CREATED", order), "items": _items(order), "createdAt": stamp(order.created)}


def moved(order: Order) -> Json:
    if order.status == "CANCELLED":
        return {**_of("ORDER_CANCELLED", order), "items": _items(order), "cancelledAt": stamp(order.updated)}
    told = {"status": order.status, "substatus": order.substatus, "updatedAt": stamp(order.updated)}
    return {**_of("ORDER_STATUS_UPDATED", order), **told}


def wish_to_cancel(order: Order) -> Json:
    return {**_of("ORDER_CANCELLATION_REQUEST", order), "requestedAt": stamp(order.updated)}


def comes_back(it: Return) -> Json:
    told = {"returnType": it.kind, "items": _items(it), "createdAt": stamp(it.created)}
    return {**_of("ORDER_RETURN_CREATED", it), "returnId": it.return_id, **told}


def return_moved(it: Return) -> Json:
    told = {"statuses": {"shipmentStatus": it.shipment_status}, "updatedAt": stamp(it.updated)}
    return {**_of("ORDER_RETURN_STATUS_UPDATED", it), "returnId": it.return_id, **told}


def _of(kind: str, it: Order | Return) -> Json:
    return {"notificationType": kind, "orderId": it.order_id, "campaignId": it.campaign_id}


def _items(it: Order | Return) -> list[Json]:
    return [{"offerId": item.offer_id, "count": item.count} for item in it.items]
