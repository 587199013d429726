"""Reading files: every spelling of a table, and every way to hurt the reader."""

import contextlib
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.formats import columns, table
from catalog.formats.goods import read_row
from catalog.formats.table import Odd, Unreadable
from tests.catalog import files

ROWS = [["Артикул", "Название"], ["А-1", "Кружка «Ёж»"], ["B-2", 'Вилка "3"']]


def read(content: bytes, name: str = "a.csv") -> list[list[str]]:
    return [list(row) for row in table.rows_of(io.BytesIO(content), name=name)]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_csv_in_every_usual_spelling(delimiter: str, encoding: str) -> None:
    assert read(files.csv(ROWS, delimiter=delimiter, encoding=encoding)) == ROWS


def test_xlsx_gives_what_the_person_sees() -> None:
    content = files.xlsx([["a", None, 4600000000001, 0.1 + 0.2, 12.0, True], [None], [" b ", "", "x\ny"]])
    assert read(content, "A.XLSX") == [["a", "", "4600000000001", "0.3", "12", "1"], [], ["b", "", "x\ny"]]


def test_cells_that_cannot_be_taken_are_named() -> None:
    content = files.xlsx([["=1+1", date(2026, 1, 2), "x" * 32_768, "#N/A"]])
    assert read(content, "a.xlsx") == [[Odd.FORMULA, Odd.DATE, "x" * 32_767, Odd.ERROR]]
    assert read(b"=cmd();a\x07b;ok") == [[Odd.FORMULA, Odd.CONTROL, "ok"]]
    assert read(b'"' + b"x" * 40_000 + b'";ok') == [[Odd.LONG, "ok"]]


@pytest.mark.parametrize(
    ("rows", "begins"),
    [
        ([["Прайс-лист на 26.11.2026"], [], *ROWS], 3),
        ([[], *ROWS], 2),
        (ROWS, 1),
        ([["Артикул"], ["А-1"], ["B-2"]], 1),
        ([["", ""], ["Артикул"], ["А-1"]], 2),
        ([], 0),
    ],
)
def test_a_title_above_the_heading_is_passed_over(rows: list[list[str]], begins: int) -> None:
    found = list(table.from_heading(rows))
    assert found == list(enumerate(rows, start=1))[begins - 1 :] if begins else found == []


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"xl/part{number}.xml", b"\0" * (90 * 1024 * 1024))
    return out.getvalue()


def entities() -> bytes:
    text = (
        '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>'
    )
    return files.with_part(files.xlsx([["a"]]), "xl/worksheets/sheet1.xml", text.encode())


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"%PDF", "kind"),
        ("a", b"x", "kind"),
        ("a.xlsx", b"", "broken"),
        ("a.xlsx", b"PK\x03\x04 not a zip", "broken"),
        ("a.xlsx", files.xlsx([["a"]])[:300], "broken"),
        ("a.xlsx", b"a;b\n1;2", "broken"),
        ("a.csv", b"\x98\xff\xfe\x81\x98", "encoding"),
        ("a.csv", b'"' + b"x" * 200_000 + b'"', "broken"),
        ("a.csv", b";".join([b"x"] * 201), "columns"),
    ],
)
def test_hostile_files_are_refused_with_a_reason(name: str, content: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content, name)
    assert refused.value.why == why


def test_bombs_and_entities_are_refused_unopened() -> None:
    for content, why in ((bomb(), "bomb"), (files.swollen(), "bomb"), (entities(), "broken")):
        with pytest.raises(Unreadable) as refused:
            read(content, "a.xlsx")
        assert refused.value.why == why


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    assert len(read(b"h\n1\n2")) == 3
    with pytest.raises(Unreadable, match="rows"):
        read(b"h\n1\n2\n3")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.tsv"]))
def test_any_bytes_are_rows_or_a_reason(content: bytes, name: str) -> None:
    try:
        rows = read(content, name)
    except Unreadable:
        return
    assert all(isinstance(cell, str) for row in rows for cell in row)


BOOK = files.xlsx([["Артикул", "Цена"], ["A", 1]])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_rows_or_a_reason(data: st.DataObject) -> None:
    content = bytearray(BOOK)
    for _time in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unreadable):
        read(bytes(content), "a.xlsx")


FIELDS = [*columns.FIELDS, "price:1", "attr:Цвет", ""]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FIELDS), max_size=12), st.lists(st.text(max_size=30), max_size=12))
def test_any_cells_are_values_or_problems(mapping: list[str], cells: list[str]) -> None:
    row = read_row(2, cells, mapping, vat={"22": "22"})
    if row is None:
        assert not any(cells)
        return
    assert row.article or "article" in {where for where, _message in row.problems}
    for name in ("weight_g", "length_mm"):
        if name in row.values:
            assert 1 <= int(str(row.values[name])) <= 10_000_000


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("weight_kg", "0,35", "350"),
        ("weight_g", "1 200", "1200"),
        ("length_cm", "12.5", "125"),
        ("cost", "1 234,5678", "1234.5678"),
        ("min_price", "99", "99.00"),
        ("price:7", "10,5", "10.50"),
        ("is_marked", "Да", "1"),
        ("archived", "нет", "0"),
        ("vat", "22 %", "22"),
        ("vat", "Без НДС", "none"),
        ("category", "Дом/ Кухня /Кружки", "Дом / Кухня / Кружки"),
        ("barcodes", "4006381333931, 73513537\nX1", ["4006381333931", "73513537", "X1"]),
        ("attr:Цвет", "синий", "синий"),
    ],
)
def test_values_have_one_writing(field: str, text: str, value: object) -> None:
    row = read_row(2, ["A", text], ["article", field], vat={"22%": "22", "безндс": "none"})
    assert row is not None
    assert row.problems == []
    assert row.values[columns.SAME.get(field, field)] == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("weight_g", "-5"),
        ("weight_g", "0"),
        ("weight_g", "1e400"),
        ("weight_g", "NaN"),
        ("weight_g", "350,5"),
        ("weight_kg", "99999999"),
        ("length_mm", "100001"),
        ("cost", "1,23456"),
        ("cost", "99999999999"),
        ("min_price", "1e5"),
        ("price:7", "дорого"),
        ("is_marked", "может быть"),
        ("vat", "19"),
        ("category", "Дом//Кухня"),
        ("category", "/".join("abcdefghijk")),
        ("barcodes", "4006381333932"),
        ("barcodes", "шк"),
        ("article", "x" * 101),
        ("name", "x" * 501),
        ("name", Odd.FORMULA),
        ("name", Odd.CONTROL),
    ],
)
def test_wrong_cells_are_named_by_their_field(field: str, text: str) -> None:
    cells, mapping = (["A", text], ["article", field]) if field != "article" else ([text], [field])
    row = read_row(2, cells, mapping, vat={"22": "22"})
    assert row is not None
    assert [where for where, _message in row.problems] == [columns.SAME.get(field, field)]


def test_columns_are_guessed_from_usual_headings() -> None:
    headings = [
        "Артикул*",
        "Наименование товара",
        "Вес, кг",
        "ВЕС, Г",
        "Штрих-код",
        "Цена: Розница",
        "Свойство: Цвет",
        "?",
    ]
    found = columns.guess(headings, price_types={7: "Розница"}, sees_cost=True)
    assert found == ["article", "name", "weight_kg", "", "barcodes", "price:7", "attr:Цвет", ""]
    assert columns.guess(["Цена, руб."], price_types={7: "Розница"}, sees_cost=True) == ["price:7"]
    english = ["SKU", "Title", "Cost", "Price", "VAT", "EAN"]
    assert columns.guess(english, price_types={7: "Розница"}, sees_cost=False) == [
        *("article", "name", "", "price:7", "vat", "barcodes")
    ]
