"""Whatever happens in whatever order, what is owed arrives: the last value, and each command once."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplaces.errors import ContractBroken, OutcomeUnknown, Unavailable
from marketplaces.models import Command, Debt, Publication
from orders.models import Order
from orders.services import commit
from tests.fakes.marketplace import Killed
from tests.marketplaces.conftest import Desk

WAYS: dict[str, Callable[[], BaseException]] = {
    "busy": lambda: Unavailable("busy", retry_after_s=3),
    "lost": lambda: OutcomeUnknown("no answer"),
    "nonsense": lambda: ContractBroken("not JSON"),
    "killed": Killed,
}
TROUBLES = st.tuples(st.sampled_from(sorted(WAYS)), st.booleans())
LEVEL_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.sampled_from("abcd")),
        st.tuples(st.just("drain"), st.just("")),
        st.tuples(st.just("later"), st.sampled_from(["1", "40", "400"])),
        st.tuples(st.just("trouble"), TROUBLES),
        st.tuples(st.just("during"), st.sampled_from("abcd")),
    ),
    min_size=3,
    max_size=25,
)
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def drained(desk: Desk, lane: str) -> None:
    with suppress(Killed):
        desk.drain(lane)


def calm_down(desk: Desk, lane: str) -> None:
    """The troubles are over and time goes by."""
    desk.fake.troubles.clear()
    for _ in range(12):
        desk.later(400)
        desk.drain(lane)


@given(steps=LEVEL_STEPS)
@SETTINGS
def test_every_level_arrives_at_its_last_value(desk: Desk, steps: list[tuple[str, object]]) -> None:
    start_afresh(desk)
    for what, how in steps:
        if what == "receive":
            desk.trade.receive(desk.trade.skus[str(how)], 1)
        elif what == "drain":
            drained(desk, "stock")
        elif what == "later":
            desk.later(float(str(how)))
        elif what == "during":
            desk.fake.during["push_stock"] = partial(desk.trade.receive, desk.trade.skus[str(how)], 1)
        elif isinstance(how, tuple):
            desk.fake.trouble("push_stock", WAYS[how[0]](), after=how[1])
    calm_down(desk, "stock")

    truth = {code: desk.trade.row(code)[0] for code in "abcd" if desk.trade.row(code)[0]}
    assert {code: pieces for (_, code), pieces in desk.fake.stock.items()} == truth
    assert {row.listing.offer_id: row.pieces for row in Publication.objects.select_related("listing")} == truth
    assert desk.debts() == []


def start_afresh(desk: Desk) -> None:
    """Each example on the same merchant, with nothing owed and nothing over there."""
    for code in "abcd":
        if code not in desk.trade.skus:
            desk.trade.sku(code, pieces=1)
        else:
            desk.trade.receive(desk.trade.skus[code], 1)
    desk.fake.troubles.clear()
    desk.fake.during.clear()
    desk.later(1000)
    desk.drain()
    Debt.objects.exclude(channel=desk.channel).delete()


COMMAND_STEPS = st.lists(
    st.one_of(
        st.just(("order", "")),
        st.just(("drain", "")),
        st.tuples(st.just("later"), st.sampled_from(["1", "40", "400"])),
        st.tuples(
            st.just("trouble"),
            st.tuples(
                st.sampled_from(["commit", "open_handover", "look_up_commit", "find_handover"]),
                st.sampled_from(["busy", "lost", "killed"]),
                st.booleans(),
            ),
        ),
    ),
    min_size=3,
    max_size=20,
)


@given(steps=COMMAND_STEPS)
@SETTINGS
def test_every_order_is_committed_once_and_every_handover_made_once(
    supply_desk: Desk, steps: list[tuple[str, object]]
) -> None:
    desk = supply_desk
    desk.fake.can = frozenset(desk.fake.can - {type(next(iter(desk.fake.can))).LABELS})  # type: ignore[misc]
    if "mug" not in desk.trade.skus:
        desk.trade.sku("mug", pieces=1000)
    desk.fake.troubles.clear()
    for what, how in steps:
        if what == "order":
            order = desk.trade.order(("mug", 1), place=desk.place)
            commit.commit_orders(merchant_id=desk.trade.merchant.pk, order_ids=[order.pk], now=desk.now)
        elif what == "drain":
            drained(desk, "commands")
        elif what == "later":
            desk.later(float(str(how)))
        elif isinstance(how, tuple):
            # "Busy" is the adapter's word for "nothing happened": it cannot follow an effect.
            desk.fake.trouble(how[0], WAYS[how[1]](), after=how[2] and how[1] != "busy")
    calm_down(desk, "commands")

    assert set(desk.fake.commits_told.values()) <= {1}
    assert set(desk.fake.commits_told) == set(Order.objects.values_list("external_number", flat=True))
    assert set(Order.objects.values_list("commit_state", flat=True)) <= {"done"}
    assert len(desk.fake.supplies) <= 1
    assert not Command.objects.filter(channel=desk.channel).exists()
