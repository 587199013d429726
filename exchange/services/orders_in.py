"""Orders that were changed in 1C."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from exchange.formats import values
from exchange.models import Connection, Item, OrderSync
from exchange.services.tally import Tally
from exchange.types import OrderDocument
from orders.selectors import accounting as selectors
from orders.services import accounting

ORDER_ID = "order-"
_CANCELLED_WORDS = ("отмен", "cancel", "закрыт с отменой")
_DELIVERY = "ORDER_DELIVERY"


def apply_documents(source: Connection, documents: Sequence[OrderDocument], tally: Tally, *, now: datetime) -> None:
    """
    Take what 1C says of orders: each document wholly or not at all; what is wrong goes to the stage's troubles.

    Runs inside a transaction.  A document that says the same as before has no effect.
    """
    found = _Finder(source, documents)
    for document in _with_their_papers(documents):
        tally.add("orders", int(document.is_order))
        try:
            order_id = found(document)
            with transaction.atomic():
                changed = _apply(source, document, order_id, now)
            tally.add("orders.changed", int(changed))
        except Refusal as refusal:
            _trouble(document, str(refusal))


def look(source: Connection, documents: Sequence[OrderDocument], tally: Tally) -> None:
    """Count and check only."""
    found = _Finder(source, documents)
    for document in _with_their_papers(documents):
        tally.add("orders", int(document.is_order))
        try:
            found(document)
        except Refusal as refusal:
            _trouble(document, str(refusal))


def _with_their_papers(documents: Sequence[OrderDocument]) -> list[OrderDocument]:
    """
    Orders with the payments and shipments that stand beside them as documents of their own.

    A paper belongs to the order that it names as its basis, else to the one of its container.  One whose order is not
    in the package stays by itself, under the number of its basis.
    """
    orders = [document for document in documents if document.is_order]
    by_name = {name: order for order in orders for name in (order.number, order.external_id) if name}
    by_container = {order.container: order for order in orders if order.container}
    loose = []
    for paper in documents:
        if paper.is_order:
            continue
        told = (paper.operation, paper.number, paper.told_on, paper.amount)
        order = by_name.get(paper.basis) or by_container.get(paper.container)
        if order is not None:
            order.children = [*order.children, told]
        elif paper.basis:
            paper = replace(paper, external_id=paper.basis, number=paper.basis, lines=[], children=[told])
            loose.append(paper)
        else:
            loose.append(paper)
    return sorted([*orders, *loose], key=lambda document: document.n)


class Unknown(Refusal):
    """The document names no order of ours, or two."""


class _Finder:
    """Documents → ids of our orders: by number, then by id; refused when the two disagree."""

    def __init__(self, source: Connection, documents: Sequence[OrderDocument]) -> None:
        names = [name for document in documents for name in (document.number, document.basis) if name]
        numbers = set(names)
        told = [name for document in documents for name in (document.external_id, document.basis)]
        ids = {number for name in told if (number := _our_id(name)) is not None}
        self.by_number = selectors.by_numbers(merchant_id=source.merchant_id, numbers=numbers)
        self.by_id = selectors.numbers_of(merchant_id=source.merchant_id, order_ids=ids)

    def __call__(self, document: OrderDocument) -> int:
        """:raises Unknown: none, several, or two that disagree"""
        named = list(self.by_number.get(document.number, ()))
        own = _our_id(document.external_id)
        if own is not None and own in self.by_id:
            disagree = document.number not in ("", document.external_id, self.by_id[own])
            if disagree and named != [own]:
                raise Unknown(_("Number and id of the document name two different orders."))
            return own
        if len(named) == 1:
            return named[0]
        if named:
            raise Unknown(_("Several seller accounts have an order of this number, and the id names none of them."))
        raise Unknown(_("There is no such order here. Orders made in 1C are not taken."))


def _our_id(external_id: str) -> int | None:
    tail = external_id.removeprefix(ORDER_ID)
    return int(tail) if tail != external_id and tail.isdecimal() and len(tail) < 18 else None


def _apply(source: Connection, document: OrderDocument, order_id: int, now: datetime) -> bool:
    sync, _made = OrderSync.objects.select_for_update().get_or_create(
        connection=source, order_id=order_id, defaults={"merchant_id": source.merchant_id}
    )
    digest = _digest(document)
    if sync.told == digest:
        return False
    accounting.told(
        merchant_id=source.merchant_id,
        order_id=order_id,
        actor="1C",
        cancelled=_is_cancelled(document),
        words=_words(document),
        pieces=_pieces(source, document),
        now=now,
    )
    sync.told, sync.told_number = digest, document.requisites.get("номерпо1с", "")[:60]
    sync.save(update_fields=["told", "told_number"])
    return True


def _digest(document: OrderDocument) -> str:
    told = [
        sorted(document.requisites.items()),
        [(line.external_id, str(line.pieces)) for line in document.lines],
        document.deleted,
        list(document.children),
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _is_cancelled(document: OrderDocument) -> bool:
    status = document.requisites.get("статусзаказа", "").lower()
    return (
        document.deleted
        or values.truth(document.requisites.get("отменен", ""))
        or any(word in status for word in _CANCELLED_WORDS)
    )


def _words(document: OrderDocument) -> list[str]:
    told = document.requisites
    words = []
    if status := told.get("статусзаказа", ""):
        words.append(_("1C: status %(status)s") % {"status": status[:200]})
    if number := told.get("номерпо1с", ""):
        words.append(_("1C: order %(number)s of %(day)s") % {"number": number, "day": told.get("датапо1с", "—")})
    if number := told.get("номероплатыпо1с", ""):
        words.append(_("1C: paid, %(number)s of %(day)s") % {"number": number, "day": told.get("датаоплатыпо1с", "—")})
    elif values.truth(told.get("заказоплачен", "")):
        words.append(_("1C: paid"))
    if number := told.get("номеротгрузкипо1с", ""):
        words.append(
            _("1C: shipped, %(number)s of %(day)s") % {"number": number, "day": told.get("датаотгрузкипо1с", "—")}
        )
    elif values.truth(told.get("отгружен", "")):
        words.append(_("1C: shipped"))
    for operation, number, day, amount in document.children:
        words.append(f"1C: {operation} {number} {day} {amount}".strip()[:400])
    return words


def _pieces(source: Connection, document: OrderDocument) -> dict[int, int] | None:
    """Pieces by SKU; None when lines are not told, or name something that is not known here."""
    lines = [line for line in document.lines if line.external_id != _DELIVERY]
    if not lines:
        return None
    pairs = [values.split_id(line.external_id) for line in lines]
    known = {
        (item.good, item.char): item.sku_id
        for item in Item.objects.filter(connection=source, good__in={good for good, _char in pairs}, sku__isnull=False)
    }
    pieces: dict[int, int] = {}
    for pair, line in zip(pairs, lines, strict=True):
        sku_id = known.get(pair)
        if sku_id is None:
            return None
        pieces[sku_id] = pieces.get(sku_id, 0) + int(line.pieces)
    return pieces


def _trouble(document: OrderDocument, text: str) -> None:
    subject = _("Order %(number)s") % {"number": document.number or document.external_id or "?"}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cml_trouble VALUES (%s, %s, %s, %s, %s)", [document.n, document.line, subject, "Номер", text]
        )
