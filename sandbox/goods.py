"""
The goods of the simulated sellers.

A `Good` is one thing on a shelf.  On Ozon it is one offer (`article`), on Wildberries one size of the card `model`.
Numbers are computed from the index, so that a hundred thousand of them need no storage.
"""

import math
from dataclasses import dataclass, field

from sandbox.assortment import ASSORTMENT, Line


@dataclass(slots=True)
class Good:
    index: int
    article: str
    model: str
    name: str
    brand: str
    category: str
    colour: str
    size: str
    barcode: str
    length_mm: int
    width_mm: int
    height_mm: int
    weight_g: int
    price: int
    marking: str
    cargo: int
    on_ozon: bool
    on_wildberries: bool
    product_id: int
    sku: int
    nm_id: int
    chrt_id: int

    @property
    def marked(self) -> bool:
        """Without the code the parcel cannot be packed (Ozon) or delivered (Wildberries)."""
        return self.marking == "required"

    @property
    def model_name(self) -> str:
        """The name without the size."""
        return self.name.removesuffix(f", размер {self.size}") if self.size else self.name

    def as_json(self) -> dict[str, object]:
        places = [code for code, there in (("ozon", self.on_ozon), ("wildberries", self.on_wildberries)) if there]
        return {
            "article": self.article,
            "vendor_code": self.model,
            "name": self.name,
            "model_name": self.model_name,
            "brand": self.brand,
            "category": self.category,
            "colour": self.colour,
            "size": self.size,
            "barcode": self.barcode,
            "length_mm": self.length_mm,
            "width_mm": self.width_mm,
            "height_mm": self.height_mm,
            "weight_g": self.weight_g,
            "price": self.price,
            "marking": self.marking,
            "marketplaces": places,
            "ozon": {"product_id": self.product_id, "sku": self.sku} if self.on_ozon else None,
            "wildberries": {"nm_id": self.nm_id, "chrt_id": self.chrt_id} if self.on_wildberries else None,
        }


@dataclass(slots=True)
class Card:
    """A Wildberries card: one model, its sizes."""

    nm_id: int
    model: str
    sizes: list[Good] = field(default_factory=list)


class Catalogue:
    """The goods of one seller, found by every number by which a marketplace may ask."""

    def __init__(self, *, seller: int) -> None:
        self._base = seller * 10_000_000
        self.goods: list[Good] = []
        self.by_article: dict[str, Good] = {}
        self.by_barcode: dict[str, Good] = {}
        self.by_product: dict[int, Good] = {}
        self.by_sku: dict[int, Good] = {}
        self.by_chrt: dict[int, Good] = {}
        self.cards: dict[int, Card] = {}
        self.cards_in_order: list[Card] = []
        self.card_by_model: dict[str, Card] = {}
        self.on_ozon: list[Good] = []
        self.on_wildberries: list[Good] = []

    def __len__(self) -> int:
        return len(self.goods)

    def add_lines(self, lines: list[Line]) -> None:
        for line in lines:
            for size in line.sizes or ("",):
                self._add(line, size)

    def add_many(self, count: int) -> None:
        """This function will grow the catalogue to at least `count` goods, all on both marketplaces."""
        while len(self.goods) < count:
            number = len(self.goods) + 1
            sample = ASSORTMENT[number % len(ASSORTMENT)]
            line = Line(
                f"BULK-{number:06d}",
                f"{sample.name}, вариант {number}",
                sample.brand,
                sample.category,
                100 + number % 5_000,
                sample.weight_g,
                sample.box_mm,
            )
            self._add(line, "")

    def _add(self, line: Line, size: str) -> None:
        index = len(self.goods)
        card = self.card_by_model.get(line.article)
        if card is None:
            card = Card(210_000_000 + self._base + len(self.cards) * 7, line.article)
            self.cards[card.nm_id], self.card_by_model[line.article] = card, card
        length, width, height = line.box_mm
        good = Good(
            index=index,
            article=f"{line.article}-{size}" if size else line.article,
            model=line.article,
            name=f"{line.name}, размер {size}" if size else line.name,
            brand=line.brand,
            category=line.category,
            colour=line.colour,
            size=size,
            barcode=ean13(f"46{1 + self._base // 10_000_000:02d}{index + 1:08d}"),
            length_mm=length,
            width_mm=width,
            height_mm=height,
            weight_g=line.weight_g,
            price=line.price,
            marking=line.marking,
            cargo=line.cargo,
            on_ozon=line.on in ("both", "ozon"),
            on_wildberries=line.on in ("both", "wildberries"),
            product_id=510_000_000 + self._base + index,
            sku=1_610_000_000 + self._base + index * 3,
            nm_id=card.nm_id,
            chrt_id=310_000_000 + self._base + index * 5,
        )
        self._enter(good, card)

    def _enter(self, good: Good, card: Card) -> None:
        self.goods.append(good)
        self.by_article[good.article] = good
        self.by_barcode[good.barcode] = good
        if good.on_ozon:
            self.on_ozon.append(good)
            self.by_product[good.product_id] = good
            self.by_sku[good.sku] = good
        if good.on_wildberries:
            self.on_wildberries.append(good)
            self.by_chrt[good.chrt_id] = good
            if not card.sizes:
                self.cards_in_order.append(card)
            card.sizes.append(good)


def ean13(twelve: str) -> str:
    """This function will add the check digit to twelve digits."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def litres(good: Good) -> float:
    return math.ceil(good.length_mm * good.width_mm * good.height_mm / 100_000) / 10
