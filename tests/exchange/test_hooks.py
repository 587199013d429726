"""Webhooks out: changes pushed, signed, repeated until taken, and never to a machine inside."""

import hashlib
import hmac
import json
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import httpx
import pytest
from django.db import connection
from django.utils import timezone

from exchange import outgoing, tasks
from exchange.models import Connection, Delivery, Hook, Node
from exchange.services import hooks
from merchants.roles import Role
from tests import make
from tests.exchange.program import let_in
from tests.trade import open_trade

URL = "https://hooks.example.com/in?a=1"


class Receiver:
    """The other side: keeps what came and answers what it is told to."""

    def __init__(self):
        self.came, self.inside, self.status, self.headers = [], [], 200, {}

    def __call__(self, request):
        self.came.append(request)
        self.inside.append(connection.in_atomic_block)
        return httpx.Response(self.status, headers=self.headers, text="ok")

    @property
    def messages(self):
        return [json.loads(request.content) for request in self.came]

    @contextmanager
    def listening(self, addresses=("93.184.216.34",)):
        send = outgoing.post

        def post(url, **fields):
            return send(url, lookup=lambda _host, _port: addresses, transport=httpx.MockTransport(self), **fields)

        with patch.object(outgoing, "post", post):
            yield


@pytest.fixture
def trade(transactional_db):
    return open_trade()


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def hook(trade):
    return hooked(trade, everything=False)


def hooked(trade, *, everything):
    """A hook of a merchant that has an article already."""
    program = let_in(trade.merchant)
    with trade.scope():
        trade.sku("old")
    with trade.scope():
        source = Connection.objects.get(login=program.login)
        made, secret = hooks.add(source=source, url=URL, everything=everything, now=timezone.now())
    made.told_secret = secret
    return made


def push(hook):
    tasks.push_hook(hook_id=hook.pk, merchant_id=hook.merchant_id)


def articles(message):
    return [item["data"]["article"] for item in message["items"] if item["kind"] == "sku"]


def test_what_changes_from_now_on_is_sent_signed_and_acknowledged_once(trade, hook, receiver):
    with trade.scope():
        trade.sku("mug")  # before anybody looked what the hook is owed
    with receiver.listening():
        push(hook)
        push(hook)
    assert [articles(message) for message in receiver.messages] == [["mug"]]
    request = receiver.came[0]
    assert (request.url.host, request.headers["Host"], request.url.query) == (
        "93.184.216.34",
        "hooks.example.com",
        b"a=1",
    )
    assert request.extensions["sni_hostname"] == "hooks.example.com"
    stamp, value = (part.partition("=")[2] for part in request.headers["X-Backoffice-Signature"].split(","))
    said = stamp.encode() + b"." + request.content
    assert value == hmac.new(hook.told_secret.encode(), said, hashlib.sha256).hexdigest()
    assert abs(int(stamp) - timezone.now().timestamp()) < 60
    with trade.scope():
        assert Delivery.objects.get().done_at is not None
        assert Node.objects.get(code=hook.node).taken_no == receiver.messages[0]["message_no"]


def test_all_objects_come_first_where_that_was_wanted(trade, receiver):
    hook = hooked(trade, everything=True)
    with receiver.listening():
        push(hook)
    assert articles(receiver.messages[0]) == ["old"]


def test_a_message_that_is_not_taken_goes_again_unchanged_later_and_later(trade, hook, receiver):
    receiver.status = 503
    with receiver.listening():
        push(hook)
        with trade.scope():
            trade.sku("mug")
        for seconds in (10, 20, 40):
            push(hook)
            push(hook)  # not due
            with trade.scope():
                waiting = Delivery.objects.get()
                assert round((waiting.due_at - waiting.tried_at).total_seconds()) == seconds
                trade.sku(f"later-{seconds}")
                Delivery.objects.update(due_at=timezone.now())
        with trade.scope():
            failing = Hook.objects.get()
            assert (failing.failed_since is not None, failing.why) == (True, "503: ok")
        receiver.status = 204
        push(hook)
    assert [articles(message) for message in receiver.messages] == [["mug"]] * 4 + [
        ["later-10", "later-20", "later-40"]
    ]
    assert len({request.headers["X-Backoffice-Delivery"] for request in receiver.came}) == 2
    with trade.scope():
        assert Hook.objects.get().failed_since is None
        assert [row.attempts for row in Delivery.objects.order_by("pk")] == [4, 1]


def test_after_three_days_without_success_it_is_switched_off_and_nothing_is_lost(trade, hook, receiver):
    receiver.status = 500
    with receiver.listening():
        push(hook)
        with trade.scope():
            trade.sku("mug")
        push(hook)
        with trade.scope():
            Hook.objects.update(failed_since=timezone.now() - timedelta(days=3, seconds=1))
            Delivery.objects.update(due_at=timezone.now())
        push(hook)
        push(hook)
        with trade.scope():
            assert Hook.objects.get().active is False
        assert len(receiver.came) == 2
        receiver.status = 200
        with trade.scope():
            hooks.switch(hook_id=hook.pk, active=True, now=timezone.now())
        push(hook)
    assert articles(receiver.messages[-1]) == ["mug"]


def test_a_redirect_is_no_success_and_is_not_followed(trade, hook, receiver):
    receiver.status, receiver.headers = 302, {"Location": "http://127.0.0.1/"}
    with receiver.listening():
        push(hook)
        with trade.scope():
            trade.sku("mug")
        push(hook)
    assert len(receiver.came) == 1
    with trade.scope():
        assert (Delivery.objects.get().status, Delivery.objects.get().done_at) == (302, None)


def test_while_the_secret_is_replaced_both_sign(trade, hook, receiver):
    with trade.scope():
        new = hooks.renew_secret(hook_id=hook.pk, now=timezone.now(), overlap=timedelta(days=1))
        hooks.try_out(hook_id=hook.pk, now=timezone.now())
    with receiver.listening():
        push(hook)
        with trade.scope():
            Hook.objects.update(former_until=timezone.now())
            hooks.try_out(hook_id=hook.pk, now=timezone.now())
        push(hook)
    both, one = (request.headers["X-Backoffice-Signature"].split(",") for request in receiver.came)
    assert (len(both), len(one)) == (3, 2)
    for secret, value in zip((new, hook.told_secret), both[1:], strict=True):
        said = both[0].removeprefix("t=").encode() + b"." + receiver.came[0].content
        assert value == "v1=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def test_a_repeat_is_the_same_message_and_acknowledges_nothing(trade, hook, receiver):
    with receiver.listening():
        push(hook)
        with trade.scope():
            trade.sku("mug")
        push(hook)
        with trade.scope():
            hooks.repeat(delivery_id=Delivery.objects.get().pk, now=timezone.now())
            trade.sku("cup")
        push(hook)
    assert [articles(message) for message in receiver.messages] == [["mug"], ["mug"], ["cup"]]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1",
        "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "255.255.255.255",
    ],
)  # fmt: skip
def test_a_machine_inside_is_never_spoken_to(trade, hook, receiver, address):
    with trade.scope():
        hooks.try_out(hook_id=hook.pk, now=timezone.now())
    with receiver.listening(addresses=["93.184.216.34", address]):
        push(hook)
    assert receiver.came == []
    with trade.scope():
        assert "WEBHOOK_NETWORKS" in Delivery.objects.get().answer


def test_an_allowed_network_and_plain_http_inside_it(settings):
    settings.WEBHOOK_NETWORKS = ["10.1.0.0/16"]
    assert str(outgoing.checked("http://inside/", lookup=lambda *_: ["10.1.2.3"])[1]) == "10.1.2.3"
    for url, address in [
        ("http://outside/", "93.184.216.34"),
        ("https://inside/", "10.2.0.1"),
        ("ftp://inside/", "10.1.2.3"),
        ("https://user:secret@inside/", "10.1.2.3"),
        ("https:///", "10.1.2.3"),
    ]:
        with pytest.raises(outgoing.AddressRefused):
            outgoing.checked(url, lookup=lambda *_, address=address: [address])


def test_the_name_is_asked_once_and_the_answer_is_where_the_connection_goes(receiver):
    """A name that means another machine at the second question would lead inside; there is no second question."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    answered = outgoing.post(
        URL,
        body=b"{}",
        delivery_id=1,
        secrets=["s"],
        timestamp=1,
        lookup=lambda *_: next(answers),
        transport=httpx.MockTransport(receiver),
    )
    assert answered.taken
    assert receiver.came[0].url.host == "93.184.216.34"
    assert next(answers) == ["127.0.0.1"]


def test_no_transaction_is_open_while_the_other_side_thinks(trade, hook, receiver):
    with trade.scope():
        hooks.try_out(hook_id=hook.pk, now=timezone.now())
    with receiver.listening():
        push(hook)
    assert receiver.inside == [False]


def test_the_pages_add_show_try_repeat_switch_and_remove(trade, receiver):
    let_in(trade.merchant)
    owner = make.client(role=Role.OWNER, merchant=trade.merchant)
    with trade.scope():
        program = Connection.objects.get()
    bad = owner.post("/1c/hooks/new/", {"program": program.pk, "url": "https://127.0.0.1/"})
    assert bad.status_code == 422
    page = owner.post("/1c/hooks/new/", {"program": program.pk, "url": URL})
    assert page["Cache-Control"] == "no-store"
    with trade.scope():
        hook = Hook.objects.get()
    with receiver.listening():
        assert owner.post(f"/1c/hooks/{hook.pk}/try/").status_code == 302
        push(hook)
    with trade.scope():
        delivery = Delivery.objects.get()
    shown = owner.get(f"/1c/hooks/{hook.pk}/").content.decode()
    assert "принято" in shown
    assert owner.post(f"/1c/hooks/deliveries/{delivery.pk}/repeat/").status_code == 302
    assert "показан один раз" in owner.post(f"/1c/hooks/{hook.pk}/secret/").content.decode()
    assert owner.post(f"/1c/hooks/{hook.pk}/switch/").status_code == 302
    assert "Выключен" in owner.get(f"/1c/hooks/{hook.pk}/").content.decode()
    assert URL in owner.get("/1c/hooks/").content.decode()
    assert owner.post(f"/1c/hooks/{hook.pk}/remove/").status_code == 302
    with trade.scope():
        assert (Hook.objects.count(), Delivery.objects.count(), Node.objects.count()) == (0, 0, 0)
