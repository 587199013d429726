"""Levels leave: coalesced, lowest first, never lost, refused ones parked with a reason."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from catalog.services import goods, product
from marketplaces import dto
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Unavailable
from marketplaces.http.throttle import NoThrottle
from marketplaces.models import Debt, Publication
from marketplaces.ports import Limit
from marketplaces.selectors import health
from marketplaces.sync import debts, outbox
from marketplaces.sync.leases import LEASE_S
from tests.fakes.marketplace import Killed
from tests.marketplaces.conftest import Desk


def lease_all(desk: Desk) -> list[outbox.Owed]:
    trade = desk.trade
    return outbox.lease_due(
        merchant_id=trade.merchant.pk, channel_id=desk.channel.pk, op="stock", limit=9, now=desk.now
    )


def held(desk: Desk) -> dict[str, int]:
    return {stock_id: pieces for (_, stock_id), pieces in desk.fake.stock.items()}


def test_a_receipt_is_published_and_owed_no_more(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=7)
    assert [debt.version for debt in desk.debts()] == [1]

    assert desk.drain() == 1

    assert held(desk) == {"mug": 7}
    assert desk.debts() == []
    publication = Publication.objects.get(channel_warehouse=desk.trade.ozon)
    assert (publication.pieces, publication.pushed_at, publication.answer) == (7, desk.now, "ok")


def test_many_changes_of_one_level_are_one_push_of_the_last_value(desk: Desk) -> None:
    sku = desk.trade.sku("mug", pieces=1)
    for _ in range(5):
        desk.trade.receive(sku, 1)
    assert len(desk.debts()) == 1

    desk.drain()

    assert desk.fake.pushes == [[("ozon-1", "mug", 6)]]


def test_a_level_that_changes_while_it_is_sent_is_sent_again(desk: Desk) -> None:
    sku = desk.trade.sku("mug", pieces=1)
    desk.fake.during["push_stock"] = lambda: desk.trade.receive(sku, 4)

    desk.drain()

    assert [push[0][2] for push in desk.fake.pushes] == [1, 5]
    assert held(desk) == {"mug": 5}
    assert desk.debts() == []


def test_who_comes_back_after_its_lease_does_not_pay_for_a_later_change(desk: Desk) -> None:
    sku = desk.trade.sku("mug", pieces=1)
    slow = lease_all(desk)
    desk.later(2 * LEASE_S)
    outbox.put_off(lease_all(desk), until=desk.now)  # another one took over and heard nothing
    desk.trade.receive(sku, 4)

    outbox.paid(slow, sent_at=desk.now, not_before=desk.now)

    assert len(desk.debts()) == 1
    desk.drain()
    assert held(desk) == {"mug": 5}


def test_a_change_between_two_senders_raises_the_version_only_of_what_is_held(desk: Desk) -> None:
    sku = desk.trade.sku("mug", pieces=1)
    desk.trade.receive(sku, 1)
    assert [debt.version for debt in desk.debts()] == [1]
    (leased,) = lease_all(desk)
    desk.trade.receive(sku, 1)
    assert [debt.version for debt in desk.debts()] == [leased.version + 1]


def test_the_emptiest_shelves_go_first(desk: Desk) -> None:
    for code, pieces in (("a", 9), ("b", 2), ("c", 7), ("d", 1), ("e", 5)):
        desk.trade.sku(code, pieces=pieces)

    desk.drain()

    assert [{row[2] for row in push} for push in desk.fake.pushes] == [{1, 2, 5}, {7, 9}]


def test_a_change_overtakes_the_sweep(desk: Desk) -> None:
    for number in range(5):
        desk.trade.sku(f"s{number}", pieces=3)
    desk.drain()
    desk.later(60)
    desk.read("sweep")
    desk.trade.receive(desk.trade.skus["s4"], 1)
    desk.fake.pushes.clear()

    desk.drain()

    assert [[article for _, article, _ in push] for push in desk.fake.pushes] == [["s4", "s0", "s1"], ["s2", "s3"]]
    assert desk.fake.pushes[0][0] == ("ozon-1", "s4", 4)
    assert desk.debts() == []


class Held(NoThrottle):
    """The marketplace does well to be asked again in so many seconds, and must not before; meanwhile things happen."""

    def __init__(self, wait_s: float, meanwhile: Callable[[], object], *, must_s: float = 0.0) -> None:
        super().__init__()
        self.wait_s, self.must_s, self.meanwhile = wait_s, must_s, meanwhile
        self.slept: list[float] = []

    def due_in_s(self, limits: Sequence[Limit], *, evenly: bool = False) -> float:
        return self.wait_s if evenly else self.must_s

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.wait_s = self.must_s = 0
        self.meanwhile()


def test_what_changes_while_a_request_has_to_wait_goes_with_it(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=1)
    desk.fake.throttle = held = Held(1.2, lambda: desk.trade.sku("cup", pieces=2))
    desk.drain()
    assert held.slept == [1.2]
    assert [sorted(push) for push in desk.fake.pushes] == [[("ozon-1", "cup", 2), ("ozon-1", "mug", 1)]]


@pytest.mark.parametrize("wait_s", [0, 60])
def test_a_request_that_may_go_and_one_that_must_not_for_long_are_not_waited_for(desk: Desk, wait_s: float) -> None:
    """What is held back for long is put off by its refusal, and its lane is free."""
    desk.trade.sku("mug", pieces=1)
    desk.fake.throttle = held = Held(wait_s, lambda: None)
    assert desk.drain() == 1
    assert held.slept == []


@pytest.mark.parametrize(("must_s", "slept"), [(0.3, [0.2]), (0.05, [])], ids=["chosen a little before", "at once"])
def test_a_full_batch_keeps_no_even_distance_and_an_empty_one_waits_for_nothing(
    desk: Desk, must_s: float, slept: list[float]
) -> None:
    desk.fake.throttle = held = Held(1.2, lambda: None, must_s=must_s)
    assert desk.drain() == 0
    assert held.slept == []
    for number in range(desk.fake.stock_batch):
        desk.trade.sku(f"s{number}", pieces=3)
    assert desk.drain() == desk.fake.stock_batch
    assert held.slept == pytest.approx(slept)


def test_a_kit_is_owed_when_its_component_changes(desk: Desk) -> None:
    mug = desk.trade.sku("mug", pieces=4)
    desk.trade.kit("set", mug=2)
    debts.owe_stock(merchant_id=desk.trade.merchant.pk, sku_ids=[desk.trade.skus["set"].pk], now=desk.now)
    desk.drain()
    assert held(desk) == {"mug": 4, "set": 2}

    desk.trade.receive(mug, 2)
    desk.drain()

    assert held(desk) == {"mug": 6, "set": 3}


def test_what_is_archived_is_offered_nowhere_until_it_comes_back(desk: Desk) -> None:
    merchant_id = desk.trade.merchant.pk
    sku = desk.trade.sku("mug", pieces=7)
    desk.drain()
    for archived in (True, False):
        desk.later(60)
        product.archive(merchant_id=merchant_id, sku_ids=[sku.pk], archived=archived, now=desk.now)
        desk.drain()
        assert held(desk) == {"mug": 0 if archived else 7}
    desk.later(60)
    goods.set_archived(merchant_id=merchant_id, product_ids=[sku.product_id], archived=True, now=desk.now)
    desk.drain()
    assert held(desk) == {"mug": 0}


def test_a_refused_level_is_parked_with_our_reason_and_the_others_go(desk: Desk) -> None:
    for code in ("good", "bad"):
        desk.trade.sku(code, pieces=2)
    desk.fake.refused_levels["ozon-1:bad"] = dto.Refused(
        key="ozon-1:bad", code=dto.Code.CARD_INCOMPLETE, text="no photo"
    )

    desk.drain()

    assert held(desk) == {"good": 2}
    assert [(debt.parked, debt.parked_text) for debt in desk.debts()] == [("card_incomplete", "no photo")]
    assert desk.drain() == 0


def test_a_parked_level_comes_back_when_it_changes_or_a_person_asks(desk: Desk) -> None:
    sku = desk.trade.sku("bad", pieces=2)
    desk.fake.refused_levels["ozon-1:bad"] = dto.Refused(key="ozon-1:bad", code=dto.Code.OTHER, text="no")
    desk.drain()
    desk.fake.refused_levels.clear()

    assert outbox.retry(merchant_id=desk.trade.merchant.pk, debt_ids=[desk.debts()[0].pk], now=desk.now) == 1
    desk.drain()
    assert held(desk) == {"bad": 2}

    desk.fake.refused_levels["ozon-1:bad"] = dto.Refused(key="ozon-1:bad", code=dto.Code.OTHER, text="no")
    desk.trade.receive(sku, 1)
    desk.drain()
    desk.fake.refused_levels.clear()
    desk.trade.receive(sku, 1)
    desk.drain()
    assert held(desk) == {"bad": 4}


def test_a_batch_refused_as_a_whole_is_halved_until_the_culprit_stands_alone(desk: Desk) -> None:
    for code in ("a", "b", "c"):
        desk.trade.sku(code, pieces=1)
    desk.fake.poison = {"b"}

    desk.drain()

    assert held(desk) == {"a": 1, "c": 1}
    parked = desk.debts()
    assert [debt.parked for debt in parked] == ["invalid"]
    assert parked[0].listing.offer_id == "b"


def test_the_same_pair_waits_for_the_end_of_its_window(desk: Desk) -> None:
    desk.fake.same_stock_pair_s = 30  # type: ignore[misc]
    sku = desk.trade.sku("mug", pieces=1)
    desk.drain()
    desk.later(10)
    desk.trade.receive(sku, 1)

    assert desk.drain() == 0
    assert desk.debts()[0].not_before == desk.now + timedelta(seconds=20.5)

    desk.later(21)
    assert desk.drain() == 1
    assert held(desk) == {"mug": 2}


def test_busy_puts_off_for_as_long_as_it_says(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=1)
    desk.fake.trouble("push_stock", Unavailable("busy", retry_after_s=90))

    desk.drain()

    debt = desk.debts()[0]
    assert (debt.not_before, debt.attempts, debt.leased_until) == (desk.now + timedelta(seconds=90), 1, None)
    desk.later(91)
    desk.drain()
    assert held(desk) == {"mug": 1}


@pytest.mark.parametrize("after", [False, True])
def test_a_lost_answer_is_followed_by_the_present_value(desk: Desk, after: bool) -> None:
    sku = desk.trade.sku("mug", pieces=1)
    desk.fake.trouble("push_stock", OutcomeUnknown("no answer"), after=after)
    desk.drain()
    desk.trade.receive(sku, 1)
    desk.later(400)

    desk.drain()

    assert held(desk) == {"mug": 2}
    assert desk.debts() == []


@pytest.mark.parametrize("after", [False, True])
def test_a_worker_killed_while_it_sends_loses_nothing(desk: Desk, after: bool) -> None:
    desk.trade.sku("mug", pieces=3)
    desk.fake.trouble("push_stock", Killed(), after=after)
    with pytest.raises(Killed):
        desk.drain()
    assert desk.drain() == 0, "the dead worker's lease still stands"

    desk.later(60)
    assert desk.drain() == 1

    assert held(desk) == {"mug": 3}
    assert desk.debts() == []


def test_a_refused_key_pauses_the_channel_and_drops_nothing(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=1)
    desk.fake.trouble("push_stock", CredentialsRejected("the key is dead"))

    desk.drain()

    desk.channel.refresh_from_db()
    assert (desk.channel.state, desk.channel.paused_because) == ("paused", "the key is dead")
    assert len(desk.debts()) == 1
    assert desk.drain() == 0
    assert desk.fake.calls["push_stock"] == 1


def test_senseless_answers_are_asked_again_then_parked_for_a_developer(desk: Desk) -> None:
    desk.trade.sku("mug", pieces=1)
    desk.fake.trouble("push_stock", *[ContractBroken("not JSON") for _ in range(6)])
    for _ in range(6):
        desk.drain()
        desk.later(1000)

    assert [debt.parked for debt in desk.debts()] == ["contract_broken"]


def test_a_warehouse_that_nothing_feeds_is_never_pushed_zeros(desk: Desk) -> None:
    desk.trade.ozon.feeds.all().delete()
    desk.trade.sku("mug", pieces=1)

    assert desk.debts() == []


def window(desk: Desk) -> tuple[float | None, float | None]:
    (row,) = health.channels_health(channel_ids=[desk.channel.pk], streams_of={}, now=desk.now)
    return row.p50_s, row.p95_s


def test_the_oversell_window_is_from_a_reservation_to_the_accepted_push(desk: Desk) -> None:
    skus = [desk.trade.sku(f"s{number}", pieces=5) for number in range(3)]
    assert window(desk) == (None, None)
    desk.drain()
    desk.later(7200)
    for number, sku in enumerate(skus):
        desk.trade.order((sku.code, 1), place=desk.trade.wildberries, number=f"W-{number}")
    Debt.objects.update(owed_since=desk.now, not_before=desk.now)
    desk.later(4)

    desk.drain()

    assert held(desk) == {"s0": 4, "s1": 4, "s2": 4}
    assert window(desk) == (4.0, 4.0)

    desk.later(600)
    desk.read("sweep")
    desk.drain()
    assert window(desk) == (4.0, 4.0), "telling everything anew is nobody's wait, and hides none"

    for _ in range(2):
        desk.later(3700)
        desk.read("sweep")
        desk.drain()
    assert window(desk) == (None, None)
