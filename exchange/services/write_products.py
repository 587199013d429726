"""Products and barcodes of a program of the API."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from backoffice.kernel import bulk, locks
from catalog.models import Barcode, Category, Product, VatRate
from catalog.services import goods
from exchange.models import Connection
from exchange.services.outcomes import Batch, Item, Known, KnownSkus, Outcome, by_guid
from exchange.types import Field

_COLUMNS = [
    ("n", "int"), ("product_id", "bigint"), ("guid", "uuid"), ("name", "text"), ("description", "text"),
    ("brand", "text"), ("category_id", "bigint"), ("vat", "text"), ("attributes", "jsonb"), ("archived", "bool"),
]  # fmt: skip


@transaction.atomic
def put_products(*, source: Connection, items: Sequence[Item], now: datetime, today: date) -> list[Outcome]:
    """
    Make or change cards, found by id or GUID.  Absent fields erase nothing; properties are added to those there are.

    A deletion mark archives the product with all its SKUs; taken off, it brings them all back.
    """
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find = Known(Product.objects.filter(merchant_id=source.merchant_id), batch)
    categories = by_guid(Category, source.merchant_id, (item.get("category_guid") for item in items))
    rates = set(VatRate.objects.values_list("code", flat=True))
    known = {}
    for item, outcome in batch.open():
        row = find(item, outcome)
        if row is None and not item.get("name"):
            outcome.reject("required", "name", _("A new product needs a name."))
        if item.get("category_guid") and item["category_guid"] not in categories:
            outcome.reject("unknown", "category_guid", _("There is no category with this GUID."))
        if item.get("vat") and item["vat"] not in rates:
            outcome.reject("unknown", "vat", _("There is no such VAT rate."))
        known[outcome.line] = row.pk if row else None
    rows = [
        (
            outcome.line, known[outcome.line], item.get("guid"), item.get("name") or "", item.get("description") or "",
            item.get("brand") or "", categories.get(item.get("category_guid")), item.get("vat") or "",
            json.dumps({pair["name"]: pair["value"] for pair in item.get("attributes") or ()}), None,
        )
        for item, outcome in batch.open()
    ]  # fmt: skip
    bulk.copy_to_temp("api_card", _COLUMNS, rows)
    _write(source, batch, known, now, today)
    return batch.outcomes


def _write(source: Connection, batch: Batch, known: dict[int, int | None], now: datetime, today: date) -> None:
    merchant = source.merchant_id
    owned = {name.value for name in Field if source.onec_owns(name)}
    goods.write_products(merchant_id=merchant, table="api_card", owned=owned - {"archive"}, now=now)
    if "vat" in owned:
        goods.write_vat(merchant_id=merchant, table="api_card", today=today)
    with connection.cursor() as cursor:
        # A product that was made here gets the GUID under which the program knows it.
        cursor.execute(
            "UPDATE catalog_product p SET guid = t.guid, changed_at = %s FROM api_card t"
            " WHERE p.id = t.product_id AND p.guid IS NULL AND t.guid IS NOT NULL",
            [now],
        )
        cursor.execute("SELECT n, product_id FROM api_card")
        ids = dict(cursor.fetchall())
    for mark in (True, False) if "archive" in owned else ():
        told = [ids[outcome.line] for item, outcome in batch.open() if item.get("archived") is mark]
        goods.set_archived(merchant_id=merchant, product_ids=told, archived=mark, now=now)
    changed = set(Product.objects.filter(pk__in=ids.values(), changed_at=now).values_list("pk", flat=True))
    for _item, outcome in batch.open():
        pk = ids[outcome.line]
        outcome.done("created" if known[outcome.line] is None else "updated" if pk in changed else "unchanged", pk)


@transaction.atomic
def put_barcodes(*, source: Connection, items: Sequence[Item]) -> list[Outcome]:
    """Let barcodes mean SKUs, or (`removed`) mean them no more; one of another SKU rejects the item."""
    batch = Batch(items)
    if not source.onec_owns(Field.BARCODES):
        return batch.refuse_all("not_owned", "barcode", _("The back office keeps barcodes for this connection."))
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find = KnownSkus(source.merchant_id, items)
    values = {item["barcode"] for item in items}
    owners = dict(Barcode.objects.filter(merchant_id=source.merchant_id, value__in=values).values_list("value", "sku"))
    fresh: list[tuple[int, str]] = []
    gone: list[str] = []
    met: set[Any] = set()
    for item, outcome in batch.open():
        sku, value = find(item, outcome), item["barcode"]
        if sku is None:
            continue
        owner = owners.get(value)
        if value in met:
            outcome.reject("twice", "barcode", _("The request names this barcode twice."))
        elif owner not in (None, sku.pk):
            outcome.reject("taken", "barcode", _("Another SKU has this barcode."))
        elif item.get("removed"):
            outcome.done("updated" if owner else "unchanged", sku.pk)
            gone += [value] if owner else []
        else:
            outcome.done("unchanged" if owner else "created", sku.pk)
            fresh += [] if owner else [(sku.pk, value)]
        met.add(value)
    Barcode.objects.filter(merchant_id=source.merchant_id, value__in=gone).delete()
    bulk.copy_to_temp("api_barcode", [("sku_id", "bigint"), ("value", "text")], fresh)
    goods.write_barcodes(merchant_id=source.merchant_id, table="api_barcode")
    return batch.outcomes
