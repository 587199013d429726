"""Forecasts kept from facts, the shelf against them, and what to buy."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from analytics.models import Backtest, Forecast
from analytics.selectors import replenish, shelves
from analytics.selectors.replenish import Terms
from analytics.selectors.shelves import Shelf, Standing
from analytics.services import facts, train
from analytics.services.exports import EXPORTS
from catalog.models import Sku
from merchants.roles import Role
from orders.models import Order
from orders.services import transition
from orders.types import State
from stock.models import ExpectedReceipt, StockRow, Supplier
from tests import make
from tests.trade import Trade, open_trade

NOW = timezone.now()
TODAY = timezone.localdate()


def sell(trade: Trade, code: str, days: int, pieces: int) -> None:
    """The same pieces every day up to yesterday."""
    drafts = [trade.draft((code, pieces), ordered_at=NOW - timedelta(days=day)) for day in range(1, days + 1)]
    trade.take_in(*drafts)
    Order.objects.update(changed_at=NOW)
    facts.refresh(merchant_id=trade.merchant.pk, now=NOW)


def learn(trade: Trade) -> int:
    known = train.gather(merchant_id=trade.merchant.pk, today=TODAY)
    assert known is not None
    return train.keep(merchant_id=trade.merchant.pk, known=known, expected=train.expect(known))


def shelf(**fields: Any) -> Shelf:
    usual: dict[str, Any] = {
        "sku_id": 1,
        "code": "mug",
        "name": "Кружка",
        "on_hand": 10,
        "free": 10,
        "sold": 28,
        "a_day": Decimal(1),
        "cover": 10,
        "standing": Standing.LOW,
        "surplus": 0,
        "cost": Decimal(50),
        "quantiles": [20, 22, 24, 28, 32, 36, 40, 44],
    }
    return Shelf(**{**usual, **fields})


def test_a_steady_article_is_forecast_by_what_it_sells_for_all_channels_and_each(trade: Trade) -> None:
    trade.sku("mug", pieces=20)
    sell(trade, "mug", 40, 3)
    assert learn(trade) == 2
    rows = {row.channel_id: row for row in Forecast.objects.all()}
    assert set(rows) == {None, trade.ozon.channel_id}
    assert rows[None].sold == 84
    assert rows[None].total == pytest.approx(84, rel=0.1)
    assert rows[None].quantiles == sorted(rows[None].quantiles)
    learn(trade)
    assert Forecast.objects.count() == 2


def test_days_without_stock_are_closed_and_days_with_sales_are_open(trade: Trade) -> None:
    trade.sku("mug", pieces=20)  # received at a time long before or after: one move in the ledger
    sell(trade, "mug", 10, 1)
    known = train.gather(merchant_id=trade.merchant.pk, today=TODAY)
    assert known is not None
    assert known.history.open is not None
    assert known.history.open[known.history.sold > 0].all()
    assert known.history.days == 10


def test_days_of_other_events_alone_sell_nothing(trade: Trade) -> None:
    trade.sku("mug", pieces=20)
    sell(trade, "mug", 10, 1)
    (order,) = Order.objects.filter(ordered_at__date=TODAY - timedelta(10))
    later = NOW + timedelta(days=2)
    transition.move(orders=[order], to=State.CANCELLED, now=later)
    facts.refresh(merchant_id=trade.merchant.pk, now=later)
    known = train.gather(merchant_id=trade.merchant.pk, today=TODAY + timedelta(3))
    assert known is not None
    assert known.history.sold[0].tolist() == [1] * 10 + [0] * 3


def test_a_kit_is_a_demand_for_its_parts(trade: Trade) -> None:
    for code in ("mug", "spoon"):
        trade.sku(code, pieces=900)
    Sku.objects.update(created_at=NOW - timedelta(days=91))
    trade.kit("set", mug=1, spoon=3)
    sell(trade, "set", 40, 2)
    known = train.gather(merchant_id=trade.merchant.pk, today=TODAY)
    assert known is not None
    daily = {key: set(row.tolist()) for key, row in zip(known.keys, known.history.sold, strict=True)}
    mug, spoon, kit = (trade.skus[code].pk for code in ("mug", "spoon", "set"))
    for channel in (None, trade.ozon.channel_id):
        assert (daily[mug, channel], daily[spoon, channel], daily[kit, channel]) == ({2}, {6}, {2})
    learn(trade)
    rows = {row.sku_id: row for row in Forecast.objects.filter(channel=None)}
    assert {sku: row.sold for sku, row in rows.items()} == {mug: 0, spoon: 0, kit: 56}
    assert rows[spoon].total == pytest.approx(168, rel=0.1)
    found = {each.code: each for each in shelves.shelves(today=TODAY)}
    assert found.keys() == {"mug", "spoon"}
    assert Standing.DEAD not in {each.standing for each in found.values()}
    assert shelves.overview(today=TODAY, limit=2)[1] == list(found.values())


def test_russian_days_off_are_known_up_to_the_end_of_the_forecast(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    sell(trade, "mug", 10, 1)
    known = train.gather(merchant_id=trade.merchant.pk, today=TODAY)
    assert known is not None
    assert known.history.holidays is not None
    assert len(known.history.holidays) == 10 + 28
    first, days = TODAY - timedelta(10), range(38)
    newyear = [n for n in days if (first + timedelta(n)).strftime("%m-%d") == "01-01"]
    assert all(known.history.holidays[n] for n in newyear)
    assert train._days_off(date(2027, 1, 8), 3).tolist() == [1, 0, 0]


def test_nothing_sold_gives_no_forecast(trade: Trade) -> None:
    trade.sku("mug", pieces=20)
    assert train.gather(merchant_id=trade.merchant.pk, today=TODAY) is None
    assert Backtest.objects.count() == 0


def test_the_shelf_tells_cover_dead_stock_and_money(trade: Trade) -> None:
    trade.sku("mug", pieces=500, cost=Decimal("10.50"))
    trade.sku("dust", pieces=7)
    trade.sku("fresh", pieces=3)
    Sku.objects.filter(code="dust").update(created_at=NOW - timedelta(days=91))
    sell(trade, "mug", 40, 2)
    learn(trade)
    found = {each.code: each for each in shelves.shelves(today=TODAY)}
    mug, dust = found["mug"], found["dust"]
    row = StockRow.objects.get(sku=trade.skus["mug"])
    assert (mug.on_hand, mug.free) == (500, row.free) == (500, 420)
    assert mug.money == Decimal("5250.00")
    assert mug.cover == int(420 / (Forecast.objects.get(sku_id=mug.sku_id, channel=None).total / 28))
    assert (dust.standing, dust.cover, dust.money, dust.surplus) == (Standing.DEAD, None, None, 7)
    assert found["fresh"].standing == Standing.YOUNG
    groups, shown = shelves.overview(today=TODAY, limit=2)
    assert shown == [found["dust"], found["fresh"]]
    assert sum(group.skus for group in groups) == 3
    assert sum(group.pieces for group in groups) == 510
    assert {group.standing: group.money for group in groups if group.skus}[mug.standing] == Decimal("5250.00")
    assert [each.code for each in shelves.shelves(today=TODAY, standing="dead")] == ["dust"]
    for first, codes in ((0, ["dust", "fresh"]), (2, ["mug"]), (10**6, ["mug"])):  # past the end is the last page
        assert [each.code for each in shelves.overview(today=TODAY, standing="none", first=first, limit=2)[1]] == codes
    dead, shown = shelves.overview(today=TODAY, standing="dead", limit=2)
    assert (dead, shown) == (groups, [dust])
    assert shelves.overview(today=TODAY, standing="out", limit=2) == (groups, [])
    # What is left out beforehand would not be bought.
    for terms, bought in ((Terms(), []), (Terms(lead_days=180, review_days=90), ["mug"])):
        short = shelves.shelves(today=TODAY, lead_days=terms.lead_days, short_in=terms.days)
        assert {each.code for each in short} <= {"mug"}
        assert [line.shelf.code for line in replenish.proposal(short, terms).lines] == bought
        everything = shelves.shelves(today=TODAY, lead_days=terms.lead_days)
        assert replenish.proposal(everything, terms) == replenish.proposal(short, terms)


def test_enough_is_the_quantile_at_the_forecasts_own_horizon_and_grows_with_certainty() -> None:
    assert replenish.enough(shelf(), Terms(service=0.95)) == pytest.approx(40)
    assert replenish.enough(shelf(), Terms(service=0.5)) == pytest.approx(28)
    assert replenish.enough(shelf(), Terms(lead_days=98, review_days=14)) == pytest.approx(28 * 4 + 12 * 2)


def test_what_is_bought_comes_in_packs_not_under_the_least_and_says_why() -> None:
    (line,) = replenish.proposal([shelf()], Terms(pack=12)).lines
    assert (line.pieces, line.money) == (36, Decimal("1800.00"))
    assert "10" in line.why
    assert "40" in line.why
    assert replenish.proposal([shelf(free=39)], Terms(least=5)).lines[0].pieces == 5
    assert replenish.proposal([shelf(free=40)], Terms()).lines == []
    assert replenish.proposal([shelf(cover=None, quantiles=())], Terms()).lines == []


def test_a_budget_takes_the_most_urgent_lines_and_none_of_unknown_cost() -> None:
    urgent, later = shelf(code="a", cover=1, free=1), shelf(code="b", cover=9, free=9)
    unpriced = shelf(code="c", cover=0, free=0, cost=None)
    found = replenish.proposal([later, unpriced, urgent], Terms(budget=Decimal(2000)))
    assert [line.shelf.code for line in found.lines] == ["a"]
    assert (found.left, found.money) == (2, Decimal("1950.00"))


def test_wrong_terms_are_left_out() -> None:
    found = replenish.terms_of(QueryDict("lead=x&review=0&service=999&pack=-1&budget=%00&least=٣"))
    assert found == Terms(review_days=1, service=0.98)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.OWNER, Role.VIEWER])
def test_pages_open_and_costs_are_for_those_who_may_see_them(role: Role) -> None:
    trade = open_trade()
    browser = make.client(role=role, merchant=trade.merchant)
    pages = ("/analytics/forecast/", "/analytics/stock/", "/analytics/buying/?budget=1000000&lead=60")
    for address in pages:
        assert browser.get(address).status_code == 200
    with trade.scope():
        trade.sku("mug", pieces=100, cost=Decimal("777.77"))
        sell(trade, "mug", 40, 2)
        learn(trade)
    texts = [browser.get(address).content.decode() for address in pages]
    assert all("mug" in text for text in texts)
    money = "77\u00a0777,00"
    assert (money in texts[1]) == (role == Role.OWNER)
    assert ("budget" in texts[2].split("<table")[0].split("list-bar")[1]) == (role == Role.OWNER)


def test_files_hold_the_rows_of_the_pages(trade: Trade) -> None:
    trade.sku("mug", pieces=81, cost=Decimal(5))
    sell(trade, "mug", 40, 2)
    learn(trade)
    # What needs a night, a loss, a handover, a scan or a channel chosen has its own tests (`test_files`, `test_work`).
    of_goods = ("profit", "classes", "trends", "losses", "reasons", "returned", "worst", "sending")
    others = (*of_goods, "operations", "late", "hands", "scans")
    for export in (each for each in EXPORTS if not each.key.endswith(others)):
        rows = list(export.rows(QueryDict("lead=60"), frozenset({trade.merchant.pk})))
        assert rows, export.key
        assert all(len(row) == len(export.columns) for row in rows)


@pytest.mark.django_db
def test_accepted_lines_become_a_delivery_and_are_not_bought_again() -> None:
    trade, other = open_trade(), open_trade()
    browser = make.client(role=Role.MANAGER, merchant=trade.merchant)
    with other.scope():
        stranger = other.sku("mug", pieces=1)
    with trade.scope():
        mug = trade.sku("mug", pieces=81, cost=Decimal(5))
        sell(trade, "mug", 40, 2)
        learn(trade)
        supplier = Supplier.objects.create(
            merchant=trade.merchant, name="Завод", lead_days=9, minimum_order=Decimal(100)
        )
        (line,) = replenish.proposal(shelves.shelves(today=TODAY), Terms()).lines
    ticked = {"line": [mug.pk, stranger.pk, "x"], f"pieces-{mug.pk}": line.pieces, f"pieces-{stranger.pk}": 5}
    document = {"supplier": supplier.pk, "warehouse": trade.warehouse.pk, "number": "З-1"}
    small = {**document, "line": mug.pk, f"pieces-{mug.pk}": 3}
    assert browser.post("/analytics/buying/accept/", small)["Location"] == "/analytics/buying/"
    with trade.scope():
        assert ExpectedReceipt.objects.count() == 0
    answer = browser.post("/analytics/buying/accept/", {**document, **ticked})
    with trade.scope():
        receipt = ExpectedReceipt.objects.get()
        assert answer["Location"] == f"/stock/deliveries/{receipt.pk}/"
        assert receipt.expected_on == timezone.localdate() + timedelta(9)
        assert list(receipt.lines.values_list("sku_id", "pieces")) == [(mug.pk, line.pieces)]
        assert replenish.proposal(shelves.shelves(today=TODAY), Terms()).lines == []
    assert browser.post("/analytics/buying/accept/", {**document, **ticked})["Location"] == "/analytics/buying/"
    with trade.scope():
        assert ExpectedReceipt.objects.count() == 1
