"""What stands in a feed: valid by the schema, in each site's own words, whatever is in the cards."""

import gzip
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from marketplaces.feeds import options, writing
from marketplaces.feeds.dialects import DIALECTS
from marketplaces.feeds.offer import Category, Head, LeftOut, Offer, Shop, Target
from tests.contract.specs import specs_dir

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
MUGS = Category(id=7, name="Кружки", parent_id=3)
SHOP = Shop(
    name="Пример",
    company="ООО «Пример» & сыновья",
    url="https://shop.example",
    address="Москва, Примерная улица, 8",
    phone="+7 900 000-00-00",
    manager="Анна",
    outlet="1001",
    least=2,
    targets={"кружки": Target(elements=[("youlaCategoryId", "12"), ("youlaSubcategoryId", "1202"), ("brand", "1")])},
)
MUG = Offer(
    id="MUG-1",
    title="Кружка «Снег» <200 мл>",
    price=Decimal("199.50"),
    pieces=5,
    brand="Triangle",
    category=MUGS,
    description="<p>Белая &nbsp;кружка ]]> конец</p>",
    barcodes=["4600000000008", "INT-1"],
    pictures=["https://shop.example/i/1.jpg", "https://shop.example/i/2.jpg"],
    weight_g=310,
    sides_mm=(120, 80, 95),
    attributes={"Цвет": "белый", "": "x"},
    vat="10",
)
HEAD = Head(shop=SHOP, categories=[Category(id=3, name="Посуда"), MUGS], now=NOW)


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(specs_dir() / "yml" / "yml.xsd"))


def written(tmp_path: Path, code: str, *offers: Offer) -> tuple[Any, writing.Written, list[str]]:
    left: list[str] = []
    done = writing.write(
        tmp_path / "feed.xml",
        dialect=DIALECTS[code](),
        head=HEAD,
        offers=offers,
        note=lambda offer, why: left.append(why.reason),
    )
    return etree.parse(done.path).getroot(), done, left


@pytest.mark.parametrize("code", ["generic", "yandex", "megamarket", "youla"])
def test_a_feed_is_valid_by_the_schema(tmp_path: Path, code: str) -> None:
    root, done, left = written(tmp_path, code, MUG, replace(MUG, id="MUG-2", pieces=2))

    schema().assertValid(root)
    assert (done.offers, left) == (2, [])
    assert gzip.decompress(writing.zipped(done.path).read_bytes()) == done.path.read_bytes()


def offer_of(root: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for child in root.find("shop/offers/offer"):
        found.setdefault(child.tag, []).append(child.text)
    return found


def test_the_plain_form_tells_everything(tmp_path: Path) -> None:
    root, *_ = written(tmp_path, "generic", MUG)
    offer = offer_of(root)

    assert root.get("date") == "2026-11-25T12:30:00+03:00"
    assert [row.get("id") for row in root.iterfind("shop/categories/category")] == ["3", "7", "999999999"]
    assert root.find("shop/offers/offer").attrib == {"id": "MUG-1", "available": "true"}
    assert offer["name"] == ["Кружка «Снег» <200 мл>"]
    assert (offer["price"], offer["count"], offer["weight"], offer["dimensions"]) == (
        ["199.50"],
        ["5"],
        ["0.31"],
        ["12/8/9.5"],
    )
    assert offer["description"] == ["<p>Белая \xa0кружка ]]> конец</p>"]
    assert (offer["barcode"], offer["param"], offer["categoryId"]) == (["4600000000008"], ["белый"], ["7"])
    assert root.find("shop/company").text == "ООО «Пример» & сыновья"


def test_what_is_sold_out_stays_and_says_so(tmp_path: Path) -> None:
    root, *_ = written(tmp_path, "generic", replace(MUG, pieces=1))
    assert root.find("shop/offers/offer").get("available") == "false"

    root, *_ = written(tmp_path, "megamarket", replace(MUG, pieces=1))
    assert root.find(".//outlet").attrib == {"id": "1001", "instock": "0"}


@pytest.mark.parametrize(
    ("vat", "code"), [("20", "1"), ("10", "2"), ("0", "5"), ("none", "6"), ("22", None), ("", None)]
)
def test_megamarket_is_told_no_rate_that_it_has_no_code_for(tmp_path: Path, vat: str, code: str | None) -> None:
    root, *_ = written(tmp_path, "megamarket", replace(MUG, vat=vat))

    assert [element.text for element in root.iterfind(".//vat")] == ([code] if code else [])
    assert root.find("shop/shipment-options/option").attrib == {"days": "1", "order-before": "15"}


def test_youla_is_told_its_own_words_in_whole_roubles(tmp_path: Path) -> None:
    root, *_ = written(tmp_path, "youla", replace(MUG, title="я" * 200, description="ю" * 5000))
    offer = offer_of(root)

    assert root.get("date") == "2026-11-25 12:30"
    assert list(offer)[:4] == ["youlaCategoryId", "youlaSubcategoryId", "brand", "address"]
    assert (offer["price"], len(offer["name"][0]), len(offer["description"][0])) == (["200"], 100, 3000)
    assert "categories" not in {child.tag for child in root.find("shop")}


def test_avito_is_told_by_elements_alone(tmp_path: Path) -> None:
    root, *_ = written(tmp_path, "avito", MUG)
    ad = root.find("Ad")

    assert root.attrib == {"formatVersion": "3", "target": "Avito.ru"}
    assert [element.get("url") for element in ad.iterfind("Images/Image")] == list(MUG.pictures)
    assert (ad.findtext("Id"), ad.findtext("Price"), ad.findtext("Condition")) == ("MUG-1", "200", "Новое")


@pytest.mark.parametrize(
    ("code", "spoilt", "reason"),
    [
        ("generic", {"price": None}, "no_price"),
        ("generic", {"price": Decimal(0)}, "no_price"),
        ("generic", {"currency": "BYN"}, "currency"),
        ("generic", {"title": "  "}, "no_name"),
        ("yandex", {"pictures": []}, "no_picture"),
        ("yandex", {"brand": " "}, "no_brand"),
        ("megamarket", {"pictures": []}, "no_picture"),
        ("youla", {"pieces": 1}, "out_of_stock"),
        ("youla", {"category": None}, "no_category"),
        ("avito", {"category": Category(id=3, name="Посуда")}, "no_category"),
    ],
)
def test_what_cannot_be_shown_is_left_out_with_the_reason(
    tmp_path: Path, code: str, spoilt: dict[str, Any], reason: str
) -> None:
    _, done, left = written(tmp_path, code, replace(MUG, **spoilt), replace(MUG, id="MUG-2"))

    assert (left, done.offers, dict(done.left_out)) == ([reason], 1, {reason: 1})


def test_the_same_article_twice_is_shown_once(tmp_path: Path) -> None:
    _, done, left = written(tmp_path, "generic", MUG, replace(MUG, id=" MUG-1 "), replace(MUG, id="mug-1"))

    assert (done.offers, left) == (2, ["twice"])


TEXT = st.text(max_size=30)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    title=TEXT, brand=TEXT, description=TEXT, name=TEXT, value=TEXT, key=TEXT, code=st.sampled_from(sorted(DIALECTS))
)
def test_any_text_in_a_card_leaves_the_file_whole(
    tmp_path_factory: pytest.TempPathFactory,
    code: str,
    key: str,
    title: str,
    brand: str,
    description: str,
    name: str,
    value: str,
) -> None:
    offer = replace(
        MUG, id=f"a{key}", title=f"x{title}", brand=f"b{brand}", description=description, attributes={name: value}
    )
    path = tmp_path_factory.mktemp("feed") / "f.xml"
    done = writing.write(path, dialect=DIALECTS[code](), head=HEAD, offers=[offer])

    root = ElementTree.parse(path).getroot()
    assert done.offers == len(root.findall(".//offer")) + len(root.findall("Ad")) == 1
    if code != "avito":
        schema().assertValid(etree.parse(path))


def test_the_digest_moves_with_the_offers_and_not_with_the_date(tmp_path: Path) -> None:
    def digest(now: datetime, *offers: Offer) -> str:
        head = replace(HEAD, now=now)
        return writing.write(tmp_path / "f.xml", dialect=DIALECTS["generic"](), head=head, offers=offers).digest

    assert digest(NOW, MUG) == digest(NOW.replace(hour=11), MUG)
    assert digest(NOW, MUG) != digest(NOW, replace(MUG, pieces=4))


def test_a_hundred_thousand_offers_take_the_memory_of_one(tmp_path: Path) -> None:
    def many(count: int) -> Iterator[Offer]:
        return (replace(MUG, id=f"SKU-{number:06}") for number in range(count))

    def peak(offers: Iterator[Offer]) -> int:
        tracemalloc.start()
        writing.write(tmp_path / "f.xml", dialect=DIALECTS["megamarket"](), head=HEAD, offers=offers)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(many(4000)) < peak(many(400)) + 200_000


def test_the_table_of_categories_is_read_as_it_is_written() -> None:
    read = options.read_targets("Кружки; youlaCategoryId=12; youlaSubcategoryId = 1202\n\n Чашки ; a=b")

    assert read == {
        "кружки": [["youlaCategoryId", "12"], ["youlaSubcategoryId", "1202"]],
        "чашки": [["a", "b"]],
    }
    assert options.read_targets(options.written_targets(read)) == read
    wrong: Sequence[str] = ("Кружки", "; a=b", "Кружки; <a>=b", "Кружки; a=", "Кружки; 1a=b")
    for line in wrong:
        with pytest.raises(options.WrongLine):
            options.read_targets(line)
    assert LeftOut("no_price").reason == "no_price"
