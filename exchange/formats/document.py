"""An order as 1C tells of it."""

from lxml import etree

from exchange.formats import values
from exchange.formats.tree import line_of, lines_of, short
from exchange.types import DocumentLine, OrderDocument


def read_document(n: int, element: etree._Element) -> OrderDocument:
    """A `Документ`: number, id, requisites, lines and the documents under it (payments and shipments, 2.10 on)."""
    requisites = _requisites(element)
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
    )


def _requisites(element: etree._Element) -> dict[str, str]:
    """By name in small letters without spaces: the same thing is spelled in several ways."""
    return {
        short(one, "Наименование").replace(" ", "").lower(): short(one, "Значение")
        for one in lines_of(element, "ЗначенияРеквизитов")
    }


def _line(element: etree._Element) -> DocumentLine:
    try:
        pieces = values.number(short(element, "Количество") or "0")
    except values.NotANumber:
        pieces = values.number("0")
    return DocumentLine(
        short(element, "Ид")[:161], short(element, "Артикул"), short(element, "Наименование")[:300], pieces
    )
