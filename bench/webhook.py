"""Two hundred notifications a second at the real web server: stored before they are answered, forged ones refused."""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import perf_counter, sleep

import psycopg
from django.db import connection
from django.utils import timezone

from backoffice.kernel import seal
from bench.database import rows
from bench.row import Row, percentile, row
from bench.web import Web, serving
from catalog.models import Channel
from marketplaces.models import Credential
from marketplaces.sync import doors
from merchants.models import LegalEntity, Merchant
from merchants.scope import scope

ROWS = ("webhook_p99_ms",)
DATABASE = "empty"
BUDGET_MS, RATE = 300, 200
SANDBOX = "http://127.0.0.1:1"
SENDERS = 20
# Of a hundred requests so many repeat an earlier one, and so many bear a secret that was never given.
REPEATED, FORGED = 10, 5


@dataclass
class Sender:
    """One connection of the marketplace.  ms: from the moment each request was due; answers: how often each status."""

    number: int
    series: str
    ms: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)


def measure(quick: bool) -> list[Row]:
    """
    This function will call for ten seconds (five quick), each request at its moment whatever became of the last.

    Then once more, while every connection to the database is cut twice a second.
    """
    seconds = 5.0 if quick else 10.0
    secret = _door()
    with serving({"SANDBOX_URL": SANDBOX}) as web:
        calm = _call_all(web, secret, seconds, series="a")
        with _cutting() as cuts:
            cut = _call_all(web, secret, seconds, series="b")
    ms = [one for sender in calm for one in sender.ms]
    lost, lost_when_cut = _lost(calm), _lost(cut)
    return [
        row(
            "webhook_p99_ms",
            percentile(ms, 99),
            "ms",
            budget=BUDGET_MS,
            size=len(ms),
            # One that was acknowledged and is not there breaks the promise whatever the time.
            needed=int(RATE * seconds) if not lost else len(ms) + 1,
            details=f"{RATE} requests/s for {seconds:.0f} s over {SENDERS} connections, {REPEATED} % repeats, "
            f"{FORGED} % forged; {_answers(calm)}; acknowledged and not stored: {lost}; p50 {percentile(ms, 50):.1f}, "
            f"p95 {percentile(ms, 95):.1f}, worst {max(ms):.0f}; the callers run on the same cores",
        ),
        row(
            "webhook_p99_ms.lost_when_cut",
            lost_when_cut,
            "notices",
            budget=0,
            size=sum(len(sender.ms) for sender in cut),
            needed=int(RATE * seconds),
            details=f"acknowledged and not stored while all connections to the database were cut {len(cuts)} times; "
            f"{_answers(cut)}",
        ),
    ]


def _call_all(web: Web, secret: str, seconds: float, *, series: str) -> list[Sender]:
    senders = [Sender(number, series) for number in range(SENDERS)]
    began = perf_counter() + 1.0
    work = [
        threading.Thread(target=_call, args=(sender, web.host, web.port, secret, began, seconds)) for sender in senders
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    return senders


@contextmanager
def _cutting() -> Iterator[list[int]]:
    """The database ends every session of the application twice a second; gives how many there were each time."""
    over, cuts = threading.Event(), list[int]()

    def cut() -> None:
        with psycopg.connect(os.environ["BENCH_SUPERUSER_URL"], autocommit=True) as superuser:
            while not over.wait(0.5):
                found = superuser.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'backoffice_app'"
                )
                cuts.append(found.fetchone()[0])  # type: ignore[index]

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        yield cuts
    finally:
        over.set()
        thread.join()


def _answers(senders: Sequence[Sender]) -> str:
    answers = Counter(status for sender in senders for status in sender.answers.elements())
    return ", ".join(f"{n} × {status}" for status, n in sorted(answers.items()))


def _lost(senders: Sequence[Sender]) -> int:
    """Notices that were answered with consent and are not there."""
    connection.close()  # it was cut, too
    with scope([1]):
        stored = {key for (key,) in rows("SELECT key FROM marketplaces_inboxitem")}
    return len({key for sender in senders for key in sender.taken} - stored)


def _door() -> str:
    merchant = Merchant.objects.get_or_create(pk=1, defaults={"name": "Bench"})[0]
    with scope([merchant.pk]):
        entity = LegalEntity.objects.create(merchant=merchant, name="ООО «Замер»", inn="7707083893", kpp="770701001")
        channel = Channel.objects.create(
            merchant=merchant, legal_entity=entity, marketplace="ozon", name="Ozon", base_url=f"{SANDBOX}/ozon"
        )
        Credential.objects.create(merchant=merchant, channel=channel, sealed=seal.seal({"client_id": "1"}))
        return doors.give(merchant_id=merchant.pk, channel_id=channel.pk, now=timezone.now()).secret


def _call(sender: Sender, host: str, port: int, secret: str, began: float, seconds: float) -> None:
    every = SENDERS / RATE
    caller = HTTPConnection(host, port, timeout=30)
    for turn in range(int(seconds / every)):
        due = began + (turn + sender.number / SENDERS) * every
        if (wait := due - perf_counter()) > 0:
            sleep(wait)
        place = turn % 100
        number = f"{sender.series}{sender.number}-{turn - 1 if place % (100 // REPEATED) == 1 else turn}-1"
        forged = place % (100 // FORGED) == 2
        body = json.dumps({"message_type": "TYPE_NEW_POSTING", "posting_number": number, "seller_id": 1})
        address = f"/sync/in/{'1-' + 'x' * 32 if forged else secret}"
        caller.request("POST", address, body=body, headers={"Content-Type": "application/json"})
        answer = caller.getresponse()
        answer.read()
        sender.ms.append((perf_counter() - due) * 1000)
        sender.answers[answer.status] += 1
        if answer.status == 200:
            sender.taken.add(f"TYPE_NEW_POSTING:{number}")
