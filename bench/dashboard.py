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

from analytics.selectors import profit, sales
from analytics.services import facts
from analytics.types import Asked, By, Event
from bench import dashboard_rows as rows
from bench.loader import Loader
from bench.row import Row, percentile, row
from merchants.scope import scope

ROWS = ("dashboard_p95_ms", "dashboard_p95_ms.refresh_s", "dashboard_p95_ms.rebuild_s", "dashboard_p95_ms.growth_mib")
DATABASE = "empty"
BUDGET_MS, REFRESH_BUDGET_S, REBUILD_BUDGET_S, GROWTH_BUDGET_MIB = 200, 30, 3600, 64
LINES = 10_000_000
FULL_DAYS = 730
_OF_A_DAY = 5_480  # two and a half lines each: ten million in two years
# The quick size has the same days, only fewer of them: what a page of thirty days reads is as large as at full size.
_QUICK_DAYS = 70


def measure(quick: bool) -> list[Row]:
    """This function will make the orders, state their facts, ask every question, and let one more day happen."""
    days = int(os.environ.get("BENCH_DAYS", _QUICK_DAYS if quick else FULL_DAYS))
    shape = rows.Shape(of_a_day=_OF_A_DAY, days=days, until=timezone.localdate() - timedelta(1))
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as connection:
        load = Loader(connection)
        _said("orders made", lambda: rows.fill(load, shape))
        lines = load.one("SELECT count(*) FROM orders_orderline")
        before = _peak_mib()
        rebuild = _said("facts stated", _rebuild)
        growth = _peak_mib() - before
        # As autovacuum leaves it.
        load.run("VACUUM (ANALYZE)")
        asked = _ask(shape.until, times=3 if quick else 10)
        _said("a day went on", lambda: rows.go_on(load, shape))
        changed = load.one("SELECT count(*) FROM orders_order WHERE changed_at > now() - interval '1 minute'")
    refresh = _said("facts refreshed", _refresh)
    slowest = sorted(asked, key=lambda name: -percentile(asked[name], 95))
    said = ", ".join(f"{name} {percentile(asked[name], 95):.0f}" for name in slowest[:5])
    return [
        row(
            "dashboard_p95_ms",
            percentile(asked[slowest[0]], 95),
            "ms",
            budget=BUDGET_MS,
            size=lines,
            needed=LINES,
            details=f"the slowest of {len(asked)} questions over {rows.SKUS:,} articles; slowest five: {said}",
        ),
        row(
            "dashboard_p95_ms.refresh_s",
            refresh,
            "s",
            budget=REFRESH_BUDGET_S,
            size=lines,
            needed=LINES,
            details=f"{changed:,} orders changed by one day",
        ),
        row(
            "dashboard_p95_ms.rebuild_s",
            rebuild,
            "s",
            budget=REBUILD_BUDGET_S,
            size=lines,
            needed=LINES,
            details=f"{lines / rebuild:,.0f} lines a second, all facts stated from orders",
        ),
        row(
            "dashboard_p95_ms.growth_mib",
            growth,
            "MiB",
            budget=GROWTH_BUDGET_MIB,
            size=lines,
            needed=LINES,
            details="what this process grew by while it rebuilt; Postgres works in parts of 100,000 orders",
        ),
    ]


def _rebuild() -> None:
    with scope([rows.MERCHANT]):
        facts.rebuild(merchant_id=rows.MERCHANT, now=timezone.now())


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
            yield f"profit, {where}", partial(profit.articles, asked)
            for event in Event:
                yield f"lines {event}, {where}", partial(_lines, asked, event, {})
            for name, value in _BENEATH:
                yield f"lines of {name} {value}, {where}", partial(_lines, asked, Event.ORDERED, {name: value})
            hour = {"hour": "15", "weekday": "2"}
            yield f"lines of an hour, {where}", partial(_lines, asked, Event.ORDERED, hour)


_BENEATH = (("sku", "19000"), ("sku", "3"), ("category", "7"), ("brand", "Марка 7"), ("region", "Регион 80"))


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
