"""What to send to marketplaces' warehouses: by where pieces go, never what others need, once."""

from datetime import timedelta
from math import ceil
from random import Random

import pytest
from django.http import QueryDict
from django.utils import timezone

from analytics.models import Forecast, RegionTotal
from analytics.selectors import clusters
from analytics.services.exports import EXPORTS
from catalog.models import ChannelWarehouse, Sku
from merchants.roles import Role
from shipping.models import Supply, SupplyLine
from stock.models import StockRow
from tests import make
from tests.trade import Trade, open_trade

TODAY = timezone.localdate()
ROWS_OF = {export.key: export.rows for export in EXPORTS}


def expected(trade: Trade, *, free: int, ozon: float, wildberries: float = 0.0) -> None:
    """A mug of which so many are expected a day; of three pieces two go to Moscow, one to Perm."""
    sku = trade.sku("mug", pieces=free)
    for place, a_day in ((trade.ozon, ozon), (trade.wildberries, wildberries), (None, ozon + wildberries)):
        foreseen(trade, sku, place, a_day)
    for name, pieces in (("Москва", 200), ("Пермь", 90), ("", 10)):
        region(trade, name, pieces)


def region(trade: Trade, name: str, pieces: int) -> None:
    """So many pieces of the channel went there."""
    RegionTotal.objects.create(
        merchant=trade.merchant,
        day=TODAY - timedelta(3),
        channel=trade.ozon.channel,
        scheme="fbo",
        region=name,
        currency="RUB",
        facts=1,
        ordered_pieces=pieces,
    )


def foreseen(trade: Trade, sku: Sku, place: ChannelWarehouse | None, a_day: float) -> None:
    """So many pieces of an article a day are expected of a channel, or of all of them."""
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
    with trade.scope():
        foreseen(trade, trade.sku("fork", pieces=1000), trade.ozon, 60.0)
    monkeypatch.setattr(clusters, "ROWS", 1)
    short = browser.get(address).content.decode()
    assert (short.count("mug · "), short.count("fork · ")) == (0, 2)
    assert short.count("Показано артикулов: 1 из 2") == 2
    assert ">600<" in short  # the total counts both articles that go to Moscow
    with trade.scope():
        rows = [row[:4] for row in ROWS_OF["analytics-sending"](QueryDict(address.partition("?")[2]), frozenset())]
    assert rows == [
        ("Москва", "fork", "Товар fork", 400),
        ("Москва", "mug", "Товар mug", 200),
        ("Пермь", "fork", "Товар fork", 180),
        ("Пермь", "mug", "Товар mug", 90),
    ]


def test_clusters_are_served_one_after_another_as_long_as_anything_is_left(trade: Trade) -> None:
    chance, names = Random(7), ("Москва", "Пермь", "Тверь", "Омск")
    for number, name in enumerate(names):
        region(trade, name, 400 - 70 * number)
    coming = supply(trade)
    goods = {}
    for number in range(24):
        sku = trade.sku(f"G-{number:02}", pieces=chance.randrange(1, 900))
        mine, others = round(chance.random() * 30, 2), chance.choice([0.0, round(chance.random() * 20, 2)])
        foreseen(trade, sku, trade.ozon, mine)
        foreseen(trade, sku, trade.wildberries, others)
        on_the_way = chance.choice([0, 0, chance.randrange(1, 90)])
        if on_the_way:
            SupplyLine.objects.create(merchant=trade.merchant, supply=coming, sku=sku, planned=on_the_way)
        goods[sku.pk] = (StockRow.objects.get(sku=sku).free - ceil(others * 10), mine, on_the_way)
    found = clusters.proposal(channel_id=trade.ozon.channel_id, days=10, today=TODAY)
    shares = {cluster.name: cluster.share for cluster in found}
    for name in names:
        expected, goods = serve(goods, float(shares[name]), to_moscow=name == "Москва")
        (cluster,) = [each for each in found if each.name == name]
        assert {line.sku_id: (line.pieces, line.cut) for line in cluster.lines} == expected
        assert (cluster.articles, cluster.pieces) == (len(expected), sum(pieces for pieces, _cut in expected.values()))
        told = [(-line.pieces, line.code) for line in cluster.lines]
        assert told == sorted(told)
        (alone,) = clusters.proposal(channel_id=trade.ozon.channel_id, days=10, today=TODAY, only=name, limit=3)
        assert [line.code for line in alone.lines] == [line.code for line in cluster.lines][:3]
    assert any(line.cut for cluster in found for line in cluster.lines)


Goods = dict[int, tuple[int, float, int]]  # left, expected a day, on the way to Moscow


def serve(goods: Goods, share: float, *, to_moscow: bool) -> tuple[dict[int, tuple[int, bool]], Goods]:
    """What one cluster gets by hand, and what is left for the next."""
    sent, left = {}, {}
    for sku, (free, mine, on_the_way) in goods.items():
        short = max(0, round(28 * mine / 28 * (10 * share / 100)) - (on_the_way if to_moscow else 0))
        pieces = max(0, min(short, free))
        if pieces:
            sent[sku] = (pieces, pieces < short)
        left[sku] = (free - pieces, mine, on_the_way)
    return sent, left


def supply(trade: Trade) -> Supply:
    """One to Moscow that has not left yet."""
    return Supply.objects.create(
        merchant=trade.merchant,
        channel=trade.ozon.channel,
        warehouse=trade.warehouse,
        destination="Москва",
        state="agreed",
        made_at=timezone.now(),
    )
