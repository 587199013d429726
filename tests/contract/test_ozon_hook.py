"""Ozon's push notifications against the hook contract; the payloads are shaped as the specification shows them."""

import json
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.adapters.ozon.hook import OzonHook
from marketplaces.errors import ContractBroken
from tests.contract import specs
from tests.contract.hook_contract import NOW, HookContract, sent

NUMBER = "24219509-0020-2"
STATE = {
    "message_type": "TYPE_STATE_CHANGED",
    "posting_number": NUMBER,
    "new_state": "posting_delivered",
    "changed_state_date": "2026-11-02T15:07:46.765Z",
    "warehouse_id": 0,
    "seller_id": 15,
}


def told(kind: str, **more: Any) -> dict[str, Any]:
    return {"message_type": kind, "seller_id": 15, **more}


class TestOzonHook(HookContract):
    hook = OzonHook()
    told = (
        ("", told("TYPE_NEW_POSTING", posting_number=NUMBER, products=[{"sku": 147451939, "quantity": 1}]), [NUMBER]),
        (
            "",
            told(
                "TYPE_POSTING_CANCELLED",
                posting_number=NUMBER,
                old_state="posting_created",
                new_state="posting_canceled",
                changed_state_date="2026-11-02T15:06:46.765Z",
                reason={"id": 0, "message": "x"},
            ),
            [NUMBER],
        ),
        ("", STATE, [NUMBER]),
        ("", {**STATE, "changed_state_date": "2026-11-02T15:07:47.765Z"}, [NUMBER]),
        ("", {**STATE, "posting_number": "1-1-1"}, ["1-1-1"]),
        (
            "",
            told(
                "TYPE_CUTOFF_DATE_CHANGED",
                posting_number=NUMBER,
                new_cutoff_date=None,
                old_cutoff_date="2026-11-21T10:00:00Z",
            ),
            [NUMBER],
        ),
        ("", told("TYPE_STOCKS_CHANGED", items=[{"sku": 1, "stocks": [{"warehouse_id": 1, "present": 2}]}]), []),
        ("", told("TYPE_ORDER_NEW", order_number="24219509-0020", uuid="bf354adc-e404-480c-a037-cf865464f1d9"), []),
        ("", told("TYPE_NEW_MESSAGE", chat_id="b646d975", message_id="3000000000817031942", seller_id="7"), []),
        ("", told("TYPE_OF_TOMORROW", anything={"deep": [1, 2]}), []),
    )
    pings = (("", {"message_type": "TYPE_PING", "time": "2026-08-24T14:15:22Z"}),)


def test_a_ping_hears_who_we_are():
    hook = OzonHook()

    reply = hook.answer(hook.parse(sent({"message_type": "TYPE_PING", "time": "2026-08-24T14:15:22Z"})), now=NOW)

    assert reply.body == {"version": "0.1.0", "name": "backoffice", "time": "2026-11-25T09:30:15Z"}


def test_other_events_hear_that_they_arrived():
    hook = OzonHook()

    assert hook.answer(hook.parse(sent(STATE)), now=NOW) == dto.Reply(status=200, body={"result": True})


def test_stock_and_goods_are_read_anew_where_they_changed():
    hook = OzonHook()

    def streams(kind: str) -> list[str]:
        return list(hook.parse(sent(told(kind))).streams)

    assert streams("TYPE_STOCKS_CHANGED") == ["read_back"]
    assert streams("TYPE_FBO_STOCKS_CHANGED") == ["own_stock"]
    assert streams("TYPE_CREATE_OR_UPDATE_ITEM") == ["listings"]
    assert streams("TYPE_PING") == []


@pytest.mark.parametrize("kind", ["\x00", "TYPE_\n", "", "Ж", "T" * 61, None, 5])
def test_a_kind_that_no_table_stores_is_refused_once_instead_of_asked_for_again(kind: object):
    with pytest.raises(ContractBroken):
        OzonHook().parse(sent({"message_type": kind, "seller_id": 15}))


@pytest.mark.parametrize("section", ["push_types", "push_start", "service_response"])
def test_kinds_and_answers_stand_in_the_specification(section: str):
    described: dict[str, str] = {tag["name"]: str(tag.get("description")) for tag in specs.load_ozon().document["tags"]}
    if section == "push_types":
        for _, payload, _ in TestOzonHook.told[:-1]:
            assert str(payload["message_type"]) in described[section]
    elif section == "push_start":
        for network in OzonHook.networks:
            assert network in described[section]
    else:
        refused: Any = OzonHook().refuse(dto.Refusal.UNREADABLE, text="x").body
        assert set(refused["error"]) == {"code", "message", "details"}
        assert str(refused["error"]["code"]) in described[section]
        assert json.dumps({"result": True}, indent=2) in described[section]
