"""What comes back is read by the time of its change, stored once, and shown on the order's page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from marketplaces import dto
from marketplaces.errors import Unavailable
from marketplaces.models import ReturnRow
from merchants.roles import Role
from tests import make
from tests.marketplaces.conftest import Desk
from tests.trade import NOON, open_trade

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


def test_an_order_is_told_why_it_came_back_and_changes_only_then(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    order = desk.trade.order(("mug", 2), number="N-1")
    other = desk.trade.order(("mug", 1), number="N-2")
    line = dto.ReturnLine(offer_id="mug", stock_id="mug", pieces=1, why="does_not_fit")
    silent = replace(line, why="")
    asked = replace(BACK, kind=dto.ReturnKind.RETURN, lines=[silent, line])
    desk.fake.goods_back = [page(asked, replace(asked, external_id="82", number="N-2", lines=[silent]))]
    desk.later(60)
    desk.read("returns")
    told = desk.now
    desk.later(3600)
    desk.read("returns")

    order.refresh_from_db()
    assert (order.return_reason, order.changed_at) == ("does_not_fit", told)
    before = other.changed_at
    other.refresh_from_db()
    assert (other.return_reason, other.changed_at) == ("", before)
    assert (BACK.why, asked.why) == ("unredeemed", "does_not_fit")


def test_the_cursor_moves_and_a_day_is_read_again(desk: Desk) -> None:
    first = desk.now
    desk.read("returns")
    desk.later(3600)
    desk.read("returns")

    assert desk.fake.returns_since == [first - timedelta(days=31), first - timedelta(days=1)]
    assert desk.cursor("returns").at == desk.now


def test_pages_read_before_the_limit_was_used_up_are_not_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, asked = desk.now, []

    def one_page_a_run(*, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        asked.append(since)
        yield dto.Page(items=[BACK], upto=begun - timedelta(days=1))
        raise Unavailable("the limit is used up", retry_after_s=60)

    monkeypatch.setattr(desk.fake, "returns", one_page_a_run)
    desk.read("returns")

    cursor = desk.cursor("returns")
    assert (cursor.at, cursor.failures, cursor.error, cursor.items) == (begun - timedelta(days=1), 0, "", 1)
    assert (cursor.last_success_at, cursor.next_at) == (None, begun + timedelta(seconds=60))
    desk.later(61)
    desk.read("returns")  # goes on from there, and where nothing more is read it is trouble
    assert asked == [begun - timedelta(days=31), begun - timedelta(days=2)]
    cursor = desk.cursor("returns")
    assert (cursor.at, cursor.failures, cursor.error) == (begun - timedelta(days=1), 1, "the limit is used up")


def test_what_cannot_be_read_is_set_apart_and_the_rest_stands(desk: Desk) -> None:
    broken = dto.Broken(key="83", reason="returnType: unknown", payload={"id": 83})
    desk.fake.goods_back = [page(BACK, broken=(broken,))]
    desk.read("returns")

    assert ReturnRow.objects.count() == 1
    assert [(row.stream, row.key) for row in desk.quarantine()] == [("returns", "83")]


def test_what_no_column_takes_stands_apart_until_it_can_be_stored(desk: Desk) -> None:
    dear = replace(BACK, external_id="82", amount=Decimal(10) ** 14)
    desk.fake.goods_back = [page(dear, BACK)]
    desk.read("returns")

    assert list(ReturnRow.objects.values_list("external_id")) == [("81",)]
    assert [(row.stream, row.key) for row in desk.quarantine()] == [("returns", "82")]
    assert desk.cursor("returns").failures == 0

    desk.fake.goods_back = [page(replace(dear, amount=Decimal(10)))]
    desk.later(60)
    desk.read("returns")
    assert (ReturnRow.objects.count(), desk.quarantine()) == (2, [])


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


def listed(desk: Desk, **asked: str) -> list[str]:
    """Numbers of the returns that the page shows."""
    browser = make.client(role=Role.VIEWER, merchant=desk.trade.merchant)
    answer = browser.get(reverse("marketplaces:returns"), asked)
    assert answer.status_code == 200
    return [row.external_id for row in answer.context["page"]]


def test_the_list_shows_what_comes_back_of_which_order_and_filters(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    order = desk.trade.order(("mug", 2), place=desk.place)
    ours = replace(BACK, number=order.external_number, changed_at=desk.now)
    other = replace(
        BACK,
        external_id="90",
        kind=dto.ReturnKind.RETURN,
        stage=dto.ReturnStage.RECEIVED,
        needs_decision=True,
        changed_at=desk.now - timedelta(days=1),
    )
    desk.fake.goods_back = [page(ours, replace(other, number="elsewhere"))]
    desk.read("returns")

    browser = make.client(role=Role.VIEWER, merchant=desk.trade.merchant)
    shown = browser.get(reverse("marketplaces:returns")).content.decode()
    assert f'<a href="{reverse("orders:detail", args=[order.pk])}">{order.external_number}</a>' in shown
    assert ">elsewhere<" not in shown.replace("elsewhere<br>", "")  # not ours: no link

    assert listed(desk) == ["81", "90"]
    assert listed(desk, kind="return") == ["90"]
    assert listed(desk, stage="coming") == ["81"]
    assert listed(desk, decide="on") == ["90"]
    assert listed(desk, channel=str(desk.channel.pk)) == ["81", "90"]
    assert listed(desk, q="elsew") == ["90"]
    assert listed(desk, q="nothing") == []
    assert listed(desk, channel="x", kind="\x00", stage="?", page="-3") == ["81", "90"]


def test_what_comes_back_of_others_is_not_shown(db: None) -> None:
    ours, theirs = open_trade(), open_trade()
    with theirs.scope():
        ReturnRow.objects.create(
            merchant=theirs.merchant, channel=theirs.ozon.channel, external_id="81", number="N-1", read_at=NOON
        )
    for trade, seen in ((ours, 0), (theirs, 1)):
        answer = make.client(role=Role.VIEWER, merchant=trade.merchant).get(reverse("marketplaces:returns"))
        assert len(answer.context["rows"]) == seen
