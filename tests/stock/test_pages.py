import re

import pytest
from django.test import Client
from django.urls import reverse

from floor.selectors import proposals
from merchants.roles import Role
from stock.models import Feed, Location, Move, ShareRule
from stock.selectors.availability import available
from tests import make
from tests.trade import Trade


@pytest.fixture
def lead(trade: Trade) -> Client:
    return make.client(role=Role.OWNER, merchant=trade.merchant)


def receipt(*lines: tuple[str, str, str]) -> dict[str, str]:
    data = {"line-TOTAL_FORMS": str(len(lines)), "line-INITIAL_FORMS": "0", "reference": "УПД 7", "note": ""}
    for number, (sku, cell, pieces) in enumerate(lines):
        data |= {f"line-{number}-sku": sku, f"line-{number}-cell": cell, f"line-{number}-pieces": pieces}
    return data


def test_goods_are_received_by_article_or_barcode(trade: Trade, lead: Client) -> None:
    trade.sku("mug")
    trade.sku("fork")
    answer = lead.post(reverse("stock:receive"), receipt(("mug", "a-01-01", "3"), ("INT-fork", "", "2"), ("", "", "")))
    assert answer.status_code == 302
    assert (trade.row("mug"), trade.row("fork")) == ((3, 0), (2, 0))
    assert sorted(Move.objects.values_list("to_location__code", "pieces", "reference")) == [
        ("A-01-01", 3, "УПД 7"),
        ("DOCK", 2, "УПД 7"),
    ]


def test_one_bad_line_stops_the_whole_receipt_beside_its_field(trade: Trade, lead: Client) -> None:
    trade.sku("mug")
    answer = lead.post(reverse("stock:receive"), receipt(("mug", "", "3"), ("ghost", "Z-9", "0"), ("mug", "", "")))
    assert answer.status_code == 422
    lines = answer.context["lines"]
    assert [sorted(form.errors) for form in lines] == [[], ["cell", "pieces", "sku"], ["pieces"]]
    assert Move.objects.count() == 0


def key_of(page: bytes) -> str:
    found = re.search(r'name="once" value="(\w+)"', page.decode())
    assert found
    return found[1]


def test_a_form_sent_again_receives_nothing_more(trade: Trade, lead: Client) -> None:
    trade.sku("mug")
    url = reverse("stock:receive")
    wrong = receipt(("ghost", "", "3")) | {"once": key_of(lead.get(url).content)}
    right = receipt(("mug", "", "3")) | {"once": key_of(lead.post(url, wrong).content)}
    assert right["once"] != wrong["once"]
    assert [lead.post(url, right).status_code for _press in range(2)] == [302, 302]
    assert trade.row("mug") == (3, 0)
    assert "выполнена один раз" in lead.get(url).content.decode()
    lead.post(url, right | {"once": key_of(lead.get(url).content)})
    assert trade.row("mug") == (6, 0)


def test_what_failed_may_be_sent_again(trade: Trade, lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    trade.sku("mug")
    url = reverse("stock:receive")
    told = receipt(("mug", "", "3")) | {"once": key_of(lead.get(url).content)}
    with monkeypatch.context() as broken:
        broken.setattr("stock.services.shelf.receive", lambda **_told: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            lead.post(url, told)
    assert lead.post(url, told).status_code == 302
    assert trade.row("mug") == (3, 0)


def test_count_posts_the_difference_with_its_reason(trade: Trade, lead: Client) -> None:
    sku = trade.sku("mug", pieces=5)
    url = reverse("stock:set-pieces", args=[sku.pk])
    assert lead.post(url, {"cell": "A-01-01", "pieces": "3", "note": ""}).status_code == 422
    assert lead.post(url, {"cell": "A-01-01", "pieces": "3", "note": "пересчёт"}).status_code == 302
    assert trade.row("mug") == (3, 0)
    move = Move.objects.latest("pk")
    assert (move.pieces, move.to_location.code, move.note) == (2, "LOSS", "пересчёт")


def test_more_than_lies_there_cannot_be_carried(trade: Trade, lead: Client) -> None:
    sku = trade.sku("mug", pieces=2)
    Location.objects.create(warehouse=trade.warehouse, code="B-01-01")
    url = reverse("stock:move", args=[sku.pk])
    refused = lead.post(url, {"source": "A-01-01", "target": "B-01-01", "pieces": "3"})
    assert refused.status_code == 422
    assert Move.objects.filter(reason="put_away").count() == 0
    assert lead.post(url, {"source": "A-01-01", "target": "B-01-01", "pieces": "2"}).status_code == 302


def test_rule_is_applied_and_explained(trade: Trade, lead: Client) -> None:
    sku = trade.sku("mug", pieces=10)
    listing = sku.listings.get(channel=trade.ozon.channel)
    url = reverse("stock:rule", args=[trade.ozon.pk])
    answer = lead.post(
        url, {"buffer": "2", "share_percent": "50", "cap": "3", "keep_at_least": "0", "feeds": [trade.warehouse.pk]}
    )
    assert answer.status_code == 302
    found = available(pairs=[(trade.ozon.pk, listing.pk)], explain=True)[0]
    assert (found.pieces, [step.pieces for step in found.steps]) == (3, [10, 8, 4, 3])
    lead.post(url, {"buffer": "0", "share_percent": "100", "keep_at_least": "0", "feeds": []})
    assert Feed.objects.filter(channel_warehouse=trade.ozon).count() == 0
    assert available(pairs=[(trade.ozon.pk, listing.pk)])[0].pieces == 0
    assert lead.post(url, {"buffer": "-1", "share_percent": "101", "keep_at_least": "x"}).status_code == 422
    assert ShareRule.objects.get().buffer == 0


def test_last_piece_is_left_to_the_better_placed(trade: Trade) -> None:
    sku = trade.sku("mug", pieces=1)
    for place, priority in ((trade.ozon, 1), (trade.wildberries, 2)):
        ShareRule.objects.create(merchant=trade.merchant, channel_warehouse=place, priority=priority)
    pairs = [(place.pk, sku.listings.get(channel=place.channel).pk) for place in (trade.ozon, trade.wildberries)]
    assert [row.pieces for row in available(pairs=pairs)] == [1, 0]
    trade.receive(sku, 1)
    assert [row.pieces for row in available(pairs=pairs)] == [2, 1]


def test_cells_are_generated_with_addresses_and_coordinates(trade: Trade, lead: Client) -> None:
    url = reverse("stock:warehouse", args=[trade.warehouse.pk])
    rack = {"rows": "C-D", "bays": "2", "levels": "2", "places": "1", "aisle_m": "3", "bay_m": "1"}
    assert lead.post(url, rack).status_code == 302
    assert list(Location.objects.filter(code__startswith="C-").order_by("code").values_list("code", "x", "level")) == [
        ("C-01-1", 3.0, 1),
        ("C-01-2", 3.0, 2),
        ("C-02-1", 3.0, 1),
        ("C-02-2", 3.0, 2),
    ]
    assert lead.post(url, {**rack, "rows": "Z-A"}).status_code == 422


@pytest.mark.parametrize(
    "name", ["stock:balances", "stock:receive", "stock:cells", "stock:rules", "stock:warehouse-new"]
)
def test_pages_answer(trade: Trade, lead: Client, name: str) -> None:
    trade.sku("mug", pieces=1)
    assert lead.get(reverse(name), {"q": "mu", "only": "free"}).status_code == 200


def test_stock_is_found_by_article_barcode_and_name(trade: Trade, lead: Client) -> None:
    sku = trade.sku("mug-red", pieces=1)
    trade.sku("fork", pieces=1)
    for query in ("MUG", "INT-mug-red", "Товар mug"):
        page = lead.get(reverse("stock:balances"), {"q": query}).context["page"]
        assert [line.sku for line in page] == [sku]
    assert lead.get(reverse("stock:sku", args=[sku.pk])).status_code == 200


def test_zones_are_named_by_address_and_narrow_a_wave(trade: Trade, lead: Client) -> None:
    cells = [
        Location.objects.create(warehouse=trade.warehouse, code=code, x=1, y=1) for code in ("C-01", "C-02", "D-01")
    ]
    trade.sku("mug", pieces=2, location=cells[0])
    trade.sku("fork", pieces=2, location=cells[2])
    mug, fork = trade.order(("mug", 1)), trade.order(("fork", 1))
    url = reverse("stock:zone", args=[trade.warehouse.pk])
    assert lead.post(url, {"begins": "", "zone": "x"}).status_code == 302  # says why, changes nothing
    assert lead.post(url, {"begins": "C-", "zone": "<b>"}).status_code == 302
    assert set(Location.objects.values_list("zone", flat=True)) == {""}
    lead.post(url, {"begins": "c-0", "zone": "Мезонин"})
    stand = Location.objects.filter(kind="cell")
    assert {cell.code: cell.zone_name for cell in stand} == {
        "A-01-01": "A",
        "C-01": "Мезонин",
        "C-02": "Мезонин",
        "D-01": "D",
    }
    assert "Мезонин" in lead.get(reverse("stock:warehouse", args=[trade.warehouse.pk])).text
    waiting = proposals.waiting(warehouse_id=trade.warehouse.pk)
    chosen = [
        proposals.chosen(waiting, proposals.Choice(zone=zone), warehouse_id=trade.warehouse.pk, limit=9)
        for zone in ("Мезонин", "D", "C")
    ]
    assert chosen == [[mug.pk], [fork.pk], []]
    made = {"rows": "E", "bays": 1, "levels": 1, "places": 1, "aisle_m": 3, "bay_m": 1, "zone": "Холод"}
    lead.post(reverse("stock:warehouse", args=[trade.warehouse.pk]), made)
    assert Location.objects.get(code="E-01-1").zone == "Холод"
