"""Facts agree with orders to the kopeck, whatever happens in whatever order, and however often they are refreshed."""

from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from analytics.models import (
    CancelTotal,
    CostTotal,
    DailyFact,
    DailyTotal,
    GroupedBy,
    GroupReading,
    GroupTotal,
    HourlyFact,
    HourTotal,
    LineFact,
    PaceTotal,
    PricedBy,
    Reading,
    RegionTotal,
)
from analytics.selectors import losses, operations, profit, sales
from analytics.services import facts, tariffs
from analytics.types import Asked, By, Event
from catalog.models import Category, Listing, Product, ProductVat
from merchants.models import LegalEntity, Merchant
from merchants.scope import scope
from orders.models import Order, OrderEvent
from orders.services import cure, past, returned, take_back, timeline, transition
from orders.types import TRANSITIONS, EventKind, State, StatusDraft
from tests.analytics.by_hand import Costs, priced_by_hand
from tests.analytics.make import events_of
from tests.trade import NOON, Trade, open_trade

SUMS = (
    LineFact,
    DailyFact,
    DailyTotal,
    Reading,
    HourlyFact,
    HourTotal,
    RegionTotal,
    CancelTotal,
    PaceTotal,
    PricedBy,
    CostTotal,
    GroupTotal,
    GroupReading,
    GroupedBy,
)


def contents(model: Any) -> Counter[Any]:
    """Rows without their own ids."""
    return Counter(
        tuple(sorted((key, str(value)) for key, value in row.items() if key != "id")) for row in model.objects.values()
    )


def refresh(trade: Trade, now: datetime = NOON) -> int:
    return facts.refresh(merchant_id=trade.merchant.pk, now=now)


def move(order: Order, to: State, at: datetime) -> None:
    order.refresh_from_db()
    transition.move(orders=[order], to=to, now=at)


def give_up_one(order: Order, at: datetime) -> None:
    """One piece of the first line is taken off the order."""
    order.lines.filter(position=0).update(cancelled_pieces=1)
    timeline.note(merchant_id=order.merchant_id, order_id=order.pk, kind=EventKind.CANCEL, text="", now=at)
    Order.objects.filter(pk=order.pk).update(changed_at=at)


def test_every_event_counts_on_its_own_day_of_the_merchant(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    late = datetime(2026, 11, 23, 21, 30, tzinfo=ZoneInfo("UTC"))  # half past midnight of the 24th in Moscow
    order = trade.order(("mug", 2), ("mug", 1), ordered_at=late)
    refresh(trade)
    move(order, State.CANCELLED, NOON + timedelta(days=3))
    refresh(trade, NOON + timedelta(days=3))
    rows = DailyTotal.objects.order_by("day").values_list(
        "day__day", "ordered_orders", "ordered_pieces", "ordered_amount", "cancelled_orders", "cancelled_amount"
    )
    told: list[Any] = list(rows)
    assert told == [(24, 1, 3, Decimal(300), 0, Decimal(0)), (27, 0, 0, Decimal(0), 1, Decimal(300))]
    hour = HourlyFact.objects.get()
    assert (hour.day.day, hour.hour, hour.ordered_orders, hour.ordered_amount) == (24, 0, 1, Decimal(300))


def test_a_refresh_with_nothing_new_changes_nothing(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    trade.order(("mug", 2))
    assert refresh(trade) == 1
    before = [contents(model) for model in SUMS]
    assert refresh(trade) == 0
    assert [contents(model) for model in SUMS] == before


def test_a_line_matched_late_moves_to_its_article(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    trade.listing(trade.ozon, "pack-of-3", None)
    trade.order(("pack-of-3", 2))
    refresh(trade)
    Listing.objects.filter(offer_id="pack-of-3").update(sku=trade.skus["mug"], pieces_per_pack=3)
    later = NOON + timedelta(hours=2)
    cure.match_lines(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, now=later)
    refresh(trade, later)
    fact = DailyFact.objects.get()
    assert (fact.sku_id, fact.ordered_pieces, fact.ordered_amount) == (trade.skus["mug"].pk, 6, Decimal(200))


def test_what_was_over_before_its_card_was_matched_moves_to_its_article_too(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    trade.listing(trade.ozon, "pack-of-3", None)
    for state in (State.DELIVERED, State.CANCELLED):
        trade.order(("pack-of-3", 2), scheme="fbo", status=StatusDraft(status=state, state=state))
    refresh(trade)
    figures = "sku_id", "ordered_pieces", "ordered_amount", "delivered_pieces", "cancelled_pieces"
    assert list(DailyFact.objects.values_list(*figures)) == [(None, 4, Decimal(400), 2, 2)]
    Listing.objects.filter(offer_id="pack-of-3").update(sku=trade.skus["mug"], pieces_per_pack=3)
    later = NOON + timedelta(hours=2)
    assert past.match_past(merchant_id=trade.merchant.pk, now=later) == 2
    assert refresh(trade, later) == 2
    assert list(DailyFact.objects.values_list(*figures)) == [(trade.skus["mug"].pk, 12, Decimal(400), 6, 6)]


def test_an_article_takes_its_past_along_to_another_brand(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    trade.sku("fork", pieces=9)
    Product.objects.filter(skus__code="mug").update(brand="Гжель")
    for weeks in range(3):
        trade.order(("mug", 2), ("fork", 1), ordered_at=NOON - timedelta(weeks=weeks))
    refresh(trade)
    Product.objects.filter(skus__code="mug").update(brand="Лысьва")
    assert refresh(trade) == 0  # no line is other than it was
    asked = Asked(since=NOON.date() - timedelta(30), until=NOON.date(), currency="RUB")
    rows = [(row.key, row.sums.ordered_pieces) for row in sales.table(asked, By.BRAND)]
    assert rows == [("Лысьва", 6), ("", 3)]
    assert sales.beneath(asked, Event.ORDERED, {By.BRAND: "Лысьва"}).pieces == 6
    assert sales.beneath(asked, Event.ORDERED, {By.BRAND: "Гжель"}).pieces == 0
    assert not GroupTotal.objects.filter(name="Гжель").exists()
    assert not GroupReading.objects.filter(name="Гжель").exists()


def test_sums_that_a_later_version_brought_are_filled_from_the_facts_that_are_there(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    trade.listing(trade.ozon, "unknown", None)
    for weeks in range(12):
        order = trade.order(("mug", 2), ("unknown", 1), ordered_at=NOON - timedelta(weeks=weeks))
        move(order, State.CANCELLED, NOON - timedelta(days=weeks))
    refresh(trade)
    added: list[Any] = [GroupTotal, GroupReading, GroupedBy, CostTotal]
    before = [contents(model) for model in added]
    assert all(before)
    for model in added:
        model.objects.all().delete()
    assert refresh(trade) == 0
    assert [contents(model) for model in added] == before


def told(order: Order) -> list[tuple[Any, ...]]:
    """What each event says of an order's lines: (event, day, orders, pieces, amount)."""
    rows = []
    for event in Event:
        lines = LineFact.objects.filter(order=order, **{f"{event}_day__isnull": False}).order_by(f"{event}_day")
        rows += [(event, getattr(one, f"{event}_day").day, one.leads, one.pieces, one.amount) for one in lines]
    return rows


def test_what_came_back_undelivered_is_cancelled_and_what_was_cancelled_after_delivery_returned(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    late, silent, undone = (trade.order(("mug", 1)) for _ in range(3))
    ways = {
        late: (State.DELIVERING, State.CANCELLED, State.RETURNED),
        silent: (State.DELIVERING, State.RETURNING, State.RETURNED),
        undone: (State.DELIVERED, State.DISPUTED, State.CANCELLED),
    }
    for order, states in ways.items():
        for days, state in enumerate(states, start=1):
            transition.move(orders=[order], to=state, now=NOON + timedelta(days), told=True)
    returned.tell_reasons(
        channel_id=trade.ozon.channel_id, reasons={silent.external_number: "unredeemed"}, now=order.changed_at
    )
    refresh(trade, NOON + timedelta(days=4))
    one, mug = 1, Decimal(100)
    assert told(late) == [("ordered", 24, one, 1, mug), ("cancelled", 26, one, 1, mug), ("shipped", 25, one, 1, mug)]
    assert told(silent) == [("ordered", 24, one, 1, mug), ("cancelled", 27, one, 1, mug), ("shipped", 25, one, 1, mug)]
    assert LineFact.objects.get(order=silent).cancel_reason == "not_fetched"
    assert told(undone) == [
        ("ordered", 24, one, 1, mug),
        ("shipped", 25, one, 1, mug),
        ("delivered", 25, one, 1, mug),
        ("returned", 27, one, 1, mug),
    ]


def test_given_up_pieces_are_cancelled_and_the_rest_goes_on(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    order = trade.order(("mug", 3))
    give_up_one(order, NOON + timedelta(days=1))
    transition.move(orders=[order], to=State.DELIVERED, now=NOON + timedelta(days=2), told=True)
    refresh(trade, NOON + timedelta(days=2))
    assert told(order) == [
        ("ordered", 24, 0, 1, Decimal(100)),
        ("ordered", 24, 1, 2, Decimal(200)),
        ("cancelled", 25, 0, 1, Decimal(100)),
        ("shipped", 26, 1, 2, Decimal(200)),
        ("delivered", 26, 1, 2, Decimal(200)),
    ]
    assert [
        (line.cancelled_by, line.cancel_reason) for line in LineFact.objects.filter(cancelled_day__isnull=False)
    ] == [("seller", "out_of_stock")]


def test_pieces_count_as_returned_one_by_one(trade: Trade) -> None:
    sku = trade.sku("mug", pieces=9)
    order = trade.order(("mug", 3))
    Order.objects.filter(pk=order.pk).update(handed_over_at=NOON)
    transition.move(orders=[order], to=State.DELIVERED, now=NOON, told=True)
    seen = []
    for days in range(1, 4):
        at = NOON + timedelta(days)
        take_back.take_back(
            merchant_id=trade.merchant.pk, order_id=order.pk, sku_id=sku.pk, free_marks=True, now=at, person_id=None
        )
        refresh(trade, at)
        seen.append([row[1:] for row in told(order) if row[0] == Event.RETURNED])
        assert sum(row[4] for row in told(order) if row[0] == Event.DELIVERED) == Decimal(300)
    assert seen == [[(25, 0, 1, Decimal(100))], [(25, 0, 2, Decimal(200))], [(27, 1, 3, Decimal(300))]]


def test_a_new_time_zone_cuts_the_days_anew(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    trade.order(("mug", 1), ordered_at=datetime(2026, 11, 23, 20, 0, tzinfo=ZoneInfo("UTC")))
    refresh(trade)
    assert DailyTotal.objects.get().day.day == 23
    Merchant.objects.filter(pk=trade.merchant.pk).update(zone="Asia/Vladivostok")
    refresh(trade)
    assert DailyTotal.objects.get().day.day == 24


@pytest.mark.django_db
def test_another_merchants_facts_are_not_seen_and_not_touched() -> None:
    mine, other = open_trade(), open_trade()
    for trade in (mine, other):
        with trade.scope():
            trade.sku("mug", pieces=9)
            trade.order(("mug", 1))
            refresh(trade)
    with mine.scope():
        assert {fact.merchant_id for model in SUMS for fact in model.objects.all()} == {mine.merchant.pk}
        facts.rebuild(merchant_id=mine.merchant.pk, now=NOON)
    with scope([other.merchant.pk]):
        assert LineFact.objects.count() == DailyTotal.objects.count() == 1


WAYS = ("ordered", "cancelled", "delivered", "returned")


def fate(order: Order) -> list[tuple[str, datetime, Decimal]]:
    """What became of the money of an order: every kopeck is cancelled, or delivered and perhaps returned, once."""
    told = OrderEvent.objects.filter(order=order).order_by("at")
    first = {state: told.filter(kind="state", became=state).first() for state in State}
    when = {state: event.at for state, event in first.items() if event is not None}
    when.setdefault(State(order.state), order.ordered_at)
    whole, dropped = (
        sum((line.price * getattr(line, name) for line in order.lines.all()), Decimal(0))
        for name in ("pieces", "cancelled_pieces")
    )
    found = [("ordered", order.ordered_at, whole)]
    if dropped:
        found.append(("cancelled", told.filter(kind="cancel").earliest("at").at, dropped))
    delivered, fell, back = (when.get(state) for state in (State.DELIVERED, State.CANCELLED, State.RETURNED))
    if delivered is None:
        return [*found, *(("cancelled", at, whole - dropped) for at in (fell or back,) if at)]
    ends = [at for at in (back, fell if fell and fell > delivered else None) if at]
    return [
        *found,
        ("delivered", delivered, whole - dropped),
        *(("returned", min(ends), whole - dropped) for _ in ends[:1]),
    ]


class Trading(RuleBasedStateMachine):
    """Orders come, change, and are put right late; facts are refreshed now and then."""

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.trade = open_trade()
        self.stack.enter_context(self.trade.scope())
        self.trade.sku("mug", pieces=50)
        self.trade.sku("fork", pieces=50)
        self.trade.listing(self.trade.ozon, "unknown", None)
        LegalEntity.objects.update(vat_mode="general")
        self.special = Category.objects.create(merchant=self.trade.merchant, name="Посуда")
        self.now = NOON
        self.fresh = False

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            transaction.set_rollback(True)
            self.stack.close()

    @rule(
        lines=st.lists(
            st.tuples(st.sampled_from(("mug", "fork", "unknown")), st.integers(1, 3)), min_size=1, max_size=3
        ),
        hours=st.integers(0, 900),
        state=st.sampled_from((State.NEW, State.CANCELLED, State.DELIVERED)),
    )
    def order_arrives(self, lines: list[tuple[str, int]], hours: int, state: State) -> None:
        order = self.trade.order(*lines, ordered_at=NOON - timedelta(hours=hours), region="Тверь")
        # Arrived already in a later state: no event tells of it.
        Order.objects.filter(pk=order.pk).update(state=state, received_at=self.now, changed_at=self.now)
        self.fresh = False

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data())
    def order_goes_on(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(list(Order.objects.order_by("pk"))))
        if following := sorted(TRANSITIONS[State(order.state)]):
            move(order, data.draw(st.sampled_from(following)), self.now)
            self.fresh = False

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data(), price=st.decimals(1, 999, places=2))
    def price_is_put_right(self, data: st.DataObject, price: Decimal) -> None:
        order = data.draw(st.sampled_from(list(Order.objects.order_by("pk"))))
        order.lines.filter(position=0).update(price=price)
        Order.objects.filter(pk=order.pk).update(changed_at=self.now)
        self.fresh = False

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data())
    def a_piece_is_given_up(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(list(Order.objects.order_by("pk"))))
        if order.lines.filter(position=0, cancelled_pieces=0).exists():
            give_up_one(order, self.now)
            self.fresh = False

    @precondition(lambda self: Order.objects.exists())
    @rule(data=st.data(), fee=st.decimals(0, 40, places=2))
    def marketplace_says_its_fee(self, data: st.DataObject, fee: Decimal) -> None:
        order = data.draw(st.sampled_from(list(Order.objects.order_by("pk"))))
        order.lines.filter(position=0).update(estimated_fee=fee)
        Order.objects.filter(pk=order.pk).update(changed_at=self.now, cancel_reason="changed_mind")
        if fee < 20:
            back = "does_not_fit" if fee < 10 else "A word of theirs"
            returned.tell_reasons(channel_id=order.channel_id, reasons={order.external_number: back}, now=self.now)
        self.fresh = False

    @rule()
    def listing_is_matched(self) -> None:
        Listing.objects.filter(offer_id="unknown").update(sku=self.trade.skus["mug"], pieces_per_pack=2)
        cure.match_lines(merchant_id=self.trade.merchant.pk, channel_id=self.trade.ozon.channel_id, now=self.now)
        past.match_past(merchant_id=self.trade.merchant.pk, now=self.now)
        self.fresh = False

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(zone=st.sampled_from(("Europe/Moscow", "Asia/Vladivostok", "Europe/Kaliningrad")))
    def merchant_moves(self, zone: str) -> None:
        Merchant.objects.filter(pk=self.trade.merchant.pk).update(zone=zone)
        self.fresh = False

    @rule()
    def facts_are_refreshed(self) -> None:
        refresh(self.trade, self.now)
        self.fresh = True
        kept = [contents(model) for model in SUMS]
        facts.rebuild(merchant_id=self.trade.merchant.pk, now=self.now)
        assert [contents(model) for model in SUMS] == kept

    @rule(
        percent=st.none() | st.decimals(0, 40, places=2),
        a_piece=st.none() | st.decimals(0, 90, places=2),
        days=st.integers(-40, 5),
        whole=st.booleans(),
    )
    def tariff_is_entered(self, percent: Decimal | None, a_piece: Decimal | None, days: int, *, whole: bool) -> None:
        tariffs.enter(
            channel=self.trade.ozon.channel,
            category=None if whole else self.special,
            valid_from=NOON.date() + timedelta(days),
            rates={"fee_percent": percent, "tax_percent": percent, "logistics_a_piece": a_piece},
            now=self.now,
            person_id=None,
        )
        self.fresh = False

    @rule(code=st.sampled_from(("mug", "fork")), rate=st.sampled_from(("22", "10", "0")), days=st.integers(-40, 5))
    def vat_is_entered(self, code: str, rate: str, days: int) -> None:
        ProductVat.objects.update_or_create(
            merchant=self.trade.merchant,
            product=self.trade.skus[code].product,
            valid_from=NOON.date() + timedelta(days),
            defaults={"vat_code": rate},
        )
        self.fresh = False

    @rule(code=st.sampled_from(("mug", "fork")), special=st.booleans(), brand=st.sampled_from(("", "Гжель", "Лысьва")))
    def goods_change_their_group(self, code: str, brand: str, *, special: bool) -> None:
        goods = Product.objects.filter(skus__code=code)
        goods.update(category=self.special if special else None, brand=brand)
        self.fresh = False

    @precondition(lambda self: getattr(self, "fresh", False))
    @rule(back=st.integers(0, 45), length=st.integers(0, 45))
    def numbers_are_asked_for(self, back: int, length: int) -> None:
        since = self.now.date() - timedelta(back)
        asked = Asked(since=since, until=since + timedelta(length), currency="RUB")
        for row in sales.table(asked, By.SKU):
            for event in events_of(By.SKU):
                told = (getattr(row.sums, f"{event}_pieces"), getattr(row.sums, f"{event}_amount"))
                beneath = list(sales.lines(asked, event, {By.SKU: row.key}))
                assert told == (sum(line.pieces for line in beneath), sum(line.amount for line in beneath))
        for by in By:
            rows = sales.table(asked, by)
            for event in events_of(by):
                whole = getattr(sales.totals(asked), f"{event}_amount")
                assert sum(getattr(row.sums, f"{event}_amount") for row in rows) == whole
            before = {row.key: row.sums.ordered_amount for row in sales.table(asked.before(), by)}
            if by != By.DAY:
                assert all(row.before == before.get(row.key, 0) for row in rows)
        self.losses_are_the_sum_of_their_lines(asked)
        report = profit.report(asked)
        assert {row.sku_id: Costs.told(row) for row in report.articles} == priced_by_hand(asked)
        together = sum(priced_by_hand(asked).values(), Costs())
        assert Costs.told(report.total) == together

    def losses_are_the_sum_of_their_lines(self, asked: Asked) -> None:
        gone = sales.totals(asked)
        for event, name, parts in (
            (Event.CANCELLED, "actor", losses.cancelled_by(asked)),
            (Event.CANCELLED, "reason", losses.reasons(asked)),
            (Event.RETURNED, "back", losses.returned(asked)),
        ):
            assert sum(part.amount for part in parts) == getattr(gone, f"{event}_amount")
            assert sum(part.orders for part in parts) == getattr(gone, f"{event}_orders")
            for part in parts:
                beneath = list(sales.lines(asked, event, {name: part.key}))
                told = sales.beneath(asked, event, {name: part.key})
                assert part.amount == told.amount == sum(line.amount for line in beneath)
                assert part.orders == told.orders == sum(line.leads for line in beneath)
        for event, rows in losses.worst(asked):
            for row in rows:
                assert row.amount == sum(line.amount for line in sales.lines(asked, event, {By.SKU: row.key}))
        hours = sales.hours(asked)
        assert sum(map(sum, hours)) == gone.ordered_orders
        for weekday, day in enumerate(hours, start=1):
            for hour, orders in enumerate(day):
                if orders:
                    among = {"weekday": str(weekday), "hour": str(hour)}
                    beneath = list(sales.lines(asked, Event.ORDERED, among))
                    assert orders == len({line.order_id for line in beneath})
        shipped = list(sales.lines(asked, Event.SHIPPED, {}))
        handed = Order.objects.filter(pk__in={line.order_id for line in shipped}, handed_over_at__isnull=False)
        assert sum(place.handed for place in operations.places(asked)) == handed.count()

    @invariant()
    def sums_agree_with_orders(self) -> None:
        if not getattr(self, "fresh", False):
            return
        zone = ZoneInfo(Merchant.objects.get(pk=self.trade.merchant.pk).zone)
        by_hand: dict[str, dict[date, Decimal]] = {event: defaultdict(Decimal) for event in WAYS}
        for order in Order.objects.prefetch_related("lines"):
            for event, at, amount in fate(order):
                by_hand[event][at.astimezone(zone).date()] += amount
        for model in (DailyTotal, DailyFact):
            for event, right in by_hand.items():
                rows = model._default_manager.values_list("day").annotate(Sum(f"{event}_amount"))
                assert {day: amount for day, amount in rows if amount} == {
                    day: sum_ for day, sum_ in right.items() if sum_
                }


@pytest.mark.django_db
def test_refresh_rebuild_and_orders_agree_on_any_history() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Trading,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
