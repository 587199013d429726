"""Orders that we deliver ourselves: how far they are is told, and buyers who ask to cancel are answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.types import Scheme
from marketplaces import dto
from marketplaces.errors import OutcomeUnknown, Rejected
from marketplaces.ports import Can
from marketplaces.sync import decide
from merchants.roles import Role
from orders.errors import WrongState
from orders.models import Order, OrderEvent
from orders.services import cancel_wish, hand_over, own_delivery, remote
from orders.types import Attention, State
from tests import make
from tests.marketplaces.conftest import Desk


@pytest.fixture(autouse=True)
def hearing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The marketplace of the desk hears answers and progress."""
    monkeypatch.setattr("marketplaces.registry.can", lambda code, *what: Can.CONFIRM not in what)


def on_its_way(desk: Desk, scheme: str = "dbs", state: State = State.PACKED) -> Order:
    """An order that we deliver ourselves."""
    if "mug" not in desk.trade.skus:
        desk.trade.sku("mug", pieces=50)
    order: Order = desk.trade.order(("mug", 1), place=desk.place)
    Order.objects.filter(pk=order.pk).update(scheme=Scheme(scheme), state=state, remote_status="DELIVERY")
    order.refresh_from_db()
    return order


def status(order: Order, **more: Any) -> Mapping[str, Any]:
    told = dto.RemoteStatus(
        number=order.external_number, status="DELIVERY", stage=dto.Stage.DELIVERING, handed=True, **more
    )
    return decide.status_drafts([told])


def tell(desk: Desk, order: Order, **more: Any) -> None:
    remote.apply_statuses(
        merchant_id=desk.trade.merchant.pk, channel_id=desk.channel.pk, statuses=status(order, **more), now=desk.now
    )
    order.refresh_from_db()


def report(desk: Desk, order: Order, state: State, code: str = "") -> None:
    own_delivery.report(merchant_id=desk.trade.merchant.pk, order_id=order.pk, state=state, code=code, now=desk.now)


def answer(desk: Desk, order: Order, *, accept: bool, why: str = "") -> None:
    cancel_wish.answer(merchant_id=desk.trade.merchant.pk, order_id=order.pk, accept=accept, why=why, now=desk.now)


# -- how far
def test_that_our_courier_has_set_off_is_told_by_itself(desk: Desk) -> None:
    ours, theirs = on_its_way(desk), on_its_way(desk, "fbs")

    hand_over.hand_over(merchant_id=desk.trade.merchant.pk, order_ids=[ours.pk, theirs.pk], now=desk.now)
    desk.drain("commands")

    assert [(one.number, one.stage, one.at) for one in desk.fake.reported] == [
        (ours.external_number, dto.Stage.DELIVERING, desk.now)
    ]
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.state, theirs.state) == (State.DELIVERING, State.HANDED_OVER)
    assert desk.commands() == []


def test_where_nobody_answers_our_word_stands_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplaces.registry.can", lambda code, *what: False)
    type(desk.channel).objects.filter(pk=desk.channel.pk).update(marketplace="youla")
    order = on_its_way(desk, "pickup", State.READY_FOR_PICKUP)

    report(desk, order, State.DELIVERED)

    order.refresh_from_db()
    assert order.state == State.DELIVERED
    assert desk.commands() == []


def test_an_order_moves_when_the_marketplace_has_agreed_and_not_before(desk: Desk) -> None:
    order = on_its_way(desk, "pickup", State.READY_FOR_PICKUP)

    report(desk, order, State.DELIVERED, code="4711")
    order.refresh_from_db()
    assert order.state == State.READY_FOR_PICKUP
    desk.drain("commands")

    order.refresh_from_db()
    assert order.state == State.DELIVERED
    assert [(one.stage, one.code) for one in desk.fake.reported] == [(dto.Stage.DELIVERED, "4711")]


def test_a_code_that_does_not_fit_leaves_the_order_and_asks_a_person(desk: Desk) -> None:
    order = on_its_way(desk, "pickup", State.READY_FOR_PICKUP)
    desk.fake.trouble("report", Rejected("The code does not fit (4)", code=dto.Code.CODE_REFUSED))

    report(desk, order, State.DELIVERED, code="1")
    desk.drain("commands")

    order.refresh_from_db()
    assert (order.state, order.attention) == (State.READY_FOR_PICKUP, [Attention.PROBLEM])
    assert OrderEvent.objects.filter(order=order, text="The code does not fit (4)").exists()
    assert desk.commands() == []


def test_what_is_said_anew_while_it_is_told_is_told_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The buyer names the right code while the wrong one is on its way."""
    order = on_its_way(desk, "pickup", State.READY_FOR_PICKUP)
    desk.fake.trouble("report", Rejected("The code does not fit (4)", code=dto.Code.CODE_REFUSED))
    tell_them = desk.fake.report

    def told(progress: dto.Progress, *, now: datetime) -> None:
        if progress.code == "1":
            report(desk, order, State.DELIVERED, code="4711")
        tell_them(progress, now=now)

    monkeypatch.setattr(desk.fake, "report", told)
    report(desk, order, State.DELIVERED, code="1")
    desk.drain("commands")

    order.refresh_from_db()
    assert order.state == State.DELIVERED
    assert [one.code for one in desk.fake.reported] == ["4711"]
    assert desk.commands() == []


def test_a_lost_answer_is_told_again(desk: Desk) -> None:
    order = on_its_way(desk, state=State.DELIVERING)
    desk.fake.trouble("report", OutcomeUnknown("no answer"), after=True)

    report(desk, order, State.DELIVERED)
    desk.drain("commands")
    assert [command.op for command in desk.commands()] == ["progress"]
    desk.later(400)
    desk.drain("commands")

    order.refresh_from_db()
    assert order.state == State.DELIVERED
    assert desk.commands() == []


@pytest.mark.parametrize(
    ("scheme", "state", "said"),
    [
        ("fbs", State.DELIVERING, State.DELIVERED),
        ("dbs", State.PACKED, State.DELIVERED),
        ("dbs", State.DELIVERING, State.READY_FOR_PICKUP),
        ("pickup", State.HANDED_OVER, State.DELIVERED),
        ("dbs", State.DELIVERED, State.DELIVERED),
    ],
)
def test_what_cannot_be_said_is_refused(desk: Desk, scheme: str, state: State, said: State) -> None:
    order = on_its_way(desk, scheme, state)
    with pytest.raises(WrongState):
        report(desk, order, said)
    assert desk.commands() == []


# -- wishes to cancel
def test_a_wish_stands_in_the_queue_until_it_is_answered(desk: Desk) -> None:
    order = on_its_way(desk, state=State.DELIVERING)

    tell(desk, order, cancel_wanted=True)
    tell(desk, order, cancel_wanted=True)
    assert order.attention == [Attention.CANCEL_WANTED]
    assert OrderEvent.objects.filter(order=order, became=Attention.CANCEL_WANTED).count() == 1

    answer(desk, order, accept=False, why="delivered")
    order.refresh_from_db()
    assert order.attention == [Attention.CANCEL_WANTED]
    desk.drain("commands")

    order.refresh_from_db()
    assert (order.attention, order.state) == ([], State.DELIVERING)
    assert desk.fake.answered == [(order.external_number, False, dto.Decline.DELIVERED)]
    assert desk.commands() == []


def test_a_wish_that_the_buyer_took_back_leaves_the_queue(desk: Desk) -> None:
    order = on_its_way(desk, state=State.DELIVERING)
    tell(desk, order, cancel_wanted=True)

    tell(desk, order, cancel_wanted=None)
    assert order.attention == [Attention.CANCEL_WANTED]
    tell(desk, order, cancel_wanted=False)

    assert order.attention == []
    with pytest.raises(WrongState):
        answer(desk, order, accept=True)
    assert desk.commands() == []


def test_an_answer_that_is_refused_is_shown(desk: Desk) -> None:
    order = on_its_way(desk, state=State.DELIVERING)
    tell(desk, order, cancel_wanted=True)
    desk.fake.trouble("answer_cancel_request", Rejected("too late", code=dto.Code.WRONG_STATE))

    answer(desk, order, accept=True)
    desk.drain("commands")

    order.refresh_from_db()
    assert set(order.attention) == {Attention.CANCEL_WANTED, Attention.PROBLEM}
    assert OrderEvent.objects.filter(order=order, text="too late").exists()


# -- pages
def browser(desk: Desk) -> Client:
    return make.client(role=Role.OWNER, merchant=desk.trade.merchant)


def test_the_page_offers_what_the_channel_can_hear(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = on_its_way(desk, state=State.DELIVERING)
    tell(desk, order, cancel_wanted=True)
    panel = reverse("marketplaces:order-sync-panel", args=[order.pk])
    texts = (
        reverse("marketplaces:answer-cancel", args=[order.pk]),
        reverse("marketplaces:report-progress", args=[order.pk]),
    )

    shown = browser(desk).get(panel).content.decode()
    assert all(text in shown for text in texts)
    assert 'value="delivered"' in shown
    assert 'value="ready_for_pickup"' not in shown

    monkeypatch.setattr("marketplaces.registry.can", lambda code, *what: False)
    deaf = browser(desk).get(panel).content.decode()
    assert not any(text in deaf for text in texts)


def test_a_marketplace_that_cannot_hear_is_not_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    order = on_its_way(desk)
    monkeypatch.setattr("marketplaces.registry.can", lambda code, *what: False)
    hand_over.hand_over(merchant_id=desk.trade.merchant.pk, order_ids=[order.pk], now=desk.now)
    assert desk.commands() == []


def test_a_person_answers_and_reports_from_the_page(desk: Desk) -> None:
    order = on_its_way(desk, state=State.DELIVERING)
    tell(desk, order, cancel_wanted=True)
    person = browser(desk)

    person.post(reverse("marketplaces:answer-cancel", args=[order.pk]), {"answer": "in_delivery"})
    person.post(reverse("marketplaces:report-progress", args=[order.pk]), {"state": "delivered"})
    assert sorted(command.op for command in desk.commands()) == ["answer_cancel", "progress"]
    desk.now = timezone.now()
    desk.drain("commands")

    assert desk.fake.answered == [(order.external_number, False, dto.Decline.IN_DELIVERY)]
    order.refresh_from_db()
    assert order.state == State.DELIVERED


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("answer-cancel", {}),
        ("answer-cancel", {"answer": "perhaps"}),
        ("report-progress", {}),
        ("report-progress", {"state": "\x00"}),
        ("report-progress", {"state": "cancelled"}),
    ],
)
def test_nonsense_is_answered_in_words_and_tells_nothing(desk: Desk, name: str, body: dict[str, str]) -> None:
    order = on_its_way(desk, state=State.DELIVERING)
    answer = browser(desk).post(reverse(f"marketplaces:{name}", args=[order.pk]), body)
    assert answer.status_code == 302
    assert desk.commands() == []
