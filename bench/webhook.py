"""Two hundred notifications a second at the real web server: stored before they are answered, forged ones refused."""

import json
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import perf_counter, sleep

from django.db import connection
from django.utils import timezone

from backoffice.kernel import seal
from bench.row import Row, percentile, row
from bench.web import serving
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
    """One connection of the marketplace.  ms: from the moment each request was due; answers: status → how often."""

    number: int
    ms: list[float] = field(default_factory=list)
    answers: dict[int, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)


def measure(quick: bool) -> list[Row]:
    """This function will call for ten seconds (five quick), each request at its moment whatever became of the last."""
    seconds = 5.0 if quick else 10.0
    secret = _door()
    with serving({"SANDBOX_URL": SANDBOX}) as web:
        senders = [Sender(number) for number in range(SENDERS)]
        began = perf_counter() + 1.0
        work = [
            threading.Thread(target=_call, args=(sender, web.host, web.port, secret, began, seconds))
            for sender in senders
        ]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    ms = [one for sender in senders for one in sender.ms]
    answers: dict[int, int] = {}
    for sender in senders:
        for status, n in sender.answers.items():
            answers[status] = answers.get(status, 0) + n
    taken = {key for sender in senders for key in sender.taken}
    with scope([1]), connection.cursor() as cursor:
        cursor.execute("SELECT key FROM marketplaces_inboxitem")
        stored = {key for (key,) in cursor.fetchall()}
    lost = len(taken - stored)
    said = ", ".join(f"{n} × {status}" for status, n in sorted(answers.items()))
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
            f"{FORGED} % forged; {said}; acknowledged and not stored: {lost}; p50 {percentile(ms, 50):.1f}, "
            f"p95 {percentile(ms, 95):.1f}, worst {max(ms):.0f}; the callers run on the same cores",
        )
    ]


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
        number = f"{sender.number}-{turn - 1 if place % (100 // REPEATED) == 1 else turn}-1"
        forged = place % (100 // FORGED) == 2
        body = json.dumps({"message_type": "TYPE_NEW_POSTING", "posting_number": number, "seller_id": 1})
        address = f"/sync/in/{'1-' + 'x' * 32 if forged else secret}"
        caller.request("POST", address, body=body, headers={"Content-Type": "application/json"})
        answer = caller.getresponse()
        answer.read()
        sender.ms.append((perf_counter() - due) * 1000)
        sender.answers[answer.status] = sender.answers.get(answer.status, 0) + 1
        if answer.status == 200:
            sender.taken.add(f"TYPE_NEW_POSTING:{number}")
