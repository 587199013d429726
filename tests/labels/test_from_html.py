"""Stickers that come as HTML: drawn, readable, and never a reason to fetch anything."""

import base64
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pypdf
import pytest
from fpdf import FPDF
from fpdf.errors import FPDFException
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.errors import UnknownFile
from labels.render.markup import pdf_of
from sandbox.drawing.picture import Picture
from sandbox.megamarket.orders import order
from sandbox.megamarket.stickers import _html
from tests.sandbox.playing import Player


def words(content: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(content)).pages
    assert len(pages) >= 1
    return " ".join(page.extract_text() for page in pages)


def barcode(text: str = "1011*842818431*1") -> str:
    picture = Picture(600, 160)
    picture.barcode(text, 150)
    return f"<img src='data:image/png;base64,{base64.b64encode(picture.png()).decode()}' width='280'>"


@contextmanager
def sealed() -> Iterator[list[Any]]:
    """Every attempt to open a connection, to look up a name or to read a file that is no font of ours."""
    tried: list[Any] = []

    def refuse(*them: Any, **more: Any) -> Any:
        tried.append(them)
        raise OSError("nothing may be opened")

    real = open

    def watched(file: Any, *them: Any, **more: Any) -> Any:
        return real(file, *them, **more) if "fontpkg" in str(file) else refuse(file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        patch.setattr("builtins.open", watched)
        yield tried


def test_a_sticker_is_drawn_with_cyrillic_and_its_barcode():
    page = f"<html><body><table><tr><td>Отправление</td><td><b>842818431</b></td></tr></table>{barcode()}</body></html>"
    with sealed() as tried:
        content = pdf_of(page)
    assert [word in words(content) for word in ("Отправление", "842818431")] == [True, True]
    (sheet,) = pypdf.PdfReader(BytesIO(content)).pages
    assert (round(float(sheet.mediabox.width) / 72 * 25.4), round(float(sheet.mediabox.height) / 72 * 25.4)) == (
        100,
        70,
    )
    assert len(sheet.images) == 1
    assert tried == []


HOSTILE = [
    "<img src='http://evil.example/a.png'>",
    "<img src='//evil.example/a.png'>",
    "<img src='file:///etc/passwd'>",
    "<img src='/etc/passwd'>",
    "<img src=' http://evil.example/a.png'>",
    "<link rel='stylesheet' href='http://evil.example/a.css'>",
    "<style>@import url(http://evil.example/a.css); body{background:url(file:///etc/passwd)}</style>",
    "<p style='background:url(http://evil.example/a.png)'>x</p>",
    "<body background='http://evil.example/a.png'>",
    "<script src='http://evil.example/a.js'></script><script>fetch('http://evil.example')</script>",
    "<iframe src='http://evil.example'></iframe><object data='http://evil.example'></object><embed src='/etc/passwd'>",
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='9' height='9'>"
    "<image xlink:href='http://evil.example/a.png' width='9' height='9'/><rect width='5' height='5'/></svg>",
    "<img src='data:image/svg+xml;base64,"
    + base64.b64encode(
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image href='file:///etc/passwd' width='9'"
        b" height='9'/></svg>"
    ).decode()
    + "'>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e;</p>",
    "<meta http-equiv='refresh' content='0;url=http://evil.example'><base href='http://evil.example'>",
]


@pytest.mark.parametrize("part", HOSTILE)
def test_nothing_is_fetched_and_the_rest_is_drawn(part: str):
    with sealed() as tried:
        content = pdf_of(f"<html><body><p>Отправление 842818431</p>{part}</body></html>")
    assert "842818431" in words(content)
    assert tried == []


def test_a_watched_sticker_would_be_found_out():
    """The negative control: the watch sees what the library would do without our two locks."""
    pdf = FPDF()
    pdf.add_page()
    with sealed() as tried, pytest.raises((OSError, FPDFException)):
        pdf.image("http://evil.example/a.png")
    assert len(tried) == 1


@pytest.mark.parametrize("page", ["", "   ", "<html></html>", "<script>x</script>", "x" * 2_000_001, "<img src='a'>"])
def test_what_holds_no_sticker_is_refused(page: str):
    with pytest.raises(UnknownFile):
        pdf_of(page)


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from([*HOSTILE, "<table>", "<tr>", "<td>", "</table>", "&#0;", "<b", "текст", "<ul><li>"])))
def test_whatever_comes_is_drawn_or_refused(parts: list[str]):
    try:
        assert pdf_of("".join(parts)).startswith(b"%PDF")
    except UnknownFile:
        return


def test_the_page_of_the_sandbox_becomes_one_sticker():
    player = Player(judged=False)
    cabinet = player.app.state.stalls["megamarket"].cabinet(player.world.seller("demo"))
    page = _html(order(cabinet, [(player.goods.goods[0], 1)]), "1011*842818431*1")
    content = pdf_of(f"<html><body>{page}</body></html>")
    assert len(pypdf.PdfReader(BytesIO(content)).pages) == 1
    assert "Отправление" in words(content)
