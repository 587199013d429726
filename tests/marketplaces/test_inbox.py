"""What follows from notices: orders are read anew, whatever comes twice, late or in the wrong order."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Listing
from marketplaces import dto
from marketplaces.adapters.ozon.hook import OzonHook
from marketplaces.errors import Rejected, Unavailable
from marketplaces.models import Cursor, InboxAddress, InboxItem, SweepFind
from marketplaces.ports import Can
from marketplaces.selectors import inbox as shown
from marketplaces.sync import doors, inbox
from orders.models import Order, OrderEvent
from orders.services import cancel_wish
from tests.fakes.marketplace import remote_order
from tests.marketplaces.conftest import Desk

HOOK = OzonHook()
CANCELLED = dto.RemoteStatus(number="", status="cancelled", stage=dto.Stage.CANCELLED, actor=dto.Actor.BUYER)


def door_of(desk: Desk) -> doors.Door:
    if not InboxAddress.objects.exists():
        doors.give(merchant_id=desk.trade.merchant.pk, channel_id=desk.channel.pk, now=desk.now)
        InboxAddress.objects.update(heard_at=desk.now)
    found = doors.find(doors.secrets_of(InboxAddress.objects.get()).secret)
    assert found
    return found


def tell(desk: Desk, kind: str, number: str, **more: Any) -> bool:
    payload = {"message_type": kind, "posting_number": number, **more}
    incoming = dto.Incoming(path="", body=json.dumps(payload).encode())
    return inbox.store(door=door_of(desk), hook=HOOK, incoming=incoming, now=desk.now)[1]


def new(desk: Desk, number: str) -> bool:
    return tell(desk, "TYPE_NEW_POSTING", number)


def cancelled(desk: Desk, number: str) -> bool:
    return tell(desk, "TYPE_POSTING_CANCELLED", number, new_state="posting_canceled")


def cancel(desk: Desk, number: str) -> None:
    order = desk.fake.orders[number]
    desk.fake.orders[number] = replace(order, status=replace(CANCELLED, number=number), raw={"n": number, "c": 1})


def states(desk: Desk) -> Mapping[str, str]:
    return dict(Order.objects.filter(channel=desk.channel).values_list("external_number", "state"))


def outcomes() -> list[str]:
    return list(InboxItem.objects.order_by("id").values_list("outcome", flat=True))


def test_the_order_that_is_named_is_read_and_reserved(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    desk.fake.orders["1-1"] = remote_order("1-1", ("mug", 2))
    new(desk, "1-1")

    desk.read("inbox")

    assert states(desk) == {"1-1": "new"}
    assert desk.trade.row("mug") == (5, 2)
    assert outcomes() == ["read"]
    assert desk.fake.calls == {"orders_by_number": 1}


def test_repeats_and_disorder_end_where_the_marketplace_stands(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    desk.fake.orders["1-1"] = remote_order("1-1", ("mug", 2))
    cancel(desk, "1-1")
    cancelled(desk, "1-1")
    desk.read("inbox")
    assert new(desk, "1-1")
    assert not new(desk, "1-1")
    assert not cancelled(desk, "1-1")

    desk.read("inbox")

    assert states(desk) == {"1-1": "cancelled"}
    assert desk.trade.row("mug") == (5, 0)
    assert outcomes() == ["read", "read"]
    assert InboxItem.objects.filter(repeats=1).count() == 2


def test_an_order_that_their_api_does_not_show_yet_is_asked_for_again_and_given_up_at_last(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    new(desk, "1-1")
    new(desk, "1-2")
    desk.read("inbox")
    desk.read("inbox")
    assert (outcomes(), desk.fake.calls["orders_by_number"]) == (["", ""], 1)

    desk.later(6)
    desk.fake.orders["1-1"] = remote_order("1-1", ("mug", 2))
    desk.read("inbox")
    assert outcomes() == ["read", ""]

    desk.later(200)
    desk.read("inbox")
    assert outcomes() == ["read", "not_found"]
    assert states(desk) == {"1-1": "new"}


def test_a_marketplace_that_is_away_leaves_notices_waiting(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    desk.fake.orders["1-1"] = remote_order("1-1", ("mug", 2))
    new(desk, "1-1")
    desk.fake.trouble("orders_by_number", Unavailable("away"))

    desk.read("inbox")
    assert outcomes() == [""]
    assert desk.cursor("inbox").failures == 1

    desk.read("inbox")
    assert outcomes() == ["read"]
    assert desk.cursor("inbox").failures == 0


def test_one_number_that_is_refused_does_not_hold_up_the_others(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    for number in ("1-1", "1-2", "1-3"):
        desk.fake.orders[number] = remote_order(number, ("mug", 1))
        new(desk, number)
    # All three together, then the first alone.
    desk.fake.trouble("orders_by_number", Rejected("bad", code="invalid"), Rejected("bad", code="invalid"))

    desk.read("inbox")

    assert outcomes() == ["refused", "read", "read"]
    assert [(row.stream, row.key, row.reason) for row in desk.quarantine()] == [("inbox", "1-1", "bad")]


def test_what_a_notice_could_not_have_read_is_let_go_when_polling_reads_it(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    for number in ("1-1", "1-2"):
        new(desk, number)
        desk.fake.trouble("orders_by_number", *[Rejected("bad", code="invalid")] * 2)
        desk.read("inbox")
    assert {(row.stream, row.key) for row in desk.quarantine()} == {("inbox", "1-1"), ("inbox", "1-2")}

    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 1))])]
    desk.read("orders")

    assert [(row.stream, row.key) for row in desk.quarantine()] == [("inbox", "1-2")], "the other is still unread"


def test_what_cannot_be_read_any_more_stands_in_quarantine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    new(desk, "1-1")
    InboxItem.objects.update(sealed=b"another installation's")

    desk.read("inbox")

    assert outcomes() == ["unreadable"]
    assert [row.key for row in desk.quarantine()] == ["TYPE_NEW_POSTING:1-1"]


class Whole(OzonHook):
    """A marketplace whose notices carry the whole order."""

    def parse(self, incoming: dto.Incoming) -> dto.Notice:
        notice = super().parse(incoming)
        orders = [remote_order(number, ("mug", 2)) for number in notice.numbers]
        return replace(notice, numbers=(), orders=orders)


def test_a_whole_order_is_taken_from_the_notice_when_it_is_new_and_never_after(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(desk.fake), "hook", Whole())
    desk.trade.sku("mug", pieces=5)
    new(desk, "1-1")
    desk.read("inbox")
    assert (states(desk), outcomes()) == ({"1-1": "new"}, ["stored"])
    assert desk.fake.calls == {}

    desk.fake.orders["1-1"] = remote_order("1-1", ("mug", 2))
    cancel(desk, "1-1")
    tell(desk, "TYPE_STATE_CHANGED", "1-1", new_state="posting_created")
    desk.read("inbox")

    assert (states(desk), outcomes()) == ({"1-1": "cancelled"}, ["stored", "read"])
    assert Order.objects.get().remote_status == "cancelled"


class Marked(Whole):
    """Its notices say what no answer says: which goods need a marking code."""

    def parse(self, incoming: dto.Incoming) -> dto.Notice:
        notice = super().parse(incoming)
        return replace(notice, orders=[with_marks(order, [dto.MarkKind.SGTIN]) for order in notice.orders])


def with_marks(order: dto.RemoteOrder, marks: list[dto.MarkKind] | None) -> dto.RemoteOrder:
    return replace(order, lines=[replace(line, marks=marks) for line in order.lines])


def test_codes_that_only_the_notice_speaks_of_are_asked_for_when_polling_was_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(desk.fake), "hook", Marked())
    desk.trade.sku("mug", pieces=5)
    polled = with_marks(remote_order("1-1", ("mug", 1)), None)
    desk.fake.pages, desk.fake.orders["1-1"] = [dto.Page(items=[polled])], polled
    desk.read("orders")
    (line,) = Order.objects.get().lines.all()
    assert line.marks == []

    new(desk, "1-1")
    desk.read("inbox")

    line.refresh_from_db()
    assert line.marks == Listing.objects.get(channel=desk.channel, offer_id=line.offer_id).marks == ["sgtin"]
    assert outcomes() == ["read"]


def test_a_change_of_stock_or_goods_has_their_stream_read_once_a_minute(desk: Desk) -> None:
    desk.read("listings")
    later = desk.cursor("listings").next_at
    assert later
    for number in range(3):
        tell(desk, "TYPE_CREATE_OR_UPDATE_ITEM", "", offer_id=str(number))

    desk.read("inbox")
    assert desk.cursor("listings").next_at == desk.now + timedelta(minutes=1)
    assert outcomes() == ["asked"] * 3

    desk.later(70)
    tell(desk, "TYPE_CREATE_OR_UPDATE_ITEM", "", offer_id="9")
    desk.read("inbox")
    # It stood there already and has not been read since: no later than it was.
    assert desk.cursor("listings").next_at == desk.now - timedelta(seconds=10)
    assert Cursor.objects.filter(stream="read_back").count() == 0


def test_a_paused_channel_keeps_its_notices(desk: Desk) -> None:
    new(desk, "1-1")
    desk.channel.state = "paused"
    desk.channel.save()

    assert desk.read("inbox") is None
    assert outcomes() == [""]


def missed(desk: Desk) -> int:
    return shown.channel_figures([desk.channel.pk], now=desk.now)[desk.channel.pk].missed


def test_what_the_sweep_finds_and_no_notice_names_is_counted(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    door_of(desk)
    desk.later(60)
    found = [replace(remote_order(number, ("mug", 1)), ordered_at=desk.now) for number in ("1-1", "1-2", "1-3")]
    desk.fake.pages = [dto.Page(items=found)]
    desk.fake.orders = {order.number: order for order in found}
    desk.read("orders")
    assert set(states(desk)) == {"1-1", "1-2", "1-3"}
    assert missed(desk) == 0  # their notices may still be on the way

    desk.later(30)
    new(desk, "1-1")
    desk.read("inbox")
    desk.later(100)

    assert missed(desk) == 2
    assert set(SweepFind.objects.values_list("number", flat=True)) == {"1-2", "1-3"}


def test_what_was_told_before_the_sweep_came_is_not_counted(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    door_of(desk)
    desk.later(60)
    order = replace(remote_order("1-1", ("mug", 1)), ordered_at=desk.now)
    desk.fake.orders["1-1"], desk.fake.pages = order, [dto.Page(items=[order])]
    new(desk, "1-1")
    desk.read("inbox")
    desk.read("orders")
    desk.later(300)

    assert (missed(desk), SweepFind.objects.count()) == (0, 0)


def test_orders_older_than_the_first_call_are_not_its_fault(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    door_of(desk)
    desk.fake.pages = [
        dto.Page(items=[replace(remote_order("1-1", ("mug", 1)), ordered_at=desk.now - timedelta(hours=1))])
    ]
    desk.read("orders")
    desk.later(300)
    assert missed(desk) == 0

    InboxAddress.objects.update(heard_at=None)
    desk.fake.pages = [dto.Page(items=[replace(remote_order("1-2", ("mug", 1)), ordered_at=desk.now)])]
    desk.read("orders")
    desk.later(300)
    assert missed(desk) == 0


EVENTS = st.tuples(st.sampled_from(["1-1", "1-2"]), st.sampled_from(["new", "cancelled", "read", "sweep", "later"]))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(happened=st.lists(st.sampled_from(["1-1", "1-2"]), max_size=2), events=st.lists(EVENTS, max_size=14))
def test_any_order_of_repeats_ends_in_the_truth(desk: Desk, happened: list[str], events: list[tuple[str, str]]) -> None:
    _forget(desk)
    desk.fake.orders = {number: remote_order(number, ("mug", 1)) for number in ("1-1", "1-2")}
    for number in happened:
        cancel(desk, number)
    desk.fake.pages = [dto.Page(items=list(desk.fake.orders.values()))]
    acts = {
        "new": lambda number: new(desk, number),
        "cancelled": lambda number: cancelled(desk, number),
        "read": lambda number: desk.read("inbox"),
        "sweep": lambda number: desk.read("orders"),
        "later": lambda number: desk.later(10),
    }
    for number, act in events:
        acts[act](number)
    desk.read("inbox")
    told = {number for number, act in events if act in ("new", "cancelled")}
    swept = {"1-1", "1-2"} if any(act == "sweep" for _, act in events) else set()

    truth = {number: "cancelled" if number in happened else "new" for number in told | swept}
    assert states(desk) == truth
    open_orders = [number for number, state in truth.items() if state == "new"]
    assert desk.trade.row("mug") == (50, len(open_orders))
    assert set(outcomes()) <= {"read"}
    pairs = {(number, act) for number, act in events if act in ("new", "cancelled")}
    assert InboxItem.objects.count() == len(pairs)


def _forget(desk: Desk) -> None:
    """One example's rows go before the next begins."""
    if "mug" in desk.trade.skus:
        transaction.savepoint_rollback(desk.trade.start)  # type: ignore[attr-defined]
    else:
        desk.trade.sku("mug", pieces=50)
        door_of(desk)
    desk.trade.start = transaction.savepoint()  # type: ignore[attr-defined]


class AsksToCancel(OzonHook):
    """A hook whose cancellations are wishes of the buyer, for the lots that the notice names."""

    def parse(self, incoming: dto.Incoming) -> dto.Notice:
        told = json.loads(incoming.body)
        number, lots = told["posting_number"], told["lots"]
        wish = dto.CancelWish(number=number, parts=lots, text=f"lots {','.join(lots)}")
        return dto.Notice(key=f"{number}:{lots}", kind="wish", numbers=[number], wishes=[wish])


@pytest.fixture
def asking(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Order:
    """An order that we deliver ourselves, on a channel that answers buyers."""
    monkeypatch.setattr(desk.fake, "hook", AsksToCancel())
    monkeypatch.setattr("marketplaces.registry.can", lambda code, *what: Can.CONFIRM not in what)
    desk.trade.sku("mug", pieces=5)
    desk.fake.orders["1-1"] = remote_order("1-1", ("mug", 3), scheme=dto.Scheme.DBS)
    order: Order = desk.trade.order(("mug", 3), place=desk.place, number="1-1", scheme="dbs")
    return order


def wish(desk: Desk, *lots: str, number: str = "1-1") -> None:
    payload = json.dumps({"posting_number": number, "lots": lots})
    incoming = dto.Incoming(path="", body=payload.encode())
    inbox.store(door=door_of(desk), hook=AsksToCancel(), incoming=incoming, now=desk.now)


def test_a_wish_that_only_a_notice_tells_waits_for_a_person_and_is_answered_for_what_was_asked(
    desk: Desk, asking: Order
) -> None:
    wish(desk, "2")
    wish(desk, "2")
    wish(desk, "3")
    desk.read("inbox")
    asking.refresh_from_db()
    assert (asking.attention, asking.cancel_wish) == (["cancel_wanted"], ["2", "3"])
    desk.read("statuses")  # which says nothing of a wish, so it stands

    cancel_wish.answer(merchant_id=desk.trade.merchant.pk, order_id=asking.pk, accept=True, why="", now=desk.now)
    desk.drain("commands")

    asking.refresh_from_db()
    assert desk.fake.answered == [("1-1", True, None, "2", "3")]
    assert (asking.attention, asking.cancel_wish) == ([], [])
    told = OrderEvent.objects.filter(order=asking, kind="cancel").order_by("id").values_list("text", flat=True)
    asks = "Покупатель просит отменить заказ"
    assert list(told) == [f"{asks}: lots 2", f"{asks}: lots 3", "Просьба покупателя принята"]


def test_a_wish_for_an_order_that_is_over_or_not_known_changes_nothing(desk: Desk, asking: Order) -> None:
    Order.objects.filter(pk=asking.pk).update(state="delivered")
    wish(desk, "1")
    wish(desk, "1", number="9-9")
    desk.read("inbox")
    desk.later(200)
    desk.read("inbox")
    asking.refresh_from_db()
    assert (asking.attention, asking.cancel_wish) == ([], [])
    assert outcomes() == ["read", "not_found"]


def test_a_wish_for_the_whole_order_takes_in_the_parts(desk: Desk, asking: Order) -> None:
    wish(desk, "1")
    wish(desk)
    wish(desk, "2")
    desk.read("inbox")
    asking.refresh_from_db()
    assert (asking.attention, asking.cancel_wish) == (["cancel_wanted"], [])
