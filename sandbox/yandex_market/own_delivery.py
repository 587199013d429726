"""What the seller says of orders that he brings himself: wishes to cancel answered, tracks, buyers' codes."""

from typing import Any

from sandbox.yandex_market import orders
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.orders import named, not_now
from sandbox.yandex_market.reading import Asked, flag, text, whole
from sandbox.yandex_market.refusals import invalid
from sandbox.yandex_market.registry import route

Json = dict[str, Any]
REASONS = ("ORDER_DELIVERED", "ORDER_IN_DELIVERY")


@route(
    "PUT",
    "/v2/campaigns/{campaignId}/orders/{orderId}/cancellation/accept",
    name="acceptOrderCancellation",
    amount=500,
)
def answer(cabinet: Cabinet, asked: Asked) -> Json:
    order, accepted = named(cabinet, asked), flag(asked.body, "accepted", default=None)
    if accepted is None:
        raise invalid("'accepted' must not be null")
    if not order.cancel_requested:
        raise invalid(not_now(order))
    if not accepted and asked.body.get("reason") not in REASONS:
        raise invalid("'reason' must not be null")
    if not asked.silent:
        if accepted:
            orders.cancelled(cabinet, order, "USER_CHANGED_MIND")
        else:
            order.cancel_requested = False
            cabinet.touch(order)
    return {"status": "OK"}


@route(
    "POST",
    "/v2/campaigns/{campaignId}/orders/{orderId}/delivery/track",
    name="setOrderDeliveryTrackCode",
    amount=10_000,
)
def track(cabinet: Cabinet, asked: Asked) -> Json:
    order = named(cabinet, asked)
    row = {"trackCode": text(asked.body, "trackCode"), "deliveryServiceId": whole(asked.body, "deliveryServiceId")}
    if not asked.silent:
        order.tracks = [row]
        cabinet.touch(order)
    return {"status": "OK"}


@route("PUT", "/v2/campaigns/{campaignId}/orders/{orderId}/verifyEac", name="verifyOrderEac", amount=10_000)
def verify(cabinet: Cabinet, asked: Asked) -> Json:
    order, code = named(cabinet, asked), text(asked.body, "code")
    if order.code_attempts <= 0:
        return {"status": "OK", "result": {"verificationResult": "NEED_UPDATE", "attemptsLeft": 0}}
    if code == order.code:
        return {"status": "OK", "result": {"verificationResult": "ACCEPTED"}}
    order.code_attempts -= 1
    cabinet.orders.touch(order.order_id)
    return {"status": "OK", "result": {"verificationResult": "REJECTED", "attemptsLeft": order.code_attempts}}
