"""The door: who is let in, what is answered, and that nothing is answered with consent that is not stored."""

import base64
import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

import psycopg
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from psycopg import sql

from backoffice.kernel import seal
from backoffice.logs import mask
from marketplaces import dto, tasks, webhooks
from marketplaces.adapters.ozon.hook import OzonHook
from marketplaces.models import InboxAddress, InboxItem, Quarantine
from marketplaces.sync import doors
from tests.trade import Trade, open_trade

OZON = "195.34.21.7"
NUMBER = "24219509-0020-2"
NEW = {"message_type": "TYPE_NEW_POSTING", "posting_number": NUMBER, "seller_id": 15}
CONSENT = {"result": True}


class Door:
    """A channel's address, and a marketplace that calls it."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        with trade.scope():
            given = doors.give(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, now=timezone.now())
        self.secret, self.login, self.password = given.secret, given.login, given.password
        self.browser = Client()

    def call(
        self, body: Any = NEW, *, sender: str = OZON, secret: str = "", tail: str = "", **how: Any
    ) -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/sync/in/{secret or self.secret}{tail}"
        how = {"content_type": "application/json", "REMOTE_ADDR": sender, **how}
        return cast(HttpResponse, self.browser.post(address, content, **how))

    def items(self) -> list[InboxItem]:
        with self.trade.scope():
            return list(InboxItem.objects.order_by("id"))

    def address(self) -> InboxAddress:
        with self.trade.scope():
            return InboxAddress.objects.get()


@pytest.fixture
def door(db: None) -> Door:
    return Door(open_trade())


@pytest.fixture
def kicks(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks, "kick_pull", lambda **how: told.append(how))
    return told


def test_a_notice_is_stored_sealed_answered_and_handed_to_the_worker(door: Door, kicks: list[dict[str, Any]]) -> None:
    answer = door.call()

    assert (answer.status_code, json.loads(answer.content)) == (200, CONSENT)
    (item,) = door.items()
    assert (item.key, item.kind, item.handled_at, item.repeats) == (
        f"TYPE_NEW_POSTING:{NUMBER}",
        "TYPE_NEW_POSTING",
        None,
        0,
    )
    assert NUMBER.encode() not in bytes(item.sealed)
    assert base64.b64decode(seal.unseal(item.sealed)["body"]) == json.dumps(NEW).encode()
    assert item.expires_at - item.received_at == timedelta(days=180)
    channel_id = door.trade.ozon.channel_id
    assert kicks == [
        {"merchant_id": door.trade.merchant.pk, "channel_id": channel_id, "marketplace": "ozon", "stream": "inbox"}
    ]


def test_a_repeat_is_answered_as_the_first_time_and_nothing_follows(door: Door, kicks: list[dict[str, Any]]) -> None:
    ping = {"message_type": "TYPE_PING", "time": "2026-11-24T09:00:00Z"}
    first = [door.call(body) for body in (NEW, ping)]
    again = [door.call(body) for _ in range(3) for body in (NEW, ping)]

    assert [answer.content for answer in again] == [answer.content for answer in first] * 3
    assert {answer.status_code for answer in again} == {200}
    assert [item.repeats for item in door.items()] == [3, 3]
    assert len(kicks) == 2


def test_an_address_that_was_not_given_is_not_there(door: Door) -> None:
    forged = [
        "1-" + "a" * 32,
        f"{door.trade.merchant.pk}-{'b' * 32}",
        door.secret + "x",
        door.secret[:-1],
        "0-x",
        "-",
        "9" * 40,
        "99999999999-x",
        "x" * 500,
        "-1-x",
    ]

    assert [door.call(secret=secret).status_code for secret in forged] == [404] * len(forged)
    assert door.items() == []


def test_another_address_than_the_marketplaces_is_refused_and_shown(door: Door) -> None:
    strangers = ["10.0.0.1", "195.34.22.1", "127.0.0.1", "::1", "not an address", ""]

    assert [door.call(sender=sender).status_code for sender in strangers] == [403] * len(strangers)
    assert door.items() == []
    shown = door.address()
    assert (shown.refused_from, shown.refused_because, shown.heard_at) == ("10.0.0.1", "address", None)
    assert [door.call(sender=sender).status_code for sender in ("185.73.195.255", "::ffff:91.223.93.1")] == [200, 200]


def test_a_forwarded_address_is_believed_from_a_trusted_proxy_alone(door: Door, settings: Any) -> None:
    assert door.call(sender="10.0.0.1", HTTP_X_FORWARDED_FOR=OZON).status_code == 403

    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    door.browser = Client()  # the proxies are read when the handler is made

    assert door.call(sender="10.0.0.1", HTTP_X_FORWARDED_FOR=OZON).status_code == 200
    assert door.call(sender="10.0.0.1", HTTP_X_FORWARDED_FOR=f"{OZON}, 8.8.8.8").status_code == 403


def test_a_channel_of_the_sandbox_hears_this_machine_alone(door: Door, settings: Any) -> None:
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    speak_to(door.trade, "http://127.0.0.1:9/ozon")

    assert door.call(sender="127.0.0.1").status_code == 200
    assert door.call(sender=OZON).status_code == 403
    speak_to(door.trade, "http://127.0.0.1:99/ozon")
    assert door.call(sender="127.0.0.1").status_code == 403


def speak_to(trade: Trade, address: str) -> None:
    with trade.scope():
        trade.ozon.channel.base_url = address
        trade.ozon.channel.save()


class Guarded(OzonHook):
    networks = ()
    basic = True


def test_basic_is_asked_for_where_the_marketplace_has_it(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplaces.adapters.ozon.adapter.Ozon.hook", Guarded())

    def bearing(login: str, password: str, scheme: str = "Basic") -> HttpResponse:
        coded = base64.b64encode(f"{login}:{password}".encode()).decode()
        return door.call(HTTP_AUTHORIZATION=f"{scheme} {coded}")

    refused = [
        door.call(),
        bearing(door.login, "wrong"),
        bearing("wrong", door.password),
        bearing(door.login, door.password, "Bearer"),
        door.call(HTTP_AUTHORIZATION="Basic !!!"),
        door.call(HTTP_AUTHORIZATION="Basic /////w=="),
        bearing("", ""),
    ]
    assert [answer.status_code for answer in refused] == [401] * len(refused)
    assert refused[0]["WWW-Authenticate"].startswith("Basic ")
    assert door.items() == []
    assert door.address().refused_because == "password"
    assert bearing(door.login, door.password).status_code == 200
    assert bearing(door.login, door.password, "basic").status_code == 200
    assert len(door.items()) == 1


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"<html>", b"[]", b"[" * 100_000, b'{"message_type": 5}'])
def test_what_cannot_be_read_is_refused_in_their_words_and_set_apart(door: Door, body: bytes) -> None:
    answers = [door.call(body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert json.loads(answers[0].content)["error"]["code"] == "ERROR_PARAMETER_VALUE_MISSED"
    assert door.items() == []
    with door.trade.scope():
        (culprit,) = Quarantine.objects.all()
    assert (culprit.stream, culprit.seen) == ("inbox", 2)


def test_a_value_that_cannot_be_stored_is_refused_in_their_words_and_set_apart(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than its column: no marketplace has sent one yet, so the door is made to let it through.
    monkeypatch.setattr(OzonHook, "parse", lambda _hook, _incoming: dto.Notice(key="k" * 5000, kind="K", at=None))

    answers = [door.call() for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert json.loads(answers[0].content)["error"]["message"] == "a value cannot be stored"
    assert door.items() == []
    with door.trade.scope():
        (culprit,) = Quarantine.objects.all()
    assert (culprit.stream, culprit.seen) == ("inbox", 2)
    assert NUMBER in str(culprit.payload)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-13-45", 5])
def test_a_time_outside_the_calendar_is_none_and_the_notice_is_taken(door: Door, at: object) -> None:
    changed = {**NEW, "message_type": "TYPE_STATE_CHANGED", "new_state": "posting_delivered", "changed_state_date": at}
    assert door.call(changed).status_code == 200


def test_a_path_that_no_column_takes_is_refused(door: Door) -> None:
    assert door.call({}, tail="/%00").status_code == 400
    assert door.call({**NEW, "posting_number": "\ud800"}, tail="/%00").status_code == 400


def test_an_event_of_tomorrow_is_taken_and_says_nothing(door: Door) -> None:
    assert door.call({"message_type": "TYPE_OF_TOMORROW", "deep": [[{}]]}).status_code == 200
    assert [item.kind for item in door.items()] == ["TYPE_OF_TOMORROW"]


def test_too_much_is_refused_before_it_is_read(door: Door) -> None:
    most = webhooks.LARGEST_BODY

    assert door.call(b"x" * (most + 1)).status_code == 413
    assert door.call(b"x", CONTENT_LENGTH=str(10**9)).status_code == 413
    assert door.call(json.dumps(NEW).encode().ljust(most)).status_code == 200
    assert len(door.items()) == 1


def test_only_post_is_answered(door: Door) -> None:
    address = f"/sync/in/{door.secret}"
    asked = [getattr(door.browser, method)(address, REMOTE_ADDR=OZON) for method in ("get", "put", "delete", "head")]

    assert [answer.status_code for answer in asked] == [405] * 4


def test_a_new_address_replaces_the_old_one(door: Door) -> None:
    assert door.call().status_code == 200
    old, other = door.secret, Door(door.trade)

    assert door.call(secret=old).status_code == 404
    assert other.call().status_code == 200
    assert other.address().heard_at is not None


def test_the_secret_stands_in_no_log(door: Door) -> None:
    line = mask(
        None, "info", {"event": f"Not Found: /sync/in/{door.secret}/x", "request": f"POST /sync/in/{door.secret}"}
    )

    assert door.secret not in json.dumps(line)


def test_an_address_of_another_merchant_is_its_own(door: Door) -> None:
    stranger = open_trade()
    forged = f"{stranger.merchant.pk}-{door.secret.partition('-')[2]}"

    assert door.call(secret=forged).status_code == 404
    assert door.items() == []


def test_a_broker_that_is_away_does_not_spoil_the_answer(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(tasks, "kick_pull", away)

    assert door.call().status_code == 200
    assert len(door.items()) == 1


@pytest.fixture
def switch(transactional_db: None) -> Iterator[Callable[[bool], None]]:
    """Takes the test's database away from the application and gives it back."""
    name = sql.Identifier(str(connection.settings_dict["NAME"]))

    def turn(on: bool) -> None:
        with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], dbname="postgres", autocommit=True) as superuser:
            superuser.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(name, sql.Literal(on)))
            if not on:
                superuser.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s",
                    [connection.settings_dict["NAME"], connection.settings_dict["USER"]],
                )

    yield turn
    turn(True)
    connection.close()


def test_without_a_database_nothing_is_acknowledged(
    switch: Callable[[bool], None], kicks: list[dict[str, Any]]
) -> None:
    door = Door(open_trade())
    told = [{**NEW, "posting_number": f"1-{number}-1"} for number in range(6)]
    answers = []
    for place, body in enumerate(told):
        if place == 2:
            switch(False)
        if place == 4:
            switch(True)
            connection.close()
        answers.append(door.call(body))

    assert [answer.status_code for answer in answers] == [200, 200, 503, 503, 200, 200]
    assert answers[2]["Retry-After"] == "10"
    assert [item.key.rsplit(":")[-1] for item in door.items()] == ["1-0-1", "1-1-1", "1-4-1", "1-5-1"]
    assert [door.call(body).status_code for body in told] == [200] * 6
    assert len(door.items()) == 6


def test_a_notice_sent_in_chunks_is_read_to_its_end(door: Door, kicks: list[dict[str, Any]]) -> None:
    body = io.BytesIO(json.dumps(NEW).encode())
    chunks: dict[str, Any] = {"CONTENT_LENGTH": "", "wsgi.input": body, "wsgi.input_terminated": True}

    assert door.call(**chunks).status_code == 200
    assert [item.kind for item in door.items()] == ["TYPE_NEW_POSTING"]

    chunks["wsgi.input"] = io.BytesIO(b" " * (webhooks.LARGEST_BODY + 1))
    assert door.call(**chunks).status_code == 413
