"""What is common to all scans: answered once per nonce, kept for ever."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from backoffice.kernel import prepared
from catalog.selectors import scanned
from catalog.selectors.scanned import Goods
from floor.models import Scan
from floor.types import Answer, Outcome, Reading, ScanIn
from merchants.scope import all_or_nothing, current_scope
from orders.services.mark import GS

_REMEMBER = """
INSERT INTO floor_scan (merchant_id, nonce, person_id, wave_id, order_id, warehouse_id, station_id, location_id,
                        step, code, outcome, answer, scanned_at, at)
VALUES (%(merchant)s, %(nonce)s, %(person)s, %(wave)s::bigint, %(order)s::bigint, %(warehouse)s, %(station)s::bigint,
        %(location)s::bigint, %(step)s, %(code)s, %(outcome)s, %(answer)s::jsonb, %(scanned_at)s, %(at)s)
"""


def once(
    *,
    scan: ScanIn,
    step: str,
    warehouse_id: int,
    now: datetime,
    work: Callable[[], Answer],
    wave_id: int | None = None,
) -> Answer:
    """
    Do `work` for a scan that has not been seen, and remember its answer; a repeated nonce gets the first answer.

    The scan and what it did stand or fall together, so that a page may repeat it after any failure.  Repeats are rare:
    nobody looks for them beforehand.  The nonce is unique, so a repeat that does work again, a later one or one of two
    at the same moment, fails to be remembered, undoes its work and answers as the first; so does one whose work is
    refused because it has been done.
    """
    try:
        with all_or_nothing():
            answer = work()
            _remember(scan, step, warehouse_id, wave_id, answer, now)
    except Exception:
        if seen := _seen(scan):
            return seen
        raise
    return answer


def _seen(scan: ScanIn) -> Answer | None:
    seen = Scan.objects.filter(nonce=scan.nonce).first()
    return Answer(**{**seen.answer, "outcome": Outcome(seen.answer["outcome"])}) if seen else None


def _remember(scan: ScanIn, step: str, warehouse_id: int, wave_id: int | None, answer: Answer, now: datetime) -> None:
    opened = current_scope()
    prepared.rows(
        _REMEMBER,
        {
            "merchant": answer.data.get("merchant_id") or min(opened.merchants if opened else [0]),
            "nonce": scan.nonce,
            "person": scan.person_id,
            "wave": wave_id,
            "order": answer.data.get("order_id"),
            "warehouse": warehouse_id,
            "station": scan.station_id,
            "location": answer.data.get("cell_id"),
            "step": step,
            "code": scan.code[:250],
            "outcome": answer.outcome.value,
            "answer": json.dumps(_columns(answer)),
            "scanned_at": scan.scanned_at,
            "at": now,
        },
    )


def _columns(answer: Answer) -> dict[str, object]:
    """As `dataclasses.asdict`, which would copy every value of the data."""
    return {"outcome": answer.outcome, "word": answer.word, "text": answer.text, "data": answer.data}


def read(code: str) -> Reading:
    """A marking code names its goods by GTIN: the same digits as the EAN-13 behind a leading zero."""
    plain = code.strip()
    if plain.startswith(("01", "]d201", GS + "01")) and len(plain) >= 25:
        gtin = plain.removeprefix("]d2").lstrip(GS)[2:16]
        return Reading([gtin, gtin.lstrip("0"), gtin[1:]], "", plain)
    return Reading([plain], plain.lower())


def goods(code: str) -> tuple[Sequence[Goods], str]:
    """SKUs in the open scope that a scanned code means, and the marking code if it was one."""
    reading = read(code)
    return scanned.goods(barcodes=reading.barcodes, key=reading.key), reading.mark


def accepted(word: str, text: str, **data: object) -> Answer:
    """The green answer."""
    return Answer(outcome=Outcome.ACCEPTED, word=word, text=text, data=data)


def wrong(word: str, text: str, **data: object) -> Answer:
    """The red answer: nothing was done."""
    return Answer(outcome=Outcome.WRONG, word=word, text=text, data=data)


def already(text: str, **data: object) -> Answer:
    """The yellow answer: it was done before."""
    return Answer(outcome=Outcome.ALREADY, word=_("Already scanned"), text=text, data=data)


def stop(text: str, **data: object) -> Answer:
    """The answer that stops an order: it fell away."""
    return Answer(outcome=Outcome.STOP, word=_("Stop"), text=text, data=data)


def unknown(code: str) -> Answer:
    """The red answer to a code that means nothing here."""
    return wrong(
        _("Unknown code"),
        _("Read: %(code)s. No article and no cell has this code. Put the item aside and call the lead.")
        % {"code": code[:60]},
    )
