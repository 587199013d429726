"""Dashboards over ten million order lines: every question, the refresh of a day's changes, and the rebuild."""

import os
import resource
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import Any

import psycopg
from django.utils import timezone

from analytics import models
from analytics.selectors import losses, operations, profit, sales
from analytics.services import facts, rebuild
from analytics.types import Asked, By, Event
from bench import dashboard_rows as rows
from bench.loader import Loader
from bench.row import Row, percentile, row
from bench.sales import OF_A_DAY
from merchants.scope import scope

ROWS = (
    "dashboard_p95_ms",
    "dashboard_p95_ms.refresh_day_s",
    "dashboard_p95_ms.rebuild_s",
    "dashboard_p95_ms.memory_mib",
    "dashboard_p95_ms.facts_mib",
)
_FACTS = (
    models.LineFact,
    models.DailyFact,
    models.DailyTotal,
    models.Reading,
    models.HourlyFact,
    models.HourTotal,
    models.RegionTotal,
    models.CancelTotal,
    models.PaceTotal,
    models.GroupTotal,
    models.GroupReading,
    models.GroupedBy,
    models.CostTotal,
    models.PricedBy,
    models.Refreshed,
    models.Rebuild,
)
DATABASE = "sales"
BUDGET_MS, REFRESH_BUDGET_S, REBUILD_BUDGET_S, MEMORY_BUDGET_MIB = 200, 30, 3600, 64
# A line with what finds it by its days and its article takes 400; its days by article and its share of two years'
# readings as much again and more.  Twice the orders, the bound before, hung on how bare the orders made here are.
BYTES_OF_A_LINE = 1_500
LINES = 10_000_000


def measure(quick: bool) -> list[Row]:
    """This function will state the facts of all orders, ask every question, and let one more day happen."""
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as connection:
        load = Loader(connection)
        shape = rows.as_made(load, OF_A_DAY)
        lines = load.one("SELECT count(*) FROM orders_orderline")
        # As for a merchant of whom nothing is known yet: what an earlier run left would only be looked through.
        load.run(f"TRUNCATE {', '.join(model._meta.db_table for model in _FACTS)}")
        before = _peak_mib()
        rebuilt = _said("facts stated", _rebuild)
        memory = _peak_mib() - before
        # As autovacuum leaves it.
        load.run("VACUUM (ANALYZE)")
        facts_mib, orders_mib = _mib(load, "analytics_"), _mib(load, "orders_")
        asked = _ask(shape.until, times=3 if quick else 10)
        _said("a day went on", lambda: rows.go_on(load, shape))
        changed = load.one("SELECT count(*) FROM orders_order WHERE changed_at > now() - interval '1 minute'")
        refresh = _said("facts refreshed", _refresh)
    slowest = sorted(asked, key=lambda name: -percentile(asked[name], 95))
    said = ", ".join(f"{name} {percentile(asked[name], 95):.0f}" for name in slowest[:5])
    over = sum(percentile(asked[name], 95) > BUDGET_MS for name in asked)
    figures: list[tuple[str, float, str, float, str]] = [
        (
            "",
            percentile(asked[slowest[0]], 95),
            "ms",
            BUDGET_MS,
            f"the slowest of {len(asked)} questions over {rows.SKUS:,} articles, {over} over the budget; {said}",
        ),
        (".refresh_day_s", refresh, "s", REFRESH_BUDGET_S, f"{changed:,} orders changed by one day"),
        (".rebuild_s", rebuilt, "s", REBUILD_BUDGET_S, f"{lines / rebuilt:,.0f} lines a second, all facts from orders"),
        (
            ".memory_mib",
            memory,
            "MiB",
            MEMORY_BUDGET_MIB,
            "what this process grew by; Postgres commits 100,000 orders, 14 days or 8 Mondays at a time",
        ),
        (
            ".facts_mib",
            facts_mib,
            "MiB",
            lines * BYTES_OF_A_LINE / 2**20,
            f"{facts_mib * 2**20 / lines:,.0f} bytes a line with indexes; those of orders: {orders_mib:,.0f} MiB",
        ),
    ]
    return [
        row(f"dashboard_p95_ms{name}", value, unit, budget=budget, size=lines, needed=LINES, details=details)
        for name, value, unit, budget, details in figures
    ]


def _mib(load: Loader, prefix: str) -> float:
    sizes = "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE relkind = 'r'"
    return float(load.one(f"{sizes} AND starts_with(relname, %(prefix)s)", prefix=prefix)) / 2**20


def _rebuild() -> None:
    with scope([rows.MERCHANT]):
        rebuild.begin(merchant_id=rows.MERCHANT, now=timezone.now())
    rebuild.go_on(merchant_id=rows.MERCHANT, now=timezone.now())


def _refresh() -> None:
    with scope([rows.MERCHANT]):
        facts.refresh(merchant_id=rows.MERCHANT, now=timezone.now())


def _ask(until: date, times: int) -> dict[str, list[float]]:
    """Milliseconds of each opening of each question, the first one not counted."""
    found: dict[str, list[float]] = {}
    for name, question in _questions(until):
        for time in range(times + 1):
            with scope([rows.MERCHANT]):
                began = perf_counter()
                question()
                if time:
                    found.setdefault(name, []).append((perf_counter() - began) * 1000)
    for name, ms in sorted(found.items(), key=lambda pair: -max(pair[1])):
        print(f"  {percentile(ms, 95):7.1f} ms  {name}")
    return found


def _questions(until: date) -> Iterator[tuple[str, Callable[[], object]]]:
    for days in (1, 7, 30, 90, 365):
        for told, narrowed in (
            ("", {}),
            (" of two channels", {"channels": [1, 3]}),
            (" of a scheme", {"scheme": "fbs"}),
        ):
            narrow: dict[str, Any] = dict(narrowed)
            asked = Asked(since=until - timedelta(days - 1), until=until, currency="RUB", **narrow)
            where = f"{days} days{told}"
            yield f"tiles, {where}", partial(_tiles, asked)
            for by in By:
                yield f"by {by}, {where}", partial(sales.table, asked, by)
            yield f"hours, {where}", partial(sales.hours, asked)
            yield f"profit, {where}", partial(profit.report, asked)
            for event in Event:
                yield f"lines {event}, {where}", partial(_lines, asked, event, {})
            for name, value in _BENEATH:
                yield f"lines of {name} {value}, {where}", partial(_lines, asked, Event.ORDERED, {name: value})
            yield f"losses, {where}", partial(_losses, asked)
            yield f"warehouse work, {where}", partial(operations.places, asked)
            hour = {"hour": "15", "weekday": "2"}
            yield f"lines of an hour, {where}", partial(_lines, asked, Event.ORDERED, hour)


_BENEATH = (("sku", "19000"), ("sku", "3"), ("category", "7"), ("brand", "Марка 7"), ("region", "Регион 80"))


def _losses(asked: Asked) -> object:
    return losses.cancelled_by(asked), losses.conditions(asked), losses.worst(asked)


def _tiles(asked: Asked) -> object:
    return [sales.totals(each) for each in (asked, asked.before(), asked.last_year())]


def _lines(asked: Asked, event: Event, among: dict[str, str]) -> object:
    return sales.lines_page(asked, event, among), sales.beneath(asked, event, among)


def _said(what: str, work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    took = perf_counter() - began
    print(f"  {took:7.1f} s  {what}", flush=True)
    return took


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
