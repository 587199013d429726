"""Nothing is emptied, overwritten or doubled by a mistake of a file; what is doubtful waits for a person."""

import pytest

from catalog.models import Product, Sku
from exchange.models import Connection, Item, Message, Pending, Problem
from exchange.services import messages
from exchange.types import ItemState, MessageState, NewGoods
from merchants.roles import Role
from tests import make
from tests.exchange.onec import catalogue, document, good, guid, offer, package, price, rest, work
from tests.exchange.test_catalog import GOODS, OFFERS, WHOLE_PRICES, WHOLE_STOCK, assert_whole, prices, stock


@pytest.fixture
def filled(onec):
    """1C with the small assortment applied."""
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    return onec


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_a_cut_document_is_refused_and_changes_nothing(filled, inside, share):
    changed = OFFERS.replace(b'"3"', b'"0"').replace(b"100.50", b"1.00")
    answer = filled.send("offers.xml", changed[: int(len(changed) * share)])
    assert answer.startswith("failure\n")
    assert "обрезан" in answer or "повреждён" in answer
    with inside():
        assert (stock(), prices()) == (WHOLE_STOCK, WHOLE_PRICES)


def big(pieces: str = "5", amount: str = "100", count: int = 30) -> bytes:
    return document(package(*(offer(n, f"Товар {n}", price(amount), rest(main=pieces)) for n in range(1, count + 1))))


@pytest.fixture
def thirty(onec):
    onec.begin()
    assert onec.send("import.xml", document(catalogue(*(good(n, article=f"A{n}") for n in range(1, 31))))) == "success"
    assert onec.send("offers.xml", big()) == "success"
    return onec


@pytest.mark.parametrize(("pieces", "amount", "alarm"), [("0", "100", "stock"), ("5", "10", "price")])
def test_a_mass_change_waits_for_a_person(thirty, inside, merchant, pieces, amount, alarm):
    answer = thirty.send("offers.xml", big(pieces, amount))
    assert answer.startswith("failure\nМассовое изменение")
    with inside():
        held = Message.objects.get(state=MessageState.HELD)
        assert held.preview["alarms"] == [alarm]
        assert held.preview["examples"]["rests" if alarm == "stock" else "prices"][0] == (
            ["A1", 5, 0] if alarm == "stock" else ["A1", "100.00", "10.00"]
        )
        assert len(stock()) == 30
        assert set(prices().values()) == {100}
        # 1C sends the same again: the newer package takes the place of the older one.
    assert thirty.send("offers.xml", big(pieces, amount)).startswith("failure")
    with inside():
        newer = Message.objects.get(state=MessageState.HELD)
        assert newer.pk != held.pk
        person = make.person()
        messages.confirm(message_id=newer.pk, person_id=person.pk, now=newer.created_at)
    work()
    with inside():
        newer.refresh_from_db()
        assert newer.state == MessageState.DONE
        assert len(stock()) == (0 if alarm == "stock" else 30)
        assert set(prices().values()) == {int(amount)}


def test_a_mass_archive_waits(thirty, inside):
    gone = [good(n, "", "<ПометкаУдаления>true</ПометкаУдаления>", article=f"A{n}") for n in range(1, 16)]
    assert thirty.send("import.xml", document(catalogue(*gone))).startswith("failure")
    thirty.begin()
    assert thirty.send("import.xml", document(catalogue(good(1, article="A1")))) == "success"
    for _time in range(2):
        assert thirty.say("catalog", "deactivate").startswith("failure\nС продажи ушло бы 29 из 30")
    with inside():
        assert not Product.objects.filter(archived=True).exists()
        held = Message.objects.get(state=MessageState.HELD, parts="retire")
        assert held.preview["examples"]["archive"][0] == ["A10", "Товар 10"]
        assert len(held.preview["examples"]["archive"]) == 29
    # What is named before somebody decides is not meant any more.
    thirty.send("import.xml", document(catalogue(good(2, article="A2"), changes=True)))
    with inside():
        messages.confirm(message_id=held.pk, person_id=make.person().pk, now=held.created_at)
    work()
    with inside():
        assert set(Product.objects.filter(archived=False).values_list("name", flat=True)) == {"Товар 1", "Товар 2"}
        assert Message.objects.get(pk=held.pk).counts == {"goods.archived": 28}
        assert set(Sku.objects.filter(archived=False).values_list("code", flat=True)) == {"A1", "A2"}
        assert len(stock()) == 30
    assert thirty.say("catalog", "deactivate") == "success"


def test_deactivate_after_a_refused_package_takes_nothing_off_sale(filled, inside):
    filled.begin()
    filled.send("import.xml", document(catalogue(good(1, article="MUG"))))
    assert filled.send("import2.xml", b"<?xml version='1.0'?><html/>").startswith("failure")
    assert filled.say("catalog", "deactivate").startswith("failure")
    with inside():
        assert not Product.objects.filter(archived=True).exists()


def test_an_empty_full_catalogue_takes_nothing_off_sale(filled, inside):
    filled.begin()
    assert filled.send("import.xml", document(catalogue())) == "success"
    assert filled.say("catalog", "deactivate") == "success"
    with inside():
        assert not Product.objects.filter(archived=True).exists()


def test_an_article_that_is_here_already_waits_in_the_queue_with_its_stock_and_price(onec, inside, merchant):
    with inside():
        product = Product.objects.create(merchant=merchant, name="Наша кружка")
        ours = Sku.objects.create(merchant=merchant, product=product, code="mug")
    onec.begin()
    assert onec.send("import.xml", GOODS) == "success"
    assert onec.send("offers.xml", OFFERS) == "success"
    with inside():
        product.refresh_from_db()
        assert (product.name, product.guid) == ("Наша кружка", None)
        item = Item.objects.get(state=ItemState.WAITING)
        assert (item.good, item.candidate_id) == (guid(1), ours.pk)
        assert set(stock()) == {key for key in WHOLE_STOCK if key[0] != "MUG"}
        assert set(Pending.objects.values_list("kind", flat=True)) == {"good", "offer", "price", "rest"}


def test_two_goods_of_one_article_do_not_become_one(onec, inside):
    onec.begin()
    twins = document(catalogue(good(1, "Первый", article="TWIN"), good(2, "Второй", article="twin")))
    for _time in range(2):
        assert onec.send("import.xml", twins) == "success"
    with inside():
        assert list(Sku.objects.values_list("product__name", "code")) == [("Первый", "TWIN")]
        assert Item.objects.get(state=ItemState.WAITING).name == "Второй"


def test_new_goods_may_be_asked_about_first(onec, inside, source):
    with inside():
        Connection.objects.filter(pk=source.pk).update(new_goods=NewGoods.ASK)
    onec.begin()
    assert onec.send("import.xml", GOODS) == "success"
    with inside():
        assert not Product.objects.exists()
        assert Item.objects.filter(state=ItemState.WAITING).count() == 2


def test_what_the_back_office_owns_is_filled_once_and_kept(onec, inside, source):
    with inside():
        Connection.objects.filter(pk=source.pk).update(owners={"name": "office", "price": "office", "stock": "office"})
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    onec.send("import.xml", document(catalogue(good(1, "Другое имя", article="MUG2"), changes=True)))
    with inside():
        assert Sku.objects.get(code="MUG2").product.name == "Кружка"
        assert (stock(), prices()) == ({}, {})


def test_files_that_are_no_packages_are_refused_with_a_reason(filled, inside):
    for content in (b"<html></html>", b"", b"PK\x03\x04rubbish", b"\x00\x01\x02", b"<?xml version='1.0'?>"):
        assert filled.say("catalog", "file", content or b" ", filename="import.xml") == "success"
        assert filled.have_imported("import.xml").startswith("failure\n")
    with inside():
        assert (stock(), prices()) == (WHOLE_STOCK, WHOLE_PRICES)
        assert not Problem.objects.exists()


def test_every_request_repeated_ends_the_same(onec, inside):
    """The answer is lost on its way and 1C asks again; also in the middle of a file."""

    def twice(*asked, **query):
        onec.say(*asked, **query)
        return onec.say(*asked, **query)

    onec.begin()
    onec.say("catalog", "init")
    for name, content in (("import.xml", GOODS), ("offers.xml", OFFERS)):
        for start in range(0, len(content), 500):
            assert twice("catalog", "file", content[start : start + 500], filename=name) == "success"
        assert onec.have_imported(name) == "success"
        assert twice("catalog", "import", filename=name) == "success"
    assert twice("catalog", "complete") == "success"
    with inside():
        assert_whole()


@pytest.mark.parametrize("cut", range(9))
def test_a_session_cut_at_any_request_and_begun_anew_ends_the_same(onec, inside, cut):
    def session(upto):
        asked = [
            lambda: onec.begin(),
            lambda: onec.say("catalog", "file", GOODS[:900], filename="import.xml"),
            lambda: onec.say("catalog", "file", GOODS[900:], filename="import.xml"),
            lambda: onec.say("catalog", "import", filename="import.xml"),
            lambda: onec.have_imported("import.xml"),
            lambda: onec.say("catalog", "file", OFFERS[:900], filename="offers.xml"),
            lambda: onec.say("catalog", "file", OFFERS[900:], filename="offers.xml"),
            lambda: onec.say("catalog", "import", filename="offers.xml"),
            lambda: onec.have_imported("offers.xml"),
        ]
        for step in asked[:upto]:
            step()

    session(cut)
    session(9)
    work()
    with inside():
        assert_whole()


def test_what_a_full_export_left_out_is_shown_and_goes_only_when_a_person_says_so(thirty, inside, merchant):
    """The older protocol has no word for it."""
    thirty.begin()
    half = [good(n, article=f"A{n}") for n in range(1, 16)]
    assert thirty.send("import.xml", document(catalogue(*half))) == "success"
    owner = make.client(role=Role.OWNER, merchant=merchant)
    with inside():
        package_ = Message.objects.filter(name="import.xml").latest("pk")
        assert not Product.objects.filter(archived=True).exists()
    address = f"/1c/log/{package_.pk}/"
    assert "15 товаров этого каталога не названы" in owner.get(address).content.decode()
    answer = owner.post(f"{address}decide/", {"what": "retire"}, follow=True)
    page = answer.content.decode()
    assert "С продажи ушло бы 15 из 30" in page
    assert "Товар 16" in page
    with inside():
        assert not Product.objects.filter(archived=True).exists()
        held = Message.objects.get(state=MessageState.HELD, parts="retire")
    owner.post(f"/1c/log/{held.pk}/decide/", {"what": "confirm"})
    work()
    with inside():
        assert Product.objects.filter(archived=True).count() == 15
    assert "не названы" not in owner.get(address).content.decode()
    owner.post(f"{address}decide/", {"what": "retire"})
    with inside():
        assert not Message.objects.filter(state=MessageState.HELD).exists()
