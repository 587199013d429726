"""A working day of the AliExpress adapter against the sandbox: both sides held against the specification."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

from marketplaces import dto
from marketplaces.adapters.aliexpress.adapter import AliExpress
from marketplaces.dto import Code, CommitState, HandoverState, Scheme, Stage
from marketplaces.errors import CredentialsRejected, Rejected, Unavailable
from tests.contract import specs
from tests.contract.day import Day, parcel
from tests.sandbox.playing import Player

ARTICLE, OTHER = "KM-RUKI-75", "ML-DEGT-140"


def begin(**changed: str) -> Day:
    player = Player(judged=False)
    keys = player.keys[0]["aliexpress"]
    return Day(AliExpress, {**{field.name: keys[field.name] for field in AliExpress.fields}, **changed}, player)


@pytest.fixture
def day() -> Day:
    return begin()


def buys(day: Day, *articles: str, how: str = "") -> dto.RemoteOrder:
    body = {
        "items": [{"article": article} for article in articles],
        "marketplaces": ["aliexpress"],
        "force": True,
        "warehouse": {"aliexpress": how},
    }
    number = day.player.admin("POST", "/orders", body)["aliexpress"][0]
    return day.new_orders()[number]


def status(day: Day, number: str) -> dto.RemoteStatus:
    found: dto.RemoteStatus = day.adapter.statuses([number]).items[0]
    return found


def listings(day: Day) -> dict[str, dto.RemoteListing]:
    pages = list(day.adapter.listings())
    assert [bad for page in pages for bad in page.broken] == []
    return {item.offer_id: item for page in pages for item in page.items}


def test_the_token_the_shop_and_the_cards_are_read(day: Day):
    assert day.adapter.account() == dto.Account(external_id="700100001", name="AliExpress 700100001")
    assert [place.external_id for place in day.adapter.warehouses().items] == ["shop"]
    found = listings(day)
    assert (len(found), found[ARTICLE].price) == (56, Decimal("290.00"))
    with pytest.raises(CredentialsRejected):
        begin(token="sandbox.aliexpress.nobody").adapter.account()


def test_stock_and_prices_go_out_by_tasks(day: Day):
    card = listings(day)[ARTICLE]
    level = dto.StockLevel(warehouse_id="shop", offer_id=ARTICLE, stock_id=card.stock_id, pieces=7)
    strange = dto.StockLevel(warehouse_id="shop", offer_id="NO-SUCH", stock_id="1", pieces=7)
    receipt = day.adapter.push_stock([level, strange])
    assert (list(receipt.accepted), [refused.code for refused in receipt.refused]) == ([level.key], [Code.NOT_FOUND])
    day.wait(1)
    assert [one.pieces for one in day.adapter.read_stock([level]).items] == [7]
    price = dto.PriceLevel(offer_id=ARTICLE, product_id=card.product_id, price=Decimal("250.50"))
    low = dto.PriceLevel(offer_id=OTHER, product_id=listings(day)[OTHER].product_id, price=Decimal("0.50"))
    told = day.adapter.push_prices([price, low])
    assert sorted(told.pending) == sorted([price.key, low.key])
    assert sorted(day.adapter.price_verdict(told.token, [price, low]).pending) == sorted(told.pending)
    day.wait(5)
    done = day.adapter.price_verdict(told.token, [price, low])
    assert (list(done.accepted), [refused.key for refused in done.refused]) == ([price.key], [low.key])
    assert listings(day)[ARTICLE].price == Decimal("250.50")


def in_boxes(order: dto.RemoteOrder) -> dto.Parcel:
    """Each line in a box of its own."""
    return dto.Parcel(
        number=order.number,
        warehouse_id="shop",
        boxes=[
            [dto.PackLine(external_id=line.external_id, stock_id=line.stock_id, pieces=line.pieces)]
            for line in order.lines
        ],
    )


def shipments_of(day: Day, number: str) -> list[str]:
    (told,) = (row for row in day.player.admin("GET", "/orders")["aliexpress"] if row["number"] == number)
    return [one["status"] for one in told["shipments"]]


def test_each_box_is_a_shipment_with_a_sticker_of_its_own(day: Day):
    order = buys(day, ARTICLE, OTHER)
    packed = in_boxes(order)
    assert day.adapter.commit([packed])[0].state is CommitState.PENDING
    assert day.adapter.commit([packed])[0].state is CommitState.PENDING  # nothing is made twice
    assert shipments_of(day, order.number) == ["New", "New"]
    day.wait(10)
    assert day.adapter.look_up_commit(packed).state is CommitState.DONE
    (label,) = day.adapter.labels([order.number]).ready
    assert len(label.boxes) == len(set(label.boxes)) == 2
    with pikepdf.open(BytesIO(label.content)) as file:
        assert len(file.pages) == 2


def test_a_box_whose_shipment_failed_is_made_alone(day: Day):
    order = buys(day, ARTICLE, OTHER)
    first, second = in_boxes(order).boxes
    assert day.adapter.commit([replace(in_boxes(order), boxes=[second])])[0].state is CommitState.PENDING
    packed = replace(in_boxes(order), boxes=[first, second])
    assert day.adapter.look_up_commit(packed).state is CommitState.NOT_STARTED
    assert day.adapter.commit([packed])[0].state is CommitState.PENDING
    assert shipments_of(day, order.number) == ["New", "New"]
    more = replace(packed, boxes=[first, second, first])
    (refused,) = day.adapter.commit([more])
    assert refused.state is CommitState.FAILED
    assert shipments_of(day, order.number) == ["New", "New"]


def test_told_anew_the_shipment_of_other_boxes_is_taken_back(day: Day):
    order = buys(day, ARTICLE, OTHER)
    assert day.adapter.commit([parcel(order)])[0].state is CommitState.PENDING
    day.wait(10)
    anew = replace(in_boxes(order), anew=True)
    assert day.adapter.look_up_commit(anew).state is CommitState.NOT_STARTED
    assert day.adapter.commit([anew])[0].state is CommitState.PENDING
    assert shipments_of(day, order.number) == ["Cancelled", "New", "New"]
    day.wait(10)
    assert day.adapter.commit([anew])[0].state is CommitState.DONE  # a repeat makes nothing
    (label,) = day.adapter.labels([order.number]).ready
    assert len(label.boxes) == 2
    back = replace(parcel(order), anew=True)
    assert day.adapter.commit([back])[0].state is CommitState.PENDING
    day.wait(10)
    assert shipments_of(day, order.number) == ["Cancelled"] * 3 + ["AwaitingHandoverList"]


def test_an_order_is_shipped_stickered_listed_and_delivered(day: Day):
    order = buys(day, ARTICLE, OTHER)
    assert (order.scheme, order.status.stage, order.status.status) == (Scheme.FBS, Stage.NEW, "WaitSendGoods")
    packed = parcel(order)
    assert day.adapter.commit([packed])[0].state is CommitState.PENDING
    with pytest.raises(AssertionError):
        assert day.adapter.labels([order.number]).ready
    assert day.adapter.commit([packed])[0].state is CommitState.PENDING  # nothing is made twice
    day.wait(10)
    assert day.adapter.look_up_commit(packed).state is CommitState.DONE
    assert status(day, order.number).stage is Stage.PACKED
    (label,) = day.adapter.labels([order.number]).ready
    assert (label.content[:5], label.barcode[:3]) == (b"%PDF-", "TRK")
    plan = dto.HandoverPlan(
        external_id="", our_key="H", warehouse_id="shop", departure_date=date(2026, 11, 25), numbers=[order.number]
    )
    assert day.adapter.find_handover(plan) is None
    closed = day.adapter.close_handover(plan)
    assert (closed.state, closed.status, list(closed.numbers)) == (
        HandoverState.CLOSED,
        "Transferred",
        [order.number],
    )
    paper = dto.HandoverPlan(
        external_id=closed.external_id,
        our_key="H",
        warehouse_id="shop",
        departure_date=plan.departure_date,
        numbers=plan.numbers,
    )
    assert [one.content[:5] for one in day.adapter.handover_documents(paper)] == [b"%PDF-"]
    day.wait(301)
    assert status(day, order.number).stage is Stage.DELIVERING
    day.wait(3601)
    assert status(day, order.number).stage is Stage.DELIVERED


def test_a_list_is_left_open_where_closing_is_switched_off():
    day = begin(transfer="off")
    order = buys(day, ARTICLE)
    day.adapter.commit([parcel(order)])
    day.wait(10)
    plan = dto.HandoverPlan(
        external_id="", our_key="H", warehouse_id="shop", departure_date=date(2026, 11, 25), numbers=[order.number]
    )
    assert day.adapter.close_handover(plan).status == "Created"
    assert not any(path.endswith("/transfer") for path in day.wire.paths)


def test_own_delivery_has_no_sticker_and_three_words(day: Day):
    order = buys(day, ARTICLE, how="dbs")
    assert order.scheme is Scheme.DBS
    assert day.adapter.commit([parcel(order)])[0].state is CommitState.DONE
    assert [refused.code for refused in day.adapter.labels([order.number]).refused] == [Code.INVALID]
    for stage in (Stage.DELIVERING, Stage.READY_FOR_PICKUP, Stage.DELIVERED):
        step = dto.Progress(number=order.number, stage=stage, at=day.now, track="T1", carrier="СДЭК")
        day.adapter.report(step, now=day.now)
    assert status(day, order.number).stage is Stage.DELIVERED
    with pytest.raises(Rejected):
        day.adapter.report(
            dto.Progress(number=order.number, stage=Stage.DELIVERING, at=day.now, track="T1", carrier="СДЭК"),
            now=day.now,
        )


def test_a_buyer_cancels_and_one_who_asks_to_is_shown(day: Day):
    gone, asking = buys(day, ARTICLE), buys(day, OTHER)
    day.player.admin("POST", "/cancel", {"aliexpress": gone.number})
    told = status(day, gone.number)
    assert (told.stage, told.actor, told.handed) == (Stage.CANCELLED, dto.Actor.BUYER, False)
    assert day.adapter.commit([parcel(gone)])[0].code == Code.CANCELLED
    day.player.admin("POST", "/status", {"aliexpress": asking.number, "status": "InCancel"})
    assert "asks to cancel" in status(day, asking.number).problem


def test_changes_are_told_by_their_time(day: Day):
    order = buys(day, ARTICLE)
    now = day.now
    pages = list(day.adapter.orders_changed(since=now - timedelta(hours=1), now=now))
    assert [one.number for page in pages for one in page.items] == [order.number]
    assert pages[-1].upto == now


def test_a_spent_quota_in_the_body_is_waited_for(day: Day):
    day.player.admin("POST", "/faults", {"mode": "429", "marketplace": "aliexpress"})
    with pytest.raises(Unavailable) as reason:
        day.adapter.account()
    assert reason.value.retry_after_s == 4 * 3600


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/seller-api/v1/order/get-order-list", {"page": 1}),
        ("/api/v1/scroll-short-product-by-filter", {"limit": "51"}),
        ("/api/v1/product/update-sku-stock", {"products": [{}] * 1001}),
    ],
)
def test_documented_ceilings_are_kept(day: Day, path: str, body: dict[str, object]):
    token = {"x-auth-token": day.player.keys[0]["aliexpress"]["token"]}
    assert day.player.client.post(f"/aliexpress{path}", headers=token, json=body).status_code == 400


def test_a_weight_in_grams_is_refused(day: Day):
    order = buys(day, ARTICLE)
    item = {"sku_id": int(order.lines[0].stock_id), "quantity": 1}
    row = {"trade_order_id": int(order.number), "total_length": 1, "total_width": 1, "total_height": 1, "items": [item]}
    token = {"x-auth-token": day.player.keys[0]["aliexpress"]["token"]}
    path = "/seller-api/v1/logistic-order/create"
    body = {"orders": [{**row, "total_weight": 950}]}
    told = day.player.client.post(f"/aliexpress{path}", headers=token, json=body).json()
    assert told["data"]["errors"][0]["message"] == "weight is in kilograms"
    specs.validate_response(specs.load_reconstructed("aliexpress"), "post", path, 200, told, strict=True)
