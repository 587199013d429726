"""Products as lists and cards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Barcode, KitItem, Listing, Photo, Price, Product, ProductVat, Sku, VatRate
from catalog.selectors import category as categories
from catalog.selectors.paging import KeyPage, Place, key_page
from catalog.selectors.search import matching

SORTS = {"article": "code_key", "name": "product__name", "changed": "changed_at"}
EXPORT_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsAsked:
    """What the list shows.  only: of kit, marked, no_barcode, no_cost, no_price, unlisted; archived: "", yes or all."""

    query: str = ""
    category_id: int | None = None
    brand: str = ""
    only: frozenset[str] = frozenset()
    archived: str = ""
    sort: str = "article"
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLine:
    """A SKU in the list with what hangs on it."""

    sku: Sku
    barcodes: Sequence[str]
    photo_id: int | None

    @property
    def pk(self) -> int:
        return self.sku.pk


def products_page(asked: ProductsAsked) -> KeyPage[ProductLine]:
    """One page of SKUs; a constant number of queries."""
    sort = ("-" if asked.sort.startswith("-") else "") + SORTS[asked.sort.lstrip("-")]
    page = key_page(filtered(asked), sort=sort, place=asked.place, related=["product__category"])
    return KeyPage(rows=_lines(page.rows), next_key=page.next_key, previous_key=page.previous_key)


def filtered(asked: ProductsAsked) -> QuerySet[Sku]:
    """SKUs of the filter, in no order."""
    found = Sku.objects.filter(matching(asked.query))
    if asked.archived != "all":
        found = found.filter(archived=asked.archived == "yes")
    if asked.category_id:
        found = found.filter(product__category_id__in=categories.with_descendants(asked.category_id))
    if asked.brand:
        found = found.filter(product__brand__begins=asked.brand)
    for name in sorted(asked.only):
        found = found.filter(_ONLY[name])
    return found


_ONLY: Mapping[str, Any] = {
    "kit": Q(is_kit=True),
    "marked": Q(is_marked=True),
    "no_cost": Q(cost__isnull=True),
    "no_barcode": ~Exists(Barcode.objects.filter(sku=OuterRef("pk"))),
    "no_price": ~Exists(Price.objects.filter(sku=OuterRef("pk"))),
    "unlisted": ~Exists(Listing.objects.filter(sku=OuterRef("pk"), merchant=OuterRef("merchant"))),
}


def _lines(skus: Sequence[Sku]) -> list[ProductLine]:
    codes: dict[int, list[str]] = {}
    for sku_id, value in Barcode.objects.filter(sku_id__in=[sku.pk for sku in skus]).values_list("sku_id", "value"):
        codes.setdefault(sku_id, []).append(value)
    photos = first_photos({sku.product_id for sku in skus})
    return [ProductLine(sku=sku, barcodes=codes.get(sku.pk, ()), photo_id=photos.get(sku.product_id)) for sku in skus]


def first_photos(product_ids: set[int]) -> dict[int, int]:
    """Product id → id of the photo that is shown in lists."""
    found: dict[int, int] = {}
    for pk, product_id in Photo.objects.filter(product_id__in=product_ids).values_list("pk", "product_id"):
        found.setdefault(product_id, pk)
    return found


def all_lines(asked: ProductsAsked) -> Iterator[Sku]:
    """Every SKU of the filter by article, with product, for streaming."""
    pk: int | None = None
    while True:
        page = key_page(
            filtered(replace(asked, place=Place())),
            sort="code_key",
            place=Place(after=pk),
            size=EXPORT_BATCH,
            related=["product"],
        )
        yield from page.rows
        if not page.next_key:
            return
        pk = int(page.next_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What a kit holds."""

    sku_id: int
    code: str
    name: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """A rate of a product; now: whether it is the one in force today."""

    pk: int
    title: str
    valid_from: date
    now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A product with the SKU that is looked at."""

    product: Product
    category: str
    skus: Sequence[Sku]
    sku: Sku
    barcodes: Sequence[Barcode]
    photos: Sequence[Photo]
    vat: Sequence[VatLine]
    components: Sequence[Component]
    kits: Sequence[Component]
    prices: Sequence[tuple[str, Decimal, str]]


def card(product_id: int, *, sku_id: int | None, today: date) -> Card | None:
    """Everything that the card shows; None when the product is not seen.  Without `sku_id` the first SKU."""
    product = Product.objects.select_related("category").filter(pk=product_id).first()
    skus = list(Sku.objects.filter(product_id=product_id).order_by("archived", "code_key", "pk"))
    if product is None or not skus:
        return None
    sku = next((row for row in skus if row.pk == sku_id), skus[0])
    return Card(
        product=product,
        category=categories.paths().get(product.category_id or 0, ""),
        skus=skus,
        sku=sku,
        barcodes=list(Barcode.objects.filter(sku=sku)),
        photos=list(Photo.objects.filter(product=product)),
        vat=vat_lines(product_id, today=today),
        components=components_of(sku.pk),
        kits=[
            Component(sku_id=row.kit_id, code=row.kit.code, name=row.kit.product.name, pieces=row.pieces)
            for row in KitItem.objects.filter(component=sku).select_related("kit__product").order_by("kit__code")
        ],
        prices=list(
            Price.objects.filter(sku=sku)
            .order_by("price_type__name")
            .values_list("price_type__name", "amount", "price_type__currency")
        ),
    )


def components_of(kit_id: int) -> list[Component]:
    """What a kit holds, by article."""
    rows = KitItem.objects.filter(kit_id=kit_id).select_related("component__product").order_by("component__code")
    return [
        Component(sku_id=row.component_id, code=row.component.code, name=row.component.product.name, pieces=row.pieces)
        for row in rows
    ]


def vat_lines(product_id: int, *, today: date) -> list[VatLine]:
    """Rates of a product, newest first."""
    titles = dict(VatRate.objects.order_by("valid_from").values_list("code", "title"))
    rows = list(ProductVat.objects.filter(product_id=product_id).order_by("-valid_from"))
    current = next((row.pk for row in rows if row.valid_from <= today), None)
    return [
        VatLine(
            pk=row.pk, title=titles.get(row.vat_code, row.vat_code), valid_from=row.valid_from, now=row.pk == current
        )
        for row in rows
    ]
