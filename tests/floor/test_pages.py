"""The floor's pages answer, draw what is to be done, and take scans."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from floor.models import Wave
from merchants.roles import Role
from orders.models import Order
from tests import make
from tests.trade import Trade


@pytest.fixture
def lead(trade: Trade) -> Client:
    return make.client(role=Role.LEAD, merchant=trade.merchant)


def scan(browser: Client, url: str, code: str, **context: object) -> Any:
    body = {"code": code, "nonce": str(uuid4()), "at": "2026-11-24T09:00:00Z", **context}
    answer = browser.post(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def release(lead: Client) -> Wave:
    assert lead.post(reverse("floor:release"), {"limit": 50}).status_code == 302
    return Wave.objects.latest("pk")


def test_lead_releases_what_the_board_proposes(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=5)
    trade.order(("mug", 1))
    trade.order(("mug", 1), place=trade.wildberries)
    board = lead.get(reverse("floor:waves")).content.decode()
    assert "wildberries" in board
    assert "ozon" in board
    wave = release(lead)
    assert wave.orders.count() == 2
    assert lead.get(reverse("floor:wave", args=[wave.pk])).status_code == 200
    assert lead.get(reverse("floor:waves-inside")).status_code == 200


def test_picker_is_led_to_the_cell_and_packs(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 1))
    wave = release(lead)
    assert lead.get(reverse("floor:pick")).status_code == 302
    assert "A-01-01" in lead.get(reverse("floor:pick-wave", args=[wave.pk])).content.decode()
    url = reverse("floor:pick-scan", args=[wave.pk])
    assert scan(lead, url, "A-01-01")["cell"] == trade.cell.pk
    picked = scan(lead, url, "INT-mug", cell=trade.cell.pk)
    assert (picked["outcome"], picked["order"]) == ("accepted", order.pk)
    packed = scan(lead, reverse("floor:pack-scan"), "INT-mug")
    assert (packed["outcome"], packed["packed"]) == ("accepted", True)
    assert order.external_number in lead.get(reverse("floor:pack-parcels")).content.decode()
    assert lead.get(reverse("floor:pack")).status_code == 200
    assert Order.objects.get().state == "packed"


def test_pages_are_calm_when_there_is_nothing_to_do(trade: Trade, lead: Client) -> None:
    for name in ("floor:waves", "floor:pick", "floor:pack", "floor:put-back"):
        assert lead.get(reverse(name)).status_code == 200
    lead.post(reverse("floor:release"), {"limit": 50})
    assert Wave.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"code": "x"}', b'{"code": "\\u0000", "nonce": "1"}', b"\xff"])
def test_bad_scan_is_refused_in_words(trade: Trade, lead: Client, body: bytes) -> None:
    answer = lead.post(reverse("floor:pack-scan"), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["text"]
