"""An order as 1C tells of it."""

from lxml import etree

from exchange.formats import values
from exchange.formats.tree import line_of, lines_of, short
from exchange.types import DocumentLine, OrderDocument

# Other spellings of the same requisites, without spaces and in small letters.
_SAME = {
    "номер1с": "номерпо1с",
    "номерв1с": "номерпо1с",
    "дата1с": "датапо1с",
    "датав1с": "датапо1с",
    "статус": "статусзаказа",
    "отменён": "отменен",
    "оплачен": "заказоплачен",
    "оплаченполностью": "заказоплачен",
}


def read_document(n: int, element: etree._Element, container: int) -> OrderDocument:
    """
    A `Документ`: number, id, requisites, lines and the documents under it (payments and shipments, 2.10 on).

    container: which `Контейнер` of the package it stands in (3.x), 0: none.
    """
    requisites = _requisites(element)
    # 2.08 and later write these two beside the requisites.
    for name, key in (("Номер1С", "номерпо1с"), ("Дата1С", "датапо1с")):
        if told := short(element, name):
            requisites.setdefault(key, told)
    return OrderDocument(
        n,
        line_of(element),
        values.identifier(short(element, "Ид")),
        short(element, "Номер")[:60],
        short(element, "ХозОперация"),
        requisites,
        [_line(one) for one in lines_of(element, "Товары")],
        deleted=values.truth(short(element, "ПометкаУдаления") or requisites.get("пометкаудаления", "")),
        children=[
            (short(one, "ХозОперация"), short(one, "Номер"), short(one, "Дата"), short(one, "Сумма"))
            for one in lines_of(element, "ПодчиненныеДокументы")
        ],
        basis=values.identifier(short(element, "Основание")),
        container=container,
        told_on=short(element, "Дата"),
        amount=short(element, "Сумма"),
    )


def _requisites(element: etree._Element) -> dict[str, str]:
    """By name in small letters without spaces: the same thing is spelled in several ways."""
    found: dict[str, str] = {}
    for one in lines_of(element, "ЗначенияРеквизитов"):
        name = "".join(short(one, "Наименование").split()).lower()
        found[_SAME.get(name, name)] = short(one, "Значение")
    return found


def _line(element: etree._Element) -> DocumentLine:
    try:
        pieces = values.number(short(element, "Количество") or "0")
    except values.NotANumber:
        pieces = values.number("0")
    return DocumentLine(
        short(element, "Ид")[:161], short(element, "Артикул"), short(element, "Наименование")[:300], pieces
    )
