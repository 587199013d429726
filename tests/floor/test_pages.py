"""The floor's pages answer, draw what is to be done, and take scans."""

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from floor.models import PackPhoto, PickTask, Wave, WaveOrder
from floor.selectors import board, pace, proposals
from floor.types import WaveState
from merchants.roles import Role
from orders.models import Order
from orders.types import State
from stock.models import Balance, Feed, Location, Warehouse, WarehouseMerchant
from stock.selectors import proof
from tests import make
from tests.labels import make as labels_make
from tests.trade import NOON, Trade


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
    page = lead.get(reverse("floor:waves")).content.decode()
    assert "wildberries" in page
    assert "ozon" in page
    wave = release(lead)
    assert wave.orders.count() == 2
    assert lead.get(reverse("floor:wave", args=[wave.pk])).status_code == 200
    assert lead.get(reverse("floor:waves-inside")).status_code == 200


def test_a_refused_scan_has_a_line_in_the_log(trade: Trade, lead: Client, caplog: pytest.LogCaptureFixture) -> None:
    trade.sku("mug", pieces=5)
    trade.order(("mug", 1))
    url = reverse("floor:pick-scan", args=[release(lead).pk])
    with caplog.at_level(logging.INFO, logger="floor.views.scanning"):
        for code in ("INT-mug", "nothing", "1234567812345678"):
            scan(lead, url, code)
    lines: list[Any] = [record.msg for record in caplog.records if record.name == "floor.views.scanning"]
    assert [(line["event"], line["request"], line["code"], line["outcome"]) for line in lines] == [
        ("scan_refused", url, "nothing", "wrong"),
        ("scan_refused", url, "badge", "wrong"),  # whoever reads the log could sign in with it
    ]
    assert {line["person"] for line in lines} == {int(lead.session["_auth_user_id"])}
    assert "1234567812345678" not in str(lines)


def test_the_next_cut_off_is_that_of_orders_in_released_waves(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=9)
    assert board.next_cut_off(warehouse_id=trade.warehouse.pk) is None
    later, soon, too = (trade.order(("mug", 1), ship_by=NOON + timedelta(hours=n)) for n in (3, 2, 2))
    wave = release(lead)
    trade.order(("mug", 1), ship_by=NOON)  # in no wave
    assert board.next_cut_off(warehouse_id=trade.warehouse.pk) == {"at": soon.ship_by, "orders": 2}
    assert board.next_cut_off(warehouse_id=trade.warehouse.pk + 1) is None
    WaveOrder.objects.filter(order=too).update(left=True)
    assert board.next_cut_off(warehouse_id=trade.warehouse.pk) == {"at": soon.ship_by, "orders": 1}
    Order.objects.filter(pk=soon.pk).update(state=State.PACKED)
    assert board.next_cut_off(warehouse_id=trade.warehouse.pk) == {"at": later.ship_by, "orders": 1}
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.DONE)
    assert board.next_cut_off(warehouse_id=trade.warehouse.pk) is None


def test_after_a_wrong_item_the_picker_still_stands_at_the_cell(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=5)
    trade.sku("fork", pieces=5)
    trade.order(("mug", 1))
    wave = release(lead)
    url = reverse("floor:pick-scan", args=[wave.pk])
    cell = PickTask.objects.get(wave=wave).location
    here = scan(lead, url, cell.code)
    wrong = scan(lead, url, "INT-fork", cell=cell.pk)
    assert (here["outcome"], wrong["outcome"], wrong["cell"]) == ("accepted", "wrong", cell.pk)
    assert ["Вы у ячейки" in answer["html"] for answer in (here, wrong)] == [True, True]


def test_a_picker_sees_first_what_must_leave_first(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=9)
    waves = []
    for hours in (3, 1, 2):
        trade.order(("mug", 1), ship_by=NOON + timedelta(hours=hours))
        waves.append(release(lead))
    rows = board.waves_to_pick(warehouse_id=trade.warehouse.pk)
    assert [(row.wave, row.ship_by) for row in rows] == [
        (waves[which], NOON + timedelta(hours=hours)) for which, hours in ((1, 1), (2, 2), (0, 3))
    ]
    page = lead.get(reverse("floor:pick")).content.decode()
    addresses = [reverse("floor:pick-wave", args=[row.wave.pk]) for row in rows]
    assert sorted(addresses, key=page.index) == addresses


@pytest.mark.parametrize("name", ["floor:wave", "floor:wave-inside"])
def test_a_long_wave_shows_its_beginning_until_the_whole_is_asked_for(
    trade: Trade, lead: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("floor.views.waves.ROWS_SHOWN", 1)
    trade.sku("mug", pieces=5)
    trade.sku("fork", pieces=5)
    numbers = [trade.order((code, 1)).external_number for code in ("mug", "fork")]
    address = reverse(name, args=[release(lead).pk])
    beginning, whole = (lead.get(address, query).content.decode() for query in ({}, {"whole": "1"}))
    assert [sum(number in page for number in numbers) for page in (beginning, whole)] == [1, 2]
    assert ["?whole=1" in page for page in (beginning, whole)] == [True, name == "floor:wave"], "it stays whole, live"
    assert beginning.count("Показать всю волну") == 2, "of its orders and of its pick list"
    monkeypatch.setattr("floor.views.waves.ROWS_SHOWN", 2)
    assert "Показать всю волну" not in lead.get(address).content.decode(), "that is all of it"


@pytest.mark.parametrize("name", ["floor:waves", "floor:waves-inside", "floor:board", "floor:board-inside"])
def test_of_many_waves_the_newest_are_shown_until_all_are_asked_for(
    trade: Trade, lead: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("floor.views.waves.WAVES_SHOWN", 1)
    monkeypatch.setattr("floor.views.lead._WAVES_SHOWN", 1)
    trade.sku("mug", pieces=5)
    waves = []
    for _number in range(2):
        trade.order(("mug", 1))
        waves.append(f'href="{reverse("floor:wave", args=[release(lead).pk])}"')
    page = lead.get(reverse(name)).content.decode()
    assert [wave in page for wave in waves] == [False, True]
    assert "Показать все волны" in page
    whole = lead.get(reverse("floor:waves"), {"whole": "1"}).content.decode()
    assert all(wave in whole for wave in waves)
    assert "whole=1" in whole, "it stays whole, live"
    assert "Показать все волны" not in whole
    monkeypatch.setattr("floor.views.waves.WAVES_SHOWN", 2)
    monkeypatch.setattr("floor.views.lead._WAVES_SHOWN", 2)
    assert "Показать все волны" not in lead.get(reverse(name)).content.decode(), "that is all of them"


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
    for strange in ("²", "9" * 5000):
        assert lead.get(reverse("floor:receive-free"), {"warehouse": strange}).status_code == 200
    lead.post(reverse("floor:release"), {"limit": 50})
    assert Wave.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"code": "x"}',
        b'{"code": "\\u0000", "nonce": "1"}',
        b"\xff",
        b"[" * 20_000,
        b'{"code": "\\ud800", "nonce": "c2f500a3-0762-4ac8-91c2-ef2fdc2bc334"}',
    ],
)
def test_bad_scan_is_refused_in_words(trade: Trade, lead: Client, body: bytes) -> None:
    answer = lead.post(reverse("floor:pack-scan"), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["text"]


def test_proposals_are_by_cut_off_and_size_and_released_with_one_button(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=50)
    soon, late = NOON.replace(hour=12), NOON.replace(hour=18)
    for ship_by in (soon, soon, late):
        trade.order(("mug", 1), ship_by=ship_by)
    trade.order(("mug", 3), ship_by=late)
    trade.order(("mug", 9), ship_by=late)
    found = proposals.waiting(warehouse_id=trade.warehouse.pk)
    offered = proposals.proposals(found, warehouse_id=trade.warehouse.pk, now=NOON)
    assert [(row.until, row.mode, row.orders) for row in offered] == [
        (soon, "single", 2),
        (late, "cluster", 1),
        (late, "single", 3),
        (late, "wall", 1),
    ]
    first = {"kind": "single", "mode": "single", "until": soon.isoformat(), "limit": 2}
    assert lead.post(reverse("floor:release"), first).status_code == 302
    wave = Wave.objects.get()
    assert (wave.mode, wave.orders.count()) == ("single", 2)
    assert set(wave.orders.values_list("order__ship_by", flat=True)) == {soon}


def test_express_orders_of_one_hour_are_one_proposal_and_one_cut_off(trade: Trade) -> None:
    trade.sku("mug", pieces=50)
    hour = NOON + timedelta(hours=2)
    minutes = [-90, -30, 5, 50, 65]  # two are late, two leave within this hour, one in the next
    for minute in minutes:
        trade.order(("mug", 1), ship_by=hour + timedelta(minutes=minute))
    found = proposals.waiting(warehouse_id=trade.warehouse.pk)
    offered = proposals.proposals(found, warehouse_id=trade.warehouse.pk, now=hour)
    assert [(row.until, row.orders, row.late) for row in offered] == [
        (hour + timedelta(minutes=50), 4, 2),
        (hour + timedelta(minutes=65), 5, 2),
    ]
    cut_offs = pace.cut_offs(warehouse_id=trade.warehouse.pk, pace=2.0, now=hour)
    assert [(row.at, row.waiting, row.misses) for row in cut_offs] == [
        (hour + timedelta(minutes=-90), 2, 2),
        (hour + timedelta(minutes=5), 2, 2),
        (hour + timedelta(minutes=65), 1, 1),
    ]


def test_an_order_waits_in_the_warehouse_where_its_goods_are_held(trade: Trade) -> None:
    other = Warehouse.objects.create(name="Other")
    WarehouseMerchant.objects.create(merchant=trade.merchant, warehouse=other)
    Feed.objects.create(merchant=trade.merchant, channel_warehouse=trade.ozon, warehouse=other, rank=2)
    trade.sku("mug", pieces=1)
    trade.receive(trade.skus["mug"], 3, Location.objects.create(warehouse=other, code="B-01-01"))
    here, there, both = trade.order(("mug", 1)), trade.order(("mug", 1)), trade.order(("mug", 2))
    alone = trade.order(("mug", 1), place=trade.wildberries)  # short: nothing is left where it is fed from
    trade.receive(trade.skus["mug"], 1)
    fork = trade.sku("fork", pieces=1)
    trade.receive(fork, 1, Location.objects.get(warehouse=other, code="B-01-01"))
    split = trade.order(("fork", 2))

    def waiting(warehouse: Warehouse) -> set[int]:
        return {row.order_id for row in proposals.waiting(warehouse_id=warehouse.pk)}

    assert alone.attention == ["short"]
    assert waiting(trade.warehouse) == {here.pk, split.pk}
    assert waiting(other) == {there.pk, both.pk, split.pk}


def test_a_wave_of_ones_own_choice_takes_what_fits_alone(trade: Trade, lead: Client) -> None:
    far = Location.objects.create(warehouse=trade.warehouse, code="Z-01-01", x=9, y=9)
    trade.sku("mug", pieces=50)
    trade.sku("fork", pieces=50, location=far)
    near = trade.order(("mug", 1))
    trade.order(("fork", 1))
    trade.order(("mug", 1), place=trade.wildberries)
    chosen = {"zone": "A", "marketplace": "ozon", "scheme": "fbs", "kind": "single", "mode": "discrete", "limit": 9}
    lead.post(reverse("floor:release"), chosen)
    wave = Wave.objects.get()
    assert (wave.mode, list(wave.orders.values_list("order_id", flat=True))) == ("discrete", [near.pk])
    lead.post(reverse("floor:release"), {"zone": "nowhere", "limit": 9})
    assert Wave.objects.count() == 1


def test_places_are_taken_by_open_orders_and_free_again(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=50)
    first, second = trade.order(("mug", 2)), trade.order(("mug", 2))
    release(lead)
    slots = dict(WaveOrder.objects.values_list("order_id", "slot"))
    assert slots == {first.pk: 1, second.pk: 2}
    url = reverse("floor:wall-scan")
    assert [scan(lead, url, "INT-mug")["slot"] for _piece in range(4)] == [1, 1, 2, 2]
    assert scan(lead, url, "INT-mug")["outcome"] == "wrong"
    assert scan(lead, url, "BO-UNDO")["slot"] == 2
    table = reverse("floor:pack-scan")
    assert scan(lead, table, "INT-mug")["outcome"] == "wrong"  # which place?
    for code in ("BO-SLOT-1", "INT-mug"):
        assert scan(lead, table, code)["outcome"] == "accepted"
    assert scan(lead, table, "INT-mug")["packed"] is True
    third = trade.order(("mug", 2))
    release(lead)
    assert WaveOrder.objects.get(order=third).slot == 1


def test_board_says_whether_the_cut_off_is_made(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=50)
    now = timezone.now()
    for _order in range(12):
        trade.order(("mug", 1), ship_by=now + timedelta(minutes=30))
    page = lead.get(reverse("floor:board")).content.decode()
    assert "прогноза нет" in page
    release(lead)
    scan(lead, reverse("floor:pack-scan"), "INT-mug")
    soon = now + timedelta(minutes=1)
    per_hour = pace.orders_per_hour(warehouse_id=trade.warehouse.pk, now=soon)
    assert per_hour == 6.0  # one in ten minutes at least
    found = pace.cut_offs(warehouse_id=trade.warehouse.pk, pace=per_hour, now=soon)
    assert [(row.waiting, row.in_work) for row in found] == [(11, 11)]
    assert found[0].misses == round(11 - 6 * 29 / 60)
    late = pace.cut_offs(warehouse_id=trade.warehouse.pk, pace=per_hour, now=now + timedelta(minutes=31))
    assert late[0].misses == 11
    assert "не успеваем" in lead.get(reverse("floor:board-inside")).content.decode()
    scan(lead, reverse("floor:pack-scan"), "INT-nonsense")
    assert "INT-nonsense" in lead.get(reverse("floor:people")).content.decode()
    assert lead.get(reverse("floor:people"), {"day": "2020-13-45"}).status_code == 200


def test_defect_goes_to_quarantine_and_another_piece_is_wanted(trade: Trade, lead: Client) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 2))
    release(lead)
    table = reverse("floor:pack-scan")
    scan(lead, table, "INT-mug")
    assert "A-01-01" in str(scan(lead, table, "BO-DEFECT")["text"])
    places = dict(Balance.objects.values_list("location__kind", "pieces"))
    assert (places["cell"], places["table"], places["quarantine"]) == (4, 0, 1)
    assert [scan(lead, table, "INT-mug")["packed"] for _piece in range(2)] == [False, True]
    order.refresh_from_db()
    assert order.state == "packed"
    assert scan(lead, table, "BO-UNDO")["outcome"] == "already"  # the box is closed
    assert proof.differences() == []


def test_photo_of_the_box_is_kept_with_its_order(trade: Trade, lead: Client, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 2))
    release(lead)
    url = reverse("floor:pack-photo")
    picture = SimpleUploadedFile("box.png", labels_make.png(), "image/png")
    assert lead.post(url, {"photo": picture}).status_code == 409  # no order yet
    scan(lead, reverse("floor:pack-scan"), "INT-mug")
    picture.seek(0)
    assert order.external_number in lead.post(url, {"photo": picture}).json()["message"]
    photo = PackPhoto.objects.get()
    shown = lead.get(reverse("floor:photo", args=[photo.pk]))
    assert shown.getvalue() == labels_make.png()
    assert lead.get(reverse("floor:photos", args=[order.pk])).status_code == 200
    nonsense = SimpleUploadedFile("box.png", b"<script>", "image/png")
    assert lead.post(url, {"photo": nonsense}).status_code == 400


def test_control_barcodes_are_what_a_scanner_reads(trade: Trade, lead: Client) -> None:
    page = lead.get(reverse("floor:codes")).content.decode()
    for code in ("BO-UNDO", "BO-NOT-FOUND", "BO-CANCEL", "BO-DEFECT", "BO-REPRINT", "BO-SLOT-1", "BO-SLOT-60"):
        assert f'aria-label="{code}"' in page
