"""Levels out to all five marketplaces: real workers, real limits, a sandbox with a hundred thousand goods."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.db import connection
from django.utils import timezone

from bench.database import rows
from bench.push_changes import articles, change, told_after
from bench.push_shop import CHANNELS, MERCHANT, fill
from bench.push_stack import sandbox, workers
from bench.row import Row, percentile, row
from marketplaces import registry
from merchants.scope import scope

ROWS = ("push_delta_p99_s", "push_full_ratio")
DATABASE = "empty"
LISTINGS = 100_000
DELTA_BUDGET_S, FULL_BUDGET = 2.0, 0.95
PER_CHANGE = 5


@dataclass(frozen=True)
class Allowed:
    """
    What the documentation allows: `at_once` requests, then `so_many` more per `every_s`, of `levels` each.

    speed: how many times faster than ours the marketplace's clock runs here, its limits and ours alike.
    """

    at_once: int
    every_s: float
    so_many: int
    levels: int
    speed: int = 1

    def requests(self, size: int) -> int:
        return -(-size // self.levels)

    def seconds(self, size: int) -> float:
        """The least time in which so many levels may be told; what is allowed at once may take one `every_s`."""
        more = -(-(self.requests(size) - self.at_once) // self.so_many)
        return max(1, more) * self.every_s / self.speed


ALLOWED = {
    "wildberries": Allowed(20, 0.2, 1, 1000),
    "yandex_market": Allowed(50, 60.0, 50, 2000),
    "megamarket": Allowed(5, 1.0, 5, 300),
    # Ozon takes 8,000 levels a minute, AliExpress (where the limit is ours: none is documented) 6,000.
    # At a faster clock the half window at the end would be a matter of these two cores.
    "ozon": Allowed(80, 60.0, 80, 100, speed=2),
    "aliexpress": Allowed(2, 1.0, 1, 100, speed=4),
}


def measure(quick: bool) -> list[Row]:
    """This function will change stock and watch when it has been told, then tell everything anew."""
    with sandbox() as client:
        size = fill(client, listings=3_000 if quick else LISTINGS)
        told = _delta(size, changes=10 if quick else 60)
        told += [_full(client, code, size) for code in ALLOWED]
    full = min(told[2:], key=lambda one: one["value"])
    return [
        *told[:2],
        {**full, "name": "push_full_ratio", "details": "the worse of the marketplaces below"},
        *told[2:],
    ]


# -- changes


def _delta(size: int, changes: int) -> list[Row]:
    """A change a second, of five articles each; then the last of them changed again at once."""
    sku_ids = articles(changes * PER_CHANGE)
    with workers(1, *CHANNELS):
        made = []
        for start in range(0, len(sku_ids), PER_CHANGE):
            made.append(change(sku_ids[start : start + PER_CHANGE]))
            time.sleep(1)
        first = told_after(made, patience_s=60)
        again = [change(made[-1].sku_ids)]
        repeated = told_after(again, patience_s=90)
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
            details=f"{len(made)} changes of {PER_CHANGE} articles, one a second, until all marketplaces had answered "
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


# -- everything


def _full(client: httpx.Client, code: str, size: int) -> Row:
    """The sweep of a channel, from the moment it is due until the last level has been answered."""
    allowed, channel = ALLOWED[code], CHANNELS[code]
    client.post("/admin/speed", json={"speed": allowed.speed}).raise_for_status()
    client.delete("/admin/limits").raise_for_status()
    client.delete("/admin/counters").raise_for_status()
    with workers(allowed.speed, code):
        # As in an installation, the clock sees it coming.
        asked, began = timezone.now(), timezone.now() + timedelta(seconds=1)
        with scope([MERCHANT]), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE marketplaces_cursor SET next_at = %s WHERE channel_id = %s AND stream = 'sweep'",
                [began, channel],
            )
        last = _last_told(channel, size, since=asked, patience_s=900)
    took_s = (last - began).total_seconds()
    allowed_s = allowed.seconds(size)
    counters = client.get("/admin/counters").json()
    return row(
        f"push_full_ratio.{code}",
        min(allowed_s / took_s, 1.0),
        "×",
        budget=FULL_BUDGET,
        at_least=True,
        size=size,
        needed=LISTINGS,
        details=f"{took_s:.1f} s where the limits allow {allowed_s:.1f} s ({allowed.requests(size)} requests of "
        f"{allowed.levels} levels, the marketplace's clock × {allowed.speed}, limiter and sandbox alike), "
        f"{size / took_s:,.0f} levels/s; {sum(counters['violations'].values())} requests over a limit",
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
