"""Orders of the bench's own, taken through the product's services: what stations scan and marketplaces are told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from django.db import connection
from django.utils import timezone

from bench.database import rows
from bench.trade_rows.ids import FIRST_PICKER, WAREHOUSE
from floor.services import wave as waves
from floor.types import WaveMode
from merchants.scope import scope
from orders.selectors import brief
from orders.services import ingest, work
from orders.types import LineDraft, OrderDraft, State, StatusDraft, UnitState
from stock.selectors import place

LINES = 3


@dataclass
class Taken:
    """A released wave.  tasks: (cell id, code) of each piece by route; orders: order id → codes of its pieces."""

    wave_id: int
    orders: dict[int, list[str]] = field(default_factory=dict)
    tasks: list[tuple[int, str]] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)


def draft(number: str, warehouse: str, stock_ids: Sequence[str], *, at: datetime) -> OrderDraft:
    """An order as an edge hands it in, one piece a line; the most urgent of all."""
    return OrderDraft(
        number=number,
        scheme="fbs",
        warehouse_external_id=warehouse,
        status=StatusDraft(status="awaiting_packaging", state=State.NEW),
        ordered_at=at,
        ship_by=at - timedelta(days=500),
        lines=[
            LineDraft(
                external_id=stock_id,
                offer_id=stock_id,
                stock_external_id=stock_id,
                title="Футболка хлопковая с рисунком",
                pieces=1,
                price=Decimal("990.00"),
            )
            for stock_id in stock_ids
        ],
    )


def take_in(*, merchant_id: int, channel_id: int, warehouse: str, orders: int) -> list[int]:
    """Orders of three articles each that lie on the shelves; gives their ids."""
    now = timezone.now()
    with scope([merchant_id]):
        stocked = rows(
            """
            SELECT l.stock_external_id FROM catalog_listing l JOIN stock_stockrow s ON s.sku_id = l.sku_id
             WHERE l.channel_id = %s AND s.on_hand - s.reserved >= 3
             ORDER BY hashint8extended(l.id, extract(epoch FROM now())::bigint) LIMIT %s
            """,
            [channel_id, orders * LINES],
        )
        numbers = count(int(now.timestamp() * 1000) * 1000)
        stock_ids = [row[0] for row in stocked]
        drafts = [
            draft(f"b-{next(numbers)}", warehouse, stock_ids[start : start + LINES], at=now)
            for start in range(0, len(stock_ids), LINES)
        ]
        return list(ingest.take_in(merchant_id=merchant_id, channel_id=channel_id, drafts=drafts, now=now).new.values())


def release(merchant_ids: Sequence[int], order_ids: Iterable[int]) -> Taken:
    """These orders as one wave, and what people will scan for it."""
    with scope(merchant_ids):
        run = waves.release(
            warehouse_id=WAREHOUSE,
            order_ids=order_ids,
            now=timezone.now(),
            person_id=FIRST_PICKER,
            mode=WaveMode.SINGLE,  # nothing is sorted: any piece opens the most urgent order that needs it
        )
        taken = Taken(run.pk)
        for order_id, number, code in rows(
            """
            SELECT o.id, o.external_number, b.value FROM floor_waveorder w JOIN orders_order o ON o.id = w.order_id
              JOIN orders_unit u ON u.order_id = o.id JOIN catalog_barcode b ON b.sku_id = u.sku_id
             WHERE w.wave_id = %s ORDER BY o.id, u.number
            """,
            [run.pk],
        ):
            taken.orders.setdefault(order_id, []).append(code)
            taken.numbers[order_id] = number
        for cell_id, code, pieces in rows(
            """
            SELECT t.location_id, b.value, t.pieces FROM floor_picktask t JOIN catalog_barcode b ON b.sku_id = t.sku_id
             WHERE t.wave_id = %s ORDER BY t.position
            """,
            [run.pk],
        ):
            taken.tasks += [(cell_id, code)] * pieces
    return taken


def pick_all(merchant_ids: Sequence[int], taken: Taken) -> None:
    """Every piece of a wave from its cell to the table, as scanning would have done."""
    with scope(merchant_ids):
        cells: dict[int, list[int]] = defaultdict(list)
        for cell_id, sku_id, pieces in rows(
            "SELECT location_id, sku_id, pieces FROM floor_picktask WHERE wave_id = %s", [taken.wave_id]
        ):
            cells[sku_id] += [cell_id] * pieces
        places = {pk: place.location(pk) for pk in {cell for own in cells.values() for cell in own}}
        for unit in brief.units(order_ids=taken.orders, states=[UnitState.WANTED]):
            source = places[cells[unit.sku_id].pop()]
            work.pick_unit(unit=unit, location=source, now=timezone.now(), person_id=FIRST_PICKER)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE floor_picktask SET picked = pieces, state = 'done' WHERE wave_id = %s", [taken.wave_id]
            )
