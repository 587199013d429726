"""Real files of 1C, where they are at hand: all that can be read is read, and the counts agree with the files."""

import os
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from catalog.models import Product, Sku
from exchange.formats.read import Reader
from exchange.models import Item, Message, Problem
from exchange.types import Good, ItemState, Offer, OrderDocument, Trouble, Word

# Samples are not part of the project: ONEC_DIR names their folder, beside the specifications by default.
ROOT = Path(os.environ.get("ONEC_DIR") or Path(__file__).resolve().parents[3] / "shared" / "onec")
FILES = sorted((ROOT / "samples").glob("*/*.xml"))
needs_samples = pytest.mark.skipif(not FILES, reason="no samples here: set ONEC_DIR")


def counted(path: Path) -> Counter[str]:
    """What the file holds, counted without our reader."""
    found: Counter[str] = Counter()
    for element in etree.parse(str(path), etree.XMLParser(recover=True)).iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        above = element.getparent()
        holder = etree.QName(above).localname if above is not None else ""
        over = above.getparent() if above is not None else None
        if name in ("Товар", "Предложение", "Документ"):
            if name != "Товар" or (over is not None and etree.QName(over).localname == "Каталог"):
                found[name] += 1
        elif name == "Цена" and holder == "Цены":
            found["Цена"] += 1
        elif name == "Группа" and holder == "Группы":
            found["Группа"] += 1
        elif name == "Склад" and (element.get("ИдСклада") or holder == "Остаток"):
            found["Остаток"] += 1
    return found


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_everything_in_a_file_is_read(path):
    read: Counter[str] = Counter()
    with path.open("rb") as file:
        for entry in Reader(file):
            assert not isinstance(entry, Trouble), entry
            if isinstance(entry, Good):
                read["Товар"] += 1
            elif isinstance(entry, OrderDocument):
                read["Документ"] += 1
            elif isinstance(entry, Word):
                read["Группа"] += entry.kind == "group"
            elif isinstance(entry, Offer):
                read["Предложение"] += 1
                read["Цена"] += len(entry.prices)
                read["Остаток"] += len(entry.rests)
    assert +read == counted(path)


# One of the 36 goods of set b is marked as deleted: a good that was never here is not made to be archived.
@needs_samples
@pytest.mark.parametrize(
    ("folder", "names", "goods", "articles"),
    [
        ("a_cml207_characteristics", ["import.xml", "offers.xml"], 2, 5),
        ("b_cml207_warehouses", ["import0_1.xml", "offers0_1.xml"], 35, 35),
        (
            "c_cml31_split",
            ["groups.xml", "priceLists.xml", "storages.xml", "units.xml", "goods.xml", "offers.xml", "prices.xml",
             "rests.xml"],
            3,
            3,
        ),
    ],
)  # fmt: skip
def test_a_whole_set_is_applied_in_order_and_backwards_alike(onec, inside, folder, names, goods, articles):
    for order in (names, names[::-1]):
        onec.begin(version="2.09")
        for name in order:
            assert onec.send(name.lower(), (ROOT / "samples" / folder / name).read_bytes()) == "success"
        with inside():
            # An article that stands on two goods makes the second one wait for a person.
            waiting = Item.objects.filter(state=ItemState.WAITING)
            assert set(waiting.values_list("why", flat=True)) <= {"Тот же артикул у другого товара 1С."}
            assert Product.objects.count() + waiting.count() == goods
            assert Sku.objects.count() + waiting.count() == articles
            assert not Problem.objects.exists()
            assert not Message.objects.exclude(state="done").exists()
