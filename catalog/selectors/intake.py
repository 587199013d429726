"""What rows of an uploaded file would do to the catalog, judged in batches against what stands there now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.formats.columns import ATTRIBUTE, FIELDS, PRICE
from catalog.formats.goods import GoodsRow
from catalog.models import Barcode, Price, PriceType, ProductVat, Sku, VatRate
from catalog.selectors import category as categories
from catalog.types import Verdict

Change = tuple[str, str, str]  # field, old, new
_PLACE = {name: place for place, name in enumerate(FIELDS)}

_OF_SKU = ("variant", "weight_g", "length_mm", "width_mm", "height_mm", "cost", "min_price", "is_marked", "archived")
_OF_PRODUCT = ("name", "category", "brand", "description", "vat")


@dataclass(slots=True)
class Judged:
    """A row with its verdict; changes: (field, old, new)."""

    row: GoodsRow
    verdict: Verdict
    sku_id: int | None = None
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Judge:
    """
    Judges the rows of one file, batch by batch in their order; remembers what the file has said already.

    A constant number of queries for each batch, whatever its size.
    """

    merchant_id: int
    today: date
    _articles: dict[str, int] = field(default_factory=dict)
    _codes: dict[str, int] = field(default_factory=dict)
    _said: dict[str, tuple[int, tuple[int | None, ...]]] = field(default_factory=dict)
    _paths: Mapping[int, str] = field(default_factory=dict)

    def judge(self, rows: Sequence[GoodsRow]) -> list[Judged]:
        """Verdicts on the next rows, in their order."""
        if not self._paths:
            self._paths = categories.paths()
        known = _Known.of(self.merchant_id, rows, self.today, self._paths)
        return [self._one(row, known) for row in rows]

    def _one(self, row: GoodsRow, known: "_Known") -> Judged:
        sku = known.sku(row)
        main = known.by_key(str(row.values.get("main", "")))
        self._repeats(row)
        self._taken(row, sku, known)
        if sku is None and not row.values.get("name") and not any(where == "name" for where, _text in row.problems):
            row.wrong("name", _("A new product needs a name."))
        if sku is not None and main is not None and main.product_id != sku.product_id:
            row.wrong("main", _("This article belongs to another product already."))
        if self._articles.get(row.article.lower()) == row.number:
            self._contradictions(row, sku or main)
        if row.problems:
            return Judged(row, Verdict.WRONG, sku.pk if sku else None)
        changes = known.changes(row, sku, product_of=sku or main)
        if sku is None:
            return Judged(row, Verdict.NEW, None, changes)
        return Judged(row, Verdict.CHANGED if changes else Verdict.UNCHANGED, sku.pk, changes)

    def _repeats(self, row: GoodsRow) -> None:
        if row.article:
            first = self._articles.setdefault(row.article.lower(), row.number)
            if first != row.number:
                row.wrong("article", _("The same article stands in row %(row)d already.") % {"row": first})
        for code in row.values.get("barcodes", ()):
            first = self._codes.setdefault(code, row.number)
            if first != row.number:
                row.wrong(
                    "barcodes",
                    _("The barcode %(code)s stands in row %(row)d already.") % {"code": code, "row": first},
                )

    def _taken(self, row: GoodsRow, sku: Sku | None, known: "_Known") -> None:
        for code in row.values.get("barcodes", ()):
            owner = known.owners.get(code)
            if owner and (sku is None or owner[0] != sku.pk):
                row.wrong(
                    "barcodes",
                    _("%(barcode)s belongs to the article %(article)s") % {"barcode": code, "article": owner[1]},
                )

    def _contradictions(self, row: GoodsRow, of: Sku | None) -> None:
        """Rows of one product must not say different things of it; only fingerprints are kept."""
        key = f"#{of.product_id}" if of else group_key(row)
        said = tuple(hash(value) if (value := row.values.get(name)) else None for name in _OF_PRODUCT)
        first, before = self._said.setdefault(key, (row.number, said))
        for name, now, then in zip(_OF_PRODUCT, said, before, strict=True):
            if now is not None and then is not None and now != then:
                row.wrong(name, _("Another value than in row %(row)d of the same product.") % {"row": first})
        self._said[key] = (first, tuple(then if now is None else now for now, then in zip(said, before, strict=True)))


def group_key(row: GoodsRow) -> str:
    """New rows with the same key become variants of one product."""
    return str(row.values.get("main") or row.article).lower()


@dataclass(slots=True)
class _Known:
    """What the catalog holds about the rows of a batch."""

    skus: Mapping[str, list[Sku]]
    owners: Mapping[str, tuple[int, str]]
    codes: Mapping[int, set[str]]
    prices: Mapping[tuple[int, int], Decimal]
    vat: Mapping[int, str]
    paths: Mapping[int, str]

    @classmethod
    def of(cls, merchant_id: int, rows: Sequence[GoodsRow], today: date, paths: Mapping[int, str]) -> "_Known":
        wanted = {row.article.lower() for row in rows} | {str(row.values.get("main", "")).lower() for row in rows}
        found: dict[str, list[Sku]] = {}
        for sku in Sku.objects.filter(merchant_id=merchant_id, code_key__in=wanted - {""}).select_related("product"):
            found.setdefault(sku.code_key, []).append(sku)
        ids = {sku.pk for same in found.values() for sku in same}
        products = {sku.product_id for same in found.values() for sku in same}
        codes = {code for row in rows for code in row.values.get("barcodes", ())}
        own: dict[int, set[str]] = {}
        owners: dict[str, tuple[int, str]] = {}
        rows_of = Barcode.objects.filter(Q(value__in=codes), merchant_id=merchant_id).order_by()
        for value, sku_id, article in rows_of.values_list("value", "sku_id", "sku__code"):
            owners[value] = (sku_id, article)
            own.setdefault(sku_id, set()).add(value)
        prices = Price.objects.filter(sku_id__in=ids).values_list("sku_id", "price_type_id", "amount")
        vat: dict[int, str] = {}
        rates = ProductVat.objects.filter(product_id__in=products, valid_from__lte=today).order_by("valid_from")
        for product_id, code in rates.values_list("product_id", "vat_code"):
            vat[product_id] = code
        return cls(
            skus=found,
            owners=owners,
            codes=own,
            prices={(sku_id, kind): amount for sku_id, kind, amount in prices},
            vat=vat,
            paths=paths,
        )

    def by_key(self, article: str) -> Sku | None:
        """The SKU of an article: in the very same letters, else the only one whatever the letters' case."""
        same = self.skus.get(article.lower(), []) if article else []
        exact = [sku for sku in same if sku.code == article]
        return (exact or same)[0] if exact or len(same) == 1 else None

    def sku(self, row: GoodsRow) -> Sku | None:
        """The SKU that the row is about; several with this article in other cases make the row wrong."""
        found = self.by_key(row.article)
        if found is None and len(self.skus.get(row.article.lower(), [])) > 1:
            row.wrong("article", _("Several articles differ from this one by capital letters only."))
        return found

    def changes(self, row: GoodsRow, sku: Sku | None, *, product_of: Sku | None) -> list[Change]:
        """What would change, field by field; empty cells change nothing."""
        found: list[Change] = []
        for name, value in row.values.items():
            if name in ("article", "main"):
                continue
            old, new = self._old(name, sku, product_of), _shown(value)
            if name == "barcodes":
                there = self.codes.get(sku.pk, set()) if sku else set()
                added = [code for code in value if code not in there]
                old, new = "", ", ".join(added)
            if old != new:
                found.append((name, old, new))
        return sorted(found, key=lambda change: (_PLACE.get(change[0], len(_PLACE)), change[0]))

    def _old(self, name: str, sku: Sku | None, product_of: Sku | None) -> str:
        if name in _OF_SKU:
            return _canonical(name, getattr(sku, name)) if sku else ""
        if name.startswith(PRICE):
            amount = self.prices.get((sku.pk, int(name.removeprefix(PRICE)))) if sku else None
            return "" if amount is None else f"{amount:.2f}"
        if product_of is None:
            return ""
        product = product_of.product
        if name == "vat":
            return self.vat.get(product.pk, "")
        if name == "category":
            return self.paths.get(product.category_id or 0, "")
        if name.startswith(ATTRIBUTE):
            return str(product.attributes.get(name.removeprefix(ATTRIBUTE), ""))
        return str(getattr(product, name, ""))


def _shown(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _canonical(name: str, value: object) -> str:
    """A field of a SKU as `formats.goods` writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if name == "cost":
        return f"{value:.4f}"
    if name == "min_price":
        return f"{value:.2f}"
    return str(value)


def vat_words(today: date) -> dict[str, str]:
    """How a rate in force may be written → its code: 22, 22%, без ндс, and 0.22 as a workbook keeps a percentage."""
    rates = VatRate.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), valid_from__lte=today)
    words: dict[str, str] = {}
    for code, title in rates.values_list("code", "title"):
        share = f"{int(code) / 100:g}" if code.isdigit() else code
        for word in (code, f"{code}%", title, share):
            words["".join(word.lower().split())] = code
    return words


def price_types(merchant_id: int) -> dict[int, str]:
    """Price types of the merchant, by name."""
    return dict(PriceType.objects.filter(merchant_id=merchant_id).order_by("name", "pk").values_list("pk", "name"))


def title_of(name: str, prices: Mapping[int, str]) -> str:
    """What a field is called on the page and in files."""
    if name.startswith(PRICE):
        kind = name.removeprefix(PRICE)
        return _("Price: %(name)s") % {"name": prices.get(int(kind), kind) if kind.isdigit() else kind}
    if name.startswith(ATTRIBUTE):
        return _("Attribute: %(name)s") % {"name": name.removeprefix(ATTRIBUTE)}
    return str(FIELDS.get(name, name))
