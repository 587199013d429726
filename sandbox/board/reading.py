"""
A feed as a site reads it: part by part, however long it is, and what is wrong with it.

Both forms are read: YML with currencies and categories, and that of boards, whose offers bear the board's own category,
a phone and an address.  Sources: the public descriptions of YML (2026) and feeds seen on the web.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import cast
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, XMLPullParser

ROUBLES = frozenset({"RUB", "RUR"})
BARCODES = frozenset({8, 12, 13})
SHOWN = 20


@dataclass
class Read:
    """What stands in a feed.  wrong: what → how often; examples: the first of them, with the offer's id."""

    date: str = ""
    offers: int = 0
    for_sale: int = 0
    pictures: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def blame(self, what: str, whose: str = "") -> None:
        self.wrong[what] += 1
        if len(self.examples) < SHOWN:
            self.examples.append(f"{whose}: {what}" if whose else what)


class Reader:
    """Takes a feed in parts; remembers of each offer its id alone."""

    def __init__(self) -> None:
        self.read = Read()
        self.parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
        self.path: list[Element] = []
        self.currencies: set[str] = set()
        self.categories: set[str] = set()
        self.ids: set[str] = set()

    def take(self, part: bytes) -> None:
        """:raises ParseError: this is no XML."""
        self.parser.feed(part)
        self._go_on()

    def end(self) -> Read:
        """:raises ParseError: the file was cut."""
        self.parser.close()
        self._go_on()
        if not self.read.offers:
            self.read.blame("нет ни одного предложения")
        return self.read

    def _go_on(self) -> None:
        for event, element in cast(Iterator[tuple[str, Element]], self.parser.read_events()):
            if event == "start":
                if not self.path:
                    self._root(element)
                self.path.append(element)
                continue
            self.path.pop()
            self._ended(element)
            # What has been read is forgotten, children of the list of offers too.
            if element.tag in ("offer", "currencies", "categories") and self.path:
                self.path[-1].remove(element)

    def _root(self, element: Element) -> None:
        self.read.date = element.get("date", "")
        if element.tag != "yml_catalog":
            self.read.blame(f"корень {element.tag}, а не yml_catalog")
        elif not self.read.date:
            self.read.blame("у каталога нет даты")

    def _ended(self, element: Element) -> None:
        if element.tag == "currencies":
            self.currencies = {one.get("id", "") for one in element}
            if not self.currencies <= ROUBLES:
                self.read.blame("валюта не рубли")
        elif element.tag == "categories":
            self._tree(element)
        elif element.tag == "offer":
            self._offer(element)

    def _tree(self, element: Element) -> None:
        numbers = [one.get("id", "") for one in element]
        self.categories = set(numbers)
        if len(self.categories) < len(numbers):
            self.read.blame("категория названа дважды")
        for one in element:
            if (parent := one.get("parentId")) is not None and parent not in self.categories:
                self.read.blame("категории-родителя нет", one.get("id", ""))

    def _offer(self, element: Element) -> None:
        name = element.get("id", "").strip()
        self.read.offers += 1
        self.read.pictures += len(element.findall("picture"))
        faults = list(_faults(element))
        if not name:
            faults.append("нет id")
        elif name in self.ids:
            faults.append("id повторяется")
        self.ids.add(name)
        faults += self._board(element) if element.find("youlaCategoryId") is not None else self._yml(element)
        for fault in faults:
            self.read.blame(fault, name)
        self.read.for_sale += not faults and element.get("available", "true") == "true"

    def _yml(self, element: Element) -> list[str]:
        faults = []
        if (element.findtext("currencyId") or "") not in self.currencies:
            faults.append("валюта не объявлена")
        if (element.findtext("categoryId") or "") not in self.categories:
            faults.append("категория не объявлена")
        if not _address(element.findtext("url") or ""):
            faults.append("адрес товара не полный")
        return faults

    def _board(self, element: Element) -> list[str]:
        faults = [f"нет {name}" for name in ("phone", "address") if not (element.findtext(name) or "").strip()]
        if "." in (element.findtext("price") or ""):
            faults.append("цена не в целых рублях")
        if element.find("picture") is None:
            faults.append("нет фотографии")
        return faults


def _faults(element: Element) -> list[str]:
    """What is wrong with an offer wherever it stands."""
    faults = []
    title = element.findtext("name") or " ".join(
        element.findtext(part) or "" for part in ("typePrefix", "vendor", "model")
    )
    if not title.strip():
        faults.append("нет названия")
    price, before = _amount(element.findtext("price")), element.findtext("oldprice")
    if price is None or price <= 0:
        faults.append("цена не число больше нуля")
    elif before is not None and (_amount(before) or 0) <= price:
        faults.append("старая цена не выше новой")
    faults += ["адрес фотографии не полный" for one in element.findall("picture") if not _address(one.text or "")]
    for barcode in element.findall("barcode"):
        text = barcode.text or ""
        if not (text.isascii() and text.isdigit() and len(text) in BARCODES):
            faults.append("штрихкод не EAN")
    return faults


def _amount(text: str | None) -> Decimal | None:
    """A number with a dot and two decimals at most."""
    try:
        amount = Decimal(text or "")
    except InvalidOperation:
        return None
    exponent = amount.as_tuple().exponent
    return amount if amount.is_finite() and isinstance(exponent, int) and exponent >= -2 else None


def _address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
