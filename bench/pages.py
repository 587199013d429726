"""Every page that the resolver knows, opened over the big database by somebody who sees all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.row import Row, percentile, row
from bench.trade_rows.ids import EVERYBODY, TINY, TINY_OWNER
from merchants.models import Merchant, Person
from tests import make
from tests import trade as _trade  # noqa: F401  registers what the URLs take
from tests.urls import Url, every_url, status

ROWS = ("page_p95_ms",)
DATABASE = "trade"
BUDGET_MS = 200
ORDERS, SKUS = 1_000_000, 100_000
# How many more queries a page may need for a merchant with everything than for one with nearly nothing: what is empty
# needs no second look.  A query per row would be fifty.
MORE_QUERIES = 6
# These ask the marketplace itself.
SPEAKS_OUT = {"marketplaces:shipping-points"}
# The same page as people use it: searched, filtered, sorted, turned.
ASKED = {
    "orders:list": ["state=new", "state=delivered", "attention=any", "attention=short", "channel=1", "scheme=fbs"],
    "workspace:search": ["q=777", "q=A-0", "q=кружка", "q=nothing-has-this"],
    "stock:balances": ["q=AB-0000777", "q=777", "sort=-on_hand", "page=20"],
}


@dataclass
class Measured:
    """One address: milliseconds of each opening, queries of one."""

    address: str
    ms: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def p95(self) -> float:
        return percentile(self.ms, 95)


def measure(quick: bool) -> list[Row]:
    """
    This function will open each page with a GET answered by 200, twenty times after a first one.

    In this process, through all of the middleware; every row made for it is rolled back.
    """
    times = 5 if quick else 20
    make.gather()
    _let_the_clock_look()
    orders, skus = _counted("orders_order"), _counted("catalog_sku")
    with transaction.atomic():
        small = {name: _queries(client, address) for name, address, client in _addresses(TINY_OWNER, TINY)}
        pages = {}
        for name, address, client in _addresses(EVERYBODY, 1):
            if (found := _open(client, address, times)) is not None:
                pages[name] = found
        transaction.set_rollback(True)
    for name, page in sorted(pages.items(), key=lambda pair: -pair[1].p95):
        print(f"  {page.p95:7.1f} ms {page.queries:4} queries  {name} (tiny {small.get(name)})")
    slowest = max(pages.values(), key=lambda page: page.p95)
    order = sorted(pages.values(), key=lambda page: -page.p95)[:5]
    growth = {name: page.queries - small[name] for name, page in pages.items() if small.get(name)}
    worst = max(growth, key=lambda name: growth[name])
    said = ", ".join(f"{page.address} {page.p95:.0f}" for page in order)
    return [
        row(
            "page_p95_ms",
            slowest.p95,
            "ms",
            budget=BUDGET_MS,
            size=orders,
            needed=ORDERS if skus >= SKUS else orders + 1,
            details=f"the slowest of {len(pages)} pages, over {skus:,} articles, rendered whole; slowest five: {said}",
        ),
        row(
            "page_p95_ms.more_queries",
            growth[worst],
            "queries",
            budget=MORE_QUERIES,
            size=len(growth),
            needed=1,
            details=f"most that a page asks more for everything than for a merchant of three orders ({worst}); "
            f"most queries of any page: {max(page.queries for page in pages.values())}",
        ),
    ]


def _addresses(person_id: int, merchant_id: int) -> Iterator[tuple[str, str, Client]]:
    """(name, address, browser) of every page that answers to GET."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(Person.objects.get(pk=person_id), backend="merchants.backends.PersonBackend")
    merchant = Merchant.objects.get(pk=merchant_id)
    known = _big_rows() if person_id == EVERYBODY else {}
    for url in every_url():
        if "get" not in url.methods or url.name in SPEAKS_OUT or url.name.endswith("None"):
            continue
        with transaction.atomic():  # factories may make the same thing for several pages
            if (parameters := _parameters(url, known, merchant)) is not None:
                address = reverse(url.name, kwargs=parameters)
                yield url.name, address, browser
                for asked in ASKED.get(url.name, []):
                    yield f"{url.name}?{asked}", f"{address}?{asked}", browser
            transaction.set_rollback(True)


def _parameters(url: Url, known: dict[str, int], merchant: Merchant) -> dict[str, Any] | None:
    if not url.parameters:
        return {}
    if url.name in known and len(url.parameters) == 1:
        return {next(iter(url.parameters)): known[url.name]}
    factory = make.FOREIGN.get(url.name)
    return factory(merchant) if factory else None


def _big_rows() -> dict[str, int]:
    """URL name → the key of a row with much behind it."""
    with _everything() as cursor:
        order = _one(cursor, "SELECT max(id) FROM orders_order WHERE state = 'packed'")
        sku = _one(cursor, "SELECT sku_id FROM orders_orderline WHERE sku_id IS NOT NULL ORDER BY id LIMIT 1")
        wave = _one(cursor, "SELECT max(id) FROM floor_wave WHERE state = 'released'")
        handover = _one(
            cursor, "SELECT handover_id FROM shipping_handoverorder GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
    of_order = ("orders:detail", "orders:detail-inside", "orders:cancel", "labels:order-panel")
    return {
        **dict.fromkeys((*of_order, "marketplaces:order-sync-panel"), order),
        **dict.fromkeys(("stock:sku", "marketplaces:published", "catalog:sku"), sku),
        **dict.fromkeys(("floor:wave", "floor:wave-inside", "floor:pick-wave"), wave),
        **dict.fromkeys(("shipping:handover", "shipping:handover-inside", "marketplaces:handover-panel"), handover),
        **dict.fromkeys(("stock:warehouse", "stock:rule", "marketplaces:requests", "marketplaces:warehouse"), 1),
    }


def _let_the_clock_look() -> None:
    """What workers do every few minutes of themselves; none runs beside the bench."""
    from analytics.services import shelf
    from marketplaces.selectors import due
    from merchants.scope import scope

    for merchant_id in due.merchant_ids():
        with scope([merchant_id]):
            shelf.look(merchant_id=merchant_id, now=timezone.now())


def _counted(table: str) -> int:
    with _everything() as cursor:
        return _one(cursor, f"SELECT count(*) FROM {table}")


@contextmanager
def _everything() -> Iterator[Any]:
    """A cursor that sees every merchant's rows."""
    from marketplaces.selectors import due
    from merchants.scope import scope

    with scope(due.merchant_ids()), connection.cursor() as cursor:
        yield cursor


def _one(cursor: Any, sql: str) -> int:
    cursor.execute(sql)
    return int(cursor.fetchone()[0])


def _open(client: Client, address: str, times: int) -> Measured | None:
    page = Measured(address)
    page.queries = _queries(client, address)
    if not page.queries:
        return None
    for _time in range(times):
        began = perf_counter()
        status(client.get(address))
        page.ms.append((perf_counter() - began) * 1000)
    return page


def _queries(client: Client, address: str) -> int:
    """Queries of a page; 0 when the address shows none (a redirect, a file that is not there, something empty)."""
    count = 0

    def counting(execute: Any, *rest: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*rest)

    client.get(address)  # what a process reads once is not the page's
    with connection.execute_wrapper(counting):
        answer = client.get(address)
    return count if status(answer) == 200 else 0
