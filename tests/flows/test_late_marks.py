"""Marking codes that Megamarket speaks of in its push alone: an order found by polling is packed without, and cured."""

from collections.abc import Callable
from datetime import timedelta

from catalog.models import Listing
from marketplaces.models import Command
from marketplaces.sync import drain, lanes
from marketplaces.sync.connection import Connection
from orders.models import Order, UnitMark
from orders.types import CommitState, State
from tests.contract.day import Day
from tests.contract.test_megamarket_sandbox import MARKED
from tests.contract.test_megamarket_sandbox import begin as megamarket
from tests.flows.test_boxes import Market, opens, pages, shelved  # noqa: F401  a fixture

PLAIN = "KM-RUKI-75"
CODE = "010460711234567321abcDEF1234567"


def is_bought(day: Day, *articles: str) -> str:
    where = {"megamarket": day.adapter.place.merchant_id}
    items = [{"article": article} for article in articles]
    body = {"items": items, "marketplaces": ["megamarket"], "warehouse": where, "force": True}
    (number,) = day.player.admin("POST", "/orders", body)["megamarket"]
    day.later(1)
    return str(number)


def tells(market: Market, *, rounds: int) -> None:
    """What is owed is told, also where it ends with a refusal."""
    for _round in range(rounds):
        drain.run(
            merchant_id=market.trade.merchant.pk,
            channel_id=market.place.channel_id,
            lane="commands",
            steps=lanes.STEPS,
            connect=lambda *_: Connection(market.adapter),
            clock=lambda: market.now,
        )
        market.waits(15)
        market.now += timedelta(seconds=15)


def test_an_order_that_polling_finds_first_is_refused_then_asked_for_its_code_at_the_table_and_cured(
    opens: Callable[..., Market],  # noqa: F811
) -> None:
    day = megamarket()
    day.world.tempo.sticker_as_html = 0.0
    market = opens("megamarket", day.adapter, day.adapter.warehouses().items[0].external_id, day.wait, boxes="told")
    shelved(market, MARKED, PLAIN)
    market.trade.skus["mug"].barcodes.create(merchant=market.trade.merchant, value="4607112345673", kind="ean13")
    number = is_bought(day, MARKED, PLAIN)
    market.now = day.now
    order = market.takes_into_work()
    assert {line.offer_id: line.marks for line in order.lines.all()} == {MARKED: [], PLAIN: []}
    last = market.packs(number, "INT-mug", "INT-fork")[-1]
    assert last.data["packed"]

    tells(market, rounds=6)

    order.refresh_from_db()
    assert (order.state, order.commit_state) == (State.PICKING, CommitState.FAILED)
    assert order.attention == ["commit_failed"]
    assert {line.offer_id: line.marks for line in order.lines.all()} == {MARKED: ["sgtin"], PLAIN: []}
    assert {unit.line.offer_id: unit.state for unit in order.units.all()} == {MARKED: "picked", PLAIN: "packed"}
    assert order.events.filter(kind="mark").get().text.count("mug") == 1

    refused, packed = market.packs("INT-mug", CODE)[-2:]
    assert (refused.outcome, packed.outcome) == ("wrong", "accepted")
    assert packed.data["packed"]
    market.settles()

    order.refresh_from_db()
    assert (order.state, order.commit_state, order.attention) == (State.PACKED, CommitState.DONE, [])
    assert UnitMark.objects.get().value == CODE
    assert pages(order) == 1
    assert not Command.objects.filter(channel_id=market.place.channel_id).exclude(parked="").exists()

    assert dict(Listing.objects.filter(channel=market.place.channel).values_list("offer_id", "marks")) == {
        MARKED: ["sgtin"],
        PLAIN: [],
    }
    is_bought(day, MARKED)
    market.now = day.now
    market.pulls()
    following = Order.objects.exclude(pk=order.pk).get()
    assert [line.marks for line in following.lines.all()] == [["sgtin"]]
