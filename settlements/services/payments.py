"""Money that went between commissioners and us."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.locks import Subject, take
from backoffice.kernel.money import kopecks
from settlements.errors import WrongState
from settlements.models import Entry, Payment
from settlements.types import Direction, EntryItem, EntryKind

_TOLD = ("legal_entity_id", "channel_id", "number", "paid_on", "amount", "direction", "currency", "note")


@transaction.atomic
def record(
    *,
    merchant_id: int,
    legal_entity_id: int,
    channel_id: int,
    number: str,
    paid_on: date,
    amount: Decimal,
    at: datetime,
    direction: str = Direction.IN,
    currency: str = "RUB",
    note: str = "",
    person_id: int | None = None,
) -> Payment:
    """
    Write a payment down: one from the commissioner lessens what is owed, one of ours raises it.

    :raises WrongState: the amount is no amount of money
    """
    take(Subject.SETTLEMENTS, merchant_id)
    fields = {
        "legal_entity_id": legal_entity_id,
        "channel_id": channel_id,
        "number": number[:60],
        "paid_on": paid_on,
        "amount": amount,
        "direction": direction,
        "currency": currency,
        "note": note[:300],
    }
    return _make(merchant_id, None, fields, at, person_id)


def _make(
    merchant_id: int, guid: UUID | None, fields: Mapping[str, Any], at: datetime, person_id: int | None
) -> Payment:
    amount: Decimal = fields["amount"]
    if not amount.is_finite() or amount <= 0 or amount != kopecks(amount):
        raise WrongState(_("A payment is of at least one kopeck, with two places. Nothing was written."))
    payment = Payment.objects.create(merchant_id=merchant_id, guid=guid, made_at=at, made_by_id=person_id, **fields)
    _enter(payment, at)
    live.touch("settlements", merchant_id)
    return payment


@transaction.atomic
def bring_to(
    *, merchant_id: int, payment: Payment | None, guid: UUID | None, fields: Mapping[str, Any], at: datetime
) -> Payment:
    """
    Bring a payment that another program keeps to what it says now: the one that stood before is reversed.

    payment: the one that counts now, None: it is new.  fields: columns of `Payment`, all of them for a new one.
    Returns the payment that counts, which is another row when anything changed.
    :raises WrongState: the amount is no amount of money
    """
    if payment is not None and all(getattr(payment, name) == value for name, value in fields.items()):
        return payment
    told = {name: getattr(payment, name) for name in _TOLD} if payment is not None else {}
    if payment is not None:
        reverse(payment_id=payment.pk, at=at)
    return _make(merchant_id, guid, {**told, **fields}, at, None)


@transaction.atomic
def reverse(*, payment_id: int, at: datetime) -> Payment:
    """Take a payment back by the opposite entry; :raises WrongState: it is reversed already."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.reversed_at is not None:
        raise WrongState(_("This payment is reversed already. Nothing was changed."))
    payment.reversed_at = at
    payment.save(update_fields=["reversed_at"])
    _enter(payment, at, reversal=True)
    live.touch("settlements", payment.merchant_id)
    return payment


def _enter(payment: Payment, at: datetime, *, reversal: bool = False) -> None:
    lessens = (payment.direction == Direction.IN) != reversal
    Entry.objects.create(
        merchant_id=payment.merchant_id,
        legal_entity_id=payment.legal_entity_id,
        channel_id=payment.channel_id,
        currency=payment.currency,
        kind=EntryKind.PAID,
        item=EntryItem.PAYMENT,
        amount=-payment.amount if lessens else payment.amount,
        dated_on=payment.paid_on,
        payment=payment,
        reversal=reversal,
        at=at,
    )
