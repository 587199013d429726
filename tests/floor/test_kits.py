"""Kits by scan: assembled, taken apart, turned back; and sold before their components are touched."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from catalog.services import product
from floor.models import Scan
from floor.services import kit, pack, pick, wave
from floor.types import Answer, Outcome, ScanIn
from merchants.models import Person
from merchants.roles import Role
from orders.models import Order, Unit
from orders.services import hand_over
from orders.types import State
from stock.models import Balance, Location, Move, Reservation
from stock.selectors import availability, proof
from stock.services import ledger, shelf
from stock.types import LocationKind
from tests import make
from tests.trade import NOON, Trade


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def person() -> Person:
    return make.person()


@pytest.fixture
def bench(trade: Trade) -> Location:
    """Where kits are made: four mugs and three forks, enough for two kits; three more mugs lie in the cell."""
    place = Location.objects.create(warehouse=trade.warehouse, code="K-01", x=9, y=9)
    trade.sku("mug", pieces=4, location=place)
    trade.receive(trade.skus["mug"], 3)
    trade.sku("fork", pieces=3, location=place)
    trade.kit("set", mug=2, fork=1)
    return place


def scanned(person: Person, code: str, **fields: Any) -> ScanIn:
    return ScanIn(**{"code": code, "nonce": uuid4(), "scanned_at": NOON, "person_id": person.pk, **fields})


def made(trade: Trade, person: Person, code: str, place: Location, *, apart: bool = False, **fields: Any) -> Answer:
    scan = scanned(person, code, **fields)
    return kit.scan(warehouse_id=trade.warehouse.pk, scan=scan, place_id=place.pk, apart=apart, now=NOON)


def lying(trade: Trade, place: Location) -> dict[str, int]:
    rows = Balance.objects.filter(location=place, pieces__gt=0).select_related("sku")
    return {row.sku.code: row.pieces for row in rows}


def offered(trade: Trade, code: str) -> int:
    listing = trade.skus[code].listings.get(channel=trade.ozon.channel)
    return availability.available(pairs=[(trade.ozon.pk, listing.pk)])[0].pieces


def test_each_scan_is_one_kit_and_undo_turns_it_back(trade: Trade, person: Person, bench: Location) -> None:
    assert offered(trade, "set") == 3
    answer = made(trade, person, "INT-set", bench)
    assert (answer.outcome, answer.text) == (Outcome.ACCEPTED, "set: assembled 1 in K-01.")
    assert lying(trade, bench) == {"mug": 2, "fork": 2, "set": 1}
    assert offered(trade, "set") == 3  # one stands, two more could be made
    assert set(Move.objects.filter(reason="assemble").values_list("sku__code", "pieces")) == {
        ("mug", 2),
        ("fork", 1),
        ("set", 1),
    }

    refused = made(trade, person, "INT-set", bench, pieces=2)
    assert (refused.outcome, refused.word) == (Outcome.WRONG, "Not enough here")
    assert "mug in K-01: 2 there, 4 wanted" in refused.text
    assert lying(trade, bench) == {"mug": 2, "fork": 2, "set": 1}

    assert made(trade, person, "INT-set", bench, apart=True).text == "set: taken apart 1 in K-01."
    assert lying(trade, bench) == {"mug": 4, "fork": 3}
    assert made(trade, person, "BO-UNDO", bench).word == "Undone"  # the taking apart
    assert lying(trade, bench) == {"mug": 2, "fork": 2, "set": 1}
    assert made(trade, person, "BO-UNDO", bench).word == "Undone"  # and the assembling
    assert lying(trade, bench) == {"mug": 4, "fork": 3}
    assert made(trade, person, "BO-UNDO", bench).outcome == Outcome.ALREADY
    end = ledger.end_of_ledger(warehouse_id=trade.warehouse.pk, kind=LocationKind.ASSEMBLY)
    assert set(Balance.objects.filter(location=end).values_list("pieces", flat=True)) == {0}
    assert proof.differences() == []


def test_a_place_without_components_says_where_they_lie(trade: Trade, person: Person, bench: Location) -> None:
    answer = made(trade, person, "INT-set", trade.cell)
    assert answer.text.endswith("Carry them here: fork: K-01.")
    assert made(trade, person, "INT-mug", bench).word == "Not a kit"
    assert made(trade, person, "k-01", trade.cell).data["cell_id"] == bench.pk
    assert made(trade, person, "*3", bench).data == {"next_pieces": 3, "cell_id": bench.pk}
    assert made(trade, person, "4600000000000", bench).word == "Unknown code"
    assert Move.objects.filter(reason__in=["assemble", "take_apart"]).count() == 0


def test_what_is_promised_is_not_used_up(trade: Trade, person: Person, bench: Location) -> None:
    trade.order(("fork", 3))
    answer = made(trade, person, "INT-set", bench)
    assert (answer.outcome, answer.text) == (
        Outcome.WRONG,
        "Promised to orders: fork: 0 free, 1 needed. Nothing was moved.",
    )
    assert lying(trade, bench) == {"mug": 4, "fork": 3}


def test_a_kit_is_taken_apart_for_a_component_that_is_promised_beyond_stock(
    trade: Trade, person: Person, bench: Location
) -> None:
    made(trade, person, "INT-set", bench)
    trade.order(("fork", 2))
    shelf.set_pieces(
        merchant_id=trade.merchant.pk,
        location=bench,
        sku_id=trade.skus["fork"].pk,
        pieces=0,
        now=NOON,
        person_id=None,
        note="counted",
    )
    assert trade.row("fork") == (0, 2)
    assert made(trade, person, "INT-set", bench, apart=True).outcome == Outcome.ACCEPTED
    assert trade.row("fork") == (1, 2)
    assert lying(trade, bench) == {"mug": 4, "fork": 1}


def test_an_order_takes_the_kit_that_stands_and_components_for_the_rest(
    trade: Trade, person: Person, bench: Location
) -> None:
    made(trade, person, "INT-set", bench)
    order = trade.order(("set", 2))
    assert set(Reservation.objects.filter(order_ref=order.pk).values_list("sku__code", "pieces")) == {
        ("set", 1),
        ("mug", 2),
        ("fork", 1),
    }
    assert offered(trade, "set") == 1
    assert made(trade, person, "INT-set", bench, apart=True).word == "Promised to orders"
    run = wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=person.pk)
    assert sorted(Unit.objects.values_list("sku__code", flat=True)) == ["fork", "mug", "mug", "set"]
    for code in ("set", "mug", "mug", "fork"):
        assert (
            pick.scan(wave=run, scan=scanned(person, f"INT-{code}"), cell_id=bench.pk, now=NOON).outcome == "accepted"
        )
    for code in (f"BO-SLOT-{run.orders.get().slot}", "INT-set", "INT-mug", "INT-fork", "INT-mug"):
        assert pack.scan(warehouse_id=trade.warehouse.pk, scan=scanned(person, code), now=NOON).outcome == "accepted"
    assert Order.objects.get().state == State.PACKED
    hand_over.hand_over(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    assert lying(trade, bench) == {"fork": 1}
    assert proof.differences() == []


def test_a_kit_that_nobody_ever_assembled_gets_no_stock_of_its_own(trade: Trade, bench: Location) -> None:
    order = trade.order(("set", 2))
    assert set(Reservation.objects.filter(order_ref=order.pk).values_list("sku__code", flat=True)) == {"mug", "fork"}
    with pytest.raises(Exception, match="does not exist"):
        trade.row("set")


def test_the_pages_keep_their_place_and_say_what_is_in_a_kit(trade: Trade, bench: Location) -> None:
    picker = make.client(make.person(role=Role.PICKER, merchant=trade.merchant))
    assert picker.get(reverse("floor:kits")).status_code == 200
    body = {"code": "INT-set", "nonce": str(uuid4()), "at": NOON.isoformat(), "cell": bench.pk}
    answers = [picker.post(reverse("floor:kits-scan"), body, content_type="application/json").json() for _ in "12"]
    assert answers[0] == answers[1]  # the same scan sent again is the same kit
    assert answers[0]["outcome"] == "accepted"
    assert f'"cell": {bench.pk}' in answers[0]["html"]
    assert "K-01" in answers[0]["html"]
    assert lying(trade, bench) == {"mug": 2, "fork": 2, "set": 1}
    body["nonce"] = str(uuid4())
    apart = picker.post(reverse("floor:kits-apart-scan"), body, content_type="application/json").json()
    assert apart["outcome"] == "accepted"
    assert lying(trade, bench) == {"mug": 4, "fork": 3}
    assert Scan.objects.filter(step="kit").count() == 2


@pytest.mark.parametrize("now_of", [{"mug": 2, "fork": 1}, {}], ids=["made otherwise", "no kit any more"])
def test_an_order_is_picked_as_its_kit_was_made_of_when_it_came(
    trade: Trade, person: Person, now_of: dict[str, int]
) -> None:
    for code in ("mug", "lid", "fork"):
        trade.sku(code, pieces=9)
    known = trade.kit("set", mug=2, lid=1)
    order = trade.order(("set", 2))
    product.set_components(kit=known, components={trade.skus[code].pk: n for code, n in now_of.items()}, now=NOON)
    wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=person.pk)
    units = order.units.order_by("number").values_list("sku__code", flat=True)
    assert list(units) == ["mug"] * 4 + ["lid"] * 2
    hand_over.leave(merchant_id=trade.merchant.pk, orders=[order], now=NOON, told=True)
    assert [trade.row(code) for code in ("mug", "lid", "fork")] == [(5, 0), (7, 0), (9, 0)]
    assert proof.differences() == []
