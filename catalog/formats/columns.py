"""Which column of a file fills which field, guessed from its heading in Russian or English.  No database."""

import re
from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIELDS: dict[str, Promise] = {
    "article": _("Article"),
    "name": _("Name"),
    "main": _("Article of the first variant"),
    "variant": _("Variant"),
    "category": _("Category"),
    "brand": _("Brand"),
    "description": _("Description"),
    "barcodes": _("Barcodes"),
    "weight_g": _("Weight, g"),
    "weight_kg": _("Weight, kg"),
    "length_mm": _("Length, mm"),
    "width_mm": _("Width, mm"),
    "height_mm": _("Height, mm"),
    "length_cm": _("Length, cm"),
    "width_cm": _("Width, cm"),
    "height_cm": _("Height, cm"),
    "cost": _("Cost"),
    "min_price": _("Minimum price"),
    "vat": _("VAT"),
    "is_marked": _("Marking code"),
    "archived": _("Archived"),
}

# Two fields that say the same in other units cannot both be taken.
SAME = {f"{side}_cm": f"{side}_mm" for side in ("length", "width", "height")} | {"weight_kg": "weight_g"}

PRICE, ATTRIBUTE = "price:", "attr:"

_WORDS: dict[str, tuple[str, ...]] = {
    "article": (
        *("артикул", "артикул продавца", "артикул поставщика", "ваш артикул", "код товара", "код", "sku", "article"),
        *("offer id", "offerid", "vendor code", "vendorcode", "seller sku"),
    ),
    "name": ("название", "наименование", "название товара", "наименование товара", "товар", "name", "title", "product"),
    "main": (
        *(
            "артикул первого варианта",
            "основной артикул",
            "группа",
            "модель",
            "объединить",
            "article of the first variant",
        ),
        *("group", "parent", "parent sku", "model"),
    ),
    "variant": ("вариант", "размер", "характеристика", "variant", "size", "option"),
    "category": ("категория", "раздел", "группа товаров", "category", "тип товара"),
    "brand": ("бренд", "марка", "торговая марка", "производитель", "brand"),
    "description": ("описание", "аннотация", "description"),
    "barcodes": (
        *("штрихкод", "штрих код", "штрихкоды", "баркод", "баркоды", "шк", "ean", "ean13", "gtin", "barcode"),
        *("barcodes", "upc", "штрихкод серийный номер ean"),
    ),
    "weight_g": ("вес", "вес г", "вес гр", "вес в граммах", "вес в упаковке г", "weight", "weight g", "масса г"),
    "weight_kg": ("вес кг", "вес в килограммах", "масса кг", "weight kg", "вес с упаковкой кг"),
    "length_mm": ("длина", "длина мм", "длина упаковки мм", "length", "length mm"),
    "width_mm": ("ширина", "ширина мм", "ширина упаковки мм", "width", "width mm"),
    "height_mm": ("высота", "высота мм", "высота упаковки мм", "height", "height mm"),
    "length_cm": ("длина см", "длина упаковки см", "length cm"),
    "width_cm": ("ширина см", "ширина упаковки см", "width cm"),
    "height_cm": ("высота см", "высота упаковки см", "height cm"),
    "cost": ("себестоимость", "закупочная цена", "цена закупки", "закупка", "cost", "purchase price"),
    "min_price": ("минимальная цена", "мин цена", "минимальная", "min price", "minimum price"),
    "vat": ("ндс", "ставка ндс", "vat", "vat rate"),
    "is_marked": ("маркировка", "код маркировки", "честный знак", "marking code", "marked", "маркируется"),
    "archived": ("в архиве", "архив", "archived"),
}
_FIELD_OF = {word: field for field, words in _WORDS.items() for word in words}
_ATTRIBUTE_WORDS = ("свойство", "характеристика", "атрибут", "attribute")


def guess(headings: Sequence[str], *, price_types: Mapping[int, str], sees_cost: bool) -> list[str]:
    """
    The field of each column, "" where none is recognised; no field twice.

    price_types: id → name.
    """
    prices = {_plain(name): f"{PRICE}{pk}" for pk, name in price_types.items()}
    found: list[str] = []
    taken: set[str] = set()
    for heading in headings:
        field = _one(heading, prices)
        if field in taken or SAME.get(field, field) in taken or (field == "cost" and not sees_cost):
            field = ""
        taken |= {field, SAME.get(field, field)} if field else set()
        found.append(field)
    return found


def _one(heading: str, prices: Mapping[str, str]) -> str:
    plain = _plain(heading)
    if field := _FIELD_OF.get(plain):
        return field
    if plain in ("цена", "цена руб", "price", "цена продажи", "розничная цена") and len(prices) == 1:
        return next(iter(prices.values()))
    for word in ("цена ", "price "):
        if plain.startswith(word) and (field := prices.get(plain.removeprefix(word))):
            return field
    before, colon, after = heading.partition(":")
    if colon and _plain(before) in _ATTRIBUTE_WORDS and after.strip():
        return f"{ATTRIBUTE}{after.strip()[:100]}"
    return ""


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower().replace("ё", "е")))
