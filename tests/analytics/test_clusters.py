"""What to send to marketplaces' warehouses: by where pieces go, never what others need, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import Forecast, RegionTotal
from analytics.selectors import clusters
from merchants.roles import Role
from shipping.models import Supply
from stock.models import StockRow
from tests import make
from tests.trade import Trade, open_trade

TODAY = timezone.localdate()


def expected(trade: Trade, *, free: int, ozon: float, wildberries: float = 0.0) -> None:
    """A mug of which so many are expected a day; of three pieces two go to Moscow, one to Perm."""
    sku = trade.sku("mug", pieces=free)
    for place, a_day in ((trade.ozon, ozon), (trade.wildberries, wildberries), (None, ozon + wildberries)):
        Forecast.objects.create(
            merchant=trade.merchant,
            sku=sku,
            channel=place.channel if place else None,
            last_day=TODAY - timedelta(1),
            horizon=28,
            total=28 * a_day,
            quantiles=[0.0] * 8,
            kind="smooth",
            method="mean_28",
            sold=0,
        )
    for region, pieces in (("Москва", 200), ("Пермь", 90), ("", 10)):
        RegionTotal.objects.create(
            merchant=trade.merchant,
            day=TODAY - timedelta(3),
            channel=trade.ozon.channel,
            scheme="fbo",
            region=region,
            currency="RUB",
            facts=1,
            ordered_pieces=pieces,
        )


def proposed(trade: Trade) -> dict[str, int]:
    found = clusters.proposal(channel_id=trade.ozon.channel_id, days=10, today=TODAY)
    return {cluster.name: cluster.pieces for cluster in found}


def test_each_region_gets_its_share_of_what_is_expected(trade: Trade) -> None:
    expected(trade, free=1000, ozon=30.0)
    assert proposed(trade) == {"Москва": 200, "Пермь": 90}


def test_what_other_channels_are_expected_to_sell_stays_and_the_largest_region_is_served_first(trade: Trade) -> None:
    expected(trade, free=300, ozon=30.0, wildberries=7.0)
    assert StockRow.objects.get().free == 300
    assert proposed(trade) == {"Москва": 200, "Пермь": 30}
    assert proposed(trade)["Пермь"] + 200 + 70 == 300


@pytest.mark.django_db
def test_a_drafted_supply_is_not_proposed_again_and_a_foreign_warehouse_takes_nothing() -> None:
    trade, other = open_trade(), open_trade()
    browser = make.client(role=Role.MANAGER, merchant=trade.merchant)
    with trade.scope():
        expected(trade, free=1000, ozon=30.0)
    page = f"/analytics/sending/?channel={trade.ozon.channel_id}&days=10"
    assert "Москва" in browser.get(page).content.decode()
    asked = {"channel": trade.ozon.channel_id, "days": 10, "cluster": "Москва", "warehouse": trade.warehouse.pk}
    for wrong in ({"warehouse": other.warehouse.pk}, {"channel": other.ozon.channel_id}, {"warehouse": "x"}):
        assert browser.post("/analytics/sending/draft/", {**asked, **wrong})["Location"] == "/analytics/sending/"
    with trade.scope():
        assert not Supply.objects.exists()
    assert browser.post("/analytics/sending/draft/", asked).status_code == 302
    assert browser.post("/analytics/sending/draft/", asked).status_code == 302
    with trade.scope():
        supply = Supply.objects.get()
        assert (supply.destination, supply.state, supply.warehouse_id) == ("Москва", "draft", trade.warehouse.pk)
        assert list(supply.lines.values_list("sku__code", "planned")) == [("mug", 200)]
        assert proposed(trade) == {"Пермь": 90}
    viewer = make.client(role=Role.VIEWER, merchant=trade.merchant)
    assert viewer.post("/analytics/sending/draft/", asked).status_code == 403
    for address in ("/analytics/sending/", "/analytics/sending/?channel=x&days=-1", page):
        assert viewer.get(address).status_code == 200


@pytest.mark.django_db
def test_a_long_proposal_shows_its_largest_lines_and_says_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    trade = open_trade()
    with trade.scope():
        expected(trade, free=1000, ozon=30.0)
    address = f"/analytics/sending/?channel={trade.ozon.channel_id}&days=10"
    browser = make.client(role=Role.VIEWER, merchant=trade.merchant)
    whole = browser.get(address).content.decode()
    assert (whole.count("mug · "), "Показано артикулов" in whole) == (2, False)
    monkeypatch.setattr(clusters, "ROWS", 0)
    short = browser.get(address).content.decode()
    assert (short.count("mug · "), short.count("Показано артикулов: 0 из 1")) == (0, 2)
