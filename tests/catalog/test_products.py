"""Products, SKUs, barcodes, kits, photos, rates and categories: services and the pages over them."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.errors import BadKit, BadPlaceInTree, BarcodeTaken
from catalog.events import KitsChanged, PriceChanged
from catalog.models import Barcode, Category, KitItem, Photo, Product, ProductVat, ProductWord, Sku
from catalog.selectors.category import tree
from catalog.selectors.search import matching
from catalog.services import category, product
from merchants.roles import Role
from tests import make
from tests.catalog.make import picture
from tests.trade import NOON, Trade, open_trade

NEW = {
    "name": "Кружка «Север»",
    "brand": "Север",
    "description": "",
    "attributes": "Цвет: синий\nОбъём: 300 мл",
    "code": "MUG-1",
    "variant": "синяя",
    "barcodes": "4006381333931\nMUG1",
    "weight_g": "350",
    "length_mm": "100",
    "width_mm": "",
    "height_mm": "",
    "cost": "1 234,5678",
    "min_price": "99,9",
    "token": "t1",
}


def facts(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    monkeypatch.setattr("backoffice.kernel.events.publish", seen.append)
    return seen


def test_a_product_is_made_once_however_often_it_is_sent(trade: Trade, owner: Client) -> None:
    first, second = (owner.post(reverse("catalog:product-new"), NEW) for _time in range(2))
    sku = Sku.objects.get()
    assert first["Location"] == second["Location"] == f"/catalog/products/{sku.product_id}/?sku={sku.pk}"
    assert (sku.code, sku.variant, sku.weight_g, sku.length_mm, sku.width_mm) == ("MUG-1", "синяя", 350, 100, None)
    assert (sku.cost, sku.min_price) == (Decimal("1234.5678"), Decimal("99.90"))
    assert (sku.product.name, sku.product.attributes) == (NEW["name"], {"Цвет": "синий", "Объём": "300 мл"})
    assert list(sku.barcodes.values_list("value", "kind")) == [("4006381333931", "ean13"), ("MUG1", "code128")]
    assert owner.get(first["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 501),
        ("code", ""),
        ("code", "x" * 101),
        ("code", "mug-TAKEN"),
        ("barcodes", "4006381333932"),
        ("barcodes", "шк"),
        ("barcodes", "INT-MUG-taken"),
        ("weight_g", "-1"),
        ("weight_g", "1e400"),
        ("length_mm", "1.5"),
        ("cost", "-0,01"),
        ("cost", "1e400"),
        ("cost", "NaN"),
        ("cost", "много"),
        ("min_price", "99,999"),
        ("attributes", "без двоеточия"),
        ("attributes", "Цвет: а\nЦвет: б"),
        ("category", "999999"),
        ("name", "a\x00b"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    trade: Trade, owner: Client, field: str, value: str
) -> None:
    trade.sku("MUG-taken")
    answer = owner.post(reverse("catalog:product-new"), {**NEW, field: value})
    assert answer.status_code == 422
    wrong = {name for form in answer.context["forms"] for name in form.errors}
    assert wrong == {field}
    assert (Product.objects.count(), Sku.objects.count(), Barcode.objects.count()) == (1, 1, 1)


def test_a_taken_barcode_is_refused_with_its_owner(trade: Trade, owner: Client) -> None:
    trade.sku("fork")
    mug = trade.sku("mug")
    answer = owner.post(reverse("catalog:sku-edit", args=[mug.pk]), {"code": "mug", "barcodes": "INT-fork"})
    assert answer.status_code == 422
    assert "INT-fork принадлежит артикулу fork" in answer.content.decode()
    assert [row.value for row in mug.barcodes.all()] == ["INT-mug"]


@pytest.mark.django_db
def test_a_barcode_of_another_merchant_is_free() -> None:
    for opened in (open_trade(), open_trade()):
        with opened.scope():
            mug = opened.sku("mug")
            product.set_barcodes(sku=mug, values=["4006381333931"])
            assert list(Barcode.objects.values_list("value", flat=True)) == ["4006381333931"]


def test_our_own_barcode_is_made_once(trade: Trade, owner: Client) -> None:
    mug = trade.sku("mug")
    for _time in range(2):
        assert owner.post(reverse("catalog:make-barcode", args=[mug.pk])).status_code == 302
    assert list(mug.barcodes.values_list("value", "kind")) == [
        ("INT-mug", "internal"),
        (f"S{mug.pk:010d}", "internal"),
    ]
    fork = trade.sku("fork")
    Barcode.objects.filter(sku=fork).update(value=f"S{fork.pk + 1:010d}")
    third = trade.sku("knife")
    assert third.pk == fork.pk + 1
    with pytest.raises(BarcodeTaken, match="fork"):
        product.make_barcode(sku=third)


def test_cost_is_neither_seen_nor_changed_without_the_right(trade: Trade) -> None:
    mug = trade.sku("mug", cost=Decimal("7.7777"))
    viewer = make.client(role=Role.VIEWER, merchant=trade.merchant)
    for page in (reverse("catalog:products"), reverse("catalog:product", args=[mug.product_id])):
        assert "7,78" not in viewer.get(page).content.decode()
        assert "7,78" in make.client(role=Role.ACCOUNTANT, merchant=trade.merchant).get(page).content.decode()
    assert viewer.get(reverse("catalog:products"), {"only": "no_cost"}).context["page"].rows[0].sku == mug


def test_changed_minimum_price_is_told(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    mug, seen = trade.sku("mug"), facts(monkeypatch)
    product.change_sku(sku=mug, fields={"variant": "red"}, barcodes=[], now=NOON)
    product.change_sku(sku=mug, fields={"min_price": Decimal(5)}, barcodes=[], now=NOON)
    assert seen == [PriceChanged(merchant_id=trade.merchant.pk, sku_ids=frozenset({mug.pk}), at=NOON)]


def rows(*pairs: tuple[str, str]) -> dict[str, str]:
    data = {"row-TOTAL_FORMS": str(len(pairs)), "row-INITIAL_FORMS": "0"}
    for number, (article, pieces) in enumerate(pairs):
        data |= {f"row-{number}-article": article, f"row-{number}-pieces": pieces}
    return data


def test_a_kit_is_made_changed_and_undone(trade: Trade, owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kit, mug, fork = trade.sku("set"), trade.sku("mug"), trade.sku("fork")
    seen, url = facts(monkeypatch), reverse("catalog:kit", args=[kit.pk])
    assert owner.post(url, rows(("MUG", "2"), ("INT-fork", "1"), ("", ""))).status_code == 302
    assert dict(KitItem.objects.values_list("component_id", "pieces")) == {mug.pk: 2, fork.pk: 1}
    assert owner.post(url, rows(("mug", "3"))).status_code == 302
    assert dict(KitItem.objects.values_list("component_id", "pieces")) == {mug.pk: 3}
    assert Sku.objects.get(pk=kit.pk).is_kit
    assert owner.post(url, rows(("mug", "3"))).status_code == 302
    assert owner.post(url, rows(("", ""))).status_code == 302
    assert not Sku.objects.get(pk=kit.pk).is_kit
    assert [(type(fact), fact.sku_ids) for fact in seen] == [(KitsChanged, frozenset({kit.pk}))] * 3


def test_the_scarcest_component_is_shown(trade: Trade, owner: Client) -> None:
    trade.sku("mug", pieces=9)
    trade.sku("fork", pieces=2)
    kit = trade.kit("set", mug=2, fork=1)
    answer = owner.get(reverse("stock:sku-panel", args=[kit.pk]))
    assert [(part.sku.code, part.kits) for part in answer.context["parts"]] == [("fork", 2), ("mug", 4)]


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([("set", "1")], "сам"),
        ([("other", "1")], "комплект"),
        ([("ghost", "1")], "ghost"),
        ([("mug", "")], "штук"),
        ([("", "2")], "артикул"),
        ([("mug", "1"), ("mug", "1")], "дважды"),
        ([("mug", "0")], "1"),
    ],
)
def test_a_wrong_kit_is_refused_whole(trade: Trade, owner: Client, pairs: list[tuple[str, str]], message: str) -> None:
    trade.sku("mug")
    trade.sku("set")
    trade.kit("other", mug=1)
    answer = owner.post(reverse("catalog:kit", args=[trade.skus["set"].pk]), rows(*pairs))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Sku.objects.get(code="set").is_kit
    assert KitItem.objects.count() == 1


def test_a_component_cannot_become_a_kit(trade: Trade) -> None:
    mug, fork = trade.sku("mug"), trade.sku("fork")
    trade.kit("set", mug=1)
    with pytest.raises(BadKit, match="set"):
        product.set_components(kit=mug, components={fork.pk: 1}, now=NOON)


def test_archive_takes_the_product_along_and_brings_it_back(trade: Trade, owner: Client) -> None:
    mug, fork = trade.sku("mug"), trade.sku("fork")
    url = reverse("catalog:archive")
    assert owner.post(url, {"ids": [mug.pk, "x", 10**30]}).status_code == 302
    assert list(Sku.objects.filter(archived=True)) == [mug]
    assert list(Product.objects.filter(archived=True)) == [mug.product]
    assert [line.sku for line in owner.get(reverse("catalog:products")).context["page"]] == [fork]
    owner.post(url, {"ids": [mug.pk], "back": "1", "next": "https://evil.example/"})
    assert not Sku.objects.filter(archived=True).exists()
    assert not Product.objects.filter(archived=True).exists()


def test_words_of_the_name_follow_it(trade: Trade) -> None:
    mug = trade.sku("mug")
    Product.objects.update(name="Ёлка БОЛЬШАЯ, ёлка-2")
    assert sorted(ProductWord.objects.values_list("word", flat=True)) == ["2", "большая", "елка"]
    for found in ("елк", "Ёлка больш", "MUG", "INT-mug", "2"):
        assert list(Sku.objects.filter(matching(found))) == [mug], found
    for lost in ("товар", "ольшая", "INT-mu", "ёлка лес"):
        assert list(Sku.objects.filter(matching(lost))) == [], lost


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"only": "kit"}, ["set"]),
        ({"only": "marked"}, ["mug"]),
        ({"only": "no_barcode"}, ["fork"]),
        ({"only": "no_cost"}, ["fork", "set"]),
        ({"only": ["no_cost", "no_barcode"]}, ["fork"]),
        ({"archived": "yes"}, ["old"]),
        ({"archived": "all", "sort": "-article"}, ["set", "old", "mug", "fork"]),
        ({"brand": "Сев"}, ["mug"]),
        ({"category": "top"}, ["mug"]),
        ({"sort": "nonsense", "after": "999999"}, ["fork", "mug", "set"]),
    ],
)
def test_the_list_filters_and_sorts(trade: Trade, owner: Client, query: dict[str, Any], codes: list[str]) -> None:
    mug = trade.sku("mug", cost=Decimal(1), is_marked=True)
    fork = trade.sku("fork")
    trade.sku("old", archived=True, cost=Decimal(1))
    trade.kit("set", fork=2)
    Barcode.objects.filter(sku=fork).delete()
    top = category.add(merchant_id=trade.merchant.pk, name="Кухня", parent_id=None)
    inner = category.add(merchant_id=trade.merchant.pk, name="Кружки", parent_id=top.pk)
    Product.objects.filter(pk=mug.product_id).update(brand="Север", category=inner)
    if query.get("category") == "top":
        query = {"category": str(top.pk)}
    page = owner.get(reverse("catalog:products"), query).context["page"]
    assert [line.sku.code for line in page] == codes


def test_pages_turn_both_ways(trade: Trade, owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.selectors.paging.key_page.__kwdefaults__", {"size": 2})
    for code in "abcde":
        trade.sku(code)
    url, seen = reverse("catalog:products"), []
    page = owner.get(url, {"sort": "-article"}).context["page"]
    while True:
        seen.append([line.sku.code for line in page])
        if not page.next_key:
            break
        page = owner.get(url, {"sort": "-article", "after": page.next_key}).context["page"]
    assert seen == [["e", "d"], ["c", "b"], ["a"]]
    page = owner.get(url, {"sort": "-article", "before": page.previous_key}).context["page"]
    assert [line.sku.code for line in page] == ["c", "b"]
    page = owner.get(url, {"sort": "-article", "before": page.previous_key}).context["page"]
    assert ([line.sku.code for line in page], page.previous_key) == (["e", "d"], "")


def test_a_long_list_asks_no_more_than_a_short_one(
    trade: Trade, owner: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for upto in (2, 20):
        for number in range(len(trade.skus), upto):
            trade.sku(f"s{number}")
        with django_assert_max_num_queries(40) as seen:
            owner.get(reverse("catalog:products"))
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


def test_photos_are_drawn_anew_ordered_and_removed(trade: Trade, owner: Client) -> None:
    mug = trade.sku("mug")
    url = reverse("catalog:photos", args=[mug.product_id])
    files = [
        SimpleUploadedFile("a.png", picture(size=(3000, 1000))),
        SimpleUploadedFile("b.webp", picture(form="WEBP")),
    ]
    owner.post(url, {"files": files})
    first, second = Photo.objects.all()
    assert (first.file.width, first.file.height, first.thumb.width) == (1600, 533, 240)
    answer = owner.get(reverse("catalog:photo", args=[first.pk, "thumb"]))
    assert (answer["Content-Type"], b"".join(answer)[:2]) == ("image/jpeg", b"\xff\xd8")
    owner.post(reverse("catalog:photo-change", args=[second.pk]), {"move": "forward"})
    assert list(Photo.objects.all()) == [second, first]
    owner.post(reverse("catalog:photo-change", args=[first.pk]), {"move": "away"})
    assert list(Photo.objects.all()) == [second]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
        ("a.png", b"", "JPEG"),
        ("a.gif", None, "JPEG"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "JPEG"),
        ("cut.jpg", "cut", "повреждён"),
        ("big.jpg", b"\0" * (10 * 1024 * 1024 + 1), "10 МБ"),
    ],
)
def test_what_is_no_picture_is_refused(trade: Trade, owner: Client, name: str, content: Any, word: str) -> None:
    mug = trade.sku("mug")
    if content is None:
        content = picture(form="GIF")
    if content == "cut":
        content = picture(form="JPEG", size=(900, 900))[:400]
    files = [SimpleUploadedFile("good.png", picture()), SimpleUploadedFile(name, content)]
    answer = owner.post(reverse("catalog:photos", args=[mug.product_id]), {"files": files}, follow=True)
    assert word in " ".join(str(message) for message in answer.context["messages"])
    assert Photo.objects.count() == 0


def test_vat_is_by_day_and_only_of_rates_in_force(trade: Trade, owner: Client) -> None:
    mug = trade.sku("mug")
    url = reverse("catalog:vat", args=[mug.product_id])
    assert owner.post(url, {"vat_code": "22", "valid_from": "2025-12-31"}).status_code == 422
    assert owner.post(url, {"vat_code": "20", "valid_from": "2026-01-01"}).status_code == 422
    assert owner.post(url, {"vat_code": "99", "valid_from": "9999-99-99"}).status_code == 422
    assert owner.post(url, {"vat_code": "20", "valid_from": "2025-12-31"}).status_code == 302
    assert owner.post(url, {"vat_code": "22", "valid_from": "2026-01-01"}).status_code == 302
    assert owner.post(url, {"vat_code": "10", "valid_from": "2026-01-01"}).status_code == 302
    known = list(ProductVat.objects.order_by("valid_from").values_list("vat_code", flat=True))
    assert known == ["20", "10"]


def test_categories_grow_move_and_never_close_a_ring(trade: Trade, owner: Client) -> None:
    merchant = trade.merchant.pk
    top = category.add(merchant_id=merchant, name="Дом", parent_id=None)
    inner = category.add(merchant_id=merchant, name="Кухня", parent_id=top.pk)
    leaf = category.add(merchant_id=merchant, name="Кружки", parent_id=inner.pk)
    assert [branch.path for branch in tree()] == ["Дом", "Дом / Кухня", "Дом / Кухня / Кружки"]
    refused = owner.post(reverse("catalog:category-edit", args=[top.pk]), {"name": "Дом", "parent": leaf.pk})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"parent"})
    with pytest.raises(BadPlaceInTree):
        category.change(merchant_id=merchant, category_id=top.pk, name="Дом", parent_id=top.pk)
    with pytest.raises(BadPlaceInTree):
        category.add(merchant_id=merchant, name="Кухня", parent_id=top.pk)
    with pytest.raises(BadPlaceInTree):
        category.remove(merchant_id=merchant, category_id=inner.pk)
    moved = owner.post(reverse("catalog:category-edit", args=[leaf.pk]), {"name": "Чашки", "parent": ""})
    assert moved.status_code == 302
    assert [branch.path for branch in tree()] == ["Дом", "Дом / Кухня", "Чашки"]
    assert owner.post(reverse("catalog:category-remove", args=[inner.pk])).status_code == 302
    assert owner.post(reverse("catalog:category-new"), {"name": "", "parent": "x"}).status_code == 422
    assert sorted(Category.objects.values_list("name", flat=True)) == ["Дом", "Чашки"]


def test_a_tree_is_at_most_ten_deep(trade: Trade) -> None:
    parent = None
    for level in range(10):
        parent = category.add(merchant_id=trade.merchant.pk, name=str(level), parent_id=parent).pk
    with pytest.raises(BadPlaceInTree, match="10"):
        category.add(merchant_id=trade.merchant.pk, name="eleven", parent_id=parent)
