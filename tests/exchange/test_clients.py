"""What public programs that play 1C do, each in its own way: all of it is served."""

import base64
import io
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from catalog.models import Photo, Price, Product
from exchange.models import Session, Upload
from stock.models import StockRow
from tests.exchange.onec import URL, catalogue, document, good, guid, offer, package, price, work
from tests.exchange.test_catalog import GOODS, OFFERS, assert_whole
from tests.exchange.test_pictures import picture

FORM = "application/x-www-form-urlencoded"


@dataclass
class Caller:
    """A client with a jar of cookies; every answer is 200."""

    login: str
    secret: str
    client: Client = field(default_factory=Client)

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.login}:{self.secret}".encode()).decode()

    def ask(self, method: str, query: str, body: bytes = b"", kind: str = "", **headers: str) -> str:
        answer: Any = self.client.generic(method, f"{URL}?{query}", body, content_type=kind, headers=headers)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def until_done(self, method: str, query: str, **headers: Any) -> str:
        for _time in range(20):
            answer = self.ask(method, query, kind=FORM if method == "POST" else "", **headers)
            if "progress" not in answer:
                return answer
            work()
        raise AssertionError("no end of progress")


@pytest.fixture
def caller(onec):
    return Caller(onec.login, onec.secret)


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def test_no_type_a_cookie_under_a_name_of_its_own_and_one_body_beyond_the_limit(caller, inside, settings):
    settings.EXCHANGE_PART_BYTES = 100
    for name, content in (("import", GOODS), ("offers", OFFERS)):
        lines = caller.ask("GET", "mode=checkauth", Authorization=caller.basic).split("\n")
        caller.client.cookies.clear()
        own = {"Cookie": f"PHPSESSID={lines[2]}"}
        assert (lines[0], caller.ask("GET", "mode=init", **own)) == ("success", "zip=yes\nfile_limit=100")
        packed = archive(**{f"{name}_xml": content})
        assert caller.ask("POST", f"mode=file&filename={name}.zip", packed, **own) == "success"
        assert caller.until_done("POST", f"mode=import&filename={name}.xml", **own) == "success"
    with inside():
        assert_whole()


def test_post_for_everything_a_session_for_each_file_an_empty_last_part_and_pictures_beside(caller, inside):
    """Prices of a type that is never told, rests as a bare number, the weight as an element of its own."""
    goods = document(
        catalogue(
            *(good(n, f"Товар {n}", "<Картинка>7.jpg</Картинка><Вес>1.5</Вес><Группы/>") for n in (1, 2)), changes=True
        )
    )
    offers = document(package(*(offer(n, "", price(f"{n}.50", kind="BASE")) for n in (1, 2)), changes=True, head=""))
    bare = "<Остатки><Остаток>{}</Остаток></Остатки>"
    rests = document(package(*(offer(n, "", bare.format(n * 7)) for n in (1, 2)), changes=True, head=""))
    files = {"import": archive(import_xml=goods, **{"7_jpg": picture()}), "offers": archive(offers_xml=offers)}
    files["rests"] = archive(rests_xml=rests)
    for name, content in files.items():
        own = {"Authorization": caller.basic, "User-Agent": "emulator"}
        assert caller.ask("POST", "type=catalog&mode=checkauth", kind=FORM, **own).startswith("success\nbo1c\n")
        assert caller.ask("POST", "type=catalog&mode=init", kind=FORM, **own).startswith("zip=yes\nfile_limit=")
        for part in (content[:200], content[200:], b""):
            assert (
                caller.ask("POST", f"type=catalog&mode=file&filename={name}.zip", part, kind=FORM, **own) == "success"
            )
        assert caller.until_done("POST", f"type=catalog&mode=import&filename={name}.xml", **own) == "success"
    assert caller.ask("POST", "type=catalog&mode=complete", kind=FORM, **own) == "success"
    with inside():
        assert sorted(Price.objects.values_list("price_type__name", "amount")) == [("BASE", 1.5), ("BASE", 2.5)]
        assert sorted(StockRow.objects.values_list("on_hand", flat=True)) == [7, 14]
        assert [sku.weight_g for product in Product.objects.all() for sku in product.skus.all()] == [1500, 1500]
        assert Photo.objects.count() == 2


def test_a_jar_of_cookies_instead_of_the_lines_with_sessid_in_the_address(caller, inside):
    lines = caller.ask("GET", "type=catalog&mode=checkauth", Authorization=caller.basic).split("\n")
    sessid = lines[3]
    kinds = {"import.xml": "application/xml; charset=utf-8", "stock.zip": "application/zip"}
    files = {"import.xml": GOODS, "stock.zip": archive(offers_xml=OFFERS)}
    for name, content in files.items():
        query = f"type=catalog&{sessid}&mode=file&filename={name}"
        assert caller.ask("POST", query, content, kind=kinds[name]) == "success"
    for name in ("import.xml", "offers.xml"):
        assert caller.until_done("GET", f"type=catalog&{sessid}&mode=import&filename={name}") == "success"
    with inside():
        assert_whole()
        assert Session.objects.count() == 1


def test_proof_with_every_request_and_a_cookie_named_token(caller, inside):
    token = caller.ask("GET", "type=catalog&mode=checkauth", Authorization=caller.basic, Cookie="token=").split("\n")[2]
    caller.client.cookies.clear()
    own = {"Authorization": caller.basic, "Cookie": f"token={token}", "User-Agent": "1C+Enterprise/8.3"}
    # Without a version, the limit is the last line: some read nothing after it.
    assert caller.ask("GET", "type=catalog&mode=init", **own).split("\n")[-1].startswith("file_limit=")
    packed = archive(import_xml=GOODS, offers_xml=OFFERS)
    for start in range(0, len(packed), 300):
        part = packed[start : start + 300]
        assert (
            caller.ask("POST", "type=catalog&mode=file&filename=simulator1c.zip", part, kind=FORM, **own) == "success"
        )
    for name in ("import.xml", "offers.xml"):
        assert caller.until_done("GET", f"type=catalog&mode=import&filename={name}", **own) == "success"
    with inside():
        assert_whole()
        assert Session.objects.count() == 1


@pytest.mark.parametrize(
    "query", ["type=CATALOG&mode=File&filename=Import.XML&x=1", "filename=import.xml&mode=file&type=catalog&sessid="]
)
def test_letters_order_and_further_parameters_do_not_matter(onec, inside, query):
    onec.begin()
    caller = Caller(onec.login, onec.secret)
    own = {"Cookie": f"bo1c={onec.cookie}", "Connection": "close"}
    assert caller.ask("POST", query, GOODS, kind="text/xml", **own) == "success"
    assert onec.have_imported("import.xml") == "success"
    with inside():
        assert Product.objects.count() == 2


def test_a_name_in_windows_1251_is_read_as_such(onec, inside):
    onec.begin()
    escaped = "".join(f"%{byte:02X}" for byte in "фото.jpg".encode("cp1251"))
    assert onec.say("catalog", "file", picture(), filename=escaped) == "success"
    with inside():
        assert Upload.objects.get().name == "фото.jpg"


def test_a_good_that_was_never_told_has_its_price_and_rest_kept(onec, inside):
    onec.begin()
    assert onec.send("offers.xml", OFFERS) == "success"
    with inside():
        assert not StockRow.objects.exists()
    assert onec.send("import.xml", document(catalogue(good(1, "Кружка", article="MUG")))) == "success"
    with inside():
        assert sorted(StockRow.objects.values_list("on_hand", flat=True)) == [2, 3]
        assert str(Product.objects.get().guid) == guid(1)
