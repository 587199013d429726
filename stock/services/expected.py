"""Deliveries of suppliers: announced in the office, received at the dock, closed with what was short or too much."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stock.errors import NothingToDo, UnknownPlace
from stock.models import ExpectedLine, ExpectedReceipt
from stock.services import ledger, shelf
from stock.types import RECEIPT_OPEN, LocationKind, MoveReason, ReceiptState, Transfer


@transaction.atomic
def announce(
    *,
    merchant_id: int,
    supplier_id: int,
    warehouse_id: int,
    number: str,
    expected_on: date,
    lines: Mapping[int, int],
    now: datetime,
) -> ExpectedReceipt:
    """
    Write down a delivery; lines: SKU id → pieces.

    :raises NothingToDo: it has no lines, or a delivery of this supplier has this number already
    """
    wanted = {sku_id: pieces for sku_id, pieces in lines.items() if pieces > 0}
    if not wanted:
        raise NothingToDo(_("Nothing is filled in."))
    try:
        with transaction.atomic():
            receipt = ExpectedReceipt.objects.create(
                merchant_id=merchant_id,
                supplier_id=supplier_id,
                warehouse_id=warehouse_id,
                number=number,
                expected_on=expected_on,
                made_at=now,
            )
    except IntegrityError as reason:
        raise NothingToDo(
            _("A delivery %(number)s of this supplier is known already. Open it instead.") % {"number": number}
        ) from reason
    ExpectedLine.objects.bulk_create(
        [
            ExpectedLine(merchant_id=merchant_id, receipt=receipt, sku_id=sku_id, pieces=pieces)
            for sku_id, pieces in wanted.items()
        ]
    )
    return receipt


@transaction.atomic
def take_in(
    *, receipt_id: int, sku_id: int, pieces: int, now: datetime, person_id: int | None, location_id: int | None = None
) -> ExpectedLine:
    """
    Receive pieces of a delivery at the dock, or in a cell; what nobody expected gets a line of its own.

    :raises UnknownPlace: the delivery is closed, cancelled, or of another merchant
    """
    receipt = _open(receipt_id)
    line, _made = ExpectedLine.objects.get_or_create(
        receipt=receipt, sku_id=sku_id, defaults={"merchant_id": receipt.merchant_id, "pieces": 0}
    )
    to = location_id or ledger.end_of_ledger(warehouse_id=receipt.warehouse_id, kind=LocationKind.DOCK).pk
    shelf.receive(
        merchant_id=receipt.merchant_id,
        lines=[(sku_id, to, pieces)],
        now=now,
        person_id=person_id,
        reference=f"receipt:{receipt.pk}",
        note=receipt.number,
    )
    _count(receipt, line, pieces)
    return line


@transaction.atomic
def take_out(*, receipt_id: int, sku_id: int, pieces: int, now: datetime, person_id: int | None) -> ExpectedLine:
    """
    Undo a receiving: the pieces go from the dock back to the supplier.

    :raises NotEnoughHere: they do not lie at the dock any more
    :raises NothingToDo: so many were not received
    """
    receipt = _open(receipt_id)
    line = ExpectedLine.objects.filter(receipt=receipt, sku_id=sku_id, received__gte=pieces).first()
    if line is None:
        raise NothingToDo(_("So many pieces were not received."))
    give_back(
        merchant_id=receipt.merchant_id,
        warehouse_id=receipt.warehouse_id,
        sku_id=sku_id,
        pieces=pieces,
        reference=f"receipt:{receipt.pk}",
        now=now,
        person_id=person_id,
    )
    _count(receipt, line, -pieces)
    return line


@transaction.atomic
def give_back(
    *,
    merchant_id: int,
    warehouse_id: int,
    sku_id: int,
    pieces: int,
    reference: str,
    now: datetime,
    person_id: int | None,
) -> None:
    """Return pieces from the dock to the supplier; :raises NotEnoughHere: they are not at the dock."""
    dock = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.DOCK)
    supplier = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.SUPPLIER)
    shelf.move(
        merchant_id=merchant_id,
        transfers=[Transfer(sku_id=sku_id, from_id=dock.pk, to_id=supplier.pk, pieces=pieces)],
        reason=MoveReason.RECEIPT,
        reference=reference,
        now=now,
        person_id=person_id,
    )


@transaction.atomic
def close(*, receipt_id: int, now: datetime) -> ExpectedReceipt:
    """End a delivery as it came; with nothing received it is cancelled.  Differences stay on its lines."""
    receipt = _open(receipt_id)
    came = ExpectedLine.objects.filter(receipt=receipt, received__gt=0).exists()
    receipt.state, receipt.closed_at = (ReceiptState.CLOSED if came else ReceiptState.CANCELLED), now
    receipt.save(update_fields=["state", "closed_at"])
    return receipt


def _open(receipt_id: int) -> ExpectedReceipt:
    """The delivery, locked: of two who scan at once the second waits."""
    receipt = ExpectedReceipt.objects.select_for_update().filter(pk=receipt_id, state__in=RECEIPT_OPEN).first()
    if receipt is None:
        raise UnknownPlace(_("This delivery is closed. Choose another one, or receive without a document."))
    return receipt


def _count(receipt: ExpectedReceipt, line: ExpectedLine, pieces: int) -> None:
    ExpectedLine.objects.filter(pk=line.pk).update(received=F("received") + pieces)
    line.received += pieces
    if receipt.state != ReceiptState.RECEIVING:
        ExpectedReceipt.objects.filter(pk=receipt.pk).update(state=ReceiptState.RECEIVING)
