"""Products and their SKUs, one at a time, as people edit them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from backoffice.kernel import live
from catalog import locks
from catalog.errors import ArticleTaken, BadKit, BarcodeTaken
from catalog.events import ArchiveChanged, KitsChanged, PriceChanged
from catalog.formats import barcode as codes
from catalog.models import Barcode, KitItem, Product, ProductVat, Sku
from catalog.types import BarcodeKind


@transaction.atomic
def create_product(
    *, merchant_id: int, product: Mapping[str, Any], sku: Mapping[str, Any], barcodes: Sequence[str], now: datetime
) -> Sku:
    """
    Make a product with its first SKU.

    :raises ArticleTaken, BarcodeTaken: nothing was saved
    """
    made = Product.objects.create(merchant_id=merchant_id, **product)
    return add_sku(product=made, fields=sku, barcodes=barcodes, now=now)


@transaction.atomic
def change_product(*, product: Product, fields: Mapping[str, Any]) -> None:
    """Set fields of the card."""
    for name, value in fields.items():
        setattr(product, name, value)
    product.save()
    live.touch("catalog", product.merchant_id)


@transaction.atomic
def add_sku(*, product: Product, fields: Mapping[str, Any], barcodes: Sequence[str], now: datetime) -> Sku:
    """Give a product a further SKU; :raises ArticleTaken, BarcodeTaken: nothing was saved."""
    _check_article(product.merchant_id, fields["code"], pk=None)
    try:
        with transaction.atomic():
            sku = Sku.objects.create(merchant_id=product.merchant_id, product=product, **fields)
    except IntegrityError as reason:  # somebody was faster
        raise ArticleTaken(fields["code"], owner=product.name) from reason
    set_barcodes(sku=sku, values=barcodes)
    live.touch("catalog", product.merchant_id)
    return sku


@transaction.atomic
def change_sku(*, sku: Sku, fields: Mapping[str, Any], barcodes: Sequence[str], now: datetime) -> None:
    """Set fields and barcodes of a SKU; :raises ArticleTaken, BarcodeTaken: nothing was saved."""
    locks.skus([sku.pk])
    _check_article(sku.merchant_id, fields.get("code", sku.code), pk=sku.pk)
    before = sku.min_price
    for name, value in fields.items():
        setattr(sku, name, value)
    try:
        with transaction.atomic():
            sku.save()
    except IntegrityError as reason:
        raise ArticleTaken(sku.code, owner=sku.product.name) from reason
    set_barcodes(sku=sku, values=barcodes)
    if sku.min_price != before:
        bus.publish(PriceChanged(merchant_id=sku.merchant_id, sku_ids=frozenset({sku.pk}), at=now))
    live.touch("catalog", sku.merchant_id)


def _check_article(merchant_id: int, code: str, *, pk: int | None) -> None:
    same = Sku.objects.filter(merchant_id=merchant_id, code_key=code.lower()).select_related("product")
    if taken := next((row for row in same if row.pk != pk), None):
        raise ArticleTaken(code, owner=taken.product.name)


@transaction.atomic
def set_barcodes(*, sku: Sku, values: Sequence[str]) -> None:
    """
    Make these the SKU's barcodes, in this order.

    values: checked by `formats.barcode.kind_of`.  :raises BarcodeTaken: nothing was saved
    """
    wanted = list(dict.fromkeys(values))
    known = {row.value: row for row in Barcode.objects.filter(sku=sku)}
    taken = Barcode.objects.filter(merchant_id=sku.merchant_id, value__in=wanted).exclude(sku=sku)
    if owners := list(taken.values_list("value", "sku__code")):
        raise BarcodeTaken(owners)
    Barcode.objects.filter(pk__in=[row.pk for value, row in known.items() if value not in wanted]).delete()
    try:
        with transaction.atomic():
            Barcode.objects.bulk_create(
                Barcode(merchant_id=sku.merchant_id, sku=sku, value=value, kind=_kind(value, sku))
                for value in wanted
                if value not in known
            )
    except IntegrityError as reason:
        raise BarcodeTaken([(value, "?") for value in wanted if value not in known]) from reason


def _kind(value: str, sku: Sku) -> BarcodeKind:
    return BarcodeKind.INTERNAL if value == codes.internal(sku.pk) else codes.kind_of(value)


def make_barcode(*, sku: Sku) -> str:
    """Give a SKU our own barcode; once made, the same is answered.  :raises BarcodeTaken: another SKU carries it."""
    value = codes.internal(sku.pk)
    set_barcodes(sku=sku, values=[*Barcode.objects.filter(sku=sku).values_list("value", flat=True), value])
    return value


@transaction.atomic
def tie_barcode(*, sku: Sku, value: str) -> None:
    """
    Let one more barcode mean this SKU.

    :raises BadBarcode: no code that a scanner reads  :raises BarcodeTaken: another SKU carries it
    """
    codes.kind_of(value)
    locks.skus([sku.pk])
    set_barcodes(sku=sku, values=[*Barcode.objects.filter(sku=sku).values_list("value", flat=True), value])
    live.touch("catalog", sku.merchant_id)


@transaction.atomic
def archive(*, merchant_id: int, sku_ids: Collection[int], archived: bool, now: datetime) -> int:
    """Put SKUs into the archive or take them out; returns how many changed.  A product follows its last SKU."""
    rows = [row for row in locks.skus(sku_ids) if row.merchant_id == merchant_id and row.archived != archived]
    Sku.objects.filter(pk__in=[row.pk for row in rows]).update(archived=archived)
    products = {row.product_id for row in rows}
    alive = set(Sku.objects.filter(product_id__in=products, archived=False).values_list("product_id", flat=True))
    Product.objects.filter(pk__in=products - alive, archived=False).update(archived=True)
    Product.objects.filter(pk__in=alive, archived=True).update(archived=False)
    if rows:
        bus.publish(ArchiveChanged(merchant_id=merchant_id, sku_ids=frozenset(row.pk for row in rows), at=now))
        live.touch("catalog", merchant_id)
    return len(rows)


@transaction.atomic
def set_components(*, kit: Sku, components: Mapping[int, int], now: datetime) -> None:
    """
    Make a SKU a kit of `components` (SKU id → pieces in one kit); none makes it an ordinary SKU again.

    :raises BadKit: of itself, of a kit, of another merchant's or an archived SKU, or it is a component itself
    """
    rows = {row.pk: row for row in locks.skus({kit.pk, *components})}
    if kit.pk in components:
        raise BadKit(_("A kit cannot hold itself."))
    for pk in components:
        row = rows.get(pk)
        if row is None or row.merchant_id != kit.merchant_id or row.archived:
            raise BadKit(_("One of these articles does not exist or is archived. Choose another one."))
        if row.is_kit:
            raise BadKit(_("%(code)s is a kit itself. A kit holds articles, not kits.") % {"code": row.code})
    holders = list(KitItem.objects.filter(component=kit).values_list("kit__code", flat=True)[:3])
    if components and holders:
        raise BadKit(
            _("This article is part of the kit %(kits)s, so it cannot be a kit.") % {"kits": ", ".join(holders)}
        )
    known = dict(KitItem.objects.filter(kit=kit).values_list("component_id", "pieces"))
    if known == dict(components) and kit.is_kit == bool(components):
        return
    KitItem.objects.filter(kit=kit).exclude(component_id__in=components).delete()
    KitItem.objects.bulk_create(
        [
            KitItem(merchant_id=kit.merchant_id, kit=kit, component_id=pk, pieces=pieces)
            for pk, pieces in components.items()
        ],
        update_conflicts=True,
        unique_fields=["kit", "component"],
        update_fields=["pieces"],
    )
    Sku.objects.filter(pk=kit.pk).update(is_kit=bool(components))
    bus.publish(KitsChanged(merchant_id=kit.merchant_id, sku_ids=frozenset({kit.pk}), at=now))
    live.touch("catalog", kit.merchant_id)


@transaction.atomic
def set_vat(*, product: Product, vat_code: str, valid_from: date) -> None:
    """Give a product a rate from a day on; a rate of the same day is replaced."""
    ProductVat.objects.update_or_create(
        product=product,
        valid_from=valid_from,
        defaults={"vat_code": vat_code, "merchant_id": product.merchant_id},
    )


def remove_vat(*, product: Product, vat_id: int) -> None:
    """Take a rate away; the one before it goes on."""
    ProductVat.objects.filter(product=product, pk=vat_id).delete()
