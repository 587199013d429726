"""Waves: orders taken into work together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count as itertools_count
from itertools import islice

from django.db import transaction
from django.db.models import F, Max, QuerySet, Sum
from django.utils.translation import gettext as _

from backoffice.kernel import live, prepared
from backoffice.kernel.locks import Subject, take
from catalog.models import ChannelWarehouse
from catalog.types import BOXES_OF_ONE_ORDER, CommitAt
from floor.errors import NothingToPick
from floor.models import PickTask, Wave, WaveOrder
from floor.services.route import plan_of, walk
from floor.types import SLOTTED, TaskState, WaveMode, WaveState
from orders import locks as orders_locks
from orders.events import ParcelReopened
from orders.selectors import brief
from orders.selectors.brief import OrderBrief
from orders.services import commit, work
from orders.types import BLOCKING, IN_HANDS, CommitState, State, UnitState
from stock.selectors import place
from stock.selectors.place import Shelf
from stock.services import ledger
from stock.types import LocationKind

_READY = frozenset({State.NEW, State.CONFIRMED})


@transaction.atomic
def release(
    *,
    warehouse_id: int,
    order_ids: Iterable[int],
    now: datetime,
    person_id: int,
    mode: WaveMode | None = None,
) -> Wave:
    """
    Take orders into work: a wave with its pick list; marketplaces are told where they want to be told now.

    Orders of several merchants may be in one wave.  Orders that cannot be taken (in another wave, cancelled, short) are
    left out.  mode None: single items when every order is one piece, else the put-wall.
    :raises NothingToPick: none is left.
    """
    take(Subject.WAVE_NUMBER, warehouse_id)
    order_ids = list(order_ids)
    # One that falls away meanwhile is not in the wave, or leaves it.
    list(orders_locks.orders_for_change(order_ids).filter(state__in=_READY))
    orders = _ready(order_ids)
    if not orders:
        raise NothingToPick(
            _("None of these orders can be taken into work. Reload the page: others may have been faster.")
        )
    by_merchant: dict[int, list[OrderBrief]] = defaultdict(list)
    for order in orders:
        by_merchant[order.merchant_id].append(order)
    for merchant_id, own in sorted(by_merchant.items()):
        _take_into_work(merchant_id, own, now, person_id)
    pieces = Counter(unit.order_id for unit in brief.units(order_ids=[order.order_id for order in orders]))
    last = Wave.objects.filter(warehouse_id=warehouse_id).aggregate(last=Max("number"))["last"] or 0
    wave = Wave.objects.create(
        warehouse_id=warehouse_id,
        number=last + 1,
        state=WaveState.RELEASED,
        mode=mode or (WaveMode.WALL if any(count > 1 for count in pieces.values()) else WaveMode.SINGLE),
        made_at=now,
        made_by_id=person_id,
        released_at=now,
    )
    WaveOrder.objects.bulk_create(
        [
            WaveOrder(wave=wave, merchant_id=order.merchant_id, order_id=order.order_id, slot=slot)
            for order, slot in zip(_by_urgency(orders), _slots(wave, len(orders)), strict=True)
        ],
        batch_size=1000,
    )
    plan_picking(wave=wave)
    touch(wave)
    return wave


def _by_urgency(orders: Sequence[OrderBrief]) -> list[OrderBrief]:
    return sorted(orders, key=lambda order: (order.ship_by is None, order.ship_by, order.order_id))


def _slots(wave: Wave, count: int) -> list[int | None]:
    """The lowest numbers of places, or totes, that no unfinished order of the warehouse occupies."""
    if wave.mode not in SLOTTED:
        return [None] * count
    taken = set(occupied_slots(warehouse_id=wave.warehouse_id).values_list("slot", flat=True))
    return list(islice((number for number in itertools_count(1) if number not in taken), count))


def occupied_slots(*, warehouse_id: int) -> QuerySet[WaveOrder]:
    """Orders of the warehouse that hold a place of the wall or a tote: in a wave in work, not packed, not gone."""
    return WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id,
        wave__state=WaveState.RELEASED,
        slot__isnull=False,
        left=False,
        order__state__in=IN_HANDS,
    )


def _ready(order_ids: Iterable[int]) -> list[OrderBrief]:
    orders = [
        order for order in brief.by_ids(order_ids) if order.state in _READY and not set(order.attention) & BLOCKING
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
    """
    Orders whose marketplace is told only after the last scan: so set, or because it is then to hear of marking codes,
    or of boxes where there may be more than one.
    """
    places = ChannelWarehouse.objects.select_related("channel").in_bulk(
        {order.channel_warehouse_id for order in orders if order.channel_warehouse_id}
    )
    units = brief.units(order_ids=[order.order_id for order in orders])
    marked = {unit.order_id for unit in units if unit.marks}
    pieces = Counter(unit.order_id for unit in units)

    def is_to_hear_more(order: OrderBrief, place: ChannelWarehouse) -> bool:
        return (
            place.commit_at == CommitAt.VERIFY
            or (place.channel.marks_before_commit and order.order_id in marked)
            or (place.channel.boxes in BOXES_OF_ONE_ORDER and pieces[order.order_id] > 1)
        )

    return {
        order.order_id
        for order in orders
        if order.commit_state in {CommitState.NONE, CommitState.FAILED}
        and (place := places.get(order.channel_warehouse_id or 0))
        and is_to_hear_more(order, place)
    }


Need = tuple[int, int, int | None]  # merchant, SKU, the order where the wave is picked order by order


def plan_picking(*, wave: Wave) -> None:
    """Make the wave's pick list: for every wanted unit a cell, cells in walking order; tasks begun stay."""
    order_ids = list(WaveOrder.objects.filter(wave=wave, left=False).values_list("order_id", flat=True))
    wanted: Counter[Need] = Counter()
    for unit in brief.units(order_ids=order_ids, states=[UnitState.WANTED]):
        wanted[unit.merchant_id, unit.sku_id, unit.order_id if wave.mode == WaveMode.DISCRETE else None] += 1
    for task in PickTask.objects.filter(wave=wave, state=TaskState.OPEN):
        wanted[task.merchant_id, task.sku_id, task.order_id] -= task.pieces - task.picked
    PickTask.objects.bulk_create(
        [
            PickTask(
                wave=wave,
                merchant_id=merchant_id,
                order_id=order_id,
                location_id=location_id,
                sku_id=sku_id,
                pieces=pieces,
                position=0,
            )
            for (merchant_id, sku_id, order_id, location_id), pieces in _choose_cells(wave, +wanted).items()
        ],
        update_conflicts=True,
        unique_fields=["wave", "location", "sku", "order"],
        update_fields=["pieces", "state"],
    )
    _sort(wave)


def _choose_cells(wave: Wave, wanted: Counter[Need]) -> dict[tuple[int, int, int | None, int], int]:
    """
    (merchant, SKU, order, location) → pieces.

    The emptiest cell that holds all, else cells by address; what no cell holds is looked for at the dock.
    """
    sku_ids = {sku_id for _, sku_id, _ in wanted}
    shelves: dict[int, list[Shelf]] = defaultdict(list)
    for shelf in place.shelves(
        warehouse_id=wave.warehouse_id, sku_ids=sku_ids, kinds=[LocationKind.CELL, LocationKind.DOCK]
    ):
        shelves[shelf.sku_id].append(shelf)
    promised = _promised(sku_ids)
    chosen: Counter[tuple[int, int, int | None, int]] = Counter()
    dock = None
    for (merchant_id, sku_id, order_id), pieces in sorted(wanted.items(), key=lambda row: (row[0][:2], row[0][2] or 0)):
        free = [
            (shelf, left)
            for shelf in shelves[sku_id]
            if (left := shelf.pieces - promised[shelf.location_id, sku_id]) > 0
        ]
        whole = [row for row in free if row[1] >= pieces]
        for shelf, left in [min(whole, key=lambda row: row[1])] if whole else free:
            taken = min(left, pieces)
            if taken:
                chosen[merchant_id, sku_id, order_id, shelf.location_id] += taken
                promised[shelf.location_id, sku_id] += taken
                pieces -= taken
        if pieces:
            dock = dock or ledger.end_of_ledger(warehouse_id=wave.warehouse_id, kind=LocationKind.DOCK).pk
            chosen[merchant_id, sku_id, order_id, dock] += pieces
    for task in PickTask.objects.filter(wave=wave, sku_id__in=sku_ids):
        key = (task.merchant_id, task.sku_id, task.order_id, task.location_id)
        if key in chosen:
            chosen[key] += task.pieces if task.state == TaskState.OPEN else task.picked
    return chosen


def _promised(sku_ids: Iterable[int]) -> Counter[tuple[int, int]]:
    """Pieces that open tasks of all waves are still to take, by (location, SKU)."""
    rows = (
        PickTask.objects.filter(state=TaskState.OPEN, sku_id__in=list(sku_ids))
        .values_list("location_id", "sku_id")
        .annotate(left=Sum(F("pieces") - F("picked")))
    )
    return Counter({(location, sku_id): left for location, sku_id, left in rows})


def _sort(wave: Wave) -> None:
    """Number the tasks in walking order; order by order where the wave is picked so, the most urgent order first."""
    tasks = list(PickTask.objects.filter(wave=wave).select_related("location").order_by("location__code", "sku_id"))
    plan = plan_of(place.coordinates(warehouse_id=wave.warehouse_id))
    groups: dict[int, list[PickTask]] = defaultdict(list)
    for task in tasks:
        groups[task.order_id or 0].append(task)
    urgency = {order.order_id: rank for rank, order in enumerate(_by_urgency(brief.by_ids(filter(None, groups))))}
    number = 0
    for key in sorted(groups, key=lambda order_id: urgency.get(order_id, -1)):
        cells: dict[int, tuple[float, float]] = {}
        for task in groups[key]:
            cells.setdefault(task.location_id, (task.location.x, task.location.y))
        ids = list(cells)
        rank = {ids[index]: place_of for place_of, index in enumerate(walk(list(cells.values()), plan))}
        for task in sorted(groups[key], key=lambda row: (rank[row.location_id], row.sku_id)):
            number += 1
            task.position = number
    PickTask.objects.bulk_update(tasks, ["position"], batch_size=1000)


_FINISH = """
UPDATE floor_wave SET state = 'done', done_at = %(now)s
 WHERE id = coalesce(%(wave)s::bigint, (SELECT wave_id FROM floor_waveorder WHERE order_id = %(order)s::bigint))
   AND state = 'released'
   AND NOT EXISTS (SELECT FROM floor_waveorder member JOIN orders_order own ON own.id = member.order_id
                    WHERE member.wave_id = floor_wave.id AND NOT member."left"
                      AND own.state IN ('new', 'confirmed', 'picking'))
RETURNING id
"""


def finish_if_done(*, wave_id: int | None = None, order_id: int | None = None, now: datetime) -> None:
    """
    Set a wave, or that of an order, done when none of its orders waits to be picked or packed.

    The wave's row is not locked beforehand: packers of one wave must not wait for each other at every scan.
    """
    for (done,) in prepared.rows(_FINISH, {"wave": wave_id, "order": order_id, "now": now}):
        PickTask.objects.filter(wave_id=done, state=TaskState.OPEN).update(state=TaskState.CANCELLED)
        touch(Wave.objects.get(pk=done))


def after_reopening(fact: ParcelReopened) -> None:
    """The wave of an order that is packed again is in work again, so that the table finds it."""
    done = Wave.objects.filter(state=WaveState.DONE, orders__order_id=fact.order_id, orders__left=False)
    for wave in done:
        Wave.objects.filter(pk=wave.pk, state=WaveState.DONE).update(state=WaveState.RELEASED, done_at=None)
        touch(wave)


def touch(wave: Wave) -> None:
    """Tell open pages of everybody whose goods are in the wave."""
    for merchant_id in WaveOrder.objects.filter(wave=wave).values_list("merchant_id", flat=True).distinct():
        live.touch("waves", merchant_id)
