"""Goods, offers, prices and stock as 1C sends them, over the protocol itself."""

from decimal import Decimal

import pytest

from backoffice.kernel import events as bus
from catalog.events import ArchiveChanged
from catalog.models import Barcode, Category, Price, Product, ProductVat, Sku
from exchange.models import Item, Message, Pending, Problem
from stock.models import StockRow, Warehouse
from stock.selectors import proof
from tests.exchange.onec import (
    CATALOGUE,
    MAIN,
    catalogue,
    classifier,
    document,
    good,
    group,
    guid,
    offer,
    package,
    packed,
    price,
    rest,
)

GOODS = document(
    classifier("<Группы>" + group(1, "Обувь", group(2, "Ботинки")) + "</Группы>"),
    catalogue(
        good(
            1,
            "Кружка",
            f"<Группы><Ид>{guid(1, 'e')}</Ид></Группы><СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование>"
            "<Ставка>22</Ставка></СтавкаНалога></СтавкиНалогов><ЗначенияРеквизитов><ЗначениеРеквизита>"
            "<Наименование>Вес</Наименование><Значение>0,35</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>",
            article="MUG",
            barcode="4600000000015",
        ),
        good(2, "Ботинки", f"<Группы><Ид>{guid(2, 'e')}</Ид></Группы>", article="BOOT"),
    ),
)
OFFERS = document(
    package(
        offer(1, "Кружка", price("100.50"), rest(main="3", shop="2")),
        offer(2, "Ботинки (38)", price("5000"), rest(main="1"), char=38),
        offer(2, "Ботинки (39)", price("5100"), rest(main="0", shop="4"), char=39),
    )
)


def stock() -> dict[tuple[str, str], int]:
    names = dict(Warehouse.objects.values_list("pk", "name"))
    codes = dict(Sku.objects.values_list("pk", "code"))
    return {(codes[row.sku_id], names[row.warehouse_id]): row.on_hand for row in StockRow.objects.all() if row.on_hand}


def prices() -> dict[str, Decimal]:
    return dict(Price.objects.values_list("sku__code", "amount"))


WHOLE_STOCK = {
    ("MUG", "Главный склад"): 3,
    ("MUG", "Магазин"): 2,
    ("BOOT/38", "Главный склад"): 1,
    ("BOOT/39", "Магазин"): 4,
}
WHOLE_PRICES = {"MUG": Decimal("100.50"), "BOOT/38": Decimal(5000), "BOOT/39": Decimal(5100)}


def assert_whole() -> None:
    assert set(Sku.objects.values_list("product__name", "code", "variant")) == {
        ("Кружка", "MUG", ""),
        ("Ботинки", "BOOT/38", "38"),
        ("Ботинки", "BOOT/39", "39"),
    }
    assert prices() == WHOLE_PRICES
    assert stock() == WHOLE_STOCK
    assert not Pending.objects.exists()
    assert not Problem.objects.exists()
    assert not proof.differences()


def test_a_full_exchange_is_applied_whole(onec, inside):
    onec.begin()
    assert onec.send("import.xml", GOODS) == "success"
    assert onec.send("offers.xml", OFFERS) == "success"
    with inside():
        assert_whole()
        mug = Sku.objects.get(code="MUG")
        assert (mug.weight_g, mug.product.category.name, str(mug.product.guid)) == (350, "Обувь", guid(1))
        assert Category.objects.get(name="Ботинки").parent.name == "Обувь"
        assert list(Barcode.objects.values_list("sku__code", "value", "kind")) == [("MUG", "4600000000015", "ean13")]
        assert ProductVat.objects.get(product=mug.product).vat_code == "22"
        boots = Sku.objects.get(code="BOOT/38")
        assert (str(boots.product.guid), str(boots.guid)) == (guid(2), guid(38, "f"))
        first = Message.objects.get(name="import.xml")
        assert (first.counts["goods"], first.counts["goods.new"], first.rejected) == (2, 2, 0)


def test_parts_in_any_order_across_sessions_end_the_same(onec, inside):
    for name, content in (("offers.xml", OFFERS), ("import.xml", GOODS)):
        onec.begin()
        assert onec.send(name, content) == "success"
    with inside():
        assert_whole()


def test_repeating_everything_changes_nothing(onec, inside):
    for _time in range(2):
        onec.begin()
        onec.send("import.xml", GOODS)
        onec.send("offers.xml", OFFERS)
    with inside():
        assert_whole()
        last = Message.objects.filter(name="offers.xml").latest("pk")
        assert (last.counts.get("prices.changed", 0), last.counts.get("rests.changed", 0)) == (0, 0)


@pytest.mark.parametrize("with_cookie", [True, False])
@pytest.mark.parametrize("post", [True, False])
def test_basic_or_cookie_get_or_post(onec, inside, with_cookie, post):
    onec.with_cookie, onec.post = with_cookie, post
    onec.begin(version="2.09")
    assert onec.send("import0_1.xml", GOODS, part=700) == "success"
    assert onec.send("v8_3b8f_3e.zip", packed(offers0_1_dot_xml=OFFERS)) == "success"
    assert onec.say("catalog", "complete") == "success"
    with inside():
        assert_whole()


def test_a_document_inside_an_archive_is_asked_for_by_its_own_name(onec, inside):
    onec.begin()
    archive = packed(webdata__import_dot_xml=GOODS, webdata__offers_dot_xml=OFFERS)
    assert onec.say("catalog", "file", archive, filename="v8_1.zip") == "success"
    assert onec.have_imported("import.xml") == "success"
    assert onec.have_imported("offers.xml") == "success"
    with inside():
        assert_whole()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.decode("utf-8-sig").replace("UTF-8", "windows-1251").encode("cp1251"),
        lambda text: text.removeprefix(b"\xef\xbb\xbf"),
        lambda text: text.decode("utf-8-sig").replace("UTF-8", "windows-1251").encode("utf-8"),
        lambda text: text.decode("utf-8-sig").encode("cp1251"),
        lambda text: text.replace(b"urn:1C.ru:commerceml_2", b"urn:1C.ru:commerceml 2"),
        lambda text: text.replace(b' xmlns="urn:1C.ru:commerceml_2"', b""),
        lambda text: text.replace("Кружка".encode(), "Кружка\x0b".encode()),
    ],
    ids=["cp1251", "no BOM", "lying prolog", "prolog says UTF-8", "space in namespace", "no namespace", "control sign"],
)
def test_every_letter_case_is_read(onec, inside, change):
    onec.begin()
    assert onec.send("import.xml", change(GOODS)) == "success"
    assert onec.send("offers.xml", change(OFFERS)) == "success"
    with inside():
        assert_whole()


def test_rests_in_all_three_shapes(onec, inside):
    onec.begin()
    onec.send("import.xml", document(catalogue(*(good(n, article=f"A{n}") for n in range(1, 5)))))
    named = "<Остатки><Остаток><Склад><Ид>{}</Ид><Количество>{}</Количество></Склад></Остаток></Остатки>"
    answer = onec.send(
        "rests.xml",
        document(
            package(
                offer(1, "", rest(main="5", shop="1")),
                offer(2, "", named.format(MAIN, "7.9")),
                offer(3, "", "<Остатки><Остаток><Количество>9</Количество></Остаток></Остатки>"),
                offer(4, "", "<Количество>-2</Количество>"),
            )
        ),
    )
    assert answer == "success"
    with inside():
        own = Warehouse.objects.exclude(name__in=["Главный склад", "Магазин"]).get().name
        assert stock() == {
            ("A1", "Главный склад"): 5,
            ("A1", "Магазин"): 1,
            ("A2", "Главный склад"): 7,
            ("A3", own): 9,
        }


def test_a_total_of_zero_empties_all_warehouses_and_a_bare_price_none(onec, inside):
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    onec.send("prices.xml", document(package(offer(1, "", price("90")), changes=True)))
    with inside():
        assert stock() == WHOLE_STOCK
        assert prices()["MUG"] == 90
    onec.send("rests.xml", document(package(offer(1, "", "<Количество>0</Количество>"), changes=True)))
    with inside():
        assert stock() == {key: pieces for key, pieces in WHOLE_STOCK.items() if key[0] != "MUG"}
        assert not proof.differences()


def test_what_a_changes_package_does_not_name_stays(onec, inside):
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    onec.send("import.xml", document(catalogue(good(1, "Чашка", article="CUP"), changes=True)))
    with inside():
        assert set(Product.objects.values_list("name", "archived")) == {("Чашка", False), ("Ботинки", False)}
        assert Sku.objects.get(product__name="Чашка").code == "CUP"


def test_deletion_marks_archive_and_come_back(onec, inside, monkeypatch):
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    told = []
    monkeypatch.setitem(bus._subscribers, ArchiveChanged, [told.append])
    gone = good(2, "Ботинки", "<ПометкаУдаления>true</ПометкаУдаления>", article="BOOT")
    onec.send("import.xml", document(catalogue(gone, good(1, "Кружка", article="MUG", Статус="Удален"), changes=True)))
    with inside():
        assert set(Sku.objects.values_list("code", "archived")) == {("MUG", True), ("BOOT/38", True), ("BOOT/39", True)}
        assert stock() == WHOLE_STOCK
        assert {pk for fact in told for pk in fact.sku_ids} == set(Sku.objects.values_list("pk", flat=True))
    told.clear()
    onec.send("import.xml", document(catalogue(good(1, "Кружка", article="MUG"), changes=True)))
    with inside():
        mug = Sku.objects.get(code="MUG")
        assert not mug.archived
        assert {pk for fact in told for pk in fact.sku_ids} == {mug.pk}


def test_deactivate_takes_off_sale_what_a_full_export_did_not_name(onec, inside):
    onec.begin()
    onec.send("import.xml", GOODS)
    other = "c0000000-0000-4000-8000-000000000002"
    onec.send("import.xml", document(catalogue(good(9, "Другой каталог", article="OTHER"), ident=other)))
    onec.begin()
    onec.send("import.xml", document(catalogue(good(1, "Кружка", article="MUG"))))
    with inside():
        assert not Product.objects.filter(archived=True).exists()
    assert onec.say("catalog", "deactivate") == "success"
    with inside():
        assert list(Product.objects.filter(archived=True).values_list("name", flat=True)) == ["Ботинки"]


def test_one_wrong_object_is_told_by_field_and_line_and_the_others_go_in(onec, inside):
    onec.begin()
    onec.send("import.xml", GOODS)
    assert (
        onec.send(
            "offers.xml",
            document(
                package(
                    offer(1, "Кружка", price("дорого"), rest(main="3")),
                    offer(2, "Ботинки (38)", price("10"), "\n" + rest(main="1").replace('"1"', '"много"'), char=38),
                    offer(2, "Ботинки (39)", price("5100"), rest(main="2"), char=39),
                )
            ),
        )
        == "success"
    )
    with inside():
        assert stock() == {("BOOT/39", "Главный склад"): 2}
        assert prices() == {"BOOT/39": 5100}
        told = {(p.n, p.field, p.line) for p in Problem.objects.all()}
        assert told == {(1, "ЦенаЗаЕдиницу", 3), (2, "Количество", 6)}
        assert Message.objects.get(name="offers.xml").rejected == 2


def test_a_barcode_of_another_article_refuses_the_whole_good(onec, inside):
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send(
        "import.xml", document(catalogue(good(3, "Блюдце", article="DISH", barcode="4600000000015"), changes=True))
    )
    with inside():
        assert not Product.objects.filter(name="Блюдце").exists()
        problem = Problem.objects.get()
        assert (problem.field, "MUG" in problem.text, "Блюдце" in problem.subject) == ("Штрихкод", True, True)


def test_ids_that_are_no_guids_are_goods_too(onec, inside):
    onec.begin()
    onec.send("import.xml", document(catalogue(good("*5108", "Странный", article="ODD"), good("17", "Номер"))))
    with inside():
        assert set(Sku.objects.values_list("code", flat=True)) == {"ODD", "17"}
        assert set(Item.objects.values_list("good", "catalogue")) == {("*5108", CATALOGUE), ("17", CATALOGUE)}
