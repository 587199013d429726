"""Evenings of stock, classes, trends, and the pages that show them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from analytics.models import Article, DailyFact, StockDay
from analytics.selectors import losses, operations, shelves, standing
from analytics.services import facts
from analytics.services import standing as nightly
from analytics.services.exports import EXPORTS
from analytics.types import Asked, Demand, Event, Worth
from floor.services import come_back
from floor.types import Condition
from merchants.models import Merchant
from merchants.roles import Role
from orders.models import Order
from orders.services import hand_over, transition
from orders.types import State
from stock.services import shelf
from tests import make
from tests.trade import NOON, Trade, open_trade

D = Decimal
TODAY = NOON.date()
LAST = TODAY - timedelta(1)


def sold(trade: Trade, code: str, weeks: list[int]) -> None:
    """Pieces of the weeks up to LAST, the newest first, each on the week's last day."""
    sku = trade.skus.get(code) or trade.sku(code)
    DailyFact.objects.bulk_create(
        DailyFact(
            merchant=trade.merchant,
            day=LAST - timedelta(7 * week),
            sku=sku,
            channel=trade.ozon.channel,
            scheme="fbs",
            currency="RUB",
            facts=1,
            ordered_pieces=pieces,
            ordered_amount=100 * pieces,
        )
        for week, pieces in enumerate(weeks)
        if pieces
    )


def judged(trade: Trade) -> dict[str, Article]:
    nightly.judge(merchant_id=trade.merchant.pk, last_day=LAST)
    return {row.sku.code: row for row in Article.objects.select_related("sku")}


def test_the_evening_is_the_evening_before_and_the_moves_of_the_day(trade: Trade) -> None:
    sku = trade.sku("mug", pieces=5)  # received at NOON
    shelf.receive(
        merchant_id=trade.merchant.pk, lines=[(sku.pk, trade.cell.pk, 2)], now=NOON + timedelta(2), person_id=None
    )
    assert nightly.close_days(merchant_id=trade.merchant.pk, upto=TODAY + timedelta(1)) == 401
    assert nightly.close_days(merchant_id=trade.merchant.pk, upto=TODAY + timedelta(3)) == 2
    kept = list(StockDay.objects.order_by("day").values_list("day", "pieces"))
    assert kept == [(TODAY + timedelta(day), pieces) for day, pieces in ((0, 5), (1, 5), (2, 7), (3, 7))]
    assert nightly.close_days(merchant_id=trade.merchant.pk, upto=TODAY + timedelta(3)) == 0


def test_evenings_are_stated_anew_when_the_merchant_moves_to_another_time_zone(trade: Trade) -> None:
    sku = trade.sku("mug", pieces=5)
    late = NOON.replace(hour=22)  # tomorrow in Moscow
    shelf.receive(merchant_id=trade.merchant.pk, lines=[(sku.pk, trade.cell.pk, 2)], now=late, person_id=None)
    nightly.close_days(merchant_id=trade.merchant.pk, upto=TODAY)
    assert list(StockDay.objects.values_list("pieces", flat=True)) == [5]
    Merchant.objects.filter(pk=trade.merchant.pk).update(zone="UTC")
    assert nightly.close_days(merchant_id=trade.merchant.pk, upto=TODAY + timedelta(1)) == 401
    kept = StockDay.objects.order_by("day").values_list("day", "pieces")
    assert list(kept) == [(TODAY, 7), (TODAY + timedelta(1), 7)]


def test_articles_are_classed_by_money_and_by_swing(trade: Trade) -> None:
    sold(trade, "steady", [10] * 26)  # 26,000 of 32,000: A up to 81 %
    sold(trade, "once", [50])  # 5,000
    sold(trade, "rest", [10])  # 1,000
    trade.sku("never", pieces=3)
    nightly.close_days(merchant_id=trade.merchant.pk, upto=TODAY)
    found = judged(trade)
    assert {code: row.worth + row.demand for code, row in found.items()} == {
        "steady": "AX",
        "once": "BZ",
        "rest": "CZ",
    }
    assert found["steady"].swing == 0
    assert found["once"].swing == pytest.approx(5.0)
    assert found["steady"].share == pytest.approx(81.25)
    boxes = {(box.worth, box.demand): box for _worth, row in standing.matrix() for box in row}
    assert sum(box.skus for box in boxes.values()) == 3
    assert boxes[Worth.A, Demand.X].revenue == D(26_000)


def test_rising_falling_new_and_the_even_ones(trade: Trade) -> None:
    sold(trade, "up", [40, 40, 40, 40, 10, 10, 10, 10, 10])
    sold(trade, "down", [10, 10, 10, 10, 40, 40, 40, 40, 40])
    sold(trade, "new", [3, 3])
    sold(trade, "every winter", [3, 3, *([0] * 30), 5])
    for number in range(5):
        sold(trade, f"even{number}", [11, 10, 9, 10, 10, 11, 10, 9, 10])
    assert {code: row.trend for code, row in judged(trade).items()} == {
        "up": "rising",
        "down": "falling",
        "new": "new",
        "every winter": "even",
        **{f"even{number}": "even" for number in range(5)},
    }


def test_what_was_not_sold_for_want_of_stock_is_counted_at_the_pace_of_other_days(trade: Trade) -> None:
    sold(trade, "mug", [10, 10, 10, 10, 10])
    StockDay.objects.bulk_create(
        StockDay(merchant=trade.merchant, sku=trade.skus["mug"], day=LAST - timedelta(day), pieces=0)
        for day in range(8)
    )
    row = judged(trade)["mug"]
    assert (row.days_out, round(row.lost, 6), row.lost_amount) == (8, 16.0, D("1600.00"))
    assert standing.lost().amount == D("1600.00")


def test_turnover_is_what_lay_on_average_to_what_went(trade: Trade) -> None:
    mug, rest = trade.sku("mug", pieces=28, cost=D(10)), trade.sku("rest", pieces=7, cost=D(5))
    orders = [trade.order(("mug", 14)) for _ in range(2)]
    hand_over.leave(merchant_id=trade.merchant.pk, orders=orders, now=NOON, told=True)
    come_back.bring_to(
        merchant_id=trade.merchant.pk,
        warehouse_id=trade.warehouse.pk,
        order_id=orders[0].pk,
        sku_id=mug.pk,
        condition=Condition.INTACT,
        pieces=1,
        now=NOON,
    )
    StockDay.objects.bulk_create(
        StockDay(merchant=trade.merchant, sku=sku, day=TODAY - timedelta(day), pieces=pieces)
        for sku, pieces, days in ((mug, 28, range(27)), (mug, 99, [28]), (rest, 7, range(28)))
        for day in days
    )
    assert nightly.judge(merchant_id=trade.merchant.pk, last_day=TODAY) == 2
    told = {row.sku.code: (row.stood, row.gone) for row in Article.objects.select_related("sku")}
    assert told == {"mug": (D(27), 27), "rest": (D(7), 0)}
    assert shelves.turned_over() == (D(27 * 10 + 7 * 5), D(270))
    days = {row.code: row.turnover for row in shelves.shelves(today=TODAY + timedelta(days=1))}
    assert (days["mug"], days["rest"], shelves.turnover(kept=False)) == (28, None, 32)


def test_cancellations_are_told_by_who_cancelled_and_handovers_by_their_time(trade: Trade) -> None:
    trade.sku("mug", pieces=50)
    mine, theirs, late = (trade.order(("mug", 1), ordered_at=NOON, ship_by=NOON) for _ in range(3))
    transition.move(orders=[mine, theirs], to=State.CANCELLED, now=NOON)
    Order.objects.filter(pk=mine.pk).update(cancelled_by="seller")
    Order.objects.filter(pk=theirs.pk).update(cancelled_by="buyer")
    Order.objects.filter(pk=late.pk).update(state=State.HANDED_OVER, handed_over_at=NOON + timedelta(hours=5))
    facts.refresh(merchant_id=trade.merchant.pk, now=NOON)
    asked = Asked(since=TODAY, until=TODAY, currency="RUB")
    parts = {part.key: (part.orders, part.amount) for part in losses.cancelled_by(asked)}
    assert parts == {"seller": (1, D(100)), "buyer": (1, D(100))}
    (place,) = operations.places(asked)
    assert (place.handed, place.half, place.due, place.missed) == (1, timedelta(hours=5), 1, 1)
    (cancelled, (worst,)), (returned, none) = losses.worst(asked)
    assert (cancelled, returned, none) == (Event.CANCELLED, Event.RETURNED, [])
    assert (worst.label, worst.pieces, worst.amount, worst.percent) == ("mug · Товар mug", 2, D(200), D("66.7"))


@pytest.mark.django_db
def test_pages_open_empty_and_with_articles_and_files_hold_their_rows() -> None:
    trade = open_trade()
    browser = make.client(role=Role.VIEWER, merchant=trade.merchant)
    pages = ("classes/?worth=A&demand=X", "trends/?trend=new", "losses/", "operations/", "classes/?worth=%00&page=x")
    for page in pages:
        assert browser.get(f"/analytics/{page}").status_code == 200
    with trade.scope():
        sold(trade, "mug", [10, 10, 10])
        judged(trade)
        trade.receive(trade.skus["mug"], 5)
        order = trade.order(("mug", 1), ordered_at=timezone.now() - timedelta(days=2))
        transition.move(orders=[order], to=State.CANCELLED, now=timezone.now() - timedelta(days=1))
        facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())
    for page in pages:
        assert browser.get(f"/analytics/{page}").status_code == 200
    with trade.scope():
        for key in ("analytics-classes", "analytics-trends"):
            export = next(each for each in EXPORTS if each.key == key)
            (row,) = export.rows(QueryDict("worth=A&trend=new" if key.endswith("trends") else "worth=A"), frozenset())
            assert len(row) == len(export.columns)
