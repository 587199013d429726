"""Two people on one thing, with real connections.  The negative control shows what the guard is for."""

from threading import Barrier, local
from uuid import uuid4

import pytest
from django.db import OperationalError

from floor.models import PackSession, PickTask, Scan, Wave, WaveOrder
from floor.services import lease, pack, pick, table, wave
from floor.types import Outcome, ScanIn
from orders import locks as orders_locks
from orders.models import Unit
from orders.services import remote
from orders.types import State, StatusDraft
from stock.models import Balance, Location
from stock.selectors import proof
from tests import make
from tests.stock.test_races import at_once, waits
from tests.trade import NOON, open_trade

CLAIMS = 50


@pytest.fixture
def shift(transactional_db):
    """A warehouse with two mugs ordered by two buyers, in one wave."""
    trade = open_trade()
    with trade.scope():
        trade.sku("mug", pieces=5)
        trade.orders = [trade.order(("mug", 1)), trade.order(("mug", 1))]
        trade.people = [make.person() for _number in range(CLAIMS)]
        trade.wave = wave.release(
            warehouse_id=trade.warehouse.pk,
            order_ids=[order.pk for order in trade.orders],
            now=NOON,
            person_id=trade.people[0].pk,
        )
    return trade


def scanned(person, code="INT-mug", nonce=None):
    return ScanIn(code=code, nonce=nonce or uuid4(), scanned_at=NOON, person_id=person.pk)


def claims(shift):
    def claim(number):
        with shift.scope():
            task = lease.claim(wave_id=shift.wave.pk, person_id=shift.people[number].pk, now=NOON)
            return task.pk if task else None

    return at_once(claim, CLAIMS)


def test_of_fifty_who_claim_one_task_one_gets_it(shift):
    found = claims(shift)
    task = PickTask.objects.all
    with shift.scope():
        assert sorted(found, key=str) == sorted([PickTask.objects.get().pk] + [None] * (CLAIMS - 1), key=str)
        assert task().exclude(person=None).count() == 1


def test_without_the_guard_two_hold_one_task(shift, monkeypatch):
    meeting = Barrier(2)
    guarded = lease.take

    def unguarded(*, task_id, person_id, now):
        meeting.wait(timeout=30)
        PickTask.objects.filter(pk=task_id).update(person_id=person_id)
        return True

    monkeypatch.setattr(lease, "take", unguarded)

    def claim(number):
        with shift.scope():
            return lease.claim(wave_id=shift.wave.pk, person_id=shift.people[number].pk, now=NOON).pk

    first, second = at_once(claim, 2)
    assert first == second
    assert guarded is not lease.take


def lease_each_others(shift):
    """Two pickers have each counted a piece of a task, and then want to lease the other one's."""
    with shift.scope():
        shift.sku("fork", pieces=5)
        order = shift.order(("fork", 1))
        run = wave.release(
            warehouse_id=shift.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=shift.people[0].pk
        )
        tasks = [PickTask.objects.get(wave=number).pk for number in (shift.wave, run)]
    meeting = Barrier(2)

    def work(number):
        try:
            with shift.scope():
                PickTask.objects.filter(pk=tasks[number]).update(picked=1)
                meeting.wait(timeout=30)
                leased = lease.take(task_id=tasks[1 - number], person_id=shift.people[number].pk, now=NOON)
                meeting.wait(timeout=30)  # neither has given up its own before both have asked
                return leased
        except OperationalError as stuck:
            meeting.wait(timeout=30)
            return type(stuck.__cause__).__name__

    return at_once(work, 2)


def test_pickers_who_want_each_others_tasks_do_not_wait_for_each_other(shift):
    assert lease_each_others(shift) == [False, False]


def test_pickers_who_waited_for_each_others_tasks_would_be_stuck(shift, monkeypatch):
    monkeypatch.setattr(lease, "_TAKE", lease._TAKE.replace("SKIP LOCKED", ""))
    assert "DeadlockDetected" in lease_each_others(shift)


def test_of_fifty_tables_that_open_one_order_one_has_it(shift):
    number = shift.orders[0].external_number

    def opens(index):
        with shift.scope():
            answer = pack.scan(warehouse_id=shift.warehouse.pk, scan=scanned(shift.people[index], number), now=NOON)
            return answer.outcome

    outcomes = at_once(opens, CLAIMS)
    assert (outcomes.count(Outcome.ACCEPTED), outcomes.count(Outcome.WRONG)) == (1, CLAIMS - 1)
    with shift.scope():
        assert PackSession.objects.filter(closed_at=None).count() == 1


def test_pieces_scanned_at_many_tables_at_once_go_to_different_orders(shift):
    def packs(index):
        with shift.scope():
            return pack.scan(warehouse_id=shift.warehouse.pk, scan=scanned(shift.people[index]), now=NOON)

    answers = at_once(packs, 6)
    packed = [answer.data["order_id"] for answer in answers if answer.data.get("packed")]
    assert sorted(packed) == sorted(order.pk for order in shift.orders)
    with shift.scope():
        assert sorted(Unit.objects.values_list("state", flat=True)) == ["packed", "packed"]
        assert Balance.objects.get(location__kind="table").pieces == 2
        assert proof.differences() == []


def test_one_nonce_sent_by_two_tabs_at_once_counts_once(shift):
    nonce = uuid4()

    def picks(_index):
        with shift.scope():
            scan = scanned(shift.people[0], nonce=nonce)
            return pick.scan(wave=Wave.objects.get(pk=shift.wave.pk), scan=scan, cell_id=None, now=NOON)

    answers = at_once(picks, 6)
    assert all(answer == answers[0] for answer in answers)
    with shift.scope():
        assert (Unit.objects.filter(state="picked").count(), Scan.objects.count()) == (1, 1)
        assert PickTask.objects.get().picked == 1


def test_a_cancellation_meets_picks_and_packs_of_the_same_order(shift):
    orders = [order.external_number for order in shift.orders]

    def meets(index):
        with shift.scope():
            if index == 0:
                told = StatusDraft(status="cancelled", state=State.CANCELLED)
                remote.apply_statuses(
                    merchant_id=shift.merchant.pk,
                    channel_id=shift.ozon.channel_id,
                    statuses=dict.fromkeys(orders, told),
                    now=NOON,
                )
            elif index % 2:
                pick.scan(
                    wave=Wave.objects.get(pk=shift.wave.pk), scan=scanned(shift.people[index]), cell_id=None, now=NOON
                )
            else:
                pack.scan(warehouse_id=shift.warehouse.pk, scan=scanned(shift.people[index]), now=NOON)

    at_once(meets, 9)
    with shift.scope():
        states = set(Unit.objects.values_list("state", flat=True))
        assert states <= {"wanted", "put_back"}
        on_table = sum(Balance.objects.filter(location__kind="table").values_list("pieces", flat=True))
        assert on_table == Unit.objects.filter(state="put_back").count()
        assert proof.differences() == []
        assert Location.objects.filter(kind="table").count() <= 1


def test_leases_expire_and_are_passed_on(shift):
    first, second = shift.people[:2]
    with shift.scope():
        task = lease.claim(wave_id=shift.wave.pk, person_id=first.pk, now=NOON)
        assert task.person_id == first.pk
        assert lease.claim(wave_id=shift.wave.pk, person_id=second.pk, now=NOON) is None
        later = NOON + lease.LEASE * 1.5
        lease.keep(wave_id=shift.wave.pk, person_id=first.pk, now=NOON + lease.LEASE)
        assert lease.claim(wave_id=shift.wave.pk, person_id=second.pk, now=later) is None
        assert lease.claim(wave_id=shift.wave.pk, person_id=second.pk, now=later + lease.LEASE).pk == task.pk
        moved = lease.pass_on(wave_id=shift.wave.pk, from_person_id=second.pk, to_person_id=first.pk, now=later)
        assert (moved, PickTask.objects.get().person_id) == (1, first.pk)
        lease.pause(wave_id=shift.wave.pk, on=True, now=later)
        refused = pick.scan(wave=Wave.objects.get(pk=shift.wave.pk), scan=scanned(first), cell_id=None, now=later)
        assert (refused.outcome, PickTask.objects.get().person_id) == (Outcome.WRONG, None)
        lease.pause(wave_id=shift.wave.pk, on=False, now=later)
        taken = pick.scan(wave=Wave.objects.get(pk=shift.wave.pk), scan=scanned(first), cell_id=None, now=later)
        assert taken.outcome == Outcome.ACCEPTED
        assert table.free(person_id=first.pk, now=later) is False


def test_an_order_opened_by_its_item_and_by_its_number_at_once_lies_on_one_table(shift, monkeypatch):
    by_number = shift.people[1].pk
    meeting, claim, lock = Barrier(2), table.claim, orders_locks.order_for_change
    here = local()

    def claimed(order, person_id, now):
        here.person_id = person_id
        if person_id == by_number:
            meeting.wait(timeout=30)
        return claim(order, person_id, now)

    def locked(order_id):
        if getattr(here, "person_id", by_number) != by_number:
            meeting.wait(timeout=30)
        return lock(order_id)

    monkeypatch.setattr(table, "claim", claimed)
    monkeypatch.setattr(orders_locks, "order_for_change", locked)

    def open_it(number):
        code = shift.orders[0].external_number if number else "INT-mug"
        with shift.scope():
            scan = scanned(shift.people[number], code)
            return pack.scan(warehouse_id=shift.warehouse.pk, scan=scan, now=NOON)

    first, second = at_once(open_it, 2)
    assert (first.outcome, first.data["packed"]) == (Outcome.ACCEPTED, True)
    assert (second.outcome, second.data["order_id"]) == (Outcome.ACCEPTED, shift.orders[0].pk)


def test_an_order_that_is_cancelled_while_its_wave_is_released_leaves_it(shift, monkeypatch):
    with shift.scope():
        orders = [shift.order(("mug", 1)), shift.order(("mug", 1))]
    look = wave._ready

    def cancels():
        with shift.scope():
            remote.apply_statuses(
                merchant_id=shift.merchant.pk,
                channel_id=shift.ozon.channel_id,
                statuses={orders[0].external_number: StatusDraft(status="cancelled", state=State.CANCELLED)},
                now=NOON,
            )

    def looks(order_ids):
        found = look(order_ids)
        assert waits(cancels)
        return found

    monkeypatch.setattr(wave, "_ready", looks)
    with shift.scope():
        run = wave.release(
            warehouse_id=shift.warehouse.pk,
            order_ids=[order.pk for order in orders],
            now=NOON,
            person_id=shift.people[0].pk,
        )
    cancels()
    with shift.scope():
        assert dict(WaveOrder.objects.filter(wave=run).values_list("order_id", "left")) == {
            orders[0].pk: True,
            orders[1].pk: False,
        }
        assert PickTask.objects.get(wave=run).pieces == 1
