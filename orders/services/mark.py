"""Marking codes of units: captured by scan, sent by the edges, judged by marketplaces."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from orders.errors import WrongMark
from orders.events import MarksCaptured
from orders.models import Unit, UnitMark
from orders.services import attention, timeline
from orders.types import Attention, EventKind, MarkKind

GS = "\x1d"
# GS1: (01) GTIN of 14 digits, (21) serial of up to 20, then a separator and the crypto part, which some scanners drop.
_SGTIN = re.compile(r"^01(?P<gtin>\d{14})21(?P<serial>[!-~]{1,20}?)(?:\x1d(?P<rest>[!-~\x1d]*))?$")


# What codes look like when a scanner has dropped the separators: serial of 13 or 6 characters, then key 91 of 4 and
# signature 92 of 44 or 88, or the short signature 93 of 4.  Source: "Честный знак", codes by group of goods.
_WITHOUT_GS = (
    re.compile(r"^(01\d{14}21[!-~]{13})(91[!-~]{4})(92(?:[!-~]{44}|[!-~]{88}))$"),
    re.compile(r"^(01\d{14}21(?:[!-~]{13}|[!-~]{6}))(93[!-~]{4})$"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the marketplace says of a code."""

    kind: str
    value: str
    state: str
    pending: bool
    blocking: bool
    text: str = ""


def read_sgtin(code: str, *, gtins: Sequence[str] = ()) -> str:
    """
    Check the structure of a "Честный знак" code and return it with real separators.

    gtins: barcodes of the SKU; when it has a 13- or 14-digit one, the code must be of it.
    :raises WrongMark: malformed, or of other goods.
    """
    plain = with_separators(code)
    found = _SGTIN.match(plain)
    if found is None:
        raise WrongMark(_("This is not a whole marking code. Scan the square code on the goods again."))
    own = {value.zfill(14) for value in gtins if value.isdigit() and len(value) in {8, 12, 13, 14}}
    if own and found["gtin"] not in own:
        raise WrongMark(_("This marking code is of other goods (GTIN %(gtin)s).") % {"gtin": found["gtin"]})
    return plain


def with_separators(code: str) -> str:
    """The code without the prefixes that scanners put before it, and with the separators that some of them drop."""
    plain = code.removeprefix("]d2").removeprefix("]C1").lstrip(GS).replace("\\u001d", GS)
    for layout in _WITHOUT_GS:
        if found := layout.match(plain):
            return GS.join(found.groups())
    return plain


def identity(value: str) -> str:
    """GTIN and serial: what tells a piece from all others.  A scanner may drop what follows, or its separators."""
    return with_separators(value).partition(GS)[0]


def same(value: str) -> QuerySet[UnitMark]:
    """The marks in the open scope that are this code, as whole as they were scanned."""
    own = identity(value)
    return UnitMark.objects.filter(Q(value=own) | Q(value__begins=own + GS), kind=MarkKind.SGTIN)


@transaction.atomic
def capture(*, merchant_id: int, unit_id: int, kind: str, value: str, now: datetime, person_id: int | None) -> bool:
    """
    Keep the code of a unit; returns whether the order now has all the codes it needs.

    The same code for the same unit again changes nothing; another code replaces it.
    :raises WrongMark: the code serves another unit.
    """
    unit = Unit.objects.get(pk=unit_id)
    used = WrongMark(_("This marking code has been used for another unit."))
    if kind == MarkKind.SGTIN and same(value).filter(merchant_id=merchant_id).exclude(unit=unit).exists():
        raise used
    try:
        with transaction.atomic():
            UnitMark.objects.update_or_create(
                unit=unit,
                kind=kind,
                defaults={
                    "merchant_id": merchant_id,
                    "value": value,
                    "captured_at": now,
                    "sent_at": None,
                    "verdict": "",
                    "blocking": False,
                },
            )
    except IntegrityError as reason:
        raise used from reason
    timeline.note(
        merchant_id=merchant_id,
        order_id=unit.order_id,
        kind=EventKind.MARK,
        text=_("Marking code captured"),
        data={"unit": unit.number, "kind": kind, "tail": value[-6:]},
        now=now,
        person_id=person_id,
    )
    complete = not missing(order_id=unit.order_id)
    if complete:
        bus.publish(MarksCaptured(merchant_id=merchant_id, order_id=unit.order_id, at=now))
    return complete


def is_of_order(*, value: str, order_id: int) -> bool:
    """Whether this very code was captured for a unit of this order already."""
    return same(value).filter(unit__order_id=order_id).exists()


def order_of(value: str) -> int | None:
    """The order with whose unit this code left."""
    return same(value).values_list("unit__order_id", flat=True).first()


def missing(*, order_id: int) -> list[tuple[int, str]]:
    """(unit id, kind) of the codes that the order's units still need."""
    have = set(UnitMark.objects.filter(unit__order_id=order_id).values_list("unit_id", "kind"))
    wanted = [
        (unit_id, kind)
        for unit_id, kinds in Unit.objects.filter(order_id=order_id).values_list("pk", "line__marks")
        for kind in kinds
    ]
    return [pair for pair in wanted if pair not in have]


def sent(*, merchant_id: int, order_id: int, now: datetime) -> None:
    """Remember that the marketplace has taken the codes in."""
    UnitMark.objects.filter(unit__order_id=order_id).update(sent_at=now)


@transaction.atomic
def verdicts(*, merchant_id: int, order_id: int, verdicts: Sequence[Verdict], now: datetime) -> None:
    """Store what the marketplace says of the order's codes; refused ones go to the attention queue."""
    own = {(mark.kind, mark.value): mark for mark in UnitMark.objects.filter(unit__order_id=order_id)}
    blocking = []
    for verdict in verdicts:
        mark = own.get((verdict.kind, verdict.value))
        if mark is not None:
            mark.verdict, mark.verdict_text, mark.blocking = verdict.state, verdict.text[:300], verdict.blocking
            mark.save(update_fields=["verdict", "verdict_text", "blocking"])
        if verdict.blocking and not verdict.pending:
            blocking.append(verdict.text or verdict.state)
    if not blocking:
        attention.clear_flags(merchant_id=merchant_id, order_ids=[order_id], reasons={Attention.MARKS_REFUSED}, now=now)
        return
    attention.raise_flags(
        merchant_id=merchant_id,
        order_ids=[order_id],
        reason=Attention.MARKS_REFUSED,
        now=now,
        text="; ".join(blocking),
    )
