"""Ten thousand orders taken in, against COPY of every row that they leave into the same tables."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

import psycopg
from django.db import connection
from django.utils import timezone
from psycopg import sql

from bench import place, trading
from bench.loader import Loader
from bench.row import Row, row
from bench.trade_rows import fill_shop
from marketplaces.sync.pull_orders import AT_ONCE
from merchants.scope import scope
from orders.services import ingest
from orders.types import OrderDraft

ROWS = ("ingest_ratio",)
DATABASE = "empty"
ORDERS, SKUS = 10_000, 10_000
BUDGET = 0.25
# What arriving orders leave behind; a stock row and a debt are one row however many orders have touched it.
STORED = (
    *("orders_order", "orders_orderline", "orders_orderevent", "stock_reservation"),
    *("stock_stockrow", "marketplaces_debt"),
)
BASE = "bench_ingest_base"


def measure(quick: bool) -> list[Row]:
    """
    This function will take orders in page by page, as the pull does, then COPY what is stored into a copy of the start.

    The copy has the same indexes and constraints; its triggers, foreign keys among them, are asleep.
    """
    wanted = 1_000 if quick else ORDERS
    url = os.environ["BENCH_SUPERUSER_URL"]
    with psycopg.connect(url, autocommit=True) as superuser:
        fill_shop(Loader(superuser), skus=SKUS)
    connection.close()
    with _copied(url) as base_url:
        drafts = list(_drafts(wanted))
        _take_in(list(_drafts(1, series="w")))  # a worker reads its programs and connects once in its life
        began = perf_counter()
        for start in range(0, wanted, AT_ONCE):
            _take_in(drafts[start : start + AT_ONCE])
        took_s = perf_counter() - began
        with psycopg.connect(url) as filled, psycopg.connect(base_url) as base:
            copied_s, rows = _copy(filled, base)
            size = filled.execute("SELECT count(*) FROM orders_order").fetchone()
    return [
        row(
            "ingest_ratio",
            copied_s / took_s,
            "×",
            budget=BUDGET,
            at_least=True,
            size=size[0] if size else 0,
            needed=ORDERS,
            details=f"{wanted / took_s:,.0f} orders/s in pages of {AT_ONCE} ({took_s:.2f} s); COPY of the "
            f"{rows:,} rows that are stored {copied_s:.2f} s",
        )
    ]


def _take_in(drafts: Sequence[OrderDraft]) -> None:
    with scope([1]):
        ingest.take_in(merchant_id=1, channel_id=1, drafts=drafts, now=timezone.now())


def _drafts(count: int, series: str = "n") -> Iterator[OrderDraft]:
    """Orders of three articles; favourites come more often, as in life."""
    now = timezone.now()
    for number in range(count):
        skus = {(number * 7919 + line * 104_729) ** 2 % SKUS + 1 for line in range(5)}
        stock_ids = [str(700_000_000 + sku) for sku in sorted(skus)[: trading.LINES]]
        yield trading.draft(f"{series}-{number}", "W-1", stock_ids, at=now)


@contextmanager
def _copied(url: str) -> Iterator[str]:
    """The database as it is now, under another name for the time of the block."""
    here = place.state()
    place.drop(here, BASE)
    here.cluster.copy_database(BASE, template=place.EMPTY)
    try:
        yield url.replace(f"/{place.EMPTY}?", f"/{BASE}?")
    finally:
        place.drop(here, BASE)


def _copy(filled: "psycopg.Connection", base: "psycopg.Connection") -> tuple[float, int]:
    """COPY all rows of the tables that orders fill; gives seconds and rows.  Reading them out is not counted."""
    took_s, rows = 0.0, 0
    base.execute("SET session_replication_role = replica")
    for table in STORED:
        columns = sql.SQL(", ").join(map(sql.Identifier, _columns(filled, table)))
        name = sql.Identifier(table)
        base.execute(sql.SQL("TRUNCATE {} CASCADE").format(name))
        if table == "stock_stockrow":
            source = sql.SQL("(SELECT {} FROM {} WHERE reserved > 0)").format(columns, name)
        else:
            source = sql.SQL("{} ({})").format(name, columns)
        with filled.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(source)) as out:
            content = b"".join(bytes(block) for block in out)
        began = perf_counter()
        cursor = base.cursor()
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, columns)) as into:
            into.write(content)
        rows += cursor.rowcount
        took_s += perf_counter() - began
    began = perf_counter()
    base.commit()
    return took_s + perf_counter() - began, rows


def _columns(source: "psycopg.Connection", table: str) -> list[str]:
    found = source.execute(
        """
        SELECT column_name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position
        """,
        [table],
    )
    return [str(name) for (name,) in found]
