"""Orders come: stored once, the bad one set apart, the rest applied; cursors and pauses."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from marketplaces import dto, registry
from marketplaces.errors import ContractBroken, CredentialsRejected, Rejected, Unavailable
from marketplaces.models import Debt, RawPayload
from orders.models import Order, OrderLine
from tests.fakes.marketplace import FakeMarketplace, remote_order
from tests.marketplaces.conftest import Desk


def numbers(desk: Desk) -> list[str]:
    return list(Order.objects.filter(channel=desk.channel).order_by("id").values_list("external_number", flat=True))


def test_a_new_order_is_stored_reserved_and_the_other_channel_is_told(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    Debt.objects.all().delete()
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 2))])]

    desk.read("orders")

    assert numbers(desk) == ["1-1"]
    assert desk.trade.row("mug") == (5, 2)
    assert {debt.channel_warehouse_id for debt in Debt.objects.all()} == {
        desk.trade.ozon.pk,
        desk.trade.wildberries.pk,
    }
    cursor = desk.cursor("orders")
    assert (cursor.failures, cursor.items, cursor.last_success_at, cursor.leased_until) == (0, 1, desk.now, None)
    assert cursor.next_at == desk.now + timedelta(seconds=registry.adapter_class("ozon").poll.orders_s)


def test_the_same_answer_again_changes_nothing(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 2)), remote_order("1-1", ("mug", 2))])]

    for _ in range(3):
        desk.read("orders")
        desk.later(10)

    assert numbers(desk) == ["1-1"]
    assert desk.trade.row("mug") == (5, 2)
    assert desk.cursor("orders").items == 1


def test_one_bad_order_stands_in_quarantine_and_the_others_are_in(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    bad = remote_order("1-3", ("mug", 1))
    bad = replace(bad, lines=[replace(bad.lines[0], price=Decimal("1e30"))])
    good = [remote_order(f"1-{number}", ("mug", 1)) for number in (1, 2, 4, 5)]
    desk.fake.pages = [dto.Page(items=[*good[:2], bad, *good[2:]])]

    desk.read("orders")

    assert numbers(desk) == ["1-1", "1-2", "1-4", "1-5"]
    assert desk.trade.row("mug") == (9, 4)
    (culprit,) = desk.quarantine()
    assert (culprit.key, culprit.stream, culprit.seen) == ("1-3", "orders", 1)
    assert "DataError" in culprit.reason
    assert culprit.payload == {"posting_number": "1-3", "customer": "***"}


def test_what_an_adapter_could_not_parse_is_set_apart_and_let_go_when_it_parses(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    broken = dto.Broken(key="1-2", reason="price: not a number", payload={"price": "x", "customer": {"phone": "+7"}})
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 1))], broken=[broken])]
    desk.read("orders")
    desk.later(10)
    desk.read("orders")
    assert numbers(desk) == ["1-1"]
    assert [(row.key, row.seen, row.payload) for row in desk.quarantine()] == [
        ("1-2", 2, {"price": "x", "customer": "***"})
    ]

    desk.fake.pages = [dto.Page(items=[remote_order("1-2", ("mug", 1))])]
    desk.later(10)
    desk.read("orders")

    assert numbers(desk) == ["1-1", "1-2"]
    assert desk.quarantine() == []


def test_trouble_puts_the_stream_off_and_says_why(desk: Desk) -> None:
    desk.fake.trouble("orders_new", Unavailable("502: bad gateway", retry_after_s=70))

    desk.read("orders")

    cursor = desk.cursor("orders")
    assert (cursor.failures, cursor.error, cursor.last_success_at) == (1, "502: bad gateway", None)
    assert cursor.next_at == desk.now + timedelta(seconds=70)
    desk.later(71)
    desk.read("orders")
    assert (desk.cursor("orders").failures, desk.cursor("orders").error) == (0, "")


def test_an_answer_that_makes_no_sense_is_kept_for_a_developer(desk: Desk) -> None:
    desk.fake.trouble("orders_new", ContractBroken("the answer is not JSON", payload="<html>token=abc</html>"))

    desk.read("orders")

    assert [(row.key, row.reason) for row in desk.quarantine()] == [("answer", "the answer is not JSON")]
    desk.later(400)
    desk.read("orders")
    assert desk.quarantine() == []


def test_a_refused_key_pauses_the_channel(desk: Desk) -> None:
    desk.fake.trouble("orders_new", CredentialsRejected("Client-Id and Api-Key headers are required"))

    desk.read("orders")

    desk.channel.refresh_from_db()
    assert desk.channel.state == "paused"
    desk.later(100)
    assert desk.read("orders") is None
    assert desk.fake.calls["orders_new"] == 1


def test_words_of_a_refusal_that_no_column_takes_are_written_down_all_the_same(desk: Desk) -> None:
    desk.fake.trouble("orders_new", Rejected("no \x00 and no \ud800", code=dto.Code.OTHER))

    desk.read("orders")

    cursor = desk.cursor("orders")
    assert (cursor.error, cursor.failures, cursor.leased_until) == ("no \ufffd and no ?", 1, None)


def test_an_order_whose_second_row_cannot_be_read_is_taken_in_and_nothing_is_set_apart(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=5)
    order = remote_order("1-1", ("mug", 1), warehouse_id=desk.place.external_id)
    broken = [dto.Broken(key=number, reason="price: is not an amount", payload={}) for number in ("1-1", "1-2")]
    desk.fake.pages = [dto.Page(items=[order], broken=broken)]

    for _same in range(2):
        desk.read("orders")
        assert (numbers(desk), [row.key for row in desk.quarantine()]) == (["1-1"], ["1-2"])


def test_a_key_that_may_not_read_what_stands_beside_the_work_pauses_nothing(desk: Desk) -> None:
    desk.fake.trouble("returns", CredentialsRejected("Api-Key is missing a required role for a method"))

    desk.read("returns")

    desk.channel.refresh_from_db()
    assert desk.channel.state == "active"
    cursor = desk.cursor("returns")
    assert (cursor.error, cursor.failures) == ("Api-Key is missing a required role for a method", 1)
    assert cursor.next_at == desk.now + timedelta(seconds=FakeMarketplace.poll.listings_s)


def test_two_workers_never_read_one_stream_at_once(desk: Desk) -> None:
    second: list[object] = []
    desk.fake.during["orders_new"] = lambda: second.append(desk.read("orders"))

    desk.read("orders")

    assert second == [None]


def test_changes_move_the_cursor_and_orders_without_a_status_are_asked_for(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    bare = replace(remote_order("7", ("mug", 1)), status=dto.RemoteStatus(number="7", status=""))
    desk.fake.pages = [dto.Page(items=[bare])]
    desk.fake.orders["7"] = remote_order("7", ("mug", 1))

    desk.read("changes")

    assert numbers(desk) == ["7"]
    assert desk.cursor("changes").at == desk.now
    assert desk.fake.calls["orders_by_number"] == 1
    desk.later(600)
    desk.read("changes")
    assert desk.fake.calls["orders_by_number"] == 1, "a known one is left to the statuses"


def test_statuses_of_open_orders_are_applied(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 1)), remote_order("1-2", ("mug", 1))])]
    desk.fake.orders = {order.number: order for order in desk.fake.pages[0].items}
    desk.read("orders")
    desk.fake.cancelled.append("1-2")

    desk.read("statuses")

    assert dict(Order.objects.values_list("external_number", "state")) == {"1-1": "new", "1-2": "cancelled"}
    assert desk.trade.row("mug") == (9, 1)


def test_the_payload_is_kept_sealed(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=9)
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 1))])]

    desk.read("orders")

    kept = RawPayload.objects.get(channel=desk.channel)
    assert kept.key == "1-1"
    assert b"79990000000" not in bytes(kept.sealed)
    assert "Иван".encode() not in bytes(kept.sealed)


def test_an_order_of_an_unknown_article_is_stored_all_the_same(desk: Desk) -> None:
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("nobody-knows", 1), warehouse_id="elsewhere")])]

    desk.read("orders")

    order = Order.objects.get()
    assert set(order.attention) == {"unknown_sku", "unknown_warehouse"}
    assert OrderLine.objects.get().sku_id is None


def test_an_order_is_stored_however_much_its_status_says(desk: Desk) -> None:
    words = ", ".join(
        ["ProviderPostingUnsuccessfulAttemptOfDelivery", "ProviderPostingTemporaryStorage", "CrossDocSent"]
    )
    status = dto.RemoteStatus(number="1-1", status="s" * 61, substatus=words, stage=dto.Stage.DELIVERING, handed=True)
    desk.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 1), status=status)])]

    desk.read("orders")

    order = Order.objects.get()
    assert (order.remote_status, order.remote_substatus) == ("s" * 60, words[:80])
    assert desk.quarantine() == []
