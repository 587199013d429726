"""
The last piece, bought on all five marketplaces of a sandbox at one moment: who gets it, and when all have been told.

Real workers, real limits and marketplaces that lower their own stock on a sale; so what counts is our word that
nothing is left, as each of them answered it.
"""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
from django.db import connection
from django.utils import timezone

from bench.database import rows
from bench.push_changes import Change, articles, told_after
from bench.push_shop import CHANNELS, MERCHANT, fill
from bench.push_stack import sandbox, workers
from bench.row import Row, percentile, row
from marketplaces import registry
from merchants.scope import scope
from stock.models import Location, ShareRule
from stock.services import shelf

ROWS = ("last_unit_s",)
DATABASE = "empty"
BUDGET_S, ROUNDS, QUICK = 5.0, 20, 3
LISTINGS = 1000


def measure(quick: bool) -> list[Row]:
    """This function will sell the last piece of some articles five times over, and look at what came of it."""
    with sandbox() as client:
        fill(client, listings=LISTINGS)
        sku_ids = articles(QUICK if quick else ROUNDS)
        with workers(1, *CHANNELS):
            told_after([_leave_one(sku_ids)], patience_s=60)
            # No limit of the marketplaces lies in between: Ozon takes the same article once in half a minute.
            time.sleep(registry.adapter_class("ozon").same_stock_pair_s + 1)
            waited = [_sold_five_times(client, sku_id) for sku_id in sku_ids]
        over = sum(client.get("/admin/counters").json()["violations"].values())
    slowest = {code: max(one[code] for one in waited) for code in CHANNELS}
    every = [seconds for one in waited for seconds in one.values()]
    said = ", ".join(f"{code} {seconds:.2f}" for code, seconds in slowest.items())
    return [
        row(
            "last_unit_s",
            max(every),
            "s",
            budget=BUDGET_S,
            size=len(waited),
            needed=ROUNDS,
            details=f"{len(waited)} articles with one piece left, each bought on all five at the same moment: one "
            f"winner and four visible shortages each time; from the reservation until a marketplace had answered that "
            f"none is left p50 {percentile(every, 50):.2f}, slowest {said}; {over} requests over a limit",
        )
    ]


def _leave_one(sku_ids: Sequence[int]) -> Change:
    since = timezone.now()
    with scope([MERCHANT]):
        ShareRule.objects.all().delete()  # they keep a last piece back
        lie = rows("SELECT sku_id, location_id FROM stock_balance WHERE sku_id = ANY(%s) AND bounded", [list(sku_ids)])
        first = dict(reversed(lie))
        cells = Location.objects.in_bulk([cell_id for _, cell_id in lie])
        for sku_id, cell_id in lie:
            shelf.set_pieces(
                merchant_id=MERCHANT,
                location=cells[cell_id],
                sku_id=sku_id,
                pieces=1 if first[sku_id] == cell_id else 0,
                now=since,
                person_id=None,
                note="",
            )
    return Change(sku_ids, since, timezone.now())


def _sold_five_times(client: httpx.Client, sku_id: int) -> dict[str, float]:
    """Seconds from the reservation until each marketplace had answered; :raises RuntimeError: see `_judge`."""
    with scope([MERCHANT]):
        ((article,),) = rows(
            "SELECT offer_id FROM catalog_listing WHERE sku_id = %s AND channel_id = %s", [sku_id, CHANNELS["ozon"]]
        )
    began = timezone.now()
    order = {"items": [{"article": article}], "marketplaces": list(CHANNELS)}
    placed = client.post("/admin/orders", json=order)
    if placed.status_code != 200:
        raise RuntimeError(f"nobody can buy {article}: {placed.text}")
    with scope([MERCHANT]), connection.cursor() as cursor:
        # The notices of all five arrive now; the clock would spread the readings over its own second.
        cursor.execute("UPDATE marketplaces_cursor SET next_at = %s WHERE stream = 'orders'", [began])
    _wait_for_orders({str(own[0]) for own in placed.json().values()})
    told = told_after([Change([sku_id], began, began)], patience_s=60)
    _judge(client, sku_id, article)
    with scope([MERCHANT]):
        ((reserved_at,),) = rows("SELECT made_at FROM stock_reservation WHERE sku_id = %s AND state = 'held'", [sku_id])
    late_s = (reserved_at - began).total_seconds()
    return {code: max(own[0] - late_s, 0.0) for code, own in told.items()}


def _wait_for_orders(numbers: set[str]) -> None:
    """All of them have been read; some marketplaces show an order a while after it was made."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        with scope([MERCHANT]):
            found = rows("SELECT external_number FROM orders_order WHERE external_number = ANY(%s)", [list(numbers)])
        if len(found) == len(numbers):
            return
        time.sleep(0.2)
    raise RuntimeError(f"of the orders {sorted(numbers)} only {sorted(number for (number,) in found)} were read")


def _judge(client: httpx.Client, sku_id: int, article: str) -> None:
    """:raises RuntimeError: not one winner and four shortages, or a marketplace still offers it."""
    with scope([MERCHANT]):
        found = rows(
            "SELECT o.external_number, o.attention FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id"
            " WHERE l.sku_id = %s",
            [sku_id],
        )
        published = rows(
            "SELECT p.pieces FROM marketplaces_publication p JOIN catalog_listing l ON l.id = p.listing_id"
            " WHERE l.sku_id = %s",
            [sku_id],
        )
    outcome = Counter("short" if "short" in attention else "won" for _, attention in found)
    left = [_free(place[article]) for own in client.get("/admin/stocks").json().values() for place in own.values()
            if article in place]  # fmt: skip
    if outcome != Counter(won=1, short=len(CHANNELS) - 1):
        raise RuntimeError(f"{article}: {found}")
    if {pieces for (pieces,) in published} != {0} or set(left) != {0}:
        raise RuntimeError(f"{article}: published {published}, offered {left}")


def _free(told: Any) -> int:
    """What a marketplace still offers, as its sandbox tells it."""
    return int(told["free"] if isinstance(told, dict) else told)
