"""What an agent is answered, who may make keys, and what a page says of a printer."""

import base64
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from labels.models import PrintItem, StationKey
from labels.services import printing, station_key, wake
from merchants.models import Membership
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from tests.labels import make as labels_make
from tests.labels import zebra
from tests.labels.test_place import marketplace_pdf, marketplace_png

pytestmark = pytest.mark.django_db
TURN = "/labels/agent/turn/"


@pytest.fixture
def merchant():
    return make.merchant()


@pytest.fixture
def maker(merchant):
    return make.person(role=Role.LEAD, merchant=merchant)


@pytest.fixture
def station(merchant):
    return labels_make.agent_station(merchant)


@pytest.fixture
def secret(station, maker):
    return station_key.make(station=station, person_id=maker.pk, now=timezone.now())[1]


def queued(merchant, station, number="46-0001", content=b""):
    order = labels_make.labelled(merchant, number, content=content or marketplace_png())
    with scope([merchant.pk]):
        printing.print_order_label(order_id=order.pk, person_id=None, now=timezone.now(), station=station)
    return order


def turn(secret, **said):
    body = {"claim": str(uuid4()), "printer": "ok", **said}
    return Client().post(TURN, body, content_type="application/json", headers={"authorization": f"Bearer {secret}"})


def test_an_agent_gets_zpl_that_reads_as_its_orders_sticker(merchant, station, secret):
    queued(merchant, station)
    answer = turn(secret)
    (item,) = answer.json()["items"]
    assert zebra.decoded(base64.b64decode(item["zpl"])) == "46000017"
    assert (answer["X-Seen"], answer["Cache-Control"]) == ("", "no-store")


def test_a_question_in_vain_costs_no_query(merchant, station, secret, django_assert_num_queries):
    seen = turn(secret)["X-Seen"]
    with django_assert_num_queries(0):
        answer = turn(secret, seen=seen)
    assert (answer.status_code, answer["X-Seen"]) == (204, seen)


def test_an_agent_is_told_to_ask_often_while_somebody_works_at_the_table(merchant, station, secret):
    assert turn(secret)["X-Ask-After"] == "2.0"
    wake.watch(station.pk)
    assert turn(secret)["X-Ask-After"] == "0.3"


@pytest.mark.parametrize("key", ["", "bo-print-wrong", "х"])
def test_a_wrong_key_opens_nothing(station, secret, key):
    answer = Client().post(TURN, {}, content_type="application/json", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 401


def test_wrong_keys_are_tried_thirty_times(station, secret):
    for _guess in range(30):
        assert "отозвали" in turn("bo-print-guess").json()["message"]
    assert "Подождите" in turn("bo-print-guess").json()["message"]
    assert turn(secret).status_code == 401  # unknown until now: from this address nobody is listened to


def test_a_revoked_key_is_refused_at_once(secret, maker, station, django_capture_on_commit_callbacks):
    assert turn(secret).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        make.client(maker).post(f"/labels/stations/{station.pk}/keys/{StationKey.objects.get().pk}/revoke/")
    assert turn(secret).status_code == 401


def test_a_key_dies_with_the_rights_of_its_maker(secret, maker):
    Membership.objects.filter(person=maker).update(role=Role.PICKER)
    assert turn(secret).status_code == 401


def test_a_key_does_not_open_the_stickers_of_a_merchant_its_maker_does_not_serve(merchant, station, secret):
    queued(merchant, station, "mine")
    other = make.merchant()
    theirs = labels_make.labelled(other, "theirs", content=marketplace_png())
    with scope([other.pk]):
        printing.print_order_label(order_id=theirs.pk, person_id=None, now=timezone.now(), station=station)
    assert len(turn(secret).json()["items"]) == 1
    with scope([other.pk]):
        assert PrintItem.objects.get().state == "queued"


@pytest.mark.parametrize(
    "said",
    [
        {"claim": "x"},
        {"claim": None},
        {"done": "1"},
        {"done": [True]},
        {"done": [2**70]},
        {"doubt": [1] * 101},
        {"printer": "on fire"},
        {"detail": "x" * 201},
        {"detail": "\x00"},
    ],
)
def test_what_is_no_turn_is_refused(secret, said):
    assert turn(secret, **said).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"1" * 30_000, b"[" * 19_000])
def test_what_is_no_json_is_refused(secret, body):
    answer = Client().post(TURN, body, content_type="application/json", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 400


def test_a_sticker_too_large_for_the_roll_does_not_come_out_and_says_why(merchant, station, secret):
    queued(merchant, station, content=marketplace_pdf("46-1"))
    queued(merchant, station, "46-0002")
    assert len(turn(secret).json()["items"]) == 1
    with scope([merchant.pk]):
        item = PrintItem.objects.order_by("pk").first()
        assert (item.state, "75×120" in item.problem) == ("failed", True)
    page = make.client(role=Role.PICKER, merchant=merchant).get("/labels/queue/").content.decode()
    assert "75×120" in page


def test_the_secret_is_shown_once_and_kept_nowhere(merchant, station, maker):
    client = make.client(maker)
    page = client.post(f"/labels/stations/{station.pk}/keys/new/").content.decode()
    key = StationKey.objects.get()
    assert page.count("bo-print-") >= 2
    shown = page.split("bo-print-", 1)[1].split("<")[0].split('"')[0]
    assert turn(f"bo-print-{shown}").status_code == 200
    assert shown not in client.get(f"/labels/stations/{station.pk}/agent/").content.decode()
    assert shown[5:] not in f"{key.digest} {key.begins}"


def test_the_program_is_served_with_its_version(maker, secret):
    answer = make.client(maker).get("/labels/agent/print_agent.py")
    assert answer.content.startswith(b"#!/usr/bin/env python3")
    assert (
        turn(secret)["X-Agent"]
        in make.client(maker).get(f"/labels/stations/{StationKey.objects.get().station_id}/agent/").content.decode()
    )


def line(client, station):
    client.cookies["station"] = str(station.pk)
    return client.get("/labels/printer/line/").content.decode()


def test_the_line_says_what_goes_on(merchant, maker, station, secret):
    client = make.client(maker)
    assert "не слышно" in line(client, station)
    turn(secret, printer="silent", detail="no route")
    assert "Принтер молчит с" in line(client, station)
    turn(secret)
    assert "Принтер готов" in line(client, station)
    queued(merchant, station)
    assert "1 стикер" in line(client, station)
    claim = str(uuid4())
    (item,) = turn(secret, claim=claim).json()["items"]
    turn(secret, claim=claim, done=[item["id"]])
    assert "46-0001: стикер ушёл на принтер" in line(client, station)
    client.post(f"/labels/stations/{station.pk}/printer/scan/", {"code": "BO-PRINT-STOP"}, "application/json")
    assert "Печать остановлена" in line(client, station)
    answer = client.post(f"/labels/stations/{station.pk}/printer/scan/", {"code": "46-0001"}, "application/json")
    assert answer.json()["outcome"] == "accepted"
    assert "Принтер готов" in line(client, station)


def test_the_sticker_of_an_agents_station_is_no_file(merchant, station, secret):
    order = labels_make.labelled(merchant, content=marketplace_png())
    client = make.client(role=Role.PICKER, merchant=merchant)
    client.cookies["station"] = str(station.pk)
    url = f"/labels/order/{order.pk}/sticker.pdf"
    assert client.get(url, headers={"x-requested-with": "print"}).status_code == 202
    assert client.get(url).url == "/labels/printer/"
    with scope([merchant.pk]):
        assert PrintItem.objects.count() == 1
    assert len(turn(secret).json()["items"]) == 1


def test_a_station_without_an_agent_may_save_zpl(merchant):
    station = labels_make.station(merchant, way="file")
    order = labels_make.labelled(merchant, "46-0001", content=marketplace_png())
    client = make.client(role=Role.PICKER, merchant=merchant)
    client.cookies["station"] = str(station.pk)
    answer = client.get(f"/labels/order/{order.pk}/sticker.pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="46-0001.zpl"'
    assert zebra.decoded(answer.content) == "46000017"
    with scope([merchant.pk]):
        assert PrintItem.objects.get().state == "sent"


def test_the_test_page_goes_the_whole_way(merchant, station, secret, maker):
    make.client(maker).post(f"/labels/stations/{station.pk}/test/")
    (item,) = turn(secret).json()["items"]
    content = base64.b64decode(item["zpl"])
    assert b"^GFA,18560,18560,58," in content
    plain = make.client(maker).get(f"/labels/printers/{station.printer.pk}/test.zpl").content
    assert content == plain
