"""A supply kept by hand, from the draft to its differences."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from merchants.roles import Role
from shipping.models import Supply, SupplyLine
from tests import make
from tests.trade import Trade, open_trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def trade() -> Trade:
    opened = open_trade()
    with opened.scope():
        opened.sku("mug", pieces=5)
        opened.sku("fork", pieces=5)
        opened.kit("set", mug=1)
    return opened


def test_a_lead_drafts_picks_ships_and_closes_a_supply(trade: Trade) -> None:
    browser = make.client(role=Role.LEAD, merchant=trade.merchant)
    head = {"channel": trade.ozon.channel_id, "warehouse": trade.warehouse.pk, "destination": "Москва, Запад"}
    assert browser.post(reverse("shipping:supply-new"), {**head, "destination": ""}).status_code == 422
    made = browser.post(reverse("shipping:supply-new"), head)
    with trade.scope():
        supply = Supply.objects.get()
    assert made["Location"] == reverse("shipping:supply", args=[supply.pk])

    def post(word: str, **fields: object) -> int:
        return int(browser.post(reverse(f"shipping:supply-{word}", args=[supply.pk]), fields).status_code)

    assert post("line", code="INT-mug", pieces=2, how="add") == 302
    assert post("line", code="mug", pieces=2, how="add") == 302
    assert post("line", code="nothing", pieces=2) == 422
    assert post("line", code="set", pieces=1) == 422
    assert post("line", code="fork", pieces=1, how="set") == 302
    assert [post("agree"), post("pick"), post("boxes", boxes=3)] == [302, 302, 302]
    page = browser.get(reverse("shipping:supply", args=[supply.pk])).content.decode()
    assert "A-01-01 (5)" in page
    assert [post("pack", code="mug", pieces=4), post("pack", code="fork", pieces=9)] == [302, 422]
    stickers = browser.get(reverse("shipping:supply-stickers", args=[supply.pk]))
    assert len(PdfReader(BytesIO(stickers.content)).pages) == 3
    paper = browser.get(reverse("shipping:supply-list", args=[supply.pk]))
    text = PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    assert f"FBO-{supply.pk}" in text
    assert "Товар mug" in text
    assert post("ship") == 302
    with trade.scope():
        mug, fork = (trade.skus[code].pk for code in ("mug", "fork"))
        assert trade.row("mug") == (1, 0)
    form = {"line-TOTAL_FORMS": 2, "line-INITIAL_FORMS": 2, "line-0-sku_id": mug, "line-1-sku_id": fork}
    accepted = {"line-0-accepted": 3, "line-1-accepted": 0, "line-0-note": "акт"}
    assert post("close", **form, **accepted) == 422
    assert post("close", **form, **accepted, **{"line-0-difference": "came_back"}) == 302
    with trade.scope():
        assert Supply.objects.get().state == "differs"
        assert trade.row("mug") == (2, 0)
        assert SupplyLine.objects.get(sku_id=mug).note == "акт"
    assert browser.get(reverse("shipping:supplies")).status_code == 200


def test_a_file_is_shown_before_it_is_taken(trade: Trade) -> None:
    browser = make.client(role=Role.LEAD, merchant=trade.merchant)
    head = {"channel": trade.ozon.channel_id, "warehouse": trade.warehouse.pk, "destination": "Казань"}
    browser.post(reverse("shipping:supply-new"), head)
    with trade.scope():
        supply = Supply.objects.get()
    address = reverse("shipping:supply-import", args=[supply.pk])
    file = BytesIO("Артикул;Название;Кол-во\nmug;Кружка;2\nINT-mug;;1\nset;;1\nvase;;1\nfork;;many\n".encode("cp1251"))
    file.name = "lines.csv"
    shown = browser.post(address, {"file": file})
    assert [(row.code, row.count, bool(row.problem)) for row in shown.context["rows"]] == [
        ("mug", 2, False), ("INT-mug", 1, False), ("set", 1, True), ("vase", 1, True), ("fork", 0, True),
    ]  # fmt: skip
    with trade.scope():
        assert SupplyLine.objects.count() == 0
    assert browser.post(address, {"lines": shown.context["told"]}).status_code == 302
    with trade.scope():
        assert list(SupplyLine.objects.values_list("sku__code", "planned")) == [("mug", 3)]
    for content, name in ((b"", "a.csv"), (b"\x00\xff", "a.xlsx"), (b"x", "a.exe")):
        broken = BytesIO(content)
        broken.name = name
        assert browser.post(address, {"file": broken}).status_code == 422
    for junk in ("1:1:1", "9999:5", "a:b", "", "1:99999999"):
        assert browser.post(address, {"lines": junk}).status_code == 302
    with trade.scope():
        assert list(SupplyLine.objects.values_list("sku__code", "planned")) == [("mug", 3)]
