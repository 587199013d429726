"""Levels out to both marketplaces: real workers, real limits, a sandbox with a hundred thousand goods."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import psycopg
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from backoffice import heartbeat
from backoffice.kernel import seal
from backoffice.kernel.bulk import copy_to_temp
from bench.database import rows
from bench.loader import Loader
from bench.processes import running
from bench.row import Row, percentile, row
from bench.trade_rows import fill_shop
from bench.web import free_port
from embedded import stack
from marketplaces import registry
from marketplaces.sync import streams
from merchants.scope import scope
from sandbox.accounts import accounts
from sandbox.ozon.routes import Ozon
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World
from stock.services import shelf

ROWS = ("push_delta_p99_s", "push_full_ratio")
DATABASE = "empty"
LISTINGS = 100_000
GOODS = 160_000  # of which so many are sold on either marketplace
DELTA_BUDGET_S, FULL_BUDGET = 2.0, 0.95
PER_CHANGE = 5
START_DEADLINE_S = 240.0
MERCHANT = 1
CHANNELS = {"ozon": 1, "wildberries": 2}
# Ozon takes 8,000 levels a minute: its clock runs faster here, its limits and ours alike.
SPEED = {"ozon": 10, "wildberries": 1}
# requests at once, then one per so many seconds of the marketplace; levels in one.
ALLOWED = {"ozon": (80, 60.0, 80, 100), "wildberries": (20, 0.2, 1, 1000)}


def measure(quick: bool) -> list[Row]:
    """This function will change stock and watch when it has been told, then tell everything anew."""
    listings = 3_000 if quick else LISTINGS
    with _sandbox() as sandbox:
        sizes = _fill(sandbox, listings, goods=6_000 if quick else GOODS)
        size = min(sizes.values())
        told = _delta(size, changes=10 if quick else 60)
        told += [_full(sandbox, code, sizes[code]) for code in ("wildberries", "ozon")]
    full = min(told[2:], key=lambda one: one["value"])
    return [
        *told[:2],
        {**full, "name": "push_full_ratio", "details": "the worse of the marketplaces below"},
        *told[2:],
    ]


# -- set-up


@contextmanager
def _sandbox() -> Iterator[httpx.Client]:
    """A sandbox without buyers, its state in memory only."""
    port = free_port()
    settings.SANDBOX_URL = f"http://127.0.0.1:{port}"
    environment = stack.sandbox_environment({**os.environ, "SANDBOX_ORDERS_PER_MINUTE": "0"})
    with (
        running("sandbox", stack.sandbox_command(str(port)), environment),
        httpx.Client(base_url=settings.SANDBOX_URL, timeout=300, trust_env=False) as client,
    ):
        end = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < end:
            try:
                client.get("/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield client


@contextmanager
def _workers(speed: int, *codes: str) -> Iterator[None]:
    """A worker for each of these marketplaces and the clock, as in the embedded stack."""
    environment = {**os.environ, "SANDBOX_URL": settings.SANDBOX_URL, "SANDBOX_SPEED": str(speed)}
    with ExitStack() as together:
        for code in codes:
            child = stack.worker(f"mp.{code}", environment, name=f"mp.{code}", pool="threads", size=4)
            together.enter_context(running(f"worker-{code}", child.command, environment))
        beat = (*stack.CELERY, "beat", "--pidfile=", *stack.LEVEL)
        together.enter_context(running("beat", beat, environment))
        _wait_for_life(codes)
        yield


def _wait_for_life(codes: Sequence[str]) -> None:
    """Return when the clock and a worker for each marketplace have given a sign of life."""
    end = time.monotonic() + START_DEADLINE_S
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(heartbeat.BEAT, *(f"{heartbeat.QUEUE}mp.{code}" for code in codes))
        while time.monotonic() < end:
            beat, queues = heartbeat.seen(client)
            if beat and all(queues[f"mp.{code}"] for code in codes):
                return
            time.sleep(0.2)
    raise RuntimeError("workers or the clock do not start: var/bench/log says why")


def _fill(sandbox: httpx.Client, listings: int, goods: int) -> dict[str, int]:
    """The sandbox's goods as ours, on shelves and listed on both channels; gives listings by marketplace."""
    sandbox.post("/admin/seed", json={"products": goods}).raise_for_status()
    world = World()
    world.seed_goods(seller="demo", count=goods)
    seller = world.seller("demo")
    ozon, wildberries = Ozon(world).cabinets[str(seller.ozon_id)], Wildberries(world).cabinets[seller.sid]
    place = next(iter(wildberries.warehouses.values()))
    everything = seller.catalogue.goods
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as superuser:
        load = Loader(superuser)
        fill_shop(load, skus=len(everything) // 400 * 400, pieces=50)
    names: list[tuple[object, ...]] = []
    for good in everything:
        if good.on_ozon:
            names.append((2 * good.index + 1, good.article, str(good.product_id), str(good.sku)))
        if good.on_wildberries and good.cargo == place.cargo:
            names.append((2 * good.index + 2, good.model, str(good.nm_id), str(good.chrt_id)))
    with scope([MERCHANT]), connection.cursor() as cursor:
        columns = [("id", "bigint"), ("offer_id", "text"), ("product_id", "text"), ("stock_id", "text")]
        copy_to_temp("named", columns, names)
        cursor.execute("UPDATE catalog_listing SET stock_external_id = 'x' || id")
        cursor.execute(
            """
            UPDATE catalog_listing l SET offer_id = n.offer_id, product_external_id = n.product_id,
                                         stock_external_id = n.stock_id FROM named n WHERE n.id = l.id
            """
        )
        cursor.execute("DELETE FROM catalog_listing WHERE id NOT IN (SELECT id FROM named)")
        cursor.execute(
            """
            DELETE FROM catalog_listing WHERE id IN (
                SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY channel_id ORDER BY id) AS n
                                  FROM catalog_listing) AS all_of WHERE n > %s)
            """,
            [listings],
        )
        account = accounts([seller])[0]
        warehouses = {"ozon": next(iter(ozon.warehouses)), "wildberries": place.warehouse_id}
        for code, channel in CHANNELS.items():
            _connect(cursor, code, channel, account[code], warehouses[code])
        cursor.execute("SELECT channel_id, count(*) FROM catalog_listing GROUP BY 1")
        counted = dict(cursor.fetchall())
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as superuser:
        superuser.execute("VACUUM (ANALYZE)")
    return {code: counted[channel] for code, channel in CHANNELS.items()}


def _connect(cursor: Any, code: str, channel: int, account: dict[str, object], warehouse: int) -> None:
    """Point a channel at the sandbox; none of its streams is due."""
    adapter = registry.adapter_class(code)
    keys = {field.name: str(account[field.name]) for field in adapter.fields}
    cursor.execute(
        "UPDATE catalog_channel SET base_url = %s, external_id = %s WHERE id = %s",
        [f"{settings.SANDBOX_URL}/{code}", f"bench-{code}", channel],
    )
    cursor.execute("UPDATE catalog_channelwarehouse SET external_id = %s WHERE id = %s", [str(warehouse), channel])
    cursor.execute("UPDATE marketplaces_credential SET sealed = %s WHERE channel_id = %s", [seal.seal(keys), channel])
    for stream in streams.streams_of(adapter):
        cursor.execute(
            """
            INSERT INTO marketplaces_cursor
                   (merchant_id, channel_id, stream, failures, error, items, last_success_at, next_at)
            VALUES (%s, %s, %s, 0, '', 0, now(), now() + interval '1 day')
            """,
            [MERCHANT, channel, stream],
        )


# -- changes


@dataclass(frozen=True)
class Change:
    """Stock of these SKUs changed at this moment."""

    sku_ids: Sequence[int]
    at: datetime


def _delta(size: int, changes: int) -> list[Row]:
    """A change a second, of five articles each; then the last of them changed again at once."""
    with scope([MERCHANT]):
        sku_ids = [
            pk
            for (pk,) in rows(
                "SELECT sku_id FROM catalog_listing GROUP BY 1 HAVING count(DISTINCT channel_id) = 2"
                " ORDER BY 1 LIMIT %s",
                [changes * PER_CHANGE],
            )
        ]
    with _workers(1, *CHANNELS):
        made = []
        for start in range(0, len(sku_ids), PER_CHANGE):
            made.append(_change(sku_ids[start : start + PER_CHANGE]))
            time.sleep(1)
        first = _told_after(made, patience_s=60)
        again = [_change(made[-1].sku_ids)]
        repeated = _told_after(again, patience_s=90)
    waited = [one for own in first.values() for one in own]
    window_s = registry.adapter_class("ozon").same_stock_pair_s
    said = ", ".join(f"{code} p50 {percentile(own, 50):.2f}, slowest {max(own):.2f}" for code, own in first.items())
    return [
        row(
            "push_delta_p99_s",
            percentile(waited, 99),
            "s",
            budget=DELTA_BUDGET_S,
            size=size,
            needed=LISTINGS,
            details=f"{len(made)} changes of {PER_CHANGE} articles, one a second, until both marketplaces had answered "
            f"({len(waited)} levels): {said}",
        ),
        row(
            "push_delta_p99_s.repeat",
            max(repeated["ozon"]),
            "s",
            budget=window_s + DELTA_BUDGET_S,
            size=size,
            needed=LISTINGS,
            details=f"the last articles changed again at once: Ozon takes a pair once in {window_s:g} s; slowest",
        ),
    ]


def _change(sku_ids: Sequence[int]) -> Change:
    with scope([MERCHANT]):
        cells = rows(
            "SELECT DISTINCT ON (sku_id) sku_id, location_id FROM stock_balance"
            " WHERE sku_id = ANY(%s) AND bounded ORDER BY 1, 2",
            [list(sku_ids)],
        )
        lines = [(sku_id, cell_id, 1) for sku_id, cell_id in cells]
        shelf.receive(merchant_id=MERCHANT, lines=lines, now=timezone.now(), person_id=None)
    return Change(sku_ids, timezone.now())


def _told_after(changes: Sequence[Change], *, patience_s: float) -> dict[str, list[float]]:
    """
    Seconds from each change until each marketplace had answered the request with the new level.

    :raises RuntimeError: one was not told at all.
    """
    end = time.monotonic() + patience_s
    while True:
        found: dict[str, list[float]] = {code: [] for code in CHANNELS}
        missing = 0
        with scope([MERCHANT]):
            for change in changes:
                for code, channel in CHANNELS.items():
                    pushed = rows(
                        """
                        SELECT p.pushed_at FROM catalog_listing l
                          LEFT JOIN marketplaces_publication p ON p.listing_id = l.id AND p.pushed_at >= %s
                         WHERE l.sku_id = ANY(%s) AND l.channel_id = %s
                        """,
                        [change.at, list(change.sku_ids), channel],
                    )
                    for (at,) in pushed:
                        missing += at is None
                        if at is not None:
                            found[code].append((at - change.at).total_seconds())
        if not missing:
            return found
        if time.monotonic() > end:
            raise RuntimeError(f"{missing} levels were not told in {patience_s} s")
        time.sleep(0.2)


# -- everything


def _full(sandbox: httpx.Client, code: str, size: int) -> Row:
    """The sweep of a channel, from the moment it is due until the last level has been answered."""
    speed, channel = SPEED[code], CHANNELS[code]
    sandbox.post("/admin/speed", json={"speed": speed}).raise_for_status()
    sandbox.delete("/admin/limits").raise_for_status()
    sandbox.delete("/admin/counters").raise_for_status()
    with _workers(speed, code):
        began = timezone.now()
        with scope([MERCHANT]), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE marketplaces_cursor SET next_at = %s WHERE channel_id = %s AND stream = 'sweep'",
                [began, channel],
            )
        last = _last_told(channel, size, since=began, patience_s=600)
    took_s = (last - began).total_seconds()
    at_once, every_s, so_many, levels = ALLOWED[code]
    requests = -(-size // levels)
    allowed_s = max(0, -(-(requests - at_once) // so_many)) * every_s / speed
    counters = sandbox.get("/admin/counters").json()
    return row(
        f"push_full_ratio.{code}",
        allowed_s / took_s,
        "×",
        budget=FULL_BUDGET,
        at_least=True,
        size=size,
        needed=LISTINGS,
        details=f"{took_s:.1f} s where the limits allow {allowed_s:.1f} s ({requests} requests of {levels} levels, the "
        f"marketplace's clock × {speed}, limiter and sandbox alike), {size / took_s:,.0f} levels/s; "
        f"{sum(counters['violations'].values())} requests over a limit",
    )


def _last_told(channel: int, size: int, *, since: datetime, patience_s: float) -> datetime:
    end = time.monotonic() + patience_s
    last: datetime
    while time.monotonic() < end:
        with scope([MERCHANT]):
            count, last = rows(
                "SELECT count(*), max(pushed_at) FROM marketplaces_publication"
                " WHERE channel_warehouse_id = %s AND pushed_at >= %s",
                [channel, since],
            )[0]
        if count >= size:
            return last
        time.sleep(1)
    raise RuntimeError(f"only {count} of {size} levels were told in {patience_s} s")
