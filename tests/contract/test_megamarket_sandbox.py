"""A working day of the Megamarket adapter against the sandbox: both sides held against the specification."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.adapters.megamarket.adapter import Megamarket
from marketplaces.dto import Code, CommitState, HandoverState, Scheme, Stage
from marketplaces.errors import CredentialsRejected, Rejected
from tests.contract.day import Day, parcel
from tests.sandbox.playing import Player

ARTICLE, OTHER, MARKED = "KM-RUKI-75", "ML-DEGT-140", "KR-TREK-39"


def begin(scheme: str = "fbs", **changed: str) -> Day:
    player = Player(judged=False)
    keys = player.keys[0]["megamarket"]
    own = keys if scheme == "fbs" else keys["other_cabinets"][scheme]
    return Day(Megamarket, {**{field.name: own[field.name] for field in Megamarket.fields}, **changed}, player)


@pytest.fixture
def day() -> Day:
    return begin()


def buys(day: Day, *articles: str) -> dto.RemoteOrder:
    where = {"megamarket": day.adapter.place.merchant_id}
    items = [{"article": article} for article in articles]
    body = {"items": items, "marketplaces": ["megamarket"], "warehouse": where, "force": True}
    number = day.player.admin("POST", "/orders", body)["megamarket"][0]
    day.later(1)
    return day.new_orders()[number]


def committed(day: Day, packed: dto.Parcel) -> list[CommitState]:
    """What the outbox does: commit, look up until nothing is pending, begin anew where nothing was started."""
    states: list[CommitState] = []
    for _ in range(12):
        (told,) = (
            day.adapter.commit([packed])
            if not states or states[-1] == CommitState.NOT_STARTED
            else [day.adapter.look_up_commit(packed)]
        )
        states.append(told.state)
        if told.state in (CommitState.DONE, CommitState.FAILED):
            return states
        day.wait(4)
    raise AssertionError(states)


def status(day: Day, number: str) -> dto.RemoteStatus:
    found: dto.RemoteStatus = day.adapter.statuses([number]).items[0]
    return found


def test_the_token_the_warehouse_and_the_cards_are_read(day: Day):
    assert day.adapter.account() == dto.Account(external_id="1011", name="Megamarket 1011")
    assert [(place.external_id, place.scheme) for place in day.adapter.warehouses().items] == [("10111", Scheme.FBS)]
    (page,) = day.adapter.listings()
    by_offer = {listing.offer_id: listing for listing in page.items}
    assert (len(by_offer), page.broken) == (56, [])
    good = day.player.goods.by_article[ARTICLE]
    assert (by_offer[ARTICLE].title, list(by_offer[ARTICLE].barcodes)) == (good.name, [good.barcode])
    (wrong,) = [listing for listing in page.items if not listing.sellable]
    assert list(wrong.complaints) == ["Megamarket found an error in the card", "Фото: Не заполнен атрибут"]


def test_a_wrong_token_or_merchant_id_is_told_apart():
    with pytest.raises(CredentialsRejected, match="невалидный"):
        begin(token="5A0DB0A1-0000-4A00-8000-000000000000").adapter.account()
    with pytest.raises(CredentialsRejected, match="number"):
        begin(merchant_id="shop").adapter.account()


def test_stock_and_prices_go_out_and_remarks_refuse_single_offers(day: Day):
    levels = [
        dto.StockLevel(warehouse_id="10111", offer_id=offer, stock_id=offer, pieces=7) for offer in (ARTICLE, "NO-SUCH")
    ]
    elsewhere = dto.StockLevel(warehouse_id="5", offer_id=OTHER, stock_id=OTHER, pieces=7)
    receipt = day.adapter.push_stock([*levels, elsewhere])
    assert list(receipt.accepted) == [f"10111:{ARTICLE}"]
    assert [(refused.key, refused.code) for refused in receipt.refused] == [
        (f"5:{OTHER}", Code.WAREHOUSE),
        ("10111:NO-SUCH", Code.NOT_FOUND),
    ]
    prices = [dto.PriceLevel(offer_id=ARTICLE, product_id="", price=Decimal(price)) for price in ("300", "299.50")]
    told = day.adapter.push_prices(prices)
    assert (list(told.accepted), [refused.code for refused in told.refused]) == ([ARTICLE], [Code.PRICE_REFUSED])
    assert buys(day, ARTICLE).lines[0].price == 285


def test_an_order_is_confirmed_packed_stickered_and_handed_over(day: Day):
    order = buys(day, ARTICLE, ARTICLE, OTHER)
    assert [(line.offer_id, line.pieces) for line in order.lines] == [(ARTICLE, 2), (OTHER, 1)]
    assert (order.scheme, order.warehouse_id, order.status.stage) == (Scheme.FBS, "10111", Stage.NEW)
    packed = parcel(order, boxes=2)
    assert committed(day, packed) == [
        CommitState.PENDING,  # confirm taken
        CommitState.NOT_STARTED,  # confirmed
        CommitState.PENDING,  # packing taken
        CommitState.DONE,
    ]
    (label,) = day.adapter.labels([order.number]).ready
    assert (label.content[:5], label.barcode) == (b"%PDF-", f"1011*{order.number}*1")
    plan = dto.HandoverPlan(
        external_id="", our_key="H-1", warehouse_id="10111", departure_date=date(2026, 11, 25), numbers=[order.number]
    )
    assert day.adapter.find_handover(plan) is None
    assert day.adapter.close_handover(plan).state is HandoverState.CLOSING
    day.wait(4)
    done = day.adapter.find_handover(plan)
    assert (done.state, list(done.numbers), done.external_id) == (HandoverState.CLOSED, [order.number], "H-1")
    assert (status(day, order.number).stage, status(day, order.number).handed) == (Stage.DELIVERING, True)
    day.later(3601)
    assert status(day, order.number).stage is Stage.DELIVERED


def test_told_anew_lots_are_packed_into_other_boxes_until_they_are_shipped(day: Day):
    order = buys(day, ARTICLE, ARTICLE, OTHER)
    assert committed(day, parcel(order))[-1] is CommitState.DONE
    two = parcel(order, boxes=2)
    assert committed(day, two) == [CommitState.DONE]  # not told anew: what stands, stands
    anew = replace(two, anew=True)
    assert committed(day, anew) == [CommitState.PENDING, CommitState.DONE]
    assert len(day.adapter.labels([order.number]).ready[0].boxes) == 2
    plan = dto.HandoverPlan(
        external_id="", our_key="H-1", warehouse_id="10111", departure_date=date(2026, 11, 25), numbers=[order.number]
    )
    day.adapter.close_handover(plan)
    day.wait(4)
    (refused,) = day.adapter.commit([replace(parcel(order), anew=True)])
    assert (refused.state, refused.code) == (CommitState.FAILED, Code.ALREADY_DONE)


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_order_that_waits_outlives_its_deadline_only_when_it_was_confirmed(day: Day, confirmed: bool):
    order = buys(day, ARTICLE, OTHER)
    if confirmed:
        states = []
        for _ in range(2):
            states += [one.state for one in day.adapter.confirm([order.number])]
            day.wait(4)
        assert states == [CommitState.PENDING, CommitState.DONE]
    day.later(day.world.tempo.confirm_within + 1)
    assert status(day, order.number).stage is (Stage.NEW if confirmed else Stage.CANCELLED)
    assert day.adapter.confirm([order.number])[0].state is (CommitState.DONE if confirmed else CommitState.FAILED)


def test_many_parcels_go_by_two_requests_and_a_bad_one_spoils_no_other(day: Day):
    orders = [buys(day, ARTICLE) for _ in range(3)]
    parcels = [parcel(order) for order in orders]
    day.wire.paths.clear()
    assert [told.state for told in day.adapter.commit(parcels)] == [CommitState.PENDING] * 3
    assert [path.rpartition("/")[2] for path in day.wire.paths] == ["get", "confirm"]
    day.wait(4)
    marked = buys(day, MARKED)
    told = {one.number: one for one in day.adapter.commit([*parcels, parcel(marked)])}
    assert {one.state for one in told.values()} == {CommitState.PENDING}
    day.wait(4)
    without_code = day.adapter.commit([parcel(marked)])[0]
    assert (without_code.state, without_code.code) == (CommitState.FAILED, Code.MARKS_NEEDED)
    assert committed(day, parcel(marked, marks=True))[-1] is CommitState.DONE


def test_stickers_that_come_as_html_are_told_so():
    day = begin()
    day.world.tempo.sticker_as_html = 1.0
    order = buys(day, ARTICLE)
    committed(day, parcel(order))
    (label,) = day.adapter.labels([order.number]).ready
    assert (label.content_type, order.number.encode() in label.content) == ("text/html", True)


def test_pieces_and_whole_orders_are_refused(day: Day):
    order = buys(day, ARTICLE, ARTICLE, OTHER)
    line = dto.PackLine(external_id=ARTICLE, stock_id=ARTICLE, pieces=1)
    day.adapter.cancel_lines(order.number, [line], reason="out_of_stock", text="")
    told = status(day, order.number)
    assert (told.status, told.stage) == ("NEW", Stage.NEW)
    assert told.problem == "Part of the order was cancelled: pack only the rest"
    too_many = day.adapter.commit([parcel(order)])[0]
    assert (too_many.state, too_many.code) == (CommitState.FAILED, Code.WRONG_QUANTITY)
    with pytest.raises(Rejected) as refusal:
        day.adapter.cancel_lines(
            order.number, [dto.PackLine(external_id=ARTICLE, stock_id=ARTICLE, pieces=2)], reason="other", text=""
        )
    assert refusal.value.code == Code.WRONG_QUANTITY
    day.adapter.cancel(order.number, reason="defective")
    told = status(day, order.number)
    assert (told.stage, told.actor, told.status) == (Stage.CANCELLED, dto.Actor.SELLER, "MERCHANT_CANCELED")
    day.adapter.cancel(order.number, reason="defective")  # a repeat is no error


def test_a_buyer_who_cancels_is_told(day: Day):
    order = buys(day, ARTICLE)
    day.player.admin("POST", "/cancel", {"megamarket": order.number})
    told = status(day, order.number)
    assert (told.stage, told.actor, told.handed) == (Stage.CANCELLED, dto.Actor.BUYER, False)
    assert day.adapter.commit([parcel(order)])[0].code == Code.CANCELLED


@pytest.mark.parametrize("scheme", ["dbs", "cnc"])
def test_own_delivery_and_click_and_collect(scheme: str):
    day = begin(scheme)
    order = buys(day, ARTICLE)
    assert order.scheme is {"dbs": Scheme.DBS, "cnc": Scheme.PICKUP}[scheme]
    assert [line.offer_id for line in order.lines] == [ARTICLE]
    assert committed(day, parcel(order)) == [CommitState.PENDING, CommitState.DONE]
    assert not any(path.endswith("confirm") for path in day.wire.paths)
    for stage in (Stage.DELIVERING, Stage.READY_FOR_PICKUP):
        before = len(day.wire.paths)
        day.adapter.report(dto.Progress(number=order.number, stage=stage, at=day.now), now=day.now)
        assert len(day.wire.paths) == before
    taken = dto.Progress(number=order.number, stage=Stage.DELIVERED, at=day.now)
    day.adapter.report(taken, now=day.now)
    day.adapter.report(taken, now=day.now)
    assert status(day, order.number).stage is Stage.DELIVERED


def test_a_wish_to_cancel_is_answered():
    day = begin("dbs")
    order = buys(day, ARTICLE)
    day.player.admin("POST", "/cancel", {"megamarket": [order.number, [1]]})
    for _ in range(2):  # a repeat is no error
        day.adapter.answer_cancel_request(order.number, accept=True)
    assert status(day, order.number).stage is Stage.CANCELLED


def test_only_the_lots_that_the_buyer_named_are_answered():
    day = begin("dbs")
    order = buys(day, ARTICLE, ARTICLE, OTHER)
    day.player.admin("POST", "/cancel", {"megamarket": [order.number, [2]]})
    with pytest.raises(Rejected, match="не запрошена"):
        day.adapter.answer_cancel_request(order.number, accept=True)
    day.adapter.answer_cancel_request(order.number, accept=True, parts=["2"])
    (left,) = day.adapter.orders_by_number([order.number], now=day.now).items
    assert [(line.offer_id, line.pieces) for line in left.lines] == [(ARTICLE, 1), (OTHER, 1)]


def test_a_status_of_tomorrow_is_shown_and_not_guessed(day: Day):
    order = buys(day, ARTICLE)
    day.player.admin("POST", "/status", {"megamarket": order.number, "status": "TOMORROW"})
    day.wire.code = "nothing"  # the specification does not know this status either
    told = status_unjudged(day, order.number)
    assert (told.stage, told.status) == (None, "TOMORROW")
    assert told.problem == "Megamarket has a status that is new to us: TOMORROW"


def status_unjudged(day: Day, number: str) -> dto.RemoteStatus:
    class Silent:
        routes: list[Any] = []

    from tests.contract import specs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(specs, "load_reconstructed", lambda code: Silent())
        return status(day, number)


def test_changes_are_found_by_when_orders_were_made(day: Day):
    numbers = {buys(day, ARTICLE).number for _ in range(3)}
    now = day.now
    pages = list(day.adapter.orders_changed(since=now - timedelta(hours=1), now=now))
    assert {order.number for page in pages for order in page.items} == numbers
    assert pages[-1].upto == now
