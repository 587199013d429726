"""Agreements with commissioners and payments, as a program of the API keeps them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import locks
from backoffice.kernel.errors import Refusal
from catalog.models import Channel, PriceType
from exchange.models import Connection
from exchange.services.outcomes import Batch, Item, Known, Outcome
from merchants.models import LegalEntity
from settlements.selectors import accounting as settled
from settlements.services import agreements, payments

# Fields that are columns of the same name; a text that is told as null is an empty one.
_AGREED = ("guid", "number", "signed_on", "currency", "reward", "fee_percent", "tariff", "fee_withheld", "amount_vat",
           "payment_days", "terms", "valid_from", "valid_to")  # fmt: skip
_PAID = ("number", "paid_on", "amount", "direction", "currency", "note")
_TEXTS = {"tariff", "terms", "note"}
_COLUMNS = {
    "legal_entity_id": "legal_entity",
    "channel_id": "channel",
    "price_type_id": "price_type",
    "commissioner.name": "commissioner",
    "commissioner.inn": "commissioner_inn",
    "commissioner.kpp": "commissioner_kpp",
}


@transaction.atomic
def put_agreements(*, source: Connection, items: Sequence[Item]) -> list[Outcome]:
    """Make or change agreements by id or GUID; what is absent stays.  A new one is valid from the day it was signed."""
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find, parties = Known(settled.agreements_of(source.merchant_id), batch), _Parties(source.merchant_id)
    for item, outcome in batch.open():
        row = find(item, outcome)
        fields = _told(item, _AGREED) | parties(item, outcome, new=row is None) | _commissioner(item)
        parties.price_type(item, outcome, fields)
        if row is None:
            _need(item, outcome, fields, ("guid", "number", "signed_on", "channel_id", "commissioner"))
            fields.setdefault("valid_from", fields.get("signed_on"))
        if outcome.status:
            continue

        def write(row: Any = row, fields: Mapping[str, Any] = fields) -> tuple[str, int]:
            written, changed = agreements.write(
                merchant_id=source.merchant_id, agreement_id=row.pk if row else None, fields=fields
            )
            return ("created" if row is None else "updated" if changed else "unchanged"), written.pk

        _write(write, outcome, {column: name for name, column in _COLUMNS.items()} | {name: name for name in _AGREED})
    return batch.outcomes


@transaction.atomic
def put_payments(*, source: Connection, items: Sequence[Item], now: datetime) -> list[Outcome]:
    """
    Bring payments to what the program says of them, by id or GUID.

    One that says something else than before is reversed and written anew; deleted: it is reversed.
    """
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    locks.take(locks.Subject.SETTLEMENTS, source.merchant_id)
    counting = settled.payments_of(source.merchant_id).filter(reversed_at=None)
    find, parties = Known(counting, batch), _Parties(source.merchant_id)
    for item, outcome in batch.open():
        row = find(item, outcome)
        if item.get("deleted"):
            if not outcome.status:
                _write(partial(_delete, row, now), outcome, {})
            continue
        fields = _told(item, _PAID) | parties(item, outcome, new=row is None)
        if row is None:
            _need(item, outcome, fields, ("guid", "number", "paid_on", "channel_id", "amount"))
        if outcome.status:
            continue

        def write(row: Any = row, item: Item = item, fields: dict[str, Any] = fields) -> tuple[str, int]:
            guid = item.get("guid") or (row.guid if row else None)
            written = payments.bring_to(merchant_id=source.merchant_id, payment=row, guid=guid, fields=fields, at=now)
            return ("created" if row is None else "unchanged" if written is row else "updated"), written.pk

        _write(write, outcome, {})
    return batch.outcomes


def _delete(row: Any, now: datetime) -> tuple[str, int | None]:
    if row is None:
        return "unchanged", None
    return "updated", payments.reverse(payment_id=row.pk, at=now).pk


def _write(work: Callable[[], tuple[str, int | None]], outcome: Outcome, names: Mapping[str, str]) -> None:
    try:
        with transaction.atomic():
            status, pk = work()
        outcome.done(status, pk)
    except Refusal as refusal:
        outcome.refuse(refusal, names)


def _told(item: Item, names: Sequence[str]) -> dict[str, Any]:
    return {name: (item[name] or "") if name in _TEXTS else item[name] for name in names if name in item}


def _commissioner(item: Item) -> dict[str, Any]:
    told = item.get("commissioner") or {}
    columns = {"name": "commissioner", "inn": "commissioner_inn", "kpp": "commissioner_kpp"}
    return {columns[name]: value or "" for name, value in told.items()}


def _need(item: Item, outcome: Outcome, fields: Mapping[str, Any], names: Sequence[str]) -> None:
    """Reject a new one that lacks something."""
    for name in names:
        if not fields.get(name) and not item.get(name):
            outcome.reject("required", name, _("A new one needs %(field)s.") % {"field": name})


class _Parties:
    """Whose money it is: the legal entity and the channel that an item names, each of the merchant."""

    def __init__(self, merchant_id: int) -> None:
        self.channels = {row.pk: row for row in Channel.objects.filter(merchant_id=merchant_id)}
        entities = list(LegalEntity.objects.filter(merchant_id=merchant_id))
        self.entities = {row.pk for row in entities}
        self.by_inn = {(row.inn, kpp): row.pk for row in entities for kpp in ("", row.kpp)}
        types = PriceType.objects.filter(merchant_id=merchant_id).values_list("pk", "guid")
        self.types = {pk for pk, _guid in types}
        self.types_by_guid = {guid: pk for pk, guid in types if guid}

    def __call__(self, item: Item, outcome: Outcome, *, new: bool) -> dict[str, Any]:
        """Columns of what is named; a new paper that names no legal entity is that of its channel."""
        found: dict[str, Any] = {}
        if (pk := item.get("channel_id")) is not None:
            if pk not in self.channels:
                outcome.reject("unknown", "channel_id", _("There is no channel with this id."))
                return found
            found["channel_id"] = pk
        if (pk := item.get("legal_entity_id")) is not None:
            if pk not in self.entities:
                outcome.reject("unknown", "legal_entity_id", _("There is no legal entity with this id."))
            found["legal_entity_id"] = pk
        elif inn := item.get("legal_entity_inn"):
            pk = self.by_inn.get((inn, item.get("legal_entity_kpp") or ""))
            if pk is None:
                outcome.reject("unknown", "legal_entity_inn", _("There is no legal entity with this ИНН and КПП."))
            found["legal_entity_id"] = pk
        elif new and found:
            found["legal_entity_id"] = self.channels[found["channel_id"]].legal_entity_id
        return found

    def price_type(self, item: Item, outcome: Outcome, fields: dict[str, Any]) -> None:
        if "price_type_id" in item:
            pk = item["price_type_id"]
            if pk is not None and pk not in self.types:
                outcome.reject("unknown", "price_type_id", _("There is no price type with this id."))
            fields["price_type_id"] = pk
        elif "price_type_guid" in item:
            guid = item["price_type_guid"]
            if guid is not None and guid not in self.types_by_guid:
                outcome.reject("unknown", "price_type_guid", _("There is no price type with this GUID."))
            fields["price_type_id"] = self.types_by_guid.get(guid)
