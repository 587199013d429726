"""Stock of a program of the API: levels that it counted; receipts, write-offs and transfers that it keeps."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import bulk, locks
from backoffice.kernel.errors import Refusal
from exchange.models import Connection, StockDocument
from exchange.services.outcomes import Batch, Item, KnownSkus, Outcome
from exchange.services.write_words import KnownWarehouses
from exchange.types import DocumentKind, Field, RestsMean
from stock.selectors import accounting
from stock.services import count, documents
from stock.types import LocationKind, MoveReason

# Where its goods come from or go to, why, and the sign of its lines.
_POSTED: Mapping[DocumentKind, tuple[LocationKind, MoveReason, int]] = {
    DocumentKind.RECEIPT: (LocationKind.SUPPLIER, MoveReason.RECEIPT, 1),
    DocumentKind.WRITE_OFF: (LocationKind.LOSS, MoveReason.WRITE_OFF, -1),
}


class _Words(TypedDict):
    """What each move of a document says of it."""

    reference: str
    note: str
    now: datetime


@transaction.atomic
def put_levels(*, source: Connection, items: Sequence[Item], now: datetime) -> list[Outcome]:
    """
    Bring what lies in warehouses to what was counted; each difference is a move with the item's reason.

    Whether the pieces include what is reserved here is the connection's setting, as for the standard exchange.
    """
    batch = Batch(items)
    if not source.onec_owns(Field.STOCK):
        return _not_owned(batch)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find, where = KnownSkus(source.merchant_id, items), KnownWarehouses(source)
    wanted: dict[tuple[int, int], tuple[Item, Outcome]] = {}
    for item, outcome in batch.open():
        warehouse_id, sku = where(item, outcome), find(item, outcome)
        if warehouse_id is None or sku is None:
            continue
        if sku.is_kit:
            outcome.reject("kit", "sku_id", _("A kit has no stock of its own: tell that of its components."))
        elif (warehouse_id, sku.pk) in wanted:
            outcome.reject("twice", "pieces", _("The request names this SKU in this warehouse twice."))
        else:
            wanted[warehouse_id, sku.pk] = item, outcome
    before = accounting.on_hand(merchant_id=source.merchant_id, keys=wanted)
    by_reason: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for (warehouse_id, sku_id), (item, _outcome) in wanted.items():
        by_reason[item.get("reason") or ""].append((warehouse_id, sku_id, item["pieces"]))
    for reason, rows in by_reason.items():
        bulk.copy_to_temp("api_level", [("warehouse_id", "bigint"), ("sku_id", "bigint"), ("pieces", "int")], rows)
        count.set_levels(
            merchant_id=source.merchant_id,
            table="api_level",
            now=now,
            reference=f"api:{source.pk}",
            note=reason or source.name,
            reserved_beside=source.rests_mean == RestsMean.FREE,
        )
    after = accounting.on_hand(merchant_id=source.merchant_id, keys=wanted)
    for key, (_item, outcome) in wanted.items():
        pk, pieces = after.get(key, (None, 0))
        outcome.done("unchanged" if before.get(key, (None, 0))[1] == pieces else "updated", pk)
    return batch.outcomes


@transaction.atomic
def put_documents(*, source: Connection, kind: DocumentKind, items: Sequence[Item], now: datetime) -> list[Outcome]:
    """
    Take receipts, write-offs or transfers, each whole or not at all.

    A document that was told before is brought to what it says now: the difference is moved, and a deleted one is
    undone.  The same again moves nothing.
    """
    batch = Batch(items)
    if not source.onec_owns(Field.STOCK):
        return _not_owned(batch)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find = KnownSkus(source.merchant_id, (line for item in items for line in item["lines"]))
    where = KnownWarehouses(source)
    guids = [item["guid"] for item in items]
    known = {row.guid: row for row in StockDocument.objects.filter(merchant_id=source.merchant_id, guid__in=guids)}
    for item, outcome in batch.open():
        lines = _lines(item, outcome, find)
        warehouse_id = where(item, outcome)
        to_id = where(item, outcome, "to_") if kind == DocumentKind.TRANSFER else None
        document = known.get(item["guid"])
        if document is not None and document.kind != kind:
            outcome.reject("taken", "guid", _("A document of another kind has this GUID."))
        elif outcome.status:
            continue
        elif document is not None and (document.warehouse_id, document.to_warehouse_id) != (warehouse_id, to_id):
            text = _("The document stands in another warehouse. Delete it there, and send a new one.")
            outcome.reject("moved", "warehouse_id", text)
        elif to_id is not None and to_id == warehouse_id:
            outcome.reject("same", "to_warehouse_id", _("Goods are carried to another warehouse, not to the same."))
        if outcome.status or warehouse_id is None:
            continue
        told = StockDocument(
            merchant_id=source.merchant_id,
            guid=item["guid"],
            kind=kind,
            number=item.get("number") or "",
            dated_at=item.get("date") or (document.dated_at if document else now),
            warehouse_id=warehouse_id,
            to_warehouse_id=to_id,
            note=item.get("note") or "",
            lines=[list(line) for line in sorted(lines.items())],
            deleted=bool(item.get("deleted")),
            told_at=now,
        )
        try:
            with transaction.atomic():
                known[told.guid] = _post(told, document, outcome)
        except Refusal as refusal:
            outcome.status = ""
            outcome.reject("refused", "lines", str(refusal))
    return batch.outcomes


def _lines(item: Item, outcome: Outcome, find: KnownSkus) -> dict[int, int]:
    """SKU id → pieces; a deleted document has none."""
    lines: dict[int, int] = defaultdict(int)
    for number, line in enumerate(item["lines"] if not item.get("deleted") else ()):
        sku = find(line, outcome)
        if outcome.status:
            outcome.field = f"lines.{number}.{outcome.field}"
            break
        if sku is not None and sku.is_kit:
            text = _("A kit has no stock of its own: name its components.")
            outcome.reject("kit", f"lines.{number}.sku_id", text)
        elif sku is not None:
            lines[sku.pk] += line["pieces"]
    return lines


def _post(told: StockDocument, before: StockDocument | None, outcome: Outcome) -> StockDocument:
    had = dict(before.lines) if before else {}
    has = dict(told.lines)
    changes = {sku_id: has.get(sku_id, 0) - had.get(sku_id, 0) for sku_id in {*had, *has}}
    if before is not None and _said(before) == _said(told):
        outcome.done("unchanged", before.pk)
        return before
    told.pk = before.pk if before else None
    told.save()
    words: _Words = {
        "reference": f"document:{told.pk}",
        "note": " ".join(filter(None, (told.number, told.note))),
        "now": told.told_at,
    }
    if told.to_warehouse_id:
        documents.carry(
            merchant_id=told.merchant_id,
            from_id=told.warehouse_id,
            to_id=told.to_warehouse_id,
            changes=changes,
            **words,
        )
    else:
        end, reason, sign = _POSTED[DocumentKind(told.kind)]
        documents.post(
            merchant_id=told.merchant_id,
            warehouse_id=told.warehouse_id,
            end=end,
            reason=reason,
            changes={sku_id: sign * pieces for sku_id, pieces in changes.items()},
            **words,
        )
    outcome.done("updated" if before else "created", told.pk)
    return told


def _said(document: StockDocument) -> tuple[object, ...]:
    return document.number, document.dated_at, document.note, document.lines, document.deleted


def _not_owned(batch: Batch) -> list[Outcome]:
    return batch.refuse_all("not_owned", "pieces", _("The back office keeps stock for this connection."))
