"""The exchange desk: what a person sees and decides."""

from io import BytesIO

import pytest

from catalog.models import Product, Sku
from exchange.models import Connection, Item, Message, Pending
from exchange.types import ItemState, MessageState
from merchants.roles import Role
from tests import make
from tests.exchange.onec import OneC, catalogue, document, good, offer, package, price, rest, work
from tests.exchange.test_catalog import GOODS, OFFERS, assert_whole, prices, stock
from tests.exchange.test_guards import big


@pytest.fixture
def browser(merchant):
    return make.client(role=Role.OWNER, merchant=merchant)


def test_the_wizard_shows_a_password_once_and_it_works(browser, merchant, inside):
    page = browser.post("/1c/connect/", {"name": "УТ 11", "merchant": merchant.pk})
    text = page.content.decode()
    with inside():
        made = Connection.objects.get()
    assert page["Cache-Control"] == "no-store"
    assert made.login in text
    assert "http://testserver/1c/exchange" in text
    secret = page.context["secret"]
    assert secret in text
    assert secret not in browser.get(f"/1c/connections/{made.pk}/").content.decode()
    OneC(made.login, secret).begin()
    renewed = browser.post(f"/1c/connections/{made.pk}/password/").context["secret"]
    assert OneC(made.login, secret).say("catalog", "checkauth").startswith("failure")
    OneC(made.login, renewed).begin()


def test_a_file_by_hand_is_tried_without_changing_anything_then_applied(browser, onec, source, inside):
    onec.begin()
    onec.send("import.xml", GOODS)
    bad = document(
        package(
            offer(1, "Кружка", price("100.50"), rest(main="3", shop="2")),
            offer(2, "Ботинки (38)", price("дорого"), char=38),
        )
    )
    answer = browser.post("/1c/upload/", {"connection": source.pk, "file": named(bad)})
    work()
    with inside():
        tried = Message.objects.get(dry=True)
        assert (tried.state, tried.rejected, tried.counts["prices"]) == (MessageState.DRY, 1, 1)
        assert (stock(), prices()) == ({}, {})
    assert answer["Location"] == f"/1c/log/{tried.pk}/"
    page = browser.get(answer["Location"]).content.decode()
    assert "«дорого» — не число" in page
    browser.post(f"/1c/log/{tried.pk}/decide/", {"what": "again"})
    work()
    with inside():
        assert prices() == {"MUG": 100.5}
        assert len(stock()) == 2


def named(content: bytes) -> BytesIO:
    file = BytesIO(content)
    file.name = "offers.xml"
    return file


def test_a_mass_change_is_shown_and_let_pass_or_set_aside(browser, onec, inside):
    onec.begin()
    onec.send("import.xml", document(catalogue(*(good(n, article=f"A{n}") for n in range(1, 31)))))
    onec.send("offers.xml", big())
    onec.send("offers.xml", big("0"))
    with inside():
        held = Message.objects.get(state=MessageState.HELD)
    page = browser.get(f"/1c/log/{held.pk}/").content.decode()
    assert "Слишком много артикулов обнулится" in page
    browser.post(f"/1c/log/{held.pk}/decide/", {"what": "drop"})
    with inside():
        held.refresh_from_db()
        assert held.state == MessageState.DROPPED
        assert len(stock()) == 30
    onec.send("offers.xml", big("0"))
    with inside():
        held = Message.objects.get(state=MessageState.HELD)
    browser.post(f"/1c/log/{held.pk}/decide/", {"what": "confirm"})
    work()
    with inside():
        assert stock() == {}


@pytest.fixture
def doubtful(onec, inside, merchant):
    """A mug is here under the article of 1C's mug."""
    with inside():
        product = Product.objects.create(merchant=merchant, name="Наша кружка")
        Sku.objects.create(merchant=merchant, product=product, code="mug")
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    with inside():
        return Item.objects.get(state=ItemState.WAITING)


def test_the_proposed_article_gets_the_name_price_and_stock_that_waited(browser, doubtful, inside):
    assert "Наша кружка" in browser.get("/1c/matching/").content.decode()
    browser.post("/1c/matching/decide/", {"ids": doubtful.pk, "what": "proposed"})
    work()
    with inside():
        Sku.objects.filter(code="mug").update(code="MUG")
        assert_whole()


def test_a_new_article_is_made_under_a_code_that_is_free(browser, doubtful, inside):
    browser.post("/1c/matching/decide/", {"ids": doubtful.pk, "what": "make"})
    work()
    with inside():
        assert set(Sku.objects.filter(product__name="Кружка").values_list("code", flat=True)) == {
            f"MUG-{doubtful.good}"
        }
        assert Sku.objects.get(code="mug").product.name == "Наша кружка"
        assert prices()[f"MUG-{doubtful.good}"] == 100.5
        assert not Pending.objects.exists()


def test_what_is_not_wanted_is_let_alone_for_good(browser, doubtful, onec, inside):
    browser.post("/1c/matching/decide/", {"ids": doubtful.pk, "what": "ignore"})
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    with inside():
        assert Item.objects.get(pk=doubtful.pk).state == ItemState.IGNORED
        assert not Pending.objects.exists()
        assert "MUG" not in prices()


def test_a_good_is_matched_by_hand_by_code_or_barcode(browser, doubtful, inside):
    assert browser.post(f"/1c/matching/{doubtful.pk}/", {"code": "no such"}).status_code == 422
    assert browser.post(f"/1c/matching/{doubtful.pk}/", {"code": "BOOT/38"}).status_code == 422
    assert browser.post(f"/1c/matching/{doubtful.pk}/", {"code": "MUG"}).status_code == 302
    work()
    with inside():
        assert Item.objects.get(pk=doubtful.pk).sku.code == "MUG"


def test_whose_word_counts_and_settings_are_kept(browser, source, inside):
    page = browser.get(f"/1c/connections/{source.pk}/?tab=owners")
    told = {f"owner-{name}": "1c" for name in page.context["form"].fields} | {"owner-price": "office"}
    assert browser.post(f"/1c/connections/{source.pk}/?tab=owners", told).status_code == 302
    form = browser.get(f"/1c/connections/{source.pk}/?tab=settings").context["form"]
    told = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    told |= {"networks": "10.0.0.0/8, 127.0.0.1", "orders_from": "01.11.2026 00:00"}
    assert browser.post(f"/1c/connections/{source.pk}/?tab=settings", told).status_code == 302
    assert browser.post(f"/1c/connections/{source.pk}/?tab=settings", told | {"networks": "nowhere"}).status_code == 422
    with inside():
        source.refresh_from_db()
        assert (source.owners["price"], source.owners["name"]) == ("office", "1c")
        assert source.networks == ["10.0.0.0/8", "127.0.0.1"]


def test_the_log_tells_every_request_and_gives_the_raw_file(browser, onec, inside):
    onec.begin()
    onec.send("import.xml", GOODS)
    with inside():
        shown = Message.objects.get()
    session = browser.get(f"/1c/sessions/{shown.session_id}/")
    assert [row.mode for row in session.context["requests"]] == ["checkauth", "init", "file", "import", "import"]
    assert b"sessid" not in session.content.replace(b"sessionid", b"")
    assert b"".join(browser.get(f"/1c/log/{shown.pk}/raw/").streaming_content) == GOODS
    assert "import.xml" in browser.get("/1c/").content.decode()
    assert browser.get(f"/1c/log/{shown.pk}/problems/").content.decode("utf-8-sig").startswith("объект;поле")
