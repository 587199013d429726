"""Waves: orders taken into work together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Sum
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.locks import Subject, take
from catalog.models import ChannelWarehouse
from catalog.types import CommitAt
from floor import locks
from floor.errors import NothingToPick
from floor.models import PickTask, Wave, WaveOrder
from floor.services.route import walk
from floor.types import TaskState, WaveState
from orders.selectors import brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.services import commit, work
from orders.types import CommitState, State, UnitState
from stock.selectors import place
from stock.selectors.place import Shelf
from stock.services import ledger
from stock.types import LocationKind


@transaction.atomic
def release(*, warehouse_id: int, order_ids: Iterable[int], now: datetime, person_id: int) -> Wave:
    """
    Take orders into work: a wave with its pick list; marketplaces are told where they want to be told now.

    Orders of several merchants may be in one wave.  Orders that cannot be taken (in another wave, cancelled, short) are
    left out.
    :raises NothingToPick: none is left.
    """
    take(Subject.WAVE_NUMBER, warehouse_id)
    orders = _ready(order_ids)
    if not orders:
        raise NothingToPick(
            _("None of these orders can be taken into work. Reload the page: others may have been faster.")
        )
    last = Wave.objects.filter(warehouse_id=warehouse_id).aggregate(last=Max("number"))["last"] or 0
    wave = Wave.objects.create(
        warehouse_id=warehouse_id,
        number=last + 1,
        state=WaveState.RELEASED,
        made_at=now,
        made_by_id=person_id,
        released_at=now,
    )
    WaveOrder.objects.bulk_create(
        [WaveOrder(wave=wave, merchant_id=order.merchant_id, order_id=order.order_id) for order in orders],
        batch_size=1000,
    )
    by_merchant: dict[int, list[OrderBrief]] = defaultdict(list)
    for order in orders:
        by_merchant[order.merchant_id].append(order)
    for merchant_id, own in sorted(by_merchant.items()):
        _take_into_work(merchant_id, own, now, person_id)
    plan_picking(wave=wave)
    touch(wave)
    return wave


def _ready(order_ids: Iterable[int]) -> list[OrderBrief]:
    orders = [
        order
        for order in brief.by_ids(order_ids)
        if order.state in {State.NEW, State.CONFIRMED} and not set(order.attention) & commit.BLOCKING
    ]
    taken = set(
        WaveOrder.objects.filter(order_id__in=[order.order_id for order in orders]).values_list("order_id", flat=True)
    )
    return [order for order in orders if order.order_id not in taken]


def _take_into_work(merchant_id: int, orders: Sequence[OrderBrief], now: datetime, person_id: int) -> None:
    ids = [order.order_id for order in orders]
    work.make_units(merchant_id=merchant_id, order_ids=ids)
    later = _commits_later(orders)
    commit.commit_orders(
        merchant_id=merchant_id,
        order_ids=[pk for pk in ids if pk not in later],
        now=now,
        person_id=person_id,
    )
    work.begin(merchant_id=merchant_id, order_ids=sorted(later), now=now, person_id=person_id)


def _commits_later(orders: Sequence[OrderBrief]) -> set[int]:
    """Orders whose marketplace is told only after the last scan: so set, or because it wants marking codes first."""
    places = ChannelWarehouse.objects.select_related("channel").in_bulk(
        {order.channel_warehouse_id for order in orders if order.channel_warehouse_id}
    )
    marked = {unit.order_id for unit in brief.units(order_ids=[order.order_id for order in orders]) if unit.marks}
    return {
        order.order_id
        for order in orders
        if order.commit_state in {CommitState.NONE, CommitState.FAILED}
        and (found := places.get(order.channel_warehouse_id or 0))
        and (found.commit_at == CommitAt.VERIFY or (found.channel.marks_before_commit and order.order_id in marked))
    }


def plan_picking(*, wave: Wave) -> None:
    """Make the wave's pick list: for every wanted unit a cell, cells in walking order; tasks begun stay."""
    order_ids = list(WaveOrder.objects.filter(wave=wave, left=False).values_list("order_id", flat=True))
    wanted: Counter[tuple[int, int]] = Counter()
    for unit in brief.units(order_ids=order_ids, states=[UnitState.WANTED]):
        wanted[unit.merchant_id, unit.sku_id] += 1
    for merchant_id, sku_id, pieces, picked in PickTask.objects.filter(wave=wave, state=TaskState.OPEN).values_list(
        "merchant_id", "sku_id", "pieces", "picked"
    ):
        wanted[merchant_id, sku_id] -= pieces - picked
    chosen = _choose_cells(wave, +wanted)
    PickTask.objects.bulk_create(
        [
            PickTask(
                wave=wave,
                merchant_id=merchant_id,
                location_id=location_id,
                sku_id=sku_id,
                pieces=pieces,
                position=0,
            )
            for (merchant_id, location_id, sku_id), pieces in chosen.items()
        ],
        update_conflicts=True,
        unique_fields=["wave", "location", "sku"],
        update_fields=["pieces", "state"],
    )
    _sort(wave)


def _choose_cells(wave: Wave, wanted: Counter[tuple[int, int]]) -> dict[tuple[int, int, int], int]:
    """
    (merchant, location, SKU) → pieces.

    The emptiest cell that holds all, else cells by address; what no cell holds is looked for at the dock.
    """
    sku_ids = {sku_id for _, sku_id in wanted}
    shelves: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in place.shelves(
        warehouse_id=wave.warehouse_id, sku_ids=sku_ids, kinds=[LocationKind.CELL, LocationKind.DOCK]
    ):
        shelves[shelf.sku_id].append(shelf)
    promised = _promised(sku_ids)
    chosen: dict[tuple[int, int, int], int] = {}
    dock = None
    for (merchant_id, sku_id), pieces in sorted(wanted.items()):
        free = [
            (shelf, left)
            for shelf in shelves[sku_id]
            if (left := shelf.pieces - promised[shelf.location_id, sku_id]) > 0
        ]
        whole = [row for row in free if row[1] >= pieces]
        for shelf, left in [min(whole, key=lambda row: row[1])] if whole else free:
            taken = min(left, pieces)
            if taken:
                chosen[merchant_id, shelf.location_id, sku_id] = taken
                pieces -= taken
        if pieces:
            dock = dock or ledger.end_of_ledger(warehouse_id=wave.warehouse_id, kind=LocationKind.DOCK).pk
            key = (merchant_id, dock, sku_id)
            chosen[key] = chosen.get(key, 0) + pieces
    old = {
        (task.merchant_id, task.location_id, task.sku_id): task.pieces
        for task in PickTask.objects.filter(wave=wave, sku_id__in=sku_ids)
    }
    return {key: pieces + old.get(key, 0) for key, pieces in chosen.items()}


def _promised(sku_ids: Iterable[int]) -> Counter[tuple[int, int]]:
    """Pieces that open tasks of all waves are still to take, by (location, SKU)."""
    rows = (
        PickTask.objects.filter(state=TaskState.OPEN, sku_id__in=list(sku_ids))
        .values_list("location_id", "sku_id")
        .annotate(left=Sum(F("pieces") - F("picked")))
    )
    return Counter({(location, sku_id): left for location, sku_id, left in rows})


def _sort(wave: Wave) -> None:
    tasks = list(PickTask.objects.filter(wave=wave).select_related("location").order_by("location__code", "sku_id"))
    cells: dict[int, tuple[float, float]] = {}
    for task in tasks:
        cells.setdefault(task.location_id, (task.location.x, task.location.y))
    ids = list(cells)
    rank = {ids[index]: number for number, index in enumerate(walk(list(cells.values())))}
    tasks.sort(key=lambda task: (rank[task.location_id], task.sku_id))
    for number, task in enumerate(tasks, start=1):
        task.position = number
    PickTask.objects.bulk_update(tasks, ["position"], batch_size=1000)


def wanted_units(*, wave_id: int, merchant_id: int, sku_id: int) -> list[UnitBrief]:
    """Units of a SKU that the wave still wants, those of the most urgent order first."""
    members = WaveOrder.objects.filter(wave_id=wave_id, merchant_id=merchant_id, left=False)
    orders = {order.order_id: order for order in brief.by_ids(members.values_list("order_id", flat=True))}
    found = [unit for unit in brief.units(order_ids=orders, states=[UnitState.WANTED]) if unit.sku_id == sku_id]
    return sorted(
        found, key=lambda unit: (orders[unit.order_id].ship_by is None, orders[unit.order_id].ship_by, unit.order_id)
    )


def finish_if_done(*, wave_id: int, now: datetime) -> None:
    """Set a wave done when none of its orders waits to be picked or packed."""
    members = WaveOrder.objects.filter(wave_id=wave_id, left=False).values_list("order_id", flat=True)
    waiting = {State.NEW, State.CONFIRMED, State.PICKING}
    if any(order.state in waiting for order in brief.by_ids(members)):
        return
    wave = locks.wave_for_change(wave_id).get()
    if wave.state == WaveState.RELEASED:
        wave.state, wave.done_at = WaveState.DONE, now
        wave.save(update_fields=["state", "done_at"])
        touch(wave)


def touch(wave: Wave) -> None:
    """Tell open pages of everybody whose goods are in the wave."""
    for merchant_id in WaveOrder.objects.filter(wave=wave).values_list("merchant_id", flat=True).distinct():
        live.touch("waves", merchant_id)
