"""One merchant whose every article is sold on all five marketplaces of a sandbox, for measuring what is pushed."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx
import psycopg
from django.conf import settings
from django.db import connection

from backoffice.kernel import seal
from bench.database import rows
from bench.loader import Loader
from bench.trade_rows import fill_shop
from marketplaces import registry
from marketplaces.sync import streams
from merchants.scope import scope
from sandbox.accounts import accounts
from sandbox.aliexpress.cabinet import product_id, sku_id
from sandbox.goods import Good
from sandbox.megamarket.keys import schemes_of, shipping_point
from sandbox.ozon.routes import Ozon
from sandbox.sellers import Seller
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World
from sandbox.yandex_market.cabinet import warehouses_of

MERCHANT, PIECES = 1, 50
# The first two are made with every shop; the others stand behind those of all its merchants.
CHANNELS = {"ozon": 1, "wildberries": 2, "yandex_market": 101, "megamarket": 102, "aliexpress": 103}
COPIED = {
    "catalog_channel": "id",
    "catalog_channelwarehouse": "channel_id",
    "stock_feed": "channel_warehouse_id",
    "stock_sharerule": "channel_warehouse_id",
    "marketplaces_credential": "channel_id",
}
# How a marketplace knows an article: what it is offered, carded and stocked by.
Names = Callable[[Good], tuple[str, str, str]]
NAMES: dict[str, Names] = {
    "ozon": lambda good: (good.article, str(good.product_id), str(good.sku)),
    "wildberries": lambda good: (good.model, str(good.nm_id), str(good.chrt_id)),
    "yandex_market": lambda good: (good.article, good.article, good.article),
    "megamarket": lambda good: (good.article, good.article, good.article),
    "aliexpress": lambda good: (good.article, str(product_id(good)), str(sku_id(good))),
}


@dataclass(frozen=True)
class Places:
    """The warehouse of each marketplace that takes our stock, and the goods that it and all others take."""

    warehouses: dict[str, str]
    goods: Sequence[Good]


def fill(sandbox: httpx.Client, *, listings: int) -> int:
    """This function will put so many of the sandbox's goods on our shelves and list each everywhere; gives how many."""
    sandbox.post("/admin/seed", json={"products": listings + 1000}).raise_for_status()
    world = World()
    world.seed_goods(seller="demo", count=listings + 1000)
    seller = world.seller("demo")
    places = _places(world, seller)
    sold = places.goods[:listings]
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as superuser:
        load = Loader(superuser)
        fill_shop(load, skus=-(-len(seller.catalogue.goods) // 400) * 400, pieces=PIECES)
        for number, (code, channel) in enumerate(CHANNELS.items()):
            if number > 1:
                _another_channel(load, code, channel)
        _list_everywhere(superuser, load, sold)
        load.run("VACUUM (ANALYZE)")
    keys = accounts([seller])[0]
    with scope([MERCHANT]):
        for code, channel in CHANNELS.items():
            _connect(code, channel, keys[code], places.warehouses[code])
        counted = dict(rows("SELECT channel_id, count(*) FROM catalog_listing GROUP BY 1"))
    (size,) = {counted[channel] for channel in CHANNELS.values()}
    return int(size)


def _places(world: World, seller: Seller) -> Places:
    wildberries = next(iter(Wildberries(world).cabinets[seller.sid].warehouses.values()))
    return Places(
        {
            "ozon": str(next(iter(Ozon(world).cabinets[str(seller.ozon_id)].warehouses))),
            "wildberries": str(wildberries.warehouse_id),
            "yandex_market": str(warehouses_of(seller)[0].warehouse_id),
            "megamarket": shipping_point(schemes_of(seller)["fbs"]),
            "aliexpress": "shop",
        },
        [
            good
            for good in seller.catalogue.goods
            if good.on_ozon and good.on_wildberries and good.cargo == wildberries.cargo
        ],
    )


def _another_channel(load: Loader, code: str, channel: int) -> None:
    """The merchant's first channel once more, under another number, with everything that belongs to it."""
    for table, belongs in COPIED.items():
        load.run(
            f"""
            INSERT INTO {table}
            SELECT (jsonb_populate_record(t, %(changed)s::jsonb || jsonb_build_object('id', %(channel)s::bigint))).*
              FROM {table} t WHERE t.{belongs} = 1
            """,
            channel=channel,
            changed=f'{{"{belongs}": {channel}, "marketplace": "{code}", "name": "{code}"}}',
        )


def _list_everywhere(superuser: psycopg.Connection, load: Loader, goods: Sequence[Good]) -> None:
    load.run("DELETE FROM catalog_listing")
    load.run("CREATE TEMPORARY TABLE named (channel bigint, sku bigint, offer text, product text, stock text)")
    with superuser.cursor() as cursor, cursor.copy("COPY named FROM STDIN") as copy:
        for code, channel in CHANNELS.items():
            for good in goods:
                copy.write_row((channel, good.index + 1, *NAMES[code](good)))
    load.insert(
        "catalog_listing",
        {
            "merchant_id": str(MERCHANT),
            "channel_id": "channel",
            "sku_id": "sku",
            "offer_id": "offer",
            "product_external_id": "product",
            "stock_external_id": "stock",
            "title": "'Футболка хлопковая с рисунком'",
            "pieces_per_pack": "1",
            "sellable": "true",
            "published_price": "300 + sku % 1500",
            "price_currency": "'RUB'",
            "matched_by": "'article'",
            "seen_at": "now()",
        },
        "named",
    )


def _connect(code: str, channel: int, account: dict[str, object], warehouse: str) -> None:
    """Point a channel at the sandbox; none of its streams is due."""
    adapter = registry.adapter_class(code)
    keys = {field.name: str(account.get(field.name, "")) for field in adapter.fields}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_channel SET base_url = %s, external_id = %s WHERE id = %s",
            [f"{settings.SANDBOX_URL}/{code}", f"bench-{code}", channel],
        )
        cursor.execute(
            "UPDATE catalog_channelwarehouse SET external_id = %s WHERE channel_id = %s", [warehouse, channel]
        )
        cursor.execute(
            "UPDATE marketplaces_credential SET sealed = %s WHERE channel_id = %s", [seal.seal(keys), channel]
        )
        for stream in streams.streams_of(adapter):
            cursor.execute(
                """
                INSERT INTO marketplaces_cursor
                       (merchant_id, channel_id, stream, failures, error, items, last_success_at, next_at)
                VALUES (%s, %s, %s, 0, '', 0, now(), now() + interval '1 day')
                """,
                [MERCHANT, channel, stream],
            )
