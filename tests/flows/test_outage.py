"""A marketplace that is away, refuses or lies delays itself alone, and everything is made good when it is back."""

from collections.abc import Callable

import pytest

from marketplaces.errors import ContractBroken, OutcomeUnknown, RemoteError, Unavailable
from marketplaces.models import Command, Debt
from orders.models import Order
from shipping.models import Handover
from tests.fakes.marketplace import Killed
from tests.flows.shop import Shop, Side

METHODS = (
    *("orders_new", "statuses", "push_stock", "commit", "look_up_commit", "labels"),
    *("open_handover", "find_handover", "close_handover", "handover_documents"),
)


def away(side: Side, times: int, error: Callable[[], BaseException], *, after: bool = False) -> None:
    """Every method of the marketplace fails so often."""
    for method in METHODS:
        side.fake.trouble(method, *(error() for _ in range(times)), after=after)


def one_day(shop: Shop) -> None:
    """The usual day of one order on each side."""
    shop.ozon.sells(shop.ozon.order("O-1", ("mug", 1)))
    shop.wildberries.sells(shop.wildberries.order("W-1", ("mug", 1)))
    shop.settle(3, minutes=10)
    shop.release("O-1", "W-1")
    shop.settle(7, minutes=10)
    shop.packs("O-1", "INT-mug")
    shop.packs("W-1", "INT-mug")
    for gathered in Handover.objects.filter(state="open"):
        shop.closes(gathered)
    shop.settle(7, minutes=10)


def everything_went_well(shop: Shop) -> None:
    assert shop.states() == {"O-1": "handed_over", "W-1": "handed_over"}
    assert (shop.trade.row("mug"), shop.left(), shop.offered("mug")) == ((8, 0), {"mug": 2}, (8, 8))
    assert [[s.numbers for s in side.fake.supplies] for side in shop.sides] == [[["O-1"]], [["W-1"]]]
    assert shop.stickers() == {"O-1": "O-1", "W-1": "W-1"}
    assert not Order.objects.exclude(attention=[]).exists()
    assert shop.owes_nothing()


@pytest.mark.parametrize(
    ("error", "after"),
    [
        pytest.param(lambda: Unavailable("429", retry_after_s=30), False, id="429"),
        pytest.param(lambda: OutcomeUnknown("no answer"), False, id="hangs before the effect"),
        pytest.param(lambda: OutcomeUnknown("no answer"), True, id="hangs after the effect"),
        pytest.param(lambda: ContractBroken("HTML instead of JSON"), True, id="rubbish after the effect"),
    ],
)
def test_after_an_outage_nothing_is_lost_and_nothing_told_twice(
    shop: Shop, error: Callable[[], RemoteError], after: bool
) -> None:
    for side in shop.sides:
        away(side, 1, error, after=after)
    one_day(shop)
    everything_went_well(shop)
    assert (dict(shop.ozon.fake.commits_told), dict(shop.wildberries.fake.commits_told)) == ({"O-1": 1}, {"W-1": 1})


@pytest.mark.parametrize("after", [False, True], ids=["before the effect", "after the effect"])
def test_workers_killed_at_every_call_lose_and_double_nothing(shop: Shop, after: bool) -> None:
    for side in shop.sides:
        away(side, 1, Killed, after=after)
    shop.survive()
    one_day(shop)
    everything_went_well(shop)
    assert (dict(shop.ozon.fake.commits_told), dict(shop.wildberries.fake.commits_told)) == ({"O-1": 1}, {"W-1": 1})


def test_one_marketplace_away_for_hours_holds_up_nobody_else(shop: Shop) -> None:
    away(shop.wildberries, 10_000, lambda: Unavailable("502"))
    shop.ozon.sells(shop.ozon.order("O-1", ("mug", 1)))
    shop.settle(3)
    shop.release("O-1")
    shop.settle(3)
    shop.packs("INT-mug")
    shop.closes(Handover.objects.get())
    shop.settle(3)

    assert shop.states() == {"O-1": "handed_over"}
    assert shop.ozon.fake.stock["ozon-1", "mug"] == 9
    assert shop.wildberries.fake.stock["wildberries-1", "mug"] == 10  # stale, and owed
    assert Debt.objects.filter(channel=shop.wildberries.place.channel, parked="").count() == 1
    assert not Command.objects.exists()

    shop.wildberries.fake.troubles.clear()
    shop.settle(4, minutes=5)
    assert shop.offered("mug") == (9, 9)
    assert shop.owes_nothing()
