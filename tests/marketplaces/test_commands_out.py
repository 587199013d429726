"""Commands leave once: a lost answer or a dead worker leads to a look-up, never to a blind repeat."""

from contextlib import suppress
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.errors import OutcomeUnknown, Rejected, Unavailable
from marketplaces.models import AttemptSubject, Command
from marketplaces.sync import outbox
from orders.models import Order
from orders.services import cancel, commit
from shipping.models import Handover, HandoverOrder
from shipping.services import handover as handovers
from tests.fakes.marketplace import Killed
from tests.marketplaces.conftest import Desk


@pytest.fixture(autouse=True)
def sticker(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Stickers that were stored, instead of the labels app's storage."""
    from marketplaces.sync import fetch_labels

    stored: list[dict[str, Any]] = []
    monkeypatch.setattr(fetch_labels, "store_label", lambda **label: stored.append(label), raising=False)
    return stored


@pytest.fixture
def desk(supply_desk: Desk) -> Desk:
    return supply_desk


def committed(desk: Desk, *numbers_of_pieces: int) -> list[Order]:
    """Orders committed by us and owed to the marketplace."""
    if "mug" not in desk.trade.skus:
        desk.trade.sku("mug", pieces=50)
    orders = [desk.trade.order(("mug", pieces), place=desk.place) for pieces in numbers_of_pieces]
    commit.commit_orders(merchant_id=desk.trade.merchant.pk, order_ids=[order.pk for order in orders], now=desk.now)
    return orders


def told(desk: Desk) -> dict[str, int]:
    return dict(desk.fake.commits_told)


def test_commits_go_in_batches_into_the_handover_made_for_them(desk: Desk, sticker: list[dict[str, Any]]) -> None:
    orders = committed(desk, 1, 1, 1)
    assert sorted(command.op for command in desk.commands()) == ["commit", "commit", "commit", "open_handover"]

    desk.drain("commands")

    (supply,) = desk.fake.supplies
    assert sorted(supply.numbers) == sorted(order.external_number for order in orders)
    assert supply.name == str(Handover.objects.get().key)
    assert told(desk) == {order.external_number: 1 for order in orders}
    assert set(Order.objects.values_list("commit_state", flat=True)) == {"done"}
    assert [label["order_id"] for label in sticker] == [order.pk for order in orders]
    assert desk.commands() == []


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), Killed()], ids=["answer lost", "worker killed"])
@pytest.mark.parametrize("after", [False, True], ids=["nothing happened", "it happened"])
def test_a_commit_whose_outcome_nobody_knows_is_looked_up(desk: Desk, error: BaseException, after: bool) -> None:
    (order,) = committed(desk, 1)
    desk.fake.trouble("commit", error, after=after)
    with suppress(Killed):
        desk.drain("commands")
    assert desk.commands(op="commit")[0].sent_at == desk.now

    desk.later(400)
    desk.drain("commands")

    assert desk.fake.calls["look_up_commit"] == 1
    assert told(desk) == {order.external_number: 1}
    assert Order.objects.get().commit_state == "done"
    assert desk.commands() == []


def test_a_look_up_that_fails_too_is_repeated_before_anything_is_sent(desk: Desk) -> None:
    (order,) = committed(desk, 1)
    desk.fake.trouble("commit", OutcomeUnknown("no answer"), after=True)
    desk.fake.trouble("look_up_commit", Unavailable("busy"), Unavailable("busy"))
    for _ in range(4):
        desk.drain("commands")
        desk.later(400)

    assert desk.fake.calls["look_up_commit"] == 3
    assert told(desk) == {order.external_number: 1}


def test_busy_before_the_commit_is_simply_tried_again(desk: Desk) -> None:
    committed(desk, 1)
    desk.fake.trouble("commit", Unavailable("429", retry_after_s=20))
    desk.drain("commands")
    assert desk.commands(op="commit")[0].sent_at is None

    desk.later(21)
    desk.drain("commands")

    assert desk.fake.calls["look_up_commit"] == 0
    assert Order.objects.get().commit_state == "done"


def test_a_pending_commit_is_asked_for_until_it_is_done(desk: Desk) -> None:
    (order,) = committed(desk, 1)
    desk.fake.pending_commits = True
    desk.drain("commands")
    assert Order.objects.get().commit_state == "pending"
    assert desk.commands(op="label") == []

    desk.later(5)
    desk.drain("commands")

    assert told(desk) == {order.external_number: 1}
    assert Order.objects.get().commit_state == "done"


def test_a_refused_commit_waits_for_a_person_with_the_reason(desk: Desk) -> None:
    committed(desk, 1)
    desk.fake.trouble("commit", Rejected("wrong quantity", code=dto.Code.WRONG_QUANTITY))

    desk.drain("commands")

    order = Order.objects.get()
    assert (order.commit_state, order.commit_text, order.attention) == ("failed", "wrong quantity", ["commit_failed"])
    assert [(command.parked, command.parked_text) for command in desk.commands()] == [
        ("wrong_quantity", "wrong quantity")
    ]


def test_a_refused_commit_goes_again_when_a_person_commits_again(desk: Desk) -> None:
    (order,) = committed(desk, 1)
    desk.fake.trouble("commit", Rejected("no", code=dto.Code.OTHER))
    desk.drain("commands")

    commit.commit_orders(merchant_id=desk.trade.merchant.pk, order_ids=[order.pk], now=desk.now)
    desk.drain("commands")

    order.refresh_from_db()
    assert (order.commit_state, order.attention) == ("done", [])


def test_what_was_definitely_refused_is_sent_anew_when_a_person_retries(desk: Desk) -> None:
    committed(desk, 1)
    desk.fake.trouble("commit", Rejected("could not be packed", code=dto.Code.OTHER), after=True)
    desk.fake.committed.clear()
    desk.drain("commands")
    (parked,) = desk.commands()

    outbox.retry(merchant_id=desk.trade.merchant.pk, command_ids=[parked.pk], now=desk.now)
    desk.drain("commands")

    assert desk.fake.calls["look_up_commit"] == 0
    assert desk.fake.calls["commit"] == 2


def test_a_handover_is_not_made_twice_when_its_answer_was_lost(desk: Desk) -> None:
    committed(desk, 1)
    desk.fake.trouble("open_handover", OutcomeUnknown("no answer"), after=True)
    desk.drain("commands")
    desk.later(400)

    desk.drain("commands")

    assert len(desk.fake.supplies) == 1
    assert Handover.objects.get().external_id == "S-1"
    assert Order.objects.get().commit_state == "done"


def test_a_handover_command_survives_a_failing_look_up(desk: Desk) -> None:
    committed(desk, 1)
    desk.fake.trouble("open_handover", OutcomeUnknown("no answer"), after=True)
    desk.fake.trouble("find_handover", Unavailable("busy"), Unavailable("busy"))
    for _ in range(4):
        desk.drain("commands")
        desk.later(400)

    assert len(desk.fake.supplies) == 1


def test_stickers_are_asked_for_until_they_are_ready(desk: Desk, sticker: list[dict[str, Any]]) -> None:
    orders = committed(desk, 1, 1, 1)
    desk.fake.stickers_after = 2
    for _ in range(3):
        desk.drain("commands")
        desk.later(30)

    assert sorted(label["order_id"] for label in sticker) == [order.pk for order in orders]
    assert desk.commands() == []


def test_stickers_are_not_asked_for_before_their_time(desk: Desk, sticker: list[dict[str, Any]]) -> None:
    desk.fake.label_delay_s = 45  # type: ignore[misc]
    committed(desk, 1)
    desk.drain("commands")
    assert desk.fake.calls["labels"] == 0

    desk.later(46)
    desk.drain("commands")

    assert len(sticker) == 1


def test_a_cancelled_order_is_not_committed_any_more(desk: Desk) -> None:
    (order,) = committed(desk, 1)
    cancel.answered(merchant_id=desk.trade.merchant.pk, order_id=order.pk, accepted=True, text="", now=desk.now)

    desk.drain("commands")

    assert told(desk) == {}
    assert [command.op for command in desk.commands()] == []


def test_a_cancellation_is_told_once_and_answered(desk: Desk) -> None:
    order = committed(desk, 1)[0]
    desk.drain("commands")
    cancel.ask(
        merchant_id=desk.trade.merchant.pk,
        order_id=order.pk,
        reason="out_of_stock",
        text="",
        now=desk.now,
        person_id=None,
    )
    desk.fake.trouble("cancel", OutcomeUnknown("no answer"), after=True)
    desk.drain("commands")
    desk.later(400)

    desk.drain("commands")

    order.refresh_from_db()
    assert (order.state, order.cancelled_by) == ("cancelled", "seller")
    assert desk.fake.cancelled == [order.external_number]
    assert desk.fake.calls["cancel"] == 1
    assert desk.trade.row("mug") == (50, 0)


def test_a_refused_cancellation_goes_to_the_attention_queue(desk: Desk) -> None:
    order = committed(desk, 1)[0]
    desk.drain("commands")
    cancel.ask(
        merchant_id=desk.trade.merchant.pk, order_id=order.pk, reason="other", text="", now=desk.now, person_id=None
    )
    desk.fake.trouble("cancel", Rejected("too late", code=dto.Code.WRONG_STATE))

    desk.drain("commands")

    order.refresh_from_db()
    assert (order.attention, order.cancel_asked_at) == (["cancel_failed"], None)


def closing(desk: Desk, *, containers: int | None = None) -> Handover:
    orders = committed(desk, 1, 2)
    desk.drain("commands")
    Order.objects.filter(pk__in=[order.pk for order in orders]).update(state="packed")
    handover = Handover.objects.get()
    handovers.close(
        merchant_id=desk.trade.merchant.pk,
        handover_id=handover.pk,
        now=desk.now,
        person_id=None,
        containers=containers,
    )
    return handover


@pytest.mark.parametrize("error", [None, OutcomeUnknown("no answer"), Killed()], ids=["answered", "lost", "killed"])
def test_a_handover_closes_once_and_its_stock_leaves_once(desk: Desk, error: BaseException | None) -> None:
    handover = closing(desk)
    if error:
        desk.fake.trouble("close_handover", error, after=True)
    with suppress(Killed):
        desk.drain("commands")
    desk.later(400)
    desk.drain("commands")

    handover.refresh_from_db()
    assert handover.state == "closed"
    assert desk.fake.calls["close_handover"] == 1
    assert desk.trade.row("mug") == (47, 0)
    assert set(Order.objects.values_list("state", flat=True)) == {"handed_over"}
    assert [paper.kind for paper in handover.documents.all()] == ["barcode"]
    assert HandoverOrder.objects.filter(handover=handover).count() == 2


def test_a_refused_closing_says_why_and_may_be_repeated(desk: Desk) -> None:
    handover = closing(desk)
    desk.fake.trouble("close_handover", Rejected("choose how you bring it", code=dto.Code.SHIPPING_METHOD_NEEDED))
    desk.drain("commands")
    handover.refresh_from_db()
    assert (handover.state, handover.problem) == ("failed", "choose how you bring it")
    assert desk.trade.row("mug") == (50, 3)

    handovers.close(merchant_id=desk.trade.merchant.pk, handover_id=handover.pk, now=desk.now, person_id=None)
    desk.drain("commands")

    handover.refresh_from_db()
    assert handover.state == "closed"


def test_boxes_to_a_pick_up_point_are_told_and_each_has_its_sticker(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int | None] = []

    def papers(plan: dto.HandoverPlan) -> list[dto.RemoteDocument]:
        told.append(plan.containers)
        return [
            dto.RemoteDocument(
                kind=dto.DocumentKind.CONTAINER_LABELS,
                content=b"\x89PNG",
                content_type="image/png",
                number=f"box-{box}",
            )
            for box in range(plan.containers or 0)
        ]

    close = desk.fake.close_handover

    def closed(plan: dto.HandoverPlan) -> dto.RemoteHandover:
        told.append(plan.containers)
        return close(plan)

    monkeypatch.setattr(desk.fake, "close_handover", closed)
    monkeypatch.setattr(desk.fake, "handover_documents", papers)
    handover = closing(desk, containers=2)
    desk.drain("commands")
    assert told == [2, 2]
    assert sorted(handover.documents.values_list("number", flat=True)) == ["box-0", "box-1"]


def test_papers_are_not_asked_for_where_the_marketplace_keeps_no_handover(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Couriers on call and our own delivery: closing is our word alone, and papers would be asked for without end."""
    handover = closing(desk)
    Handover.objects.filter(pk=handover.pk).update(external_id="")
    numbers = [row.order.external_number for row in HandoverOrder.objects.select_related("order")]
    closed = dto.RemoteHandover(external_id="", state=dto.HandoverState.CLOSED, numbers=numbers)
    monkeypatch.setattr(desk.fake, "close_handover", lambda plan: closed)
    desk.drain("commands")

    handover.refresh_from_db()
    assert (handover.state, handover.external_id) == ("closed", "")
    assert Command.objects.filter(op="documents").count() == 0
    assert desk.fake.calls["handover_documents"] == 0


def test_no_attempt_subject_is_invented(desk: Desk) -> None:
    committed(desk, 1)
    desk.drain("commands")

    assert AttemptSubject.objects.count() == 0, "the fake records no attempts"
