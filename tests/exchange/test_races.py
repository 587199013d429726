"""Two sessions of one base at the same time, and a worker that dies in the middle; with real connections."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from exchange.models import Connection, Message
from exchange.services import credentials, imports
from exchange.types import MessageState
from merchants.scope import scope
from stock.selectors import proof
from tests import make
from tests.exchange.onec import OneC
from tests.exchange.test_catalog import GOODS, OFFERS, assert_whole, stock


@pytest.fixture
def base(transactional_db, monkeypatch):
    """A connected base; kicks are the test's own business."""
    monkeypatch.setattr("exchange.tasks.kick", lambda **_ids: None)
    # The first request of a process registers the names of its metrics, which two at once would do twice.
    Client().get("/healthz")
    merchant = make.merchant()
    with scope([merchant.pk]):
        made, secret = credentials.connect(merchant_id=merchant.pk, name="УТ", now=timezone.now())
    return merchant, made.login, secret


def test_two_sessions_at_once_end_like_one(base):
    merchant, login, secret = base
    barrier = threading.Barrier(2, timeout=60)
    wrong: list[str] = []

    def session() -> None:
        try:
            onec = OneC(login, secret)
            onec.begin()
            for name, content in (("import.xml", GOODS), ("offers.xml", OFFERS)):
                for start in range(0, len(content), 900):
                    onec.say("catalog", "file", content[start : start + 900], filename=name)
                barrier.wait()
                if (answer := until_done(onec, name)) != "success":
                    wrong.append(answer)
        except Exception as reason:  # noqa: BLE001  told below
            wrong.append(repr(reason))
        finally:
            connection.close()

    threads = [threading.Thread(target=session) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert wrong == []
    with scope([merchant.pk]):
        assert_whole()
        assert Connection.objects.count() == 1


def until_done(onec: OneC, name: str) -> str:
    """Ask and work until there is an answer; the other session may be at the same goods."""
    for _time in range(500):
        answer = onec.say("catalog", "import", filename=name)
        if not answer.startswith("progress"):
            return answer
        with scope([int(onec.login.split("-")[1])]):
            waiting = list(Message.objects.filter(state=MessageState.WAITING).values_list("pk", "merchant_id"))
        for pk, merchant_id in waiting:
            imports.run(message_id=pk, merchant_id=merchant_id)
    return "no end"


def test_a_worker_that_dies_between_chunks_is_followed_by_another(base, monkeypatch):
    merchant, login, secret = base
    monkeypatch.setattr(imports, "CHUNK", 1)
    onec = OneC(login, secret)
    onec.begin()
    onec.send("import.xml", GOODS)
    for start in range(0, len(OFFERS), 900):
        onec.say("catalog", "file", OFFERS[start : start + 900], filename="offers.xml")
    assert onec.say("catalog", "import", filename="offers.xml").startswith("progress")
    with scope([merchant.pk]):
        message = Message.objects.get(state=MessageState.WAITING)
    chunk, done = imports._chunk, []

    def dies(*asked, **more):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return chunk(*asked, **more)

    monkeypatch.setattr(imports, "_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        imports.run(message_id=message.pk, merchant_id=merchant.pk)
    monkeypatch.setattr(imports, "_chunk", chunk)
    with scope([merchant.pk]):
        message.refresh_from_db()
        assert (message.state, message.position, message.total) == (MessageState.RUNNING, 2, 3)
        assert len(stock()) == 3
        Message.objects.update(leased_until=timezone.now())
    assert imports.run(message_id=message.pk, merchant_id=merchant.pk)
    with scope([merchant.pk]):
        assert_whole()
        assert not proof.differences()


def test_asking_how_far_an_import_is_waits_for_no_batch(base, monkeypatch):
    """The answer comes while the batch's transaction is open, with every lock that it takes."""
    merchant, login, secret = base
    monkeypatch.setattr(imports, "CHUNK", 2)
    onec = OneC(login, secret)
    onec.begin()
    onec.send("import.xml", GOODS)
    assert onec.say("catalog", "file", OFFERS, filename="offers.xml") == "success"
    answers: list[str] = []

    def ask() -> None:
        try:
            answers.append(onec.say("catalog", "import", filename="offers.xml"))
        finally:
            connection.close()

    def while_it_is_open(*asked, **more):
        chunk(*asked, **more)
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(timeout=60)
        assert not asking.is_alive()

    ask()
    with scope([merchant.pk]):
        message = Message.objects.get(state=MessageState.WAITING)
    chunk = imports._chunk
    monkeypatch.setattr(imports, "_chunk", while_it_is_open)
    assert imports.run(message_id=message.pk, merchant_id=merchant.pk)
    ask()
    assert [answer.splitlines()[0] for answer in answers] == ["progress", "progress", "progress", "success"]
    assert [answer.splitlines()[1] for answer in answers[1:3]] == ["Готово 0 из 3.", "Готово 2 из 3."]
