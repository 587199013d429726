"""Yandex Market's notifications against the hook contract and against the specification of the seller's side."""

import json
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.adapters.yandex_market.hook import YandexMarketHook
from sandbox.post import Subscription
from sandbox.yandex_market import orders, returns
from tests.contract import specs, yandex_cabinet
from tests.contract.hook_contract import NOW, HookContract, sent
from tests.contract.samples import samples

PATH = "notification"
ORDER = {"orderId": 41, "campaignId": 7210}
ITEMS = [{"offerId": "T-1", "count": 1}]
AT = "2026-11-20T10:00:00.12Z"
STATUS = {
    "notificationType": "ORDER_STATUS_UPDATED",
    **ORDER,
    "status": "PROCESSING",
    "substatus": "STARTED",
    "updatedAt": AT,
}


def told(kind: str, **more: Any) -> dict[str, Any]:
    return {"notificationType": kind, **more}


class TestYandexMarketHook(HookContract):
    hook = YandexMarketHook()
    told = (
        (PATH, told("ORDER_CREATED", **ORDER, items=ITEMS, createdAt=AT), ["41"]),
        (PATH, told("ORDER_CANCELLED", **ORDER, items=ITEMS, cancelledAt=AT), ["41"]),
        (PATH, STATUS, ["41"]),
        (PATH, {**STATUS, "substatus": "A_WORD_FROM_TOMORROW"}, ["41"]),
        (PATH, {**STATUS, "updatedAt": "2026-11-20T10:00:01.12Z"}, ["41"]),
        (PATH, told("ORDER_UPDATED", **ORDER, updateType="SHIPMENT_DATE_UPDATED", updatedAt=AT), ["41"]),
        (PATH, told("ORDER_CANCELLATION_REQUEST", **ORDER, requestedAt=AT), ["41"]),
        (PATH, told("ORDER_RETURN_CREATED", **ORDER, returnId=3, returnType="RETURN", items=ITEMS, createdAt=AT), []),
        (PATH, told("CHAT_CREATED", businessId=5, chatId=7, createdAt=AT), []),
        (PATH, told("A_TYPE_FROM_TOMORROW", anything={"deep": [1]}), []),
    )
    pings = ((PATH, {"notificationType": "PING", "time": AT}),)


def test_the_types_of_the_specification_are_all_read():
    spec, hook = specs.load_yandex_notifications(), YandexMarketHook()
    schemas = spec.document["components"]["schemas"]
    for kind, name in schemas["SendNotificationRequest"]["discriminator"]["mapping"].items():
        schema = {"$ref": f"#/components/schemas/{name.rpartition('/')[2]}"}
        for body in samples(spec, schema):
            body["notificationType"] = kind
            specs.validate_request(spec, "POST", "/notification", body)
            notice = hook.parse(sent(body, PATH))
            is_order = kind.startswith("ORDER_") and "RETURN" not in kind
            assert (notice.kind, notice.numbers) == (kind, ("1",) if is_order else ())
            assert notice.streams == (("returns",) if "RETURN" in kind else ())


def test_answers_are_as_the_specification_says():
    spec, hook = specs.load_yandex_notifications(), YandexMarketHook()
    good = hook.answer(hook.parse(sent(STATUS, PATH)), now=NOW)
    specs.validate_response(spec, "POST", "/notification", good.status, good.body, strict=True)
    for refusal in (dto.Refusal.UNREADABLE, dto.Refusal.NOT_NOW):
        bad = hook.refuse(refusal, text="почему")
        specs.validate_response(spec, "POST", "/notification", bad.status, bad.body, strict=True)


def test_a_misspelt_answer_is_found_out():
    spec, hook = specs.load_yandex_notifications(), YandexMarketHook()
    good = hook.answer(hook.parse(sent(STATUS, PATH)), now=NOW)
    body = json.loads(json.dumps(good.body).replace("version", "verison"))
    with pytest.raises(specs.SpecMismatch, match="version"):
        specs.validate_response(spec, "POST", "/notification", 200, body)


def test_what_the_sandbox_tells_is_as_the_specification_says_and_names_the_order():
    spec, day, hook = specs.load_yandex_notifications(), yandex_cabinet.day(), YandexMarketHook()
    day.world.post.subscribe("yandex_market", "demo", Subscription("http://seller.example/secret"))
    number = day.buy((day.plain()[0], 1), program="DBS")
    day.cabinet.move(day.order(number), "DELIVERY", "DELIVERY_SERVICE_RECEIVED")
    orders.by_buyer(day.cabinet, day.order(number))
    orders.cancelled(day.cabinet, day.order(number), "USER_CHANGED_MIND")
    returns.move(day.cabinet, orders.comes_back(day.cabinet, day.order(number), "RETURN"), "IN_TRANSIT")
    day.later(5)
    told = {}
    for letter in day.world.post.due():
        assert letter.path == PATH
        specs.validate_request(spec, "POST", "/notification", letter.body)
        notice = hook.parse(sent(letter.body, PATH))
        told[notice.kind] = notice.numbers
    known = dict.fromkeys(
        ("ORDER_CREATED", "ORDER_STATUS_UPDATED", "ORDER_CANCELLATION_REQUEST", "ORDER_CANCELLED"), (number,)
    )
    assert told == {"PING": (), **known, "ORDER_RETURN_CREATED": (), "ORDER_RETURN_STATUS_UPDATED": ()}
