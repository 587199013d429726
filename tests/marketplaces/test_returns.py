"""What comes back is read by the time of its change, stored once, and shown on the order's page."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse

from marketplaces import dto
from marketplaces.models import ReturnRow
from merchants.roles import Role
from tests import make
from tests.marketplaces.conftest import Desk

BACK = dto.RemoteReturn(
    external_id="81",
    number="N-1",
    kind=dto.ReturnKind.UNREDEEMED,
    status="",
    substatus="IN_TRANSIT",
    stage=dto.ReturnStage.COMING,
    lines=[dto.ReturnLine(offer_id="mug", stock_id="mug", pieces=2, decision="REFUND_MONEY", reason="BAD_QUALITY")],
    amount=Decimal("199.50"),
)


def page(*items: dto.RemoteReturn, broken: tuple[dto.Broken, ...] = ()) -> dto.Page[dto.RemoteReturn]:
    return dto.Page(items=items, broken=broken)


def test_a_return_is_stored_once_and_its_latest_word_stands(desk: Desk) -> None:
    desk.fake.goods_back = [page(BACK, replace(BACK, external_id="82", stage=None))]
    desk.read("returns")
    assert list(ReturnRow.objects.order_by("external_id").values_list("external_id", "stage", "amount")) == [
        ("81", "coming", Decimal("199.50")),
        ("82", "", Decimal("199.50")),
    ]

    desk.later(3600)
    desk.fake.goods_back = [page(replace(BACK, stage=dto.ReturnStage.RECEIVED, substatus="PICKED"))]
    desk.read("returns")

    row = ReturnRow.objects.get(external_id="81")
    assert (row.stage, row.substatus, row.read_at) == ("received", "PICKED", desk.now)
    assert row.lines == [{"offer_id": "mug", "pieces": 2, "decision": "REFUND_MONEY", "reason": "BAD_QUALITY"}]
    assert ReturnRow.objects.count() == 2


def test_the_cursor_moves_and_a_day_is_read_again(desk: Desk) -> None:
    first = desk.now
    desk.read("returns")
    desk.later(3600)
    desk.read("returns")

    assert desk.fake.returns_since == [first - timedelta(days=31), first - timedelta(days=1)]
    assert desk.cursor("returns").at == desk.now


def test_what_cannot_be_read_is_set_apart_and_the_rest_stands(desk: Desk) -> None:
    broken = dto.Broken(key="83", reason="returnType: unknown", payload={"id": 83})
    desk.fake.goods_back = [page(BACK, broken=(broken,))]
    desk.read("returns")

    assert ReturnRow.objects.count() == 1
    assert [(row.stream, row.key) for row in desk.quarantine()] == [("returns", "83")]


def test_the_order_page_shows_what_comes_back(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    order = desk.trade.order(("mug", 2), place=desk.place)
    desk.fake.goods_back = [
        page(replace(BACK, number=order.external_number, place="Point, Street 1", needs_decision=True))
    ]
    desk.read("returns")
    person = make.client(role=Role.OWNER, merchant=desk.trade.merchant)

    shown = person.get(reverse("marketplaces:order-sync-panel", args=[order.pk])).content.decode()

    # The words around them are in the language of whoever looks.
    for text in ("IN_TRANSIT", "mug × 2", "Point, Street 1", "REFUND_MONEY", "badge"):
        assert text in shown
