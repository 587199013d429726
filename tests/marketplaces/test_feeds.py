"""A feed from the shelf to the site that fetches it: published in one step, written anew when goods change."""

import gc
import gzip
import re
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from backoffice.kernel import live
from catalog.models import Channel, Listing, Price, PriceType, Product, Sku
from marketplaces import tasks
from marketplaces.feeds import connect, publish, source
from marketplaces.feeds.dialects import DIALECTS
from marketplaces.models import Debt, FeedFetch, FeedOmission, OfferFeed
from merchants.roles import Role
from stock.models import Warehouse
from tests import make
from tests.trade import Trade, open_trade

NOW = timezone.now()


@pytest.fixture
def trade(db: None, tmp_path: Path, settings: Any) -> Trade:
    settings.FILES_DIR = str(tmp_path)
    return open_trade()


def opened(trade: Trade, marketplace: str = "feed", **options: Any) -> OfferFeed:
    with trade.scope():
        price_type = PriceType.objects.create(merchant=trade.merchant, name=f"Розница {marketplace}")
        for sku in trade.skus.values():
            Price.objects.create(merchant=trade.merchant, price_type=price_type, sku=sku, amount=Decimal("150"))
        channel_id = connect.connect(
            merchant_id=trade.merchant.pk,
            marketplace=marketplace,
            name=f"Сайт {marketplace}",
            legal_entity_id=trade.ozon.channel.legal_entity_id,
            price_type_id=price_type.pk,
            warehouse_ids=[trade.warehouse.pk],
            scheme="dbs",
            place_name="Сайт",
            now=NOW,
        )
        feed = OfferFeed.objects.get(channel_id=channel_id)
        said = {"name": "Пример", "company": "ООО", "url": "https://shop.example", **options}
        connect.set_options(feed_id=feed.pk, **said)
    return feed


def write(trade: Trade, feed: OfferFeed, *, after: timedelta = timedelta(0)) -> bool:
    return publish.publish(merchant_id=trade.merchant.pk, feed_id=feed.pk, now=NOW + after)


def fresh(trade: Trade, feed: OfferFeed) -> OfferFeed:
    with trade.scope():
        return OfferFeed.objects.get(pk=feed.pk)


def address(feed: OfferFeed) -> str:
    return f"/sync/feed/{connect.secret_of(feed)}/feed.xml"


def body(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def stock_up(trade: Trade) -> None:
    with trade.scope():
        trade.sku("mug", pieces=5)
        trade.sku("cup", pieces=0)
        trade.sku("bare", pieces=3)
        Price.objects.all().delete()


def test_what_lies_on_the_shelf_stands_in_the_feed(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade)

    assert write(trade, feed)

    with trade.scope():
        listed = Listing.objects.filter(channel_id=feed.channel_id).order_by("offer_id")
        assert [(row.offer_id, row.sku.code) for row in listed if row.sku] == [
            ("bare", "bare"),
            ("cup", "cup"),
            ("mug", "mug"),
        ]
        # Nobody is told of stock there: the file says it.
        assert not Debt.objects.filter(channel_id=feed.channel_id).exists()
    root = etree.fromstring(body(Client().get(address(feed))))
    offers = {
        row.get("id"): (row.get("available"), row.findtext("price"), row.findtext("count"))
        for row in root.iter("offer")
    }
    assert offers == {
        "bare": ("true", "150.00", "3"),
        "cup": ("false", "150.00", "0"),
        "mug": ("true", "150.00", "5"),
    }


def test_nothing_new_is_not_fetched_again(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade)
    write(trade, feed)
    browser = Client()
    first = browser.get(address(feed))
    whole = body(first)
    zipped = browser.get(address(feed), HTTP_ACCEPT_ENCODING="gzip")

    assert (first["Content-Type"], int(first["Content-Length"])) == ("application/xml; charset=utf-8", len(whole))
    assert gzip.decompress(body(zipped)) == whole
    assert zipped["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in zipped["Vary"]
    assert zipped["ETag"] != first["ETag"]
    for known in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = browser.get(address(feed), headers=known)
        assert (again.status_code, body(again), again["ETag"]) == (304, b"", first["ETag"])
    head = browser.head(address(feed))
    assert (head.status_code, head["Content-Length"], body(head)) == (200, first["Content-Length"], b"")
    assert browser.post(address(feed)).status_code == 405
    assert not first.cookies
    with trade.scope():
        assert list(FeedFetch.objects.order_by("id").values_list("status", flat=True)) == [200, 200, 304, 304, 200]

    assert not write(trade, feed, after=timedelta(hours=1))
    assert browser.get(address(feed), HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    assert write(trade, feed, after=timedelta(hours=21))
    assert body(browser.get(address(feed), HTTP_IF_NONE_MATCH=first["ETag"])) != whole


def test_a_change_is_written_after_a_while_and_the_old_file_goes(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade)
    write(trade, feed)
    old = publish.folder() / fresh(trade, feed).file

    def due(after: timedelta) -> list[int]:
        with trade.scope():
            return publish.due(merchant_id=trade.merchant.pk, now=NOW + after)

    assert due(timedelta(minutes=10)) == []
    live.touch_now("feeds", trade.merchant.pk)
    assert due(timedelta(minutes=1)) == []
    assert due(timedelta(minutes=10)) == [feed.pk]
    with trade.scope():
        trade.receive(trade.skus["mug"], 4)
    assert write(trade, feed, after=timedelta(minutes=10))
    assert b"<count>9</count>" in body(Client().get(address(feed)))
    assert due(timedelta(minutes=20)) == []
    assert due(timedelta(hours=21)) == [feed.pk]
    assert old.exists()  # the commit that names the new file takes it away; a test's transaction never commits


def test_goods_that_move_are_a_reason_to_write(trade: Trade, django_capture_on_commit_callbacks: Any) -> None:
    before = live.version(publish.TOPICS, [trade.merchant.pk])
    with django_capture_on_commit_callbacks(execute=True), trade.scope():
        trade.sku("mug", pieces=5)

    assert live.version(publish.TOPICS, [trade.merchant.pk]) != before


def test_what_is_left_out_is_told_with_the_reason(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade, "youla", address="Москва", phone="+7 900", manager="Анна")
    write(trade, feed)

    with trade.scope():
        told = list(FeedOmission.objects.order_by("id").values_list("offer_id", "reason"))
    assert told == [("bare", "no_picture"), ("cup", "out_of_stock"), ("mug", "no_picture")]
    assert fresh(trade, feed).left_out == {"no_picture": 2, "out_of_stock": 1}


def test_an_empty_file_replaces_a_full_one_only_when_it_is_meant(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade)
    write(trade, feed)
    with trade.scope():
        Price.objects.all().delete()

    assert not write(trade, feed, after=timedelta(hours=1))
    assert fresh(trade, feed).offers == 3
    assert "прежний файл остаётся" in fresh(trade, feed).trouble
    assert b'id="mug"' in body(Client().get(address(feed)))
    with trade.scope():
        OfferFeed.objects.update(may_be_empty=True)
    assert write(trade, feed, after=timedelta(hours=2))
    assert (fresh(trade, feed).offers, fresh(trade, feed).may_be_empty) == (0, False)


def test_a_feed_that_lacks_what_the_site_needs_is_not_published(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade, "youla")

    assert not write(trade, feed)
    assert "address" in fresh(trade, feed).trouble
    assert Client().get(address(feed)).status_code == 404


def test_a_writing_that_breaks_leaves_the_published_file(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    stock_up(trade)
    feed = opened(trade)
    write(trade, feed)
    monkeypatch.setattr(DIALECTS["generic"], "tail", lambda self: "</offers>")

    assert not write(trade, feed, after=timedelta(hours=1))
    assert "XML" in fresh(trade, feed).trouble
    assert b'id="mug"' in body(Client().get(address(feed)))
    assert len(list(publish.folder().iterdir())) == 2


def test_the_address_is_secret_and_a_new_one_ends_the_old(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade)
    write(trade, feed)
    old = address(feed)
    for forged in (old.replace("feed.xml", "feed.xm"), old[:-12] + "x/feed.xml", "/sync/feed/1-abc/feed.xml"):
        assert Client().get(forged).status_code == 404
    with trade.scope():
        connect.give_address(merchant_id=trade.merchant.pk, channel_id=feed.channel_id)

    assert Client().get(old).status_code == 404
    assert b'id="mug"' in body(Client().get(address(fresh(trade, feed))))


def test_a_channel_without_keys_is_opened_set_up_and_written_by_pages(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock_up(trade)
    kicked: list[int] = []
    monkeypatch.setattr(tasks, "kick_feed", lambda **how: kicked.append(how["feed_id"]))
    owner = make.client(role=Role.OWNER, merchant=trade.merchant)
    with trade.scope():
        entity, place = trade.ozon.channel.legal_entity_id, Warehouse.objects.get().pk
        price_type = PriceType.objects.create(merchant=trade.merchant, name="Розница").pk
    page = owner.get("/sync/channels/connect/")
    assert "/sync/channels/open/youla/" in page.content.decode()
    said = {"name": "Юла", "legal_entity": entity, "price_type": price_type, "warehouses": [place], "scheme": "dbs"}
    made = owner.post("/sync/channels/open/youla/", said)
    assert made.status_code == 302
    with trade.scope():
        channel = Channel.objects.get(name="Юла")
    assert made["Location"] == f"/sync/channels/{channel.pk}/feed/"
    assert owner.post("/sync/channels/open/youla/", said).status_code == 422
    assert owner.post("/sync/channels/open/ozon/", said).status_code == 404
    shop = {"address": "Москва", "phone": "+7 900", "manager": "Анна", "least": 1}
    assert owner.post(made["Location"], {**shop, "targets": "кружки"}).status_code == 422
    assert owner.post(made["Location"], {**shop, "targets": "кружки; youlaCategoryId=12"}).status_code == 302
    with trade.scope():
        feed = OfferFeed.objects.get(channel=channel)
    assert feed.options["targets"] == {"кружки": [["youlaCategoryId", "12"]]}
    assert feed.options["pictures"].endswith(f"/sync/feed/{connect.secret_of(feed)}/")
    assert write(trade, feed), fresh(trade, feed).trouble
    page = owner.get(made["Location"])
    assert connect.secret_of(feed) in page.content.decode()
    assert "no_price" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    viewer = make.client(role=Role.VIEWER, merchant=trade.merchant)
    assert viewer.get(made["Location"]).status_code == 403


def test_new_articles_are_listed_by_themselves(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade)
    ids = {"merchant_id": trade.merchant.pk, "channel_id": feed.channel_id}

    assert source.list_everything(**ids) == 3
    assert source.list_everything(**ids) == 0
    with trade.scope():
        trade.sku("vase")
    assert source.list_everything(**ids) == 1


def test_the_memory_of_a_writing_does_not_grow_with_its_offers(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "SLICE", 25)
    few, many = 50, 400
    assort(trade, few)
    feed = opened(trade)
    assert write(trade, feed)  # articles are listed, and what is loaded once is loaded
    small = peak_of(lambda: write(trade, feed, after=timedelta(days=1)))
    assort(trade, many - few, start=few)
    assert write(trade, feed, after=timedelta(days=2))
    big = peak_of(lambda: write(trade, feed, after=timedelta(days=3)))
    assert (fresh(trade, feed).offers, fresh(trade, feed).left_out) == (many, {})
    assert big < 2 * small  # for eight times the offers


def assort(trade: Trade, count: int, start: int = 0) -> None:
    """So many articles with a price of each kind, in bulk."""
    merchant = trade.merchant
    with trade.scope():
        products = Product.objects.bulk_create(
            [Product(merchant=merchant, name=f"Кружка {n}", description="Глина. " * 40) for n in range(count)]
        )
        skus = Sku.objects.bulk_create(
            [Sku(merchant=merchant, product=product, code=f"K-{start + n}") for n, product in enumerate(products)]
        )
        trade.skus.update({sku.code: sku for sku in skus})
        Price.objects.bulk_create(
            [
                Price(merchant=merchant, price_type=kind, sku=sku, amount=Decimal("150"))
                for kind in PriceType.objects.all()
                for sku in skus
            ]
        )


def peak_of(work: Callable[[], object]) -> int:
    """The most bytes of Python that the work held at once."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_today_says_how_each_feed_stands(trade: Trade) -> None:
    stock_up(trade)
    feed = opened(trade)
    browser = make.client(role=Role.OWNER, merchant=trade.merchant)

    def line() -> str:
        page = browser.get("/sync/today/").content.decode()
        return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("Сайт feed") :]).split())

    assert "фид ещё не опубликован" in line()
    write(trade, feed)
    assert "3 предложения, фид ещё никто не забирал" in line()
    body(Client().get(address(feed)))
    assert "3 предложения, забран" in line()
    with trade.scope():
        OfferFeed.objects.update(trouble="Fill in first: name")
    assert "Fill in first: name" in line()
