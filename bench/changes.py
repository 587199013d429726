"""Fifty thousand changed objects read by a program through the changes feed: one connection, each exactly once."""

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from time import perf_counter, sleep
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone

from bench.database import rows
from bench.loader import Loader
from bench.row import Row, row
from bench.trade_rows import fill_shop
from bench.web import Web, serving
from exchange.services import credentials
from exchange.types import Kind, Scope
from merchants.models import Merchant
from merchants.scope import scope

ROWS = ("changes_per_s",)
DATABASE = "empty"
BUDGET = 5_000
AT_ONCE = 1_000  # objects in a message, the most that may be asked for
# Of a shop of 20,000 SKUs; a tenth of it with --quick.
SKUS = 20_000
CHANGED: Mapping[str, tuple[str, int]] = {
    "product": ("UPDATE catalog_product SET description = 'мягкая' WHERE id <= %s", 5_000),
    "sku": ("UPDATE catalog_sku SET weight_g = weight_g + 1 WHERE id <= %s", 20_000),
    "price": ("UPDATE catalog_price SET amount = amount + 1 WHERE sku_id <= %s", 15_000),
    "stock": ("UPDATE stock_stockrow SET reserved = reserved + 1 WHERE sku_id <= %s", 10_000),
}


def measure(quick: bool) -> list[Row]:
    """This function will change the objects while a node listens, then read and acknowledge until nothing is owed."""
    part = 10 if quick else 1
    token = _program()
    with serving() as web:
        program = _Program(web, token)
        list(program.read())  # the node is known and owed nothing: what follows is noted
        _change(part)
        began = perf_counter()
        seen = list(program.read())
        took_s = perf_counter() - began
    told = Counter(seen)
    counts = Counter(kind for kind, _id in told)
    exact = not told - Counter(set(seen)) and all(counts[kind] == n // part for kind, (_, n) in CHANGED.items())
    return [
        row(
            "changes_per_s",
            len(seen) / took_s,
            "objects/s",
            budget=BUDGET,
            at_least=True,
            size=len(told),
            # An object that was lost, or told again after it was acknowledged, breaks the promise whatever the speed.
            needed=sum(n for _, n in CHANGED.values()) if exact else len(seen) + 1,
            details=f"{len(seen):,} objects in {program.messages} messages of {AT_ONCE} over one connection "
            f"({took_s:.2f} s, {program.read_bytes / 2**20:.0f} MiB): "
            + ", ".join(f"{n:,} × {kind}" for kind, n in counts.items())
            + f"; each told once: {'yes' if exact else 'no'}",
        )
    ]


class _Program:
    """What stands on the other side: it acknowledges a message by asking for the next one."""

    def __init__(self, web: Web, token: str) -> None:
        self.connection = HTTPConnection(web.host, web.port, timeout=60)
        self.token, self.messages, self.read_bytes, self.received_no = token, 0, 0, 0

    def read(self) -> Iterator[tuple[str, int]]:
        """(kind, id) of everything that is told until nothing is."""
        while (answer := self._ask())["items"] or not answer["ready"]:
            if not answer["ready"]:
                sleep(0.1)  # a transaction older than the node still runs
            self.messages += bool(answer["items"])
            self.received_no = answer["message_no"] or self.received_no
            yield from ((item["kind"], item["id"]) for item in answer["items"])

    def _ask(self) -> dict[str, Any]:
        address = f"/api/v1/changes?limit={AT_ONCE}&received_no={self.received_no}"
        self.connection.request("GET", address, headers={"Authorization": f"Bearer {self.token}"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"changes: {answer.status} {body[:300]!r}")
        self.read_bytes += len(body)
        return json.loads(body)  # type: ignore[no-any-return]


def _program() -> str:
    """The token of a program that may read everything of the merchant whose shop is filled beside it."""
    with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as superuser:
        fill_shop(Loader(superuser), skus=SKUS)
    connection.close()
    scopes = [Scope.CATALOG_READ.value, Scope.STOCK_READ.value, Scope.ORDERS_READ.value]
    with scope([Merchant.objects.order_by("pk")[0].pk]) as opened:
        made, secret = credentials.connect(
            merchant_id=min(opened.merchants), name="bench", kind=Kind.API, now=timezone.now(), scopes=scopes
        )
    return f"{made.login}.{secret}"


def _change(part: int) -> None:
    """A tenth of each kind at a time, as an import would."""
    for statement, many in CHANGED.values():
        with scope([1]), connection.cursor() as cursor:
            cursor.execute(statement, [many // part])
    with scope([1]):
        noted = rows("SELECT count(*) FROM exchange_change")[0][0]
        if noted != sum(many // part for _, many in CHANGED.values()):
            raise RuntimeError(f"{noted} changes were noted")
