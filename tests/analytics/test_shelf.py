"""The shelf judged by the clock is the shelf that a look at all articles finds, as of that moment."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics import tasks
from analytics.models import ShelfLook, Shelved
from analytics.selectors import shelves
from analytics.services import shelf
from catalog.models import Sku
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from tests.analytics.test_plan import learn, sell
from tests.trade import Trade, open_trade

NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def goods(trade: Trade) -> Trade:
    """Surplus, dead stock, something that came lately, something without a cost, something that is not there."""
    trade.sku("mug", pieces=500, cost=Decimal("10.5050"))
    trade.sku("dust", pieces=7, cost=Decimal("0.0333"))
    trade.sku("fresh", pieces=3)
    trade.sku("absent")
    Sku.objects.filter(code="dust").update(created_at=NOW - timedelta(days=91))
    sell(trade, "mug", 40, 2)
    learn(trade)
    return trade


def look(trade: Trade) -> int:
    return shelf.look(merchant_id=trade.merchant.pk, now=NOW)


def both(standing: str = "", first: int = 0, limit: int = 2) -> list[Any]:
    """What is kept and what is found, as (groups, page)."""
    return [
        shelves.overview(today=TODAY, standing=standing, first=first, limit=limit, kept=kept) for kept in (True, False)
    ]


def test_what_is_kept_is_what_is_found(goods: Trade) -> None:
    assert look(goods) == 3
    for standing in ("", "none", *shelves.Standing.values):
        for first in (0, 2, 10**6):
            kept, found = both(standing, first)
            assert kept == found, (standing, first)
    groups, page = shelves.overview(today=TODAY, limit=9, kept=True)
    assert {(group.skus, group.pieces, group.money) for group in groups if group.skus} >= {
        (1, 7, Decimal("0.23")),
        (1, 3, Decimal("0.00")),
    }
    assert [row.code for row in page] == ["dust", "fresh", "mug"]


def test_it_stays_as_it_was_until_the_next_look_which_writes_what_differs_alone(goods: Trade) -> None:
    look(goods)
    assert look(goods) == 0
    before = shelves.overview(today=TODAY, limit=9, kept=True)[0]
    goods.receive(goods.skus["fresh"], 4)
    goods.sku("new", pieces=1)
    Sku.objects.filter(code="dust").update(is_kit=True)
    kept, found = both(limit=9)
    assert kept[0] == before != found[0]
    assert [row.on_hand for row in kept[1]] == [7, 500], "what is told of each is of now; a kit is no longer told of"
    assert look(goods) == 3  # more pieces, one more article, one less
    kept, found = both(limit=9)
    assert kept == found
    assert set(Shelved.objects.values_list("code", flat=True)) == {"fresh", "mug", "new"}


@pytest.mark.django_db
def test_a_look_leaves_other_merchants_alone() -> None:
    trades = [open_trade(), open_trade()]
    for trade, pieces in zip(trades, (2, 3), strict=True):
        with scope([trade.merchant.pk]):
            trade.sku("mug", pieces=pieces)
            assert look(trade) == 1
    with scope([trade.merchant.pk for trade in trades]):
        assert set(Shelved.objects.values_list("merchant_id", "on_hand")) == {
            (trade.merchant.pk, pieces) for trade, pieces in zip(trades, (2, 3), strict=True)
        }
        kept, found = both(limit=9)
        assert kept == found


@pytest.mark.django_db
def test_pages_look_by_themselves_unless_the_clock_did_for_everybody_lately() -> None:
    one, other = open_trade(), open_trade()
    mine, ours = [one.merchant.pk], [one.merchant.pk, other.merchant.pk]

    def judged(merchants: list[int], hours: float = 0) -> object:
        with scope(merchants):
            return shelves.judged_at(now=NOW + timedelta(hours=hours))

    assert judged(mine) is None
    with scope(mine):
        assert shelf.is_due(merchant_id=one.merchant.pk, now=NOW)
        look(one)
        assert not shelf.is_due(merchant_id=one.merchant.pk, now=NOW + timedelta(minutes=4))
        assert shelf.is_due(merchant_id=one.merchant.pk, now=NOW + timedelta(minutes=6))
    assert judged(mine) == NOW
    assert judged(ours) is None
    with scope([other.merchant.pk]):
        look(other)
        ShelfLook.objects.update(at=NOW - timedelta(minutes=3))
    assert judged(ours) == NOW - timedelta(minutes=3)
    assert judged(ours, hours=0.99) is None
    assert judged(mine, hours=1) is None


@pytest.mark.django_db
def test_the_clock_looks_and_the_page_says_when() -> None:
    trade = open_trade()
    client = make.client(role=Role.OWNER, merchant=trade.merchant)
    with scope([trade.merchant.pk]):
        trade.sku("mug", pieces=7)
    page = client.get(reverse("analytics:stock")).content.decode()
    assert "на текущий момент" in page
    tasks.refresh_all()
    with scope([trade.merchant.pk]):
        (row,) = Shelved.objects.values_list("code", "on_hand", "money", "standing")
        at = ShelfLook.objects.get().at
    assert row == ("mug", 7, None, "young")
    page = client.get(reverse("analytics:stock")).content.decode()
    assert f"{timezone.localtime(at):%d.%m.%Y %H:%M}" in page
    assert "mug" in page
