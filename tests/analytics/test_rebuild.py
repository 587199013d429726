"""A rebuild in steps: readers see whole numbers meanwhile, a kill costs one step, and what was wrong is right again."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F

from analytics import tasks
from analytics.models import (
    DailyFact,
    DailyTotal,
    HourTotal,
    LineFact,
    Reading,
    Rebuild,
    Refreshed,
)
from analytics.selectors import sales
from analytics.services import facts, lines, rebuild, sums
from analytics.types import Asked, By
from merchants.models import Merchant
from merchants.roles import Role
from tests import make
from tests.trade import NOON, Trade, open_trade

_FACTS = (LineFact, DailyFact, DailyTotal, HourTotal, Reading)
LATER = NOON + timedelta(days=9)


class Killed(BaseException):
    """The process is no more."""


def contents(trade: Trade) -> list[Counter[Any]]:
    with trade.scope():
        return [
            Counter(tuple((key, str(value)) for key, value in sorted(row.items()) if key != "id") for row in rows)
            for rows in (model._default_manager.values() for model in _FACTS)
        ]


def sell(trade: Trade, weeks: int) -> None:
    with trade.scope():
        trade.sku("mug", pieces=50)
        for week in range(weeks):
            trade.order(("mug", 1 + week), ordered_at=NOON - timedelta(weeks=week))


@pytest.fixture
def seller(transactional_db: None) -> Trade:
    return open_trade()


def test_a_killed_rebuild_goes_on_where_it_stood(seller: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    sell(seller, 12)
    monkeypatch.setattr(rebuild, "_DAYS", 3)
    monkeypatch.setattr(rebuild, "_WEEKS", 3)
    monkeypatch.setattr(lines, "PART", 5)
    with seller.scope():
        rebuild.begin(merchant_id=seller.merchant.pk, now=LATER)
    stood: list[tuple[str, int]] = []
    stated: list[object] = []
    whole = sums.state_day

    def state_day(cursor: Any, day: Any, told: Any) -> None:
        whole(cursor, day, told)
        stated.append(day)
        if len(stated) == 5:
            raise Killed

    monkeypatch.setattr(sums, "state_day", state_day)
    with pytest.raises(Killed):
        rebuild.go_on(merchant_id=seller.merchant.pk, now=LATER)
    with seller.scope():
        under_way = Rebuild.objects.get()
        stood.append((under_way.stage, DailyTotal.objects.count()))
        assert 33 <= under_way.percent < 66
        assert not facts.is_known(seller.merchant.pk)
    assert stood == [("days", 3)]  # the step that was killed left nothing
    rebuild.go_on(merchant_id=seller.merchant.pk, now=LATER)
    assert len(stated) == 5 + 12 - 3
    in_parts = contents(seller)
    with seller.scope():
        assert facts.is_known(seller.merchant.pk)
        assert not Rebuild.objects.exists()
        for model in (*_FACTS, Refreshed):
            model._default_manager.all().delete()
        facts.refresh(merchant_id=seller.merchant.pk, now=LATER)
    assert contents(seller) == in_parts
    assert sum(in_parts[0].values()) == 12


def test_readers_see_the_same_numbers_in_every_step_of_a_rebuild(
    seller: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(seller, 6)
    monkeypatch.setattr(rebuild, "_DAYS", 1)
    monkeypatch.setattr(rebuild, "_WEEKS", 1)
    with seller.scope():
        facts.refresh(merchant_id=seller.merchant.pk, now=LATER)
        rebuild.begin(merchant_id=seller.merchant.pk, now=LATER)
    asked = Asked(since=NOON.date() - timedelta(40), until=NOON.date(), currency="RUB")
    seen = []
    before = contents(seller)

    def look() -> bool:
        with seller.scope():
            (row,) = sales.table(asked, By.SKU)
            seen.append((row.sums.ordered_amount, sales.totals(asked).ordered_amount))
        return False

    rebuild.go_on(merchant_id=seller.merchant.pk, now=LATER, until=look)
    assert len(seen) > 6 + 6
    assert set(seen) == {(Decimal(2100), Decimal(2100))}
    assert contents(seller) == before


def test_whatever_was_wrong_is_right_again_and_what_was_right_is_not_written(trade: Trade) -> None:
    trade.sku("mug", pieces=50)
    for week in range(4):
        trade.order(("mug", 1 + week), ordered_at=NOON - timedelta(weeks=week))
    facts.refresh(merchant_id=trade.merchant.pk, now=LATER)
    before = contents(trade)
    ids = sorted(DailyFact.objects.values_list("pk", flat=True))
    assert facts.rebuild(merchant_id=trade.merchant.pk, now=LATER) == 0
    assert sorted(DailyFact.objects.values_list("pk", flat=True)) == ids
    DailyTotal.objects.update(ordered_amount=F("ordered_amount") + 1)
    HourTotal.objects.all().delete()
    DailyFact.objects.filter(day=NOON.date()).delete()
    DailyFact.objects.filter(day=NOON.date() - timedelta(7)).update(ordered_pieces=77, fee_assumed=Decimal(5))
    Reading.objects.filter(week=NOON.date() - timedelta(8)).update(ordered_pieces=99)
    newest = LineFact.objects.latest("line_ref")
    LineFact.objects.filter(pk=newest.pk).update(amount=1)
    LineFact.objects.create(
        merchant=trade.merchant,
        line_ref=newest.line_ref + 1000,
        order_id=newest.order_id + 1000,
        channel_id=newest.channel_id,
        scheme="fbs",
        currency="RUB",
        pieces=5,
        amount=500,
        leads=1,
        ordered_day=NOON.date(),
        ordered_hour=3,
    )
    assert contents(trade) != before
    assert facts.rebuild(merchant_id=trade.merchant.pk, now=LATER) == 2
    assert contents(trade) == before


def test_a_merchant_without_orders_is_done_at_once(trade: Trade) -> None:
    assert facts.refresh(merchant_id=trade.merchant.pk, now=NOON) == 0
    assert facts.is_known(trade.merchant.pk)
    assert not Rebuild.objects.exists()


def test_the_clock_counts_a_new_merchant_and_one_that_moved(seller: Trade) -> None:
    sell(seller, 2)
    tasks.refresh_all()
    with seller.scope():
        assert DailyTotal.objects.count() == 2
        Merchant.objects.filter(pk=seller.merchant.pk).update(zone="Asia/Vladivostok")
        assert not facts.is_known(seller.merchant.pk)
    tasks.refresh_all()
    with seller.scope():
        assert Refreshed.objects.get().zone == "Asia/Vladivostok"
    tasks.rebuild_all()
    with seller.scope():
        assert rebuild.is_under_way(seller.merchant.pk)
    tasks.refresh_all()
    with seller.scope():
        assert not rebuild.is_under_way(seller.merchant.pk)


@pytest.mark.django_db
def test_pages_say_that_numbers_are_being_counted_anew() -> None:
    trade = open_trade()
    browser = make.client(role=Role.OWNER, merchant=trade.merchant)
    address = "/analytics/"
    assert "заново" not in browser.get(address).content.decode()
    with trade.scope():
        rebuild.begin(merchant_id=trade.merchant.pk, now=LATER)
    for address in ("/analytics/", "/analytics/sales/", "/analytics/profit/", "/analytics/losses/"):
        assert "Цифры считаются заново: 0 %" in browser.get(address).content.decode()
