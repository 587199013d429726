"""What the wave board and the scan pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, Exists, OuterRef, QuerySet, When

from backoffice.kernel import prepared
from floor.models import PickTask, PutBack, Scan, Wave, WaveOrder
from floor.types import TaskState, WaveState
from merchants.models import Person
from merchants.scope import current_scope
from orders.types import State


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRow:
    """
    A wave on the board: pieces to pick and picked, orders by what they wait for.

    ship_by: when the first order not packed must leave, where it is asked for.
    """

    wave: Wave
    orders: int
    pieces: int
    picked: int
    packed: int
    left: int
    ship_by: datetime | None = None

    @property
    def to_pack(self) -> int:
        return self.orders - self.packed - self.left


def waves_in_work(*, warehouse_ids: Sequence[int], limit: int | None = 100) -> list[WaveRow]:
    """The newest released waves with goods of the open scope; limit None: all of them."""
    waves = Wave.objects.filter(_with_our_goods(), warehouse_id__in=warehouse_ids, state=WaveState.RELEASED)
    return _rows(list(waves.order_by("-number")[:limit]))


def waves_to_pick(*, warehouse_id: int) -> list[WaveRow]:
    """Waves with something left to pick, the one that must leave first at the top."""
    rows = [row for row in waves_in_work(warehouse_ids=[warehouse_id]) if row.picked < row.pieces]
    first = dict(prepared.rows(_FIRST_OF_WAVE, {"waves": [row.wave.pk for row in rows]})) if rows else {}
    due = [replace(row, ship_by=first.get(row.wave.pk)) for row in rows]
    return sorted(due, key=lambda row: (row.ship_by is None, row.ship_by, row.wave.number))


_FIRST_OF_WAVE = """
SELECT member.wave_id, min(own.ship_by)
  FROM floor_waveorder member JOIN orders_order own ON own.id = member.order_id
 WHERE member.wave_id = ANY(%(waves)s) AND NOT member."left" AND own.state IN ('new', 'confirmed', 'picking')
 GROUP BY 1
"""


def recent_waves(*, warehouse_ids: Sequence[int], limit: int = 20) -> list[WaveRow]:
    """The last waves that are over."""
    waves = Wave.objects.filter(_with_our_goods(), warehouse_id__in=warehouse_ids, state=WaveState.DONE)
    return _rows(list(waves.order_by("-number")[:limit]))


def _with_our_goods() -> Exists:
    """Asked wave by wave: there are few on a page, and millions of orders in waves."""
    return Exists(WaveOrder.objects.filter(wave=OuterRef("pk")))


# The orders not packed are read by index alone and joined at once, not looked up one by one.
_MEMBERS = """
SELECT member.wave_id, count(*), count(*) FILTER (WHERE member."left"),
       count(*) FILTER (WHERE NOT member."left" AND unpacked.id IS NULL)
  FROM floor_waveorder member
  LEFT JOIN (SELECT id FROM orders_order WHERE state IN ('new', 'confirmed', 'picking')) unpacked
       ON unpacked.id = member.order_id
 WHERE member.wave_id = ANY(%(waves)s) GROUP BY 1
"""
_PIECES = """
SELECT wave_id, sum(pieces)::int, sum(picked)::int FROM floor_picktask
 WHERE wave_id = ANY(%(waves)s) AND state <> 'cancelled' GROUP BY 1
"""


def _rows(waves: Sequence[Wave]) -> list[WaveRow]:
    asked = {"waves": [wave.pk for wave in waves]}
    members = {wave_id: counts for wave_id, *counts in prepared.rows(_MEMBERS, asked)} if waves else {}
    tasks = {wave_id: counts for wave_id, *counts in prepared.rows(_PIECES, asked)} if waves else {}
    rows = []
    for wave in waves:
        orders, left, packed = members.get(wave.pk, (0, 0, 0))
        pieces, picked = tasks.get(wave.pk, (0, 0))
        rows.append(WaveRow(wave=wave, orders=orders, left=left, packed=packed, pieces=pieces, picked=picked))
    return rows


def wave_seen(wave_id: int) -> Wave | None:
    """The wave if goods of the open scope are in it."""
    return Wave.objects.filter(_with_our_goods(), pk=wave_id).select_related("warehouse").first()


def wave_to_pick(wave_id: int) -> Wave | None:
    """The same for a scan, which wants the wave alone."""
    ours = "WHERE id = %(wave)s AND EXISTS (SELECT FROM floor_waveorder member WHERE member.wave_id = floor_wave.id)"
    return next(iter(prepared.instances(Wave, ours, {"wave": wave_id})), None)


def tasks(*, wave_id: int) -> QuerySet[PickTask]:
    """The pick list without what fell away: what is open first, each part in walking order."""
    return (
        PickTask.objects.filter(wave_id=wave_id)
        .exclude(state=TaskState.CANCELLED)
        .select_related("location", "sku__product")
        .order_by(Case(When(state=TaskState.OPEN, then=0), default=1), "position", "pk")
    )


MANY = 100


# Wave by wave and order by order until there are enough: a plan for all of them would first read every open order.
_WAITING = """
SELECT count(*) FROM (
    SELECT FROM floor_wave wave CROSS JOIN LATERAL (
        SELECT FROM floor_waveorder member JOIN orders_order own ON own.id = member.order_id
         WHERE member.wave_id = wave.id AND NOT member."left" AND own.state IN ('confirmed', 'picking')
         LIMIT %(many)s) waiting
     WHERE wave.warehouse_id = %(warehouse)s AND wave.state = 'released' LIMIT %(many)s) enough
"""


def waiting_at_tables(*, warehouse_id: int) -> int:
    """Orders of released waves that wait to be packed; MANY stands for more, too: counting them all takes long."""
    return int(prepared.rows(_WAITING, {"warehouse": warehouse_id, "many": MANY})[0][0])


def next_cut_off(*, warehouse_id: int) -> Mapping[str, object] | None:
    """The nearest time by which orders of this warehouse in work must leave, with how many they are."""
    scope = current_scope()
    asked = {"warehouse": warehouse_id, "merchants": sorted(scope.merchants) if scope else []}
    first = prepared.rows(_FIRST_TO_LEAVE, asked, binary=True)[0][0]
    if first is None:
        return None
    waiting = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        left=False,
        order__state__in=[State.CONFIRMED, State.PICKING],
        order__ship_by=first,
    )
    return {"at": first, "orders": waiting.count()}


# The first of each merchant and state by the index in their order; all in work would have to be read for the least.
_FIRST_TO_LEAVE = """
SELECT min(first.ship_by)
  FROM unnest(%(merchants)s::int[]) merchant CROSS JOIN unnest(ARRAY['confirmed', 'picking']) unpacked
  CROSS JOIN LATERAL (
       SELECT own.ship_by FROM orders_order own
         JOIN floor_waveorder member ON member.order_id = own.id AND NOT member."left"
         JOIN floor_wave wave ON wave.id = member.wave_id
        WHERE own.merchant_id = merchant AND own.state = unpacked AND own.ship_by IS NOT NULL
          AND wave.state = 'released' AND wave.warehouse_id = %(warehouse)s
        ORDER BY own.ship_by LIMIT 1) first
"""


def put_backs(*, warehouse_id: int) -> list[PutBack]:
    """Pieces to return to cells, by address."""
    return list(
        PutBack.objects.filter(warehouse_id=warehouse_id, state=TaskState.OPEN)
        .select_related("sku__product", "location", "order")
        .order_by("location__code", "pk")[:200]
    )


def colleagues(*, warehouse_id: int, but: int) -> list[Person]:
    """People who have scanned in this warehouse within a day and may go on, without `but`."""
    recent = Scan.objects.filter(warehouse_id=warehouse_id).order_by("-pk").values_list("person_id", flat=True)[:2000]
    return list(Person.objects.filter(pk__in=set(recent) - {but}, is_active=True).order_by("full_name", "login"))
