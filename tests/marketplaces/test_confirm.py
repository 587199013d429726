"""Orders are confirmed as soon as they lack nothing, whether or not they are in a wave."""

import pytest

from marketplaces import dto, registry
from marketplaces.errors import OutcomeUnknown, Rejected, Unavailable
from marketplaces.ports import Can
from marketplaces.sync import outbox
from orders.models import Order, OrderEvent
from orders.services import cancel, cure
from tests.marketplaces.conftest import Desk

SAID = "Площадке сообщено, что заказ взят в работу"


@pytest.fixture(autouse=True)
def deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The marketplace of the desk cancels what is not confirmed in time."""
    real = registry.can
    monkeypatch.setattr(registry, "can", lambda code, *what: Can.CONFIRM in what or real(code, *what))


def arrived(desk: Desk, pieces: int = 5, wanted: int = 1) -> Order:
    if "mug" not in desk.trade.skus:
        desk.trade.sku("mug", pieces=pieces)
    order: Order = desk.trade.order(("mug", wanted), place=desk.place)
    return order


def said(order: Order) -> list[str]:
    return list(OrderEvent.objects.filter(order=order, kind="commit").order_by("id").values_list("text", flat=True))


def drain(desk: Desk, times: int = 3) -> None:
    for _ in range(times):
        desk.drain("commands")
        desk.later(400)


def test_a_new_order_is_confirmed_without_any_wave_and_stays_new(desk: Desk) -> None:
    order = arrived(desk)
    assert [command.op for command in desk.commands()] == ["confirm"]

    drain(desk)

    order.refresh_from_db()
    assert (order.state, order.commit_state, order.attention) == ("new", "", [])
    assert desk.fake.confirmed == [order.external_number]
    assert said(order) == [SAID]
    assert desk.fake.calls["commit"] == 0
    assert desk.commands() == []


def test_an_order_that_lacks_stock_is_confirmed_when_it_has_it(desk: Desk) -> None:
    order = arrived(desk, pieces=1, wanted=2)
    assert order.attention == ["short"]
    assert desk.commands() == []

    desk.trade.receive(desk.trade.skus["mug"], 1)
    cure.fill_shortages(merchant_id=desk.trade.merchant.pk, now=desk.now)
    drain(desk)

    assert desk.fake.confirmed == [order.external_number]
    assert said(order) == [SAID]


def test_a_marketplace_without_such_a_deadline_owes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "can", lambda code, *what: False)
    arrived(desk)
    assert desk.commands() == []


def test_an_order_cancelled_meanwhile_is_not_confirmed(desk: Desk) -> None:
    order = arrived(desk)
    cancel.answered(merchant_id=desk.trade.merchant.pk, order_id=order.pk, accepted=True, text="", now=desk.now)
    drain(desk)
    assert (desk.fake.confirmed, desk.commands()) == ([], [])


def test_a_refusal_waits_for_a_person_and_may_be_tried_again(desk: Desk) -> None:
    order = arrived(desk)
    desk.fake.trouble("confirm", Rejected("the deadline is over", code=dto.Code.WRONG_STATE))

    drain(desk)

    order.refresh_from_db()
    assert order.attention == ["problem"]
    assert said(order) == ["Заказ не удалось подтвердить: the deadline is over"]
    (parked,) = desk.commands()
    assert (parked.op, parked.parked, parked.parked_text) == ("confirm", "wrong_state", "the deadline is over")
    assert desk.fake.calls["confirm"] == 1

    outbox.retry(merchant_id=desk.trade.merchant.pk, command_ids=[parked.pk], now=desk.now)
    drain(desk)
    assert desk.fake.confirmed == [order.external_number]


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), Unavailable("busy")], ids=["lost", "busy"])
def test_trouble_leaves_it_owed(desk: Desk, error: Exception) -> None:
    order = arrived(desk)
    desk.fake.trouble("confirm", error, after=True)

    desk.drain("commands")
    assert [command.op for command in desk.commands()] == ["confirm"]
    drain(desk)

    assert desk.fake.confirmed == [order.external_number]
    assert said(order) == [SAID]
    assert desk.commands() == []


def test_an_order_that_is_not_there_yet_is_looked_for_and_then_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = arrived(desk)
    number = order.external_number
    absent = dto.Committed(number=number, state=dto.CommitState.FAILED, code=dto.Code.NOT_READY, text="not there")
    monkeypatch.setattr(desk.fake, "confirm", lambda numbers: [absent])

    drain(desk, 12)
    assert (said(order), desk.commands()[0].parked) == ([], "")
    drain(desk)

    order.refresh_from_db()
    assert (order.attention, desk.commands()[0].parked) == (["problem"], "not_ready")


def test_many_go_in_batches(desk: Desk) -> None:
    orders = [arrived(desk) for _ in range(5)]
    desk.drain("commands")
    assert sorted(desk.fake.confirmed) == sorted(order.external_number for order in orders)
    assert desk.fake.calls["confirm"] == 3
