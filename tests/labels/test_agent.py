"""Turns of an agent and what follows a halt, rule by rule."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from labels.errors import AlreadyPrinted, NotOfThisStation, StillPrinting
from labels.models import LabelFile, PrintItem, PrintWish
from labels.services import agent, printing, resume, wish
from labels.services.order_label import store_label
from labels.types import Halt, Reason
from merchants.scope import scope
from orders.models import Order, OrderEvent
from tests import make
from tests.labels import make as labels_make
from tests.labels.test_place import marketplace_png

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + agent.LEASE + timedelta(seconds=1)


class Table:
    """A station with an agent, and packed parcels 1, 2, 3 … whose stickers have been asked for."""

    def __init__(self, merchant, parcels=0):
        self.merchant, self.person = merchant, make.person()
        self.station = labels_make.agent_station(merchant)
        self.orders, self.claim = [], uuid4()
        for _parcel in range(parcels):
            self.ask(self.parcel())

    def parcel(self, state="packed"):
        number = str(len(self.orders) + 1)
        order = labels_make.order(self.merchant, number, state)
        self.orders.append(order)
        self.label(order)
        return order

    def label(self, order, content=b""):
        store_label(
            merchant_id=self.merchant.pk,
            order_id=order.pk,
            content=content or marketplace_png() + order.external_number.encode(),
            content_type="image/png",
            now=NOW,
            barcode=f"S-{order.external_number}",
        )

    def ask(self, order, now=NOW, **fields):
        return printing.print_order_label(
            order_id=order.pk, person_id=self.person.pk, now=now, station=self.station, **fields
        )

    def turn(self, done=(), doubt=(), claim=None, now=NOW):
        given = agent.turn(station=self.station, claim=claim or self.claim, now=now, done=done, doubt=doubt)
        self.hand = [item.pk for item in given.items]
        return given

    def numbers(self, given):
        return [item.label.order.external_number for item in given.items]

    def all_sent(self):
        """Everything that waits goes to the printer."""
        while self.turn(done=getattr(self, "hand", ())).items:
            pass

    def states(self):
        rows = PrintItem.objects.order_by("pk").values_list("label__order__external_number", "state")
        return [f"{number} {state}" for number, state in rows]

    def after(self, code, now=NOW):
        return resume.after_sticker(station=self.station, code=code, person_id=self.person.pk, now=now)


@pytest.fixture
def merchant():
    return make.merchant()


@pytest.fixture
def inside(merchant):
    with scope([merchant.pk]):
        yield


@pytest.fixture
def table(merchant, inside):
    return Table(merchant, parcels=7)


def test_stickers_are_given_out_in_their_order_a_batch_at_a_time(table):
    assert table.numbers(table.turn()) == ["1", "2", "3", "4", "5"]
    assert table.numbers(table.turn(done=table.hand)) == ["6", "7"]
    assert table.turn(done=table.hand).items == []
    assert {state.split()[1] for state in table.states()} == {"sent"}
    assert list(PrintItem.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]


def test_a_lost_answer_gives_the_same_stickers_again(table):
    first = table.turn()
    assert table.turn().items == first.items
    assert PrintItem.objects.filter(state="taken").count() == 5


def test_what_was_told_twice_is_done_once(table):
    table.turn()
    done = table.hand
    table.turn(done=done)
    sent_at = PrintItem.objects.get(pk=done[0]).sent_at
    table.turn(done=done, now=LATER)
    assert PrintItem.objects.get(pk=done[0]).sent_at == sent_at


def test_a_second_agent_of_the_station_gets_nothing_while_the_first_has_work(table):
    table.turn()
    other = table.turn(claim=uuid4())
    assert (other.items, other.busy, other.halted) == ((), True, False)


def test_an_agent_that_never_came_back_halts_the_station_and_nothing_is_given_out_again(table):
    table.turn()
    given = table.turn(claim=uuid4(), now=LATER)
    assert (given.items, given.halted) == ((), True)
    assert table.station.queue.halt == Halt.LOST
    assert [state.split()[1] for state in table.states()] == ["sent"] * 5 + ["queued"] * 2


def test_a_sticker_in_doubt_halts_and_those_after_it_wait_again(table):
    table.turn()
    given = table.turn(done=table.hand[:2], doubt=table.hand[2:3])
    assert given.halted
    assert [state.split()[1] for state in table.states()] == ["sent"] * 3 + ["queued"] * 4
    assert table.turn(claim=uuid4()).halted


def test_after_the_last_good_sticker_only_what_came_later_is_printed_anew(table):
    table.all_sent()
    printing.confirm_order(order_id=table.orders[5].pk, now=NOW)  # 6 is on its parcel already
    late = table.parcel()
    table.ask(late, now=LATER)
    agent.halt(station=table.station, now=NOW)
    assert table.after("S-4") == resume.Resumed(good=4, again=2)
    assert table.states() == [
        *("1 confirmed", "2 confirmed", "3 confirmed", "4 confirmed", "5 replaced", "6 confirmed", "7 replaced"),
        *("8 queued", "5 queued", "7 queued"),
    ]
    # They keep their turn: 5 and 7 before 8, which was asked for later.
    assert table.numbers(table.turn()) == ["5", "7", "8"]
    again = PrintItem.objects.filter(reason=Reason.JAM)
    assert set(again.values_list("person_id", flat=True)) == {table.person.pk}
    event = OrderEvent.objects.filter(order=table.orders[4], kind="label").latest("pk")
    assert (event.person_id, event.data["station"]) == (table.person.pk, table.station.pk)


def test_an_order_number_does_for_a_sticker_without_a_known_code(table):
    table.all_sent()
    agent.halt(station=table.station, now=NOW)
    assert table.after("6") == resume.Resumed(good=6, again=1)


def test_the_last_good_sticker_said_twice_counts_once(table):
    table.all_sent()
    agent.halt(station=table.station, now=NOW)
    table.after("S-5")
    table.all_sent()
    assert table.after("S-5") == resume.Resumed(went_on=False)
    assert PrintItem.objects.count() == 9


def test_none_came_out_prints_all_since_the_last_one_on_a_parcel(table):
    table.all_sent()
    printing.confirm_order(order_id=table.orders[2].pk, now=NOW)
    agent.halt(station=table.station, now=NOW)
    assert resume.with_none(station=table.station, person_id=table.person.pk, now=NOW).again == 4
    assert table.numbers(table.turn()) == ["4", "5", "6", "7"]


def test_all_came_out_prints_nothing(table):
    table.all_sent()
    agent.halt(station=table.station, now=NOW)
    assert resume.with_all(station=table.station, now=NOW) == resume.Resumed()
    assert table.turn().items == []
    assert {state.split()[1] for state in table.states()} == {"sent"}


def test_while_the_agent_has_stickers_in_hand_nothing_is_decided(table):
    table.turn()
    agent.halt(station=table.station, now=NOW)
    with pytest.raises(StillPrinting):
        table.after("S-1")
    assert table.turn(done=table.hand[:1]).halted  # it speaks: 1 is out, the others were not begun
    assert table.after("S-1") == resume.Resumed(good=1, again=0)
    assert table.numbers(table.turn()) == ["2", "3", "4", "5", "6"]


def test_what_a_dead_agent_had_is_in_doubt_when_its_time_is_over(table):
    table.turn()
    agent.halt(station=table.station, now=NOW)
    assert table.after("S-1", now=LATER) == resume.Resumed(good=1, again=4)
    states = [state.split()[1] for state in table.states()]
    assert states == ["confirmed", *["replaced"] * 4, *["queued"] * 2, *["queued"] * 4]


@pytest.mark.parametrize("code", ["nonsense", "S-99", ""])
def test_what_is_no_sticker_of_this_station_decides_nothing(table, code):
    table.all_sent()
    agent.halt(station=table.station, now=NOW)
    with pytest.raises(NotOfThisStation):
        table.after(code)
    elsewhere = table.parcel()
    printing.print_order_label(order_id=elsewhere.pk, person_id=None, now=NOW)
    with pytest.raises(NotOfThisStation):
        table.after("S-8")
    assert table.turn().halted


def test_an_order_cancelled_while_its_sticker_waited_gets_none(table):
    Order.objects.filter(pk=table.orders[1].pk).update(state="cancelled")
    assert table.numbers(table.turn()) == ["1", "3", "4", "5"]
    item = PrintItem.objects.get(label__order=table.orders[1])
    assert item.state == "failed"
    assert "2" in item.problem


def test_a_sticker_replaced_while_it_waited_comes_out_as_the_newer_one(table):
    table.label(table.orders[0], content=marketplace_png("46000024"))
    item = table.turn().items[0]
    assert item.label == LabelFile.objects.get(order=table.orders[0], state="ready")


def test_printed_again_with_a_reason_the_one_before_counts_no_more(table):
    with pytest.raises(AlreadyPrinted):
        table.ask(table.orders[0], now=LATER + timedelta(minutes=1))
    table.ask(table.orders[0], reason=Reason.DAMAGED)
    assert table.states()[0] == "1 replaced"
    assert table.numbers(table.turn())[:2] == ["2", "3"]


def test_one_key_is_one_printing(table):
    order = table.parcel()
    first = table.ask(order, key="scan-1")
    assert table.ask(order, key="scan-1", reason=Reason.JAM, now=LATER) == first
    assert PrintItem.objects.filter(label__order=order).count() == 1


def test_what_was_asked_of_a_browser_never_comes_out_of_the_agents_printer(table):
    order = table.parcel()
    printing.print_order_label(order_id=order.pk, person_id=None, now=NOW)
    table.all_sent()
    assert PrintItem.objects.get(label__order=order).state == "queued"


def wanted(table, order, ready):
    return wish.print_packed(
        order_id=order.pk,
        merchant_id=table.merchant.pk,
        ready=ready,
        station=table.station,
        person_id=table.person.pk,
        key="scan-x",
        now=NOW,
    )


def test_a_sticker_that_comes_late_comes_out_where_the_parcel_was_packed(table):
    order = labels_make.order(table.merchant, "late")
    assert wanted(table, order, ready=False) is None
    assert PrintItem.objects.filter(label__order=order).count() == 0
    table.label(order)
    item = PrintItem.objects.get(label__order=order)
    assert (item.station, item.person_id, item.state, item.way) == (table.station, table.person.pk, "queued", "agent")
    assert not PrintWish.objects.exists()


def test_a_sticker_that_comes_after_a_cancellation_stays_with_us(table):
    order = labels_make.order(table.merchant, "late")
    wanted(table, order, ready=False)
    Order.objects.filter(pk=order.pk).update(state="cancelled")
    table.label(order)
    assert not PrintItem.objects.filter(label__order=order).exists()
    assert LabelFile.objects.filter(order=order, state="ready").exists()


def test_another_merchant_sees_no_wish(table):
    wanted(table, labels_make.order(table.merchant, "late"), ready=False)
    assert PrintWish.objects.count() == 1
    # Row security, not a filter: the same question in another scope.
    with scope([]):
        assert PrintWish.objects.count() == 0
