"""
Whatever is sent to a hook, from the door to the tables: consent or refusal, never a failure; the genuine notice that
came with it is handled.  Notices are made from the specifications and bent.
"""

import base64
import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import note

from marketplaces import tasks
from marketplaces.models import Cursor, Quarantine
from marketplaces.sync import doors
from orders.models import Order
from tests.contract import hostile, specs, test_megamarket_hook, test_ozon_hook
from tests.contract.adapter_contract import JUNK, leaves, with_junk
from tests.contract.yandex_operations import NUMBER as MARKET_NUMBER
from tests.marketplaces.stall import played, stall_of, unhandled
from tests.trade import Trade

OZON_NUMBER, MEGAMARKET_NUMBER = "41517061-0214-1", "842818431"
PATHS = {"ozon": "", "yandex_market": "notification", "megamarket": "order/new"}
SENDERS = {"ozon": "195.34.21.7", "yandex_market": "5.45.207.9", "megamarket": "203.0.113.5"}
Payload = Any


def ozon(draw: Random) -> Payload:
    """The specification shows Ozon's notices as examples in prose: those are bent."""
    _, shown, _ = draw.choice(test_ozon_hook.TestOzonHook.told)
    payload = copy.deepcopy(dict(shown))
    for _ in range(draw.randrange(1, 4)):
        payload = with_junk(payload, draw.choice(list(leaves(payload))), draw.choice(JUNK))
    return payload


def yandex_market(draw: Random) -> Payload:
    spec = specs.load_yandex_notifications()
    schemas = spec.document["components"]["schemas"]
    kinds = schemas["SendNotificationRequest"]["discriminator"]["mapping"]
    kind = draw.choice(sorted(kinds))
    payload = hostile.value(spec, {"$ref": f"#/components/schemas/{kinds[kind].rpartition('/')[2]}"}, draw)
    return {**payload, "notificationType": kind} if isinstance(payload, dict) else payload


def megamarket(draw: Random) -> Payload:
    """A genuine shipment stands among the bent ones."""
    spec = specs.load_reconstructed("megamarket")
    body = specs.operation(spec, "post", "/order/new").body["requestBody"]["content"]["application/json"]["schema"]
    row = hostile.row_schema(spec, body, ("data", "shipments"))
    rows = [hostile.value(spec, row, draw) for _ in range(3)]
    rows.insert(draw.randrange(4), test_megamarket_hook.FBS)
    return test_megamarket_hook.push(*rows)


GENUINE: dict[str, tuple[str, Payload]] = {
    "ozon": (OZON_NUMBER, {"message_type": "TYPE_NEW_POSTING", "posting_number": OZON_NUMBER, "seller_id": 15}),
    "yandex_market": (
        MARKET_NUMBER,
        {"notificationType": "ORDER_CREATED", "orderId": int(MARKET_NUMBER), "campaignId": 7210, "items": []},
    ),
    "megamarket": (MEGAMARKET_NUMBER, test_megamarket_hook.push(test_megamarket_hook.FBS)),
}
BENT: dict[str, Callable[[Random], Payload]] = {
    "ozon": ozon,
    "yandex_market": yandex_market,
    "megamarket": megamarket,
}


@pytest.mark.parametrize("code", BENT)
def test_a_hostile_notice_is_taken_or_refused_and_the_genuine_one_is_handled(
    trade: Trade, code: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "kick_pull", lambda **how: None)
    stall = stall_of(trade, code)
    given = doors.give(merchant_id=trade.merchant.pk, channel_id=stall.place.channel_id, now=timezone.now())
    basic = base64.b64encode(f"{given.login}:{given.password}".encode()).decode()
    browser = Client()

    def told(payload: Payload) -> HttpResponse:
        address = f"/sync/in/{given.secret}/{PATHS[code]}".rstrip("/")
        return cast(
            HttpResponse,
            browser.post(
                address,
                json.dumps(payload).encode("utf-8", "surrogatepass"),
                content_type="application/json",
                REMOTE_ADDR=SENDERS[code],
                HTTP_AUTHORIZATION=f"Basic {basic}",
            ),
        )

    number, genuine = GENUINE[code]
    answers: list[int] = []

    def play(draw: Random) -> None:
        caplog.clear()
        payloads = [BENT[code](draw) for _ in range(4)]
        note(json.dumps(payloads))
        statuses = [told(payload).status_code for payload in payloads]
        answers.extend(statuses)
        assert set(statuses) <= {200, 400}
        assert Quarantine.objects.filter(stream="inbox").exists() == (400 in statuses)
        assert told(genuine).status_code == 200

        stall.read("inbox", stall.recorded("orders_by_number"), now=timezone.now())

        assert unhandled(caplog) == []
        cursor = Cursor.objects.get(channel=stall.place.channel_id, stream="inbox")
        assert (cursor.failures, cursor.error) == (0, "")
        assert Order.objects.filter(channel=stall.place.channel_id, external_number=number).exists()

    played(play)
    assert 200 in answers
