"""At the wall: every piece is told its place, however many equal ones lie there already."""

from uuid import uuid4

from floor.models import Placed, WaveOrder
from floor.services import wall, wave
from floor.types import Outcome, ScanIn, WaveMode
from orders.models import Unit
from tests import make
from tests.trade import NOON, Trade

MANY = 60  # more than are looked at together


def test_a_piece_finds_its_place_when_many_equal_ones_are_laid(trade: Trade) -> None:
    person = make.person()
    trade.sku("mug", pieces=MANY + 1)
    first, second = trade.order(("mug", MANY)), trade.order(("mug", 1))
    run = wave.release(
        warehouse_id=trade.warehouse.pk,
        order_ids=[first.pk, second.pk],
        now=NOON,
        person_id=person.pk,
        mode=WaveMode.WALL,
    )
    Placed.objects.bulk_create(
        Placed(merchant=trade.merchant, wave=run, order=first, unit=unit, person=person, at=NOON)
        for unit in Unit.objects.filter(order=first)
    )

    def scanned() -> ScanIn:
        return ScanIn(code="INT-mug", nonce=uuid4(), scanned_at=NOON, person_id=person.pk)

    answer = wall.scan(warehouse_id=trade.warehouse.pk, scan=scanned(), now=NOON)
    assert (answer.outcome, answer.data["slot"]) == (Outcome.ACCEPTED, WaveOrder.objects.get(order=second).slot)
    assert Placed.objects.filter(order=second).count() == 1
    assert wall.scan(warehouse_id=trade.warehouse.pk, scan=scanned(), now=NOON).outcome == Outcome.WRONG
    assert Placed.objects.count() == MANY + 1
