"""What the wave board and the scan pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum

from backoffice.kernel import prepared
from floor.models import PickTask, PutBack, Scan, Wave, WaveOrder
from floor.types import TaskState, WaveState
from merchants.models import Person
from orders.types import State


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRow:
    """A wave on the board: pieces to pick and picked, orders by what they wait for."""

    wave: Wave
    orders: int
    pieces: int
    picked: int
    packed: int
    left: int

    @property
    def to_pack(self) -> int:
        return self.orders - self.packed - self.left


def waves_in_work(*, warehouse_ids: Sequence[int]) -> list[WaveRow]:
    """Released waves with goods of the open scope, the newest first."""
    waves = Wave.objects.filter(_with_our_goods(), warehouse_id__in=warehouse_ids, state=WaveState.RELEASED)
    return _rows(list(waves.order_by("-number")[:100]))


def recent_waves(*, warehouse_ids: Sequence[int], limit: int = 20) -> list[WaveRow]:
    """The last waves that are over."""
    waves = Wave.objects.filter(_with_our_goods(), warehouse_id__in=warehouse_ids, state=WaveState.DONE)
    return _rows(list(waves.order_by("-number")[:limit]))


def _with_our_goods() -> Exists:
    """Asked wave by wave: there are few on a page, and millions of orders in waves."""
    return Exists(WaveOrder.objects.filter(wave=OuterRef("pk")))


def _rows(waves: Sequence[Wave]) -> list[WaveRow]:
    members: dict[int, Mapping[str, Any]] = {
        row["wave"]: dict(row)
        for row in WaveOrder.objects.filter(wave__in=waves)
        .values("wave")
        .annotate(
            orders=Count("pk"),
            gone=Count("pk", filter=Q(left=True)),
            packed=Count("pk", filter=Q(left=False) & ~Q(order__state__in=[State.NEW, State.CONFIRMED, State.PICKING])),
        )
    }
    pieces: dict[int, Mapping[str, Any]] = {
        row["wave"]: dict(row)
        for row in PickTask.objects.filter(wave__in=waves)
        .exclude(state=TaskState.CANCELLED)
        .values("wave")
        .annotate(pieces=Sum("pieces"), picked=Sum("picked"))
    }
    return [
        WaveRow(
            wave=wave,
            orders=members.get(wave.pk, {}).get("orders", 0),
            left=members.get(wave.pk, {}).get("gone", 0),
            packed=members.get(wave.pk, {}).get("packed", 0),
            pieces=pieces.get(wave.pk, {}).get("pieces", 0),
            picked=pieces.get(wave.pk, {}).get("picked", 0),
        )
        for wave in waves
    ]


def wave_seen(wave_id: int) -> Wave | None:
    """The wave if goods of the open scope are in it."""
    return Wave.objects.filter(_with_our_goods(), pk=wave_id).select_related("warehouse").first()


def wave_to_pick(wave_id: int) -> Wave | None:
    """The same for a scan, which wants the wave alone."""
    ours = "WHERE id = %(wave)s AND EXISTS (SELECT FROM floor_waveorder member WHERE member.wave_id = floor_wave.id)"
    return next(iter(prepared.instances(Wave, ours, {"wave": wave_id})), None)


def tasks(*, wave_id: int) -> list[PickTask]:
    """The pick list in walking order, without what fell away."""
    return list(
        PickTask.objects.filter(wave_id=wave_id)
        .exclude(state=TaskState.CANCELLED)
        .select_related("location", "sku__product")
        .order_by("position", "pk")
    )


MANY = 100


def waiting_at_tables(*, warehouse_id: int) -> int:
    """Orders of released waves that wait to be packed; MANY stands for more, too: counting them all takes long."""
    waiting = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        left=False,
        order__state__in=[State.CONFIRMED, State.PICKING],
    )
    return waiting[:MANY].count()


def next_cut_off(*, warehouse_id: int) -> Mapping[str, object] | None:
    """The nearest time by which orders of this warehouse in work must leave, with how many they are."""
    waiting = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        left=False,
        order__state__in=[State.CONFIRMED, State.PICKING],
        order__ship_by__isnull=False,
    )
    first = waiting.order_by("order__ship_by").values_list("order__ship_by", flat=True).first()
    return {"at": first, "orders": waiting.filter(order__ship_by=first).count()} if first else None


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
