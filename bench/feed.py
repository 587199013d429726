"""
A feed of 100,000 offers: written anew after a change, found unchanged, fetched, and held against the schema.

Against what cannot be saved: reading the columns that stand in it by COPY, in the order of the offers, and packing
the finished file.
"""

import gzip
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.conf import settings
from django.test import Client
from django.utils import timezone
from lxml import etree

from bench.loader import Loader
from bench.row import Row, row
from bench.trade_rows import fill_shop
from catalog.models import Price
from embedded.state import ROOT
from marketplaces.feeds import connect, publish
from marketplaces.models import OfferFeed
from merchants.scope import scope

ROWS = ("feed_ratio",)
DATABASE = "empty"
OFFERS, QUICK = 100_000, 4_000
MERCHANT, ENTITY, PRICE_TYPE, WAREHOUSE = 1, 1, 1, 1
RATIO_BUDGET, GROWTH_BUDGET_MIB, UNCHANGED_BUDGET_MS = 12, 50, 100
_READ = """
    COPY (SELECT l.offer_id, p.name, s.variant, p.brand, p.description, p.category_id, p.attributes, s.weight_g,
                 s.length_mm, s.width_mm, s.height_mm, r.amount, w.on_hand - w.reserved, b.value
            FROM catalog_listing l JOIN catalog_sku s ON s.id = l.sku_id JOIN catalog_product p ON p.id = s.product_id
            JOIN catalog_price r ON r.sku_id = s.id LEFT JOIN stock_stockrow w ON w.sku_id = s.id
            LEFT JOIN catalog_barcode b ON b.sku_id = s.id
           WHERE l.channel_id = {channel} ORDER BY l.offer_id) TO STDOUT
"""


@dataclass(frozen=True)
class Shop:
    """The channel of the feed."""

    channel_id: int
    feed_id: int
    address: str


def measure(quick: bool) -> list[Row]:
    """This function will write the feed of a whole shop twice, once without a reason, and look at what was written."""
    count = QUICK if quick else OFFERS
    with TemporaryDirectory() as folder:
        settings.FILES_DIR = folder
        with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as superuser:
            fill_shop(Loader(superuser), skus=count)
        shop = _open()
        listed_s = _timed(lambda: _publish(shop))  # cards are made for everything at first
        _change()
        before = _resident_mib(reset=True)
        written_s = _timed(lambda: _publish(shop))
        growth = _resident_mib() - before
        again_s = _timed(lambda: _publish(shop, news=False))
        with scope([MERCHANT]):
            feed = OfferFeed.objects.get(pk=shop.feed_id)
        file = publish.folder() / feed.file
        unchanged_ms = _unchanged_ms(shop)
        faults = _faults(file)
        floor_s = _timed(lambda: _read(shop)) + _timed(lambda: _pack(file))
        size_mib = feed.size / 2**20
    said = (
        f"{written_s:.1f} s for {feed.offers:,} offers, {size_mib:.0f} MiB ({feed.offers / written_s:,.0f}/s); nothing "
        f"new {again_s:.1f} s, the first time {listed_s:.1f} s; reading the columns and packing the file "
        f"{floor_s:.1f} s; {faults}"
    )
    shared: dict[str, Any] = {"size": feed.offers, "needed": OFFERS}
    return [
        row("feed_ratio", written_s / floor_s, "×", budget=RATIO_BUDGET, details=said, **shared),
        row(
            "feed_ratio.growth_mib",
            growth,
            "MiB",
            budget=GROWTH_BUDGET_MIB,
            details="how much the writing process grew at most while it wrote",
            **shared,
        ),
        row(
            "feed_ratio.unchanged_ms",
            unchanged_ms,
            "ms",
            budget=UNCHANGED_BUDGET_MS,
            details="a fetch that names what it has, until 304 (slowest of 20, without the web server)",
            **shared,
        ),
    ]


def _open() -> Shop:
    now = timezone.now()
    with scope([MERCHANT]):
        channel_id = connect.connect(
            merchant_id=MERCHANT,
            marketplace="feed",
            name="Сайт",
            legal_entity_id=ENTITY,
            price_type_id=PRICE_TYPE,
            warehouse_ids=[WAREHOUSE],
            scheme="dbs",
            place_name="Сайт",
            now=now,
        )
        feed = OfferFeed.objects.get(channel_id=channel_id)
        connect.set_options(feed_id=feed.pk, name="Пример", company="ООО «Пример»", url="https://shop.example")
        return Shop(channel_id, feed.pk, f"/sync/feed/{connect.secret_of(feed)}/feed.xml")


def _publish(shop: Shop, *, news: bool = True) -> None:
    published = publish.publish(merchant_id=MERCHANT, feed_id=shop.feed_id, now=timezone.now())
    if published != news:
        with scope([MERCHANT]):
            raise RuntimeError(f"published: {published}; {OfferFeed.objects.get(pk=shop.feed_id).trouble}")


def _change() -> None:
    with scope([MERCHANT]):
        price = Price.objects.order_by("-pk").first()
        assert price is not None
        Price.objects.filter(pk=price.pk).update(amount=price.amount + 1)


def _unchanged_ms(shop: Shop) -> float:
    browser, slowest = Client(SERVER_NAME="localhost"), 0.0
    tag = browser.head(shop.address)["ETag"]
    for _ in range(20):
        start = time.perf_counter()
        answer = browser.get(shop.address, HTTP_IF_NONE_MATCH=tag)
        slowest = max(slowest, time.perf_counter() - start)
        if answer.status_code != 304:
            raise RuntimeError(f"an unchanged feed was answered with {answer.status_code}")
    return slowest * 1000


def _faults(file: Path) -> str:
    """What the schema says of the file, read as a stream."""
    folder = Path(os.environ.get("SPECS_DIR") or ROOT.parent / "shared" / "specs")
    if not (folder / "yml" / "yml.xsd").is_file():
        return "not held against the schema, which is not here"
    schema = etree.XMLSchema(etree.parse(folder / "yml" / "yml.xsd"))
    for _, element in etree.iterparse(str(file), events=("end",), tag="offer", schema=schema):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return "valid by the schema"


def _read(shop: Shop) -> None:
    url = os.environ["BENCH_SUPERUSER_URL"]
    copy = _READ.format(channel=shop.channel_id).encode()
    with psycopg.connect(url) as superuser, superuser.cursor() as cursor, cursor.copy(copy) as out:
        for _ in out:
            pass


def _pack(file: Path) -> None:
    with file.open("rb") as plain, gzip.open(os.devnull, "wb", compresslevel=6) as out:
        while part := plain.read(1 << 16):
            out.write(part)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _resident_mib(*, reset: bool = False) -> float:
    """The highest resident size of this process since the last reset; the present one when it is reset now."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:" if reset else "VmHWM:")[1].split()[0]) / 1024
