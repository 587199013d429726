"""Orders in a table: CSV or XLSX, one line of goods a row, rows of one number are one order."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from backoffice.kernel.zones import MOSCOW
from catalog.formats.table import from_heading, refuse_bombs

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
NAMES: Mapping[str, Sequence[str]] = {
    "number": ("номер", "номер заказа", "number", "order"),
    "date": ("дата", "дата заказа", "date"),
    "article": ("артикул", "штрихкод", "sku", "article", "barcode"),
    "pieces": ("количество", "кол-во", "шт", "quantity", "qty", "pieces"),
    "price": ("цена", "price"),
    "buyer": ("покупатель", "имя", "получатель", "buyer", "name"),
    "phone": ("телефон", "phone"),
    "address": ("адрес", "address"),
    "comment": ("комментарий", "примечание", "comment"),
}
NEEDED = ("number", "article", "pieces")


class NotATable(ValueError):
    """The file cannot be read as a table of orders; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as typed; `place` is its number in the file, the head being 1."""

    place: int
    number: str
    article: str
    pieces: int
    price: Decimal | None
    ordered_at: datetime | None
    buyer: Mapping[str, str]


@dataclass(slots=True)
class Table:
    """rows: what could be read; wrong: place → why it could not."""

    rows: list[Row] = field(default_factory=list)
    wrong: dict[int, str] = field(default_factory=dict)


def read(content: bytes, name: str) -> Table:
    """This function will read a file of orders; :raises NotATable: it is none."""
    if len(content) > MOST_BYTES:
        raise NotATable(_("The file is larger than 5 MB: split it."))
    lines = _xlsx(content) if content.startswith(b"PK") or name.lower().endswith(".xlsx") else _csv(content)
    columns: dict[str, int] = {}
    table = Table()
    for place, cells in from_heading(lines):
        if place > MOST_ROWS + 1:
            raise NotATable(_("The file has more than 20,000 rows: split it."))
        if not columns:
            columns = _columns(cells)
        elif any(cell.strip() for cell in cells):
            _take(table, place, {key: _cell(cells, at) for key, at in columns.items()})
    if not table.rows and not table.wrong:
        raise NotATable(_("The file has no rows below its head."))
    return table


def _csv(content: bytes) -> Iterator[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251", "replace")
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    except csv.Error as reason:
        raise NotATable(_("The file cannot be opened as a table.")) from reason


def _xlsx(content: bytes) -> Iterator[Sequence[str]]:
    from openpyxl import load_workbook

    try:
        refuse_bombs(io.BytesIO(content))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        for row in sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 2):
            yield [_typed(value) for value in row]
    except Exception as reason:
        raise NotATable(_("The file cannot be opened as a table.")) from reason


def _typed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    # Articles made of digits come as numbers: 557722.0 is 557722.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    heads = [" ".join(cell.lower().split()) for cell in cells]
    found = {key: heads.index(name) for key, names in NAMES.items() for name in reversed(names) if name in heads}
    if missing := [NAMES[key][0] for key in NEEDED if key not in found]:
        raise NotATable(_("The head of the table lacks: %(names)s.") % {"names": ", ".join(missing)})
    return found


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at].replace("\0", "").strip() if at < len(cells) else ""


def _take(table: Table, place: int, cells: Mapping[str, str]) -> None:
    try:
        row = Row(
            place=place,
            number=_number(cells["number"]),
            article=_article(cells["article"]),
            pieces=_pieces(cells["pieces"]),
            price=_price(cells.get("price", "")),
            ordered_at=_day(cells.get("date", "")),
            buyer={
                "name": cells.get("buyer", "")[:200],
                "phone": cells.get("phone", "")[:40],
                "address": cells.get("address", "")[:500],
                "comment": cells.get("comment", "")[:500],
            },
        )
    except ValueError as reason:
        table.wrong[place] = str(reason)
    else:
        table.rows.append(row)


def _number(text: str) -> str:
    if not text:
        raise ValueError(_("no number"))
    if len(text) > 60 or not text.isprintable():
        raise ValueError(_("the number is longer than 60 characters or unreadable"))
    return text


def _article(text: str) -> str:
    if not text:
        raise ValueError(_("no article"))
    return text[:100]


def _pieces(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= 10_000):
        raise ValueError(_("the quantity must be a whole number from 1 to 10,000"))
    return int(text)


def _price(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        price = Decimal(text.replace(" ", "").replace("\xa0", "").replace(",", "."))
    except InvalidOperation:
        raise ValueError(_("the price is no number")) from None
    if not price.is_finite() or not 0 <= price < 10**9:
        raise ValueError(_("the price is no number"))
    return price.quantize(Decimal("0.01"))


def _day(text: str) -> datetime | None:
    if not text:
        return None
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"):
        try:
            day: date = datetime.strptime(text[:10], form).replace(tzinfo=MOSCOW).date()
        except ValueError:
            continue
        if 2000 <= day.year <= 2200:
            return datetime.combine(day, time(12), tzinfo=MOSCOW).astimezone(UTC)
    raise ValueError(_("the date must be written as 31.12.2026"))


def by_number(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows of each order, in the order of the file."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row)
    return found
