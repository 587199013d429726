"""Our own stickers: what stands on each, as a list of elements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from labels.render.barcode import Kind, retail_kind
from labels.render.elements import Bars, Beside, Element, Square, Text
from labels.render.text import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductSticker:
    """
    A piece of goods.

    barcode: EAN, UPC, ITF-14 or an internal code; inner: a second one in Code 128.
    mark: a marking code as scanned, GS included; it takes the place of the bars.  price: already written out.
    """

    name: str
    article: str
    barcode: str = ""
    size: str = ""
    colour: str = ""
    price: str = ""
    legal_entity: str = ""
    inner: str = ""
    mark: str = ""

    def elements(self) -> Sequence[Element]:
        """What stands on it, from top to bottom."""
        words: tuple[Element, ...] = (
            Text(clean(self.name), (8, 7, 6), lines=3, bold=True),
            Text(clean(self.article), (7, 6), bold=False),
            Text(_joined(self.size, self.colour), (7, 6)),
            Text(clean(self.price), (10, 8), bold=True, optional=True),
            Text(clean(self.legal_entity), (6, 5), optional=True),
        )
        if self.mark:
            return (Beside(Square(Kind.GS1_DATAMATRIX, self.mark), words), *self._bars(optional=True))
        return (*words, *self._bars())

    def _bars(self, *, optional: bool = False) -> tuple[Element, ...]:
        kinds = [(retail_kind(self.barcode), self.barcode), (Kind.CODE128, self.inner)]
        codes = [(kind, code) for kind, code in kinds if code]
        least, most = (6, 9) if len(codes) > 1 else (7, 18)
        return tuple(Bars(kind, code, least, most, optional=optional) for kind, code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSticker:
    """A cell of a warehouse; code: what the scanner reads, Latin letters and digits."""

    address: str
    code: str
    warehouse: str = ""

    def elements(self) -> Sequence[Element]:
        """What stands on it, from top to bottom."""
        return (
            Text(clean(self.address), (90, 12), bold=True, align="center", fill=True),
            Text(clean(self.warehouse), (7, 6), align="center", optional=True),
            Bars(Kind.CODE128, self.code, 8, 40, caption=self.code != self.address),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSticker:
    """
    Our own sticker of a parcel, where the marketplace gives none.

    It shows no buyer: stickers lie about.  code: what the scanner reads, the number if it is left out.
    """

    marketplace: str
    number: str
    legal_entity: str = ""
    code: str = ""
    ship_by: str = ""

    def elements(self) -> Sequence[Element]:
        """What stands on it, from top to bottom."""
        code = self.code or self.number
        digits = "".join(filter(str.isdigit, self.number))
        last = (digits if len(digits) >= 4 else clean(self.number))[-4:]
        head = Text(_joined(self.marketplace, self.ship_by), (9, 7), bold=True)
        number = Text(clean(self.number), (9, 8, 7, 6), lines=2)
        owner = Text(clean(self.legal_entity), (6, 5), optional=True)
        if len(code) > 16 or not code.isascii():
            big = Text(last, (60, 14), bold=True, fill=True)
            return (Beside(Square(Kind.QR, code, most_mm=45), (head, number, big, owner)),)
        big = Text(last, (60, 14), bold=True, align="center", fill=True)
        return (head, number, Bars(Kind.CODE128, code, 8, 12, caption=False), big, owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSticker:
    """
    The marketplace's own sticker of one box, drawn here from its data.

    code: what its scanners read; place: "2/3"; parcel: how the carrier calls it; ship_on: a day as they write it.  What
    is read by people gives way first: on a small roll the address is cut, the code never is.
    """

    code: str
    parcel: str
    place: str = ""
    carrier: str = ""
    ship_on: str = ""
    recipient: str = ""
    address: str = ""
    supplier: str = ""

    def elements(self) -> Sequence[Element]:
        """What stands on it, from top to bottom."""
        head = Text(_joined(self.carrier, self.ship_on), (9, 7, 6), bold=True)
        parcel = Text(_joined(self.parcel, self.place), (11, 9, 8, 7, 6), bold=True)
        words = (
            Text(clean(self.recipient), (8, 7, 6), optional=True),
            Text(clean(self.address), (8, 7, 6), lines=3, optional=True),
            Text(clean(self.supplier), (6, 5), optional=True),
        )
        if len(self.code) > 20:
            return (Beside(Square(Kind.QR, self.code, most_mm=45), (head, parcel, *words)),)
        return (head, parcel, Bars(Kind.CODE128, self.code, 8, 25), *words)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSticker:
    """Three codes by which a printer and a scanner are tried; `lines` says for which profile."""

    title: str
    lines: tuple[str, ...] = ()

    __test__ = False

    def elements(self) -> Sequence[Element]:
        """What stands on it, from top to bottom."""
        words = tuple(Text(clean(line), (7, 5), optional=True) for line in self.lines)
        return (
            Beside(
                Square(Kind.GS1_DATAMATRIX, TEST_MARK, most_mm=12),
                (Text(clean(self.title), (8, 6), bold=True), *words),
                least_mm=6,
                most_mm=14,
            ),
            Bars(Kind.EAN13, TEST_EAN13, 5, 10, caption=False),
            Bars(Kind.CODE128, TEST_CODE128, 5, 10, caption=False),
        )


# Numbers of the range that GS1 keeps for a company's own use (prefix 20 to 29): they name no goods.
TEST_EAN13 = "2000000000015"
TEST_CODE128 = "TEST-128"
TEST_MARK = "010200000000001521TEST01\x1d93AbCd"


class Sticker(Protocol):
    """Whatever says what stands on it."""

    def elements(self) -> Sequence[Element]:
        """What stands on it, from top to bottom."""


def _joined(*parts: str) -> str:
    return " · ".join(shown for part in parts if (shown := clean(part)))
