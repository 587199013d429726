"""Requests and files that mean harm: refused with a reason, with nothing changed and nothing grown."""

import tracemalloc
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from exchange.models import Message, Upload
from exchange.services import credentials
from merchants.scope import scope
from tests import make
from tests.exchange.onec import URL, OneC, catalogue, document, good
from tests.exchange.test_catalog import GOODS

BOMB = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)).replace("&a0;", "&a;")
    + "]><КоммерческаяИнформация><Каталог><Товары><Товар><Ид>&a11;</Ид></Товар></Товары></Каталог>"
    "</КоммерческаяИнформация>"
).encode()
OUTSIDE = (
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<КоммерческаяИнформация><Каталог><Товары><Товар><Ид>1</Ид><Наименование>&a;</Наименование></Товар></Товары>"
    "</Каталог></КоммерческаяИнформация>"
).encode()


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, BOMB.decode().encode("utf-16")], ids=["bomb", "outside", "utf-16"])
def test_documents_with_entities_are_refused(onec, inside, content):
    onec.begin()
    answer = onec.send("import.xml", content)
    assert answer.startswith("failure\n")
    assert "DOCTYPE" in answer


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x.xml", "a/../../b.xml", "shell.php", "x.PHTML", "a%00b.xml", "%20", ""]
)
def test_names_that_lead_out_or_are_programs_are_refused(onec, inside, name):
    onec.begin()
    assert onec.say("catalog", "file", b"<?xml", filename=name).startswith("failure\n")
    with inside():
        assert not Upload.objects.exists()


def test_a_windows_path_and_known_prefixes_are_only_a_name(onec, inside):
    onec.begin()
    assert onec.say("catalog", "file", GOODS, filename="C:\\tmp\\webdata\\Import.xml") == "success"
    with inside():
        assert Upload.objects.get().name == "import.xml"
    assert onec.have_imported("import.xml") == "success"


def bomb_archive() -> bytes:
    content = BytesIO()
    packer = zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
    with packer as archive, archive.open("import.xml", "w") as file:
        for _block in range(64):
            file.write(b" " * 1024 * 1024)
    return content.getvalue()


def test_an_archive_that_would_grow_beyond_measure_is_refused_without_growing(onec, inside):
    content = bomb_archive()
    onec.begin()
    tracemalloc.start()
    answer = onec.send("v8.zip", content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.startswith("failure\n")
    assert peak < 8 * 1024 * 1024
    with inside():
        assert not Message.objects.exists()


def test_an_archive_with_names_that_lead_out_is_refused(onec):
    onec.begin()
    assert onec.send("v8.zip", evil()).startswith("failure\n")


def evil() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("../../import.xml", GOODS)
    return content.getvalue()


def test_too_long_a_body_is_refused_before_it_is_read(onec, inside, settings):
    onec.begin()
    settings.EXCHANGE_REQUEST_BYTES = 10_000
    assert onec.say("catalog", "file", b"x" * 10_001, filename="import.xml").startswith("failure\nФайл длиннее")
    settings.EXCHANGE_REQUEST_BYTES, settings.EXCHANGE_FILE_BYTES = 20_000, 15_000
    assert onec.say("catalog", "file", b"x" * 10_000, filename="import.xml") == "success"
    assert onec.say("catalog", "file", b"y" * 10_000, filename="import.xml").startswith("failure\nФайл длиннее")
    with inside():
        assert Upload.objects.get().size == 10_000


def test_a_body_that_ends_too_soon_leaves_no_trace(onec, inside):
    onec.begin()
    onec.say("catalog", "file", GOODS[:700], filename="import.xml")
    answer = onec.client.generic(
        "POST", f"{URL}?type=catalog&mode=file&filename=import.xml", GOODS[700:900], HTTP_COOKIE=f"bo1c={onec.cookie}",
        CONTENT_LENGTH=str(len(GOODS) - 700),
    )  # fmt: skip
    assert answer.content.decode().startswith("failure\n")
    assert onec.say("catalog", "file", GOODS[700:], filename="import.xml") == "success"
    assert onec.have_imported("import.xml") == "success"


@pytest.mark.parametrize("cookie", ["", "1-1-x", "999999999999-1-x", "1", "-", "a-b-c", "1--"])
def test_without_proof_nothing_is_done(db, cookie):
    for mode in ("init", "file", "import", "query", "checkauth"):
        answer = Client().get(f"{URL}?type=catalog&mode={mode}", HTTP_COOKIE=f"bo1c={cookie}")
        assert (answer.status_code, answer.content.decode().split("\n")[0]) == (200, "failure")


def test_a_wrong_password_is_refused_and_guessing_is_stopped(onec):
    right, onec.secret = onec.secret, "wrong"
    for _time in range(20):
        assert onec.say("catalog", "checkauth").startswith("failure\nНеверный")
    onec.secret = right
    assert onec.say("catalog", "checkauth").startswith("failure\nСлишком много")


def test_another_password_ends_what_was_begun_with_the_old_one(onec, source, inside):
    onec.begin()
    with inside():
        onec.secret = credentials.renew_secret(connection_id=source.pk, now=timezone.now())
    assert onec.say("catalog", "init").startswith("failure\nСеанс")
    onec.begin()
    with inside():
        credentials.renew_secret(connection_id=source.pk, now=timezone.now(), overlap=timedelta(hours=1))
    assert onec.say("catalog", "init").startswith("zip=")


def test_an_address_that_is_not_allowed_and_a_right_that_is_missing_are_refused(onec, inside, source):
    onec.begin()
    with inside():
        source.networks, source.scopes = ["10.0.0.0/8"], ["orders.read"]
        source.save()
    assert onec.say("catalog", "init").startswith("failure\nАдрес 127.0.0.1")
    with inside():
        source.networks = ["127.0.0.0/8"]
        source.save()
    assert onec.say("catalog", "file", b"<?xml", filename="a.xml").startswith("failure\nЭтому подключению")


@pytest.mark.parametrize("query", ["", "type=catalog", "type=x&mode=init", "type=catalog&mode=drop", "mode=query"])
def test_unknown_types_and_modes_fail_with_a_reason(onec, query):
    onec.begin()
    answer = onec.client.get(f"{URL}?{query}", HTTP_COOKIE=f"bo1c={onec.cookie}")
    assert (answer.status_code, answer.content.decode().split("\n")[0]) == (200, "failure")


def test_another_merchants_connection_sees_nothing(onec, inside, db):
    stranger = make.merchant()
    with scope([stranger.pk]):
        made, secret = credentials.connect(merchant_id=stranger.pk, name="чужая", now=timezone.now())
    other = OneC(made.login, secret)
    other.begin()
    other.send("import.xml", document(catalogue(good(1, article="SECRET"))))
    with inside():
        assert not Message.objects.exists()
    onec.begin()
    assert onec.say("catalog", "import", filename="import.xml").startswith("failure")
