"""Yandex Market's working day: what either side says is held to the specification, both ways strictly."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

import pytest

from marketplaces import dto
from marketplaces.dto import Actor, Code, CommitState, Decline, HandoverState, MarkKind, Scheme, Stage
from marketplaces.errors import CredentialsRejected, Rejected, Unavailable
from marketplaces.http.client import retry_after_s
from sandbox.yandex_market import orders as sandbox_orders
from sandbox.yandex_market import returns as sandbox_returns
from tests.contract import yandex_cabinet
from tests.contract.yandex_cabinet import GROUPED, Day, levels, now, parcel_of, plan_of, yesterday


@pytest.fixture
def day() -> Day:
    return yandex_cabinet.day()


@pytest.fixture
def grouped() -> Day:
    return yandex_cabinet.day(GROUPED)


# -- account and reference data
def test_the_account_and_its_keys(day: Day):
    account = day.adapter.account()
    assert (account.external_id, account.name, account.currency) == ("5900001", "Песочница", "RUB")
    assert all(one.granted for one in account.permissions)
    few = {one.name: one.granted for one in day.connect("without_prices").account().permissions}
    assert few == {"Orders and warehouses": True, "Goods and stock": True, "Prices of goods": False}
    assert not any(one.granted for one in day.connect("read_only").account().permissions)
    with pytest.raises(CredentialsRejected):
        day.connect("revoked").account()
    with pytest.raises(CredentialsRejected, match="scopes"):
        day.connect("orders").push_prices([dto.PriceLevel(offer_id="x", product_id="x", price=Decimal(1))])


def test_without_groups_warehouses_and_stock_are_of_the_third_generation(day: Day):
    places = {one.name: one for one in day.adapter.warehouses().items}
    assert {name: one.scheme for name, one in places.items()} == {
        "Подольск ЯМ": Scheme.FBS,
        "Москва Экспресс": Scheme.EXPRESS,
        "Своя доставка": Scheme.DBS,
    }
    assert {one.label_format for one in places.values()} == {"58x40"}
    articles = [good.article for good in day.goods[:5]]
    wanted = levels(places["Подольск ЯМ"].external_id, articles, 7)
    assert day.adapter.push_stock(wanted).accepted == [one.key for one in wanted]
    assert [one.pieces for one in day.adapter.read_stock(wanted).items] == [7] * 5
    elsewhere = levels(places["Москва Экспресс"].external_id, articles, 0)
    assert [one.pieces for one in day.adapter.read_stock(elsewhere).items] == [0] * 5
    assert {one.path.split("/")[1] for one in day.asked if "stocks" in one.path} == {"v3"}


def test_a_group_is_one_place_and_its_stock_is_of_the_second_generation(grouped: Day):
    (place,) = grouped.adapter.warehouses().items
    assert (place.name, place.scheme) == ("Группа Тула", Scheme.FBS)
    wanted = levels(place.external_id, [good.article for good in grouped.goods[:3]], 4)
    assert grouped.adapter.push_stock(wanted).accepted == [one.key for one in wanted]
    assert [one.pieces for one in grouped.adapter.read_stock(wanted).items] == [4] * 3
    assert {one.path.split("/")[1] for one in grouped.asked if "stocks" in one.path} == {"v2"}
    # An order from the other warehouse of the group is of the same place.
    good = grouped.goods[0]
    number = grouped.buy((good, 1), program="EXPRESS")
    told = grouped.told(number)
    assert (told.scheme, told.warehouse_id) == (Scheme.EXPRESS, place.external_id)
    assert [one.pieces for one in grouped.adapter.read_stock(wanted[:1]).items] == [3]


def test_stock_of_a_place_that_is_not_there_is_refused_alone(grouped: Day):
    place = grouped.adapter.warehouses().items[0].external_id
    wanted = [*levels("5", ["A"], 1), *levels(place, [grouped.goods[0].article], 1)]
    told = grouped.adapter.push_stock(wanted)
    assert told.accepted == [wanted[1].key]
    assert [(one.key, one.code) for one in told.refused] == [(wanted[0].key, Code.WAREHOUSE)]


def test_cards_are_listed(day: Day):
    found = [one for page in day.adapter.listings() for one in page.items]
    assert [one.offer_id for one in found] == [good.article for good in day.goods]
    first = found[0]
    assert (first.stock_id, first.title, first.barcodes, first.archived, first.sellable) == (
        day.goods[0].article,
        day.goods[0].name,
        (day.goods[0].barcode,),
        False,
        True,
    )
    assert first.price == day.goods[0].price


def test_stock_in_the_markets_warehouses_is_read(day: Day):
    rows = [row for page in day.adapter.own_stock() for row in page.items]
    assert {row.warehouse_name for row in rows} == {"Софьино"}
    assert {row.offer_id: row.pieces for row in rows} == {
        good.article: day.cabinet.fby_present(good) for good in day.goods if day.cabinet.fby_present(good)
    }
    assert {row.reserved for row in rows} == {1}


# -- prices
def test_a_price_is_pending_then_in_force_and_a_suspicious_one_is_in_quarantine(day: Day):
    usual, steep = day.plain(2)
    wanted = [
        dto.PriceLevel(
            offer_id=usual.article, product_id="1", price=Decimal(usual.price - 1), old_price=Decimal(usual.price * 2)
        ),
        dto.PriceLevel(offer_id=steep.article, product_id="2", price=Decimal("1.5")),
    ]
    sent = day.adapter.push_prices(wanted)
    assert (sent.accepted, sent.pending) == ((), [one.key for one in wanted])
    early = day.adapter.price_verdict(sent.token, wanted)
    assert (early.accepted, early.pending) == ([], [wanted[0].key])
    assert [(one.key, one.code) for one in early.refused] == [(wanted[1].key, Code.PRICE_REFUSED)]
    assert "quarantine" in early.refused[0].text
    assert "differs much" in early.refused[0].text
    day.later(10)
    late = day.adapter.price_verdict(early.token, wanted[:1])
    assert (late.accepted, late.refused, late.pending) == ([wanted[0].key], [], [])
    (held, kept) = day.adapter.read_prices(wanted).items
    assert (held.price, held.old_price, held.key) == (wanted[0].price, wanted[0].old_price, "1")
    assert kept.price == steep.price


def test_a_price_that_never_comes_into_force_is_left_out_to_be_sent_again(day: Day):
    wanted = [dto.PriceLevel(offer_id=day.plain()[0].article, product_id="1", price=Decimal(777))]
    token, told = "1", dto.Receipt()
    for _ in range(30):
        told = day.adapter.price_verdict(token, wanted)
        if not told.token:
            break
        token = told.token
    assert (told.accepted, told.refused, told.pending, told.token) == ([], [], (), "")


# -- orders that the market delivers
def test_an_order_from_arrival_to_delivery(day: Day):
    plain, marked = day.plain()[0], day.marked()
    numbers = [day.buy((plain, 2)), day.buy((plain, 1), (marked, 2))]
    told = [item for page in day.adapter.orders_new(now=now()) for item in page.items]
    assert [one.number for one in told] == numbers
    assert {(one.status.stage, one.status.status, one.status.substatus) for one in told} == {
        (Stage.NEW, "PROCESSING", "STARTED")
    }
    first, second = told
    assert (first.scheme, first.warehouse_id) == (Scheme.FBS, str(day.place("FBS")))
    assert first.cargo == str(day.order(numbers[0]).campaign_id)
    assert [(line.offer_id, line.pieces, line.price) for line in first.lines] == [
        (plain.article, 2, Decimal(plain.price))
    ]
    assert {line.offer_id: tuple(line.marks) for line in second.lines} == {
        plain.article: (),
        marked.article: (MarkKind.SGTIN,),
    }
    assert first.ship_by is not None
    assert first.ship_by.utcoffset() == timedelta(hours=3)

    assert [day.pack(number).state for number in numbers] == [CommitState.DONE] * 2
    assert {one.stage for one in day.adapter.statuses(numbers).items} == {Stage.PACKED}
    stickers = day.adapter.labels(numbers)
    assert [(one.number, one.barcode) for one in stickers.ready] == [(number, f"{number}-1") for number in numbers]
    assert all(one.content.startswith(b"%PDF") for one in stickers.ready)

    plan = plan_of(numbers, told[0].warehouse_id)
    found = day.adapter.find_handover(plan)
    assert (found.state, sorted(found.numbers)) == (HandoverState.OPEN, sorted(numbers))
    closed = day.adapter.close_handover(plan)
    assert (closed.state, closed.status, closed.missing) == (HandoverState.CLOSED, "OUTBOUND_CONFIRMED", ())
    again = day.adapter.close_handover(replace(plan, external_id=closed.external_id))
    assert (again.state, again.external_id) == (HandoverState.CLOSED, closed.external_id)
    assert len(day.paths("/confirm")) == 1
    papers = day.adapter.handover_documents(replace(plan, external_id=closed.external_id))
    assert [(one.kind, one.content[:4]) for one in papers] == [
        (dto.DocumentKind.ACT, b"%PDF"),
        (dto.DocumentKind.WAYBILL, b"PK\x03\x04"),
    ]

    seen = []
    for _ in range(6):
        day.later(4_000)
        (status,) = day.adapter.statuses(numbers[:1]).items
        seen.append(status.stage)
    assert seen[-1] is Stage.DELIVERED
    swept = [
        item
        for page in day.adapter.orders_changed(since=yesterday(), now=now() + timedelta(seconds=1))
        for item in page.items
    ]
    assert {one.number for one in swept} == set(numbers)


def test_a_month_and_more_is_asked_for_in_ranges_and_the_cursor_moves_with_each(day: Day):
    day.buy((day.plain()[0], 1))
    pages = list(day.adapter.orders_changed(since=now() - timedelta(days=70), now=now() + timedelta(seconds=1)))
    ends = [page.upto for page in pages if page.upto]
    assert len(ends) == 3
    assert ends == sorted(ends)
    assert [item for page in pages for item in page.items]


def test_long_lists_are_paged(day: Day):
    numbers = [day.buy((day.plain()[0], 1)) for _ in range(120)]
    told = [item.number for page in day.adapter.orders_new(now=now()) for item in page.items]
    assert told == numbers
    assert [one.query for one in day.paths("/orders")] == [
        "limit=50",
        "limit=50&pageToken=NTA%3D",
        "limit=50&pageToken=MTAw",
    ]
    assert len(day.adapter.orders_by_number([*numbers, "1", "x"], now=now()).items) == 120


def test_several_boxes_stay_one_parcel(day: Day):
    number = day.buy((day.plain()[0], 4))
    done = day.pack(number, boxes=2)
    assert (done.state, done.numbers) == (CommitState.DONE, (number,))
    boxes = day.order(number).boxes
    assert [[row["fullCount"] for row in box.items] for box in boxes] == [[2], [2]]
    rows = day.adapter.label_data(number)
    assert [(row.place, row.barcode) for row in rows] == [("1/2", f"{number}-1"), ("2/2", f"{number}-2")]
    assert {row.supplier for row in rows} == {"ООО «Песочница»"}


@pytest.mark.parametrize(
    ("form", "box"),
    [("A7", b"[0 0 212.60 340.16]"), ("A9", b"[0 0 113.39 164.41]"), ("A9_HORIZONTALLY", b"[0 0 164.41 113.39]"),
     ("A4", b"[0 0 595.28 841.89]")],
)  # fmt: skip
def test_stickers_come_in_every_size(day: Day, form: str, box: bytes):
    number = day.buy((day.plain()[0], 1))
    assert day.adapter.labels([number]).pending == [number]
    day.pack(number)
    (sticker,) = day.connect(label_format=form).labels([number]).ready
    assert box in sticker.content


def test_codes_are_checked_before_the_order_is_ready(day: Day):
    number = day.buy((day.marked(), 2))
    parcel = parcel_of(day.told(number))
    (first,) = day.adapter.commit([parcel])
    assert (first.state, first.code) == (CommitState.PENDING, Code.NOT_READY)
    assert day.adapter.look_up_commit(parcel).state is CommitState.PENDING
    assert {one.pending for one in day.adapter.mark_verdicts([number])} == {True}
    day.later(10)
    assert day.adapter.look_up_commit(parcel).state is CommitState.NOT_STARTED
    (second,) = day.adapter.commit([parcel])
    assert second.state is CommitState.DONE
    # Sent once: a layout that is sent anew has its codes checked anew.
    (sent,) = day.paths("/boxes")
    (item,) = sent.request["boxes"][0]["items"]
    assert [one["cis"] for one in item["instances"]] == [mark.value for mark in parcel.marks]
    assert all("\x1d" in one["cis"] for one in item["instances"])


def test_codes_that_were_changed_are_sent_anew(day: Day):
    number = day.buy((day.marked(), 1))
    told = day.told(number)
    day.adapter.commit([parcel_of(told, code="BAD0460000000015215")])
    day.later(10)
    (again,) = day.adapter.commit([parcel_of(told)])
    assert again.state is CommitState.PENDING
    day.later(10)
    (done,) = day.adapter.commit([parcel_of(told)])
    assert done.state is CommitState.DONE


def test_a_code_that_is_refused_is_told(day: Day):
    number = day.buy((day.marked(), 1))
    parcel = parcel_of(day.told(number), code="BAD0460000000015215")
    day.adapter.commit([parcel])
    day.later(10)
    told = day.adapter.look_up_commit(parcel)
    assert (told.state, told.code) == (CommitState.FAILED, Code.MARK_REFUSED)
    assert "CIS_NOT_FOUND_IN_GIS_MT" in told.text


def test_missing_units_are_refused_and_nothing_is_removed(day: Day):
    number = day.buy((day.plain()[0], 3))
    told = day.told(number)
    line = replace(parcel_of(told).boxes[0][0], pieces=2)
    (found,) = day.adapter.commit([replace(parcel_of(told), boxes=[[line]])])
    assert (found.state, found.code) == (CommitState.FAILED, Code.WRONG_QUANTITY)
    assert day.told(number).lines[0].pieces == 3


def test_a_repeated_commit_and_a_lost_answer_are_done(day: Day):
    number = day.buy((day.plain()[0], 1))
    parcel = parcel_of(day.told(number))
    for _ in range(2):
        (found,) = day.adapter.commit([parcel])
        assert found.state is CommitState.DONE
    assert day.adapter.look_up_commit(parcel).state is CommitState.DONE
    assert len(day.paths("/status")) == 1


def test_what_the_buyer_has_not_paid_waits(day: Day):
    number = day.buy((day.plain()[0], 1))
    day.cabinet.move(day.order(number), "PENDING", "AWAIT_CONFIRMATION")
    (found,) = day.adapter.commit([parcel_of(day.told(number))])
    assert (found.state, found.code) == (CommitState.FAILED, Code.NOT_READY)
    assert day.told(number).status.stage is Stage.NEW


def test_cancelled_by_the_buyer_and_by_us(day: Day):
    theirs, ours = day.buy((day.plain()[0], 1)), day.buy((day.plain()[0], 1))
    sandbox_orders.by_buyer(day.cabinet, day.order(theirs))
    (found,) = day.adapter.commit([replace(parcel_of(day.told(theirs)), marks=())])
    assert (found.state, found.code) == (CommitState.FAILED, Code.CANCELLED)
    for _ in range(2):
        day.adapter.cancel(ours, reason="out_of_stock")
    actors = {one.number: (one.stage, one.actor) for one in day.adapter.statuses([theirs, ours]).items}
    assert actors == {theirs: (Stage.CANCELLED, Actor.BUYER), ours: (Stage.CANCELLED, Actor.SELLER)}


def test_what_is_on_its_way_cannot_be_cancelled(day: Day):
    number = day.buy((day.plain()[0], 1))
    day.cabinet.move(day.order(number), "DELIVERY", "DELIVERY_SERVICE_RECEIVED")
    with pytest.raises(Rejected) as late:
        day.adapter.cancel(number, reason="other")
    assert late.value.code == Code.WRONG_STATE


def test_orders_that_are_not_in_the_shipment_are_told_and_it_stays_open(day: Day):
    inside, outside = day.buy((day.plain()[0], 1)), day.buy((day.plain()[0], 1))
    day.pack(inside)
    plan = plan_of([inside, outside], str(day.place("FBS")))
    told = day.adapter.close_handover(plan)
    assert (told.state, [one.key for one in told.missing]) == (HandoverState.OPEN, [outside])
    assert not day.paths("/confirm")
    with pytest.raises(Rejected) as early:
        day.adapter.handover_documents(replace(plan, external_id=told.external_id))
    assert early.value.code == Code.NOT_READY


def test_without_a_shipment_there_is_nothing_to_close(day: Day):
    number = day.buy((day.plain()[0], 1))
    plan = plan_of([number], str(day.place("FBS")))
    assert day.adapter.find_handover(plan) is None
    with pytest.raises(Rejected) as early:
        day.adapter.close_handover(plan)
    assert early.value.code == Code.NOT_READY


# -- couriers on call, and our own delivery
def test_express_is_fetched_by_a_courier(day: Day):
    number = day.buy((day.plain()[0], 1), program="EXPRESS")
    told = day.told(number)
    assert told.scheme is Scheme.EXPRESS
    assert told.ship_by is not None
    assert told.ship_by - told.ordered_at <= timedelta(minutes=31)
    assert day.pack(number).state is CommitState.DONE
    day.later(70)
    (status,) = day.adapter.statuses([number]).items
    assert (status.substatus, status.stage, status.problem) == ("COURIER_SEARCH", Stage.NEW, "")
    plan = plan_of([number], told.warehouse_id)
    assert day.adapter.close_handover(plan).state is HandoverState.CLOSED
    for _ in range(6):
        day.later(300)
    (status,) = day.adapter.statuses([number]).items
    assert status.stage is Stage.DELIVERED


def test_an_order_that_we_deliver_gets_a_sticker_for_its_box_too(day: Day):
    number = day.buy((day.plain()[0], 2), program="DBS")
    assert day.pack(number).state is CommitState.DONE
    assert (day.order(number).status, day.order(number).substatus) == ("PROCESSING", "STARTED")
    (label,) = day.adapter.labels([number]).ready
    assert (label.number, label.barcode != "") == (number, True)


def test_own_delivery_is_told_station_by_station(day: Day):
    number = day.buy((day.plain()[0], 1), program="DBS")
    told = day.told(number)
    assert (told.scheme, told.buyer and told.buyer.phone) == (Scheme.DBS, "+79000000000")
    assert told.buyer is not None
    assert "Песочная улица, 7, кв. 12" in told.buyer.address
    assert day.pack(number).state is CommitState.DONE
    at = now() - timedelta(days=2)
    progress = dto.Progress(number=number, stage=Stage.DELIVERED, at=at, track="T-1", carrier="99")
    for _ in range(2):
        day.adapter.report(progress, now=now())
    assert [one.request["order"]["status"] for one in day.paths("/status")] == ["DELIVERY", "DELIVERED"]
    assert day.order(number).delivered_on == (at + timedelta(hours=3)).date().isoformat()
    assert day.order(number).tracks == [{"trackCode": "T-1", "deliveryServiceId": 99}]


def test_the_day_itself_is_not_told(day: Day):
    number = day.buy((day.plain()[0], 1), program="DBS")
    day.adapter.report(dto.Progress(number=number, stage=Stage.DELIVERED, at=now()), now=now())
    assert day.order(number).delivered_on == ""


def test_click_and_collect_waits_at_the_point_and_is_given_out_by_a_code(day: Day):
    number = day.buy((day.plain()[0], 1), program="DBS", to_point=True)
    assert day.told(number).scheme is Scheme.PICKUP
    day.adapter.report(dto.Progress(number=number, stage=Stage.READY_FOR_PICKUP, at=now()), now=now())
    assert day.told(number).status.stage is Stage.READY_FOR_PICKUP
    wrong = dto.Progress(number=number, stage=Stage.DELIVERED, at=now(), code="nope")
    with pytest.raises(Rejected) as refused:
        day.adapter.report(wrong, now=now())
    assert (refused.value.code, "(4)" in refused.value.text) == (Code.CODE_REFUSED, True)
    assert day.told(number).status.stage is Stage.READY_FOR_PICKUP
    day.adapter.report(replace(wrong, code=day.order(number).code), now=now())
    assert day.told(number).status.stage is Stage.DELIVERED


def test_what_the_market_delivers_is_not_reported_by_us(day: Day):
    number = day.buy((day.plain()[0], 1))
    with pytest.raises(Rejected) as refused:
        day.adapter.report(dto.Progress(number=number, stage=Stage.DELIVERED, at=now()), now=now())
    assert refused.value.code == Code.WRONG_STATE


@pytest.mark.parametrize("accept", [True, False])
def test_a_buyer_who_asks_to_cancel_is_answered(day: Day, accept: bool):
    number = day.buy((day.plain()[0], 1), program="DBS")
    day.adapter.report(dto.Progress(number=number, stage=Stage.DELIVERING, at=now()), now=now())
    assert day.told(number).status.cancel_wanted is False
    sandbox_orders.by_buyer(day.cabinet, day.order(number))
    assert day.told(number).status.cancel_wanted is True
    for _ in range(2):
        day.adapter.answer_cancel_request(number, accept=accept, why=None if accept else Decline.IN_DELIVERY)
    told = day.told(number).status
    assert (told.stage, told.cancel_wanted) == (Stage.CANCELLED if accept else Stage.DELIVERING, False)
    assert len(day.paths("/cancellation/accept")) == 1


def test_unanswered_for_two_days_it_is_cancelled(day: Day):
    number = day.buy((day.plain()[0], 1), program="DBS")
    day.adapter.report(dto.Progress(number=number, stage=Stage.DELIVERING, at=now()), now=now())
    sandbox_orders.by_buyer(day.cabinet, day.order(number))
    day.later(48 * 3600 + 1)
    assert day.told(number).status.stage is Stage.CANCELLED


# -- returns
def test_what_comes_back_is_read(day: Day):
    number = day.buy((day.plain()[0], 2))
    day.cabinet.move(day.order(number), "DELIVERY", "LAST_MILE_STARTED")
    sandbox_orders.cancelled(day.cabinet, day.order(number), "FULL_NOT_RANSOM")
    (one,) = day.cabinet.returns.values()

    def read() -> dto.RemoteReturn:
        pages = day.adapter.returns(since=yesterday(), now=now())
        (found,) = [item for page in pages for item in page.items]
        return found  # type: ignore[no-any-return]

    assert (read().number, read().kind, read().stage) == (number, dto.ReturnKind.UNREDEEMED, dto.ReturnStage.ASKED)
    assert [(line.offer_id, line.pieces) for line in read().lines] == [(day.plain()[0].article, 2)]
    assert read().why == dto.ReturnReason.UNREDEEMED
    stages = []
    for status in sandbox_returns.WAY[1:]:
        sandbox_returns.move(day.cabinet, one, status)
        stages.append(read().stage)
    assert stages == [
        dto.ReturnStage.COMING,
        dto.ReturnStage.COMING,
        dto.ReturnStage.READY_FOR_PICKUP,
        dto.ReturnStage.RECEIVED,
    ]
    sandbox_returns.move(day.cabinet, one, "READY_FOR_PICKUP")
    assert read().place == "Пункт возвратов, Подольск, Возвратная улица, 1"
    assert read().keep_until is not None


# -- limits
def test_over_the_limit_420_tells_until_when(day: Day):
    day.adapter.warehouses()
    answer = None
    for _ in range(120):
        try:
            day.adapter.warehouses()
        except Unavailable as limited:
            answer = limited
            break
    assert answer is not None
    assert answer.code == "limited"
    assert answer.retry_after_s is not None
    assert 3500 < answer.retry_after_s < 3700
    assert day.world.counters.violations == {"yandex_market 5900001 getPagedWarehouses": 1}


def test_the_date_of_the_limit_is_understood():
    told = "Wed, 25 Nov 2026 10:00:30 GMT"
    moment = parsedate_to_datetime(told) - timedelta(seconds=30)
    assert retry_after_s({"X-RateLimit-Resource-Until": told}, now=moment) == 30.0
