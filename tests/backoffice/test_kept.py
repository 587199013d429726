"""What may be named without a foreign key stays: the database refuses to remove or to renumber it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, models, transaction

from floor.models import Scan
from floor.services import pick, wave
from floor.types import Outcome, ScanIn
from orders.models import Order, OrderEvent, Unit
from stock.models import Move
from tests import make
from tests.trade import NOON, Trade

NAMING: dict[type[models.Model], set[str]] = {
    Scan: {"merchant", "person", "wave", "order", "warehouse", "location"},
    OrderEvent: {"person"},
    Move: {"person"},
    Unit: {"location"},
}


@pytest.fixture
def scan(trade: Trade) -> Scan:
    """Of a person who took a piece: it names all that a scan can."""
    person = make.person()
    trade.sku("mug", pieces=1)
    order = trade.order(("mug", 1))
    run = wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=person.pk)
    taken = ScanIn(code="INT-mug", nonce=uuid4(), scanned_at=NOON, person_id=person.pk)
    assert pick.scan(wave=run, scan=taken, cell_id=None, now=NOON).outcome == Outcome.ACCEPTED
    return Scan.objects.get()


def kept_tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'kept' AND tgenabled = 'O'")
        return {table for (table,) in cursor.fetchall()}


@pytest.mark.django_db
@pytest.mark.parametrize("model", NAMING)
def test_what_a_row_names_without_a_key_is_kept(model: type[models.Model]) -> None:
    for name in NAMING[model]:
        field: Any = model._meta.get_field(name)
        assert not field.db_constraint
        assert field.related_model._meta.db_table in kept_tables(), name


@pytest.mark.parametrize("name", sorted(NAMING[Scan]))
def test_no_row_that_a_scan_names_is_removed_or_renumbered(scan: Scan, name: str) -> None:
    named = getattr(scan, name)
    table = named._meta.db_table
    for change in (f"DELETE FROM {table} WHERE id = %s", f"UPDATE {table} SET id = 999999 WHERE id = %s"):
        with pytest.raises(IntegrityError, match=f"rows of {table} are kept for ever"), transaction.atomic():
            connection.cursor().execute(change, [named.pk])
    assert type(named).objects.filter(pk=named.pk).exists()


def test_they_change_as_before(scan: Scan) -> None:
    assert scan.order is not None
    scan.order.ship_by = NOON + timedelta(days=1)
    scan.order.save()
    assert Order.objects.get().ship_by == NOON + timedelta(days=1)
