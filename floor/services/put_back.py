"""Goods whose order fell away go back to a cell."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from backoffice.kernel import live
from floor.models import PickTask, PutBack, Wave, WaveOrder
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import Answer, ScanIn, TaskState
from orders.events import OrdersCancelled, PiecesDropped
from orders.selectors import brief
from orders.selectors.brief import UnitBrief
from orders.services import work
from orders.types import UnitState
from stock.selectors import place


def after_cancel(fact: OrdersCancelled) -> None:
    """Cancelled orders leave their wave, and their picked pieces get put-back tasks with the cells they came from."""
    members = list(WaveOrder.objects.filter(order_id__in=list(fact.order_ids)).select_related("wave"))
    waves_of = {member.order_id: member.wave for member in members}
    WaveOrder.objects.filter(pk__in=[member.pk for member in members]).update(left=True)
    units = brief.units(order_ids=fact.order_ids, states=[UnitState.PUT_BACK])
    _make_tasks(fact.merchant_id, units, waves_of, fact.at)
    for unit in brief.units(order_ids=fact.order_ids, states=[UnitState.WANTED]):
        _want_less(waves_of.get(unit.order_id), order_id=unit.order_id, sku_id=unit.sku_id)
    for wave in {wave.pk: wave for wave in waves_of.values()}.values():
        waves.finish_if_done(wave_id=wave.pk, now=fact.at)
        waves.touch(wave)


def after_drop(fact: PiecesDropped) -> None:
    """Pieces that their order goes without are no longer picked; those in somebody's hands go back."""
    member = WaveOrder.objects.filter(order_id=fact.order_id).select_related("wave").first()
    waves_of = {fact.order_id: member.wave} if member else {}
    units = [unit for unit in brief.units(order_ids=[fact.order_id]) if unit.unit_id in set(fact.put_back)]
    _make_tasks(fact.merchant_id, units, waves_of, fact.at)
    for sku_id, pieces in fact.wanted.items():
        for _piece in range(pieces):
            _want_less(waves_of.get(fact.order_id), order_id=fact.order_id, sku_id=sku_id)
    if member:
        waves.finish_if_done(wave_id=member.wave_id, now=fact.at)
        waves.touch(member.wave)


def _make_tasks(merchant_id: int, units: Sequence[UnitBrief], waves_of: Mapping[int, Wave], now: datetime) -> None:
    homes = place.warehouses_of(unit.location_id for unit in units if unit.location_id)
    PutBack.objects.bulk_create(
        [
            PutBack(
                merchant_id=merchant_id,
                warehouse_id=waves_of[unit.order_id].warehouse_id
                if unit.order_id in waves_of
                else homes[unit.location_id or 0],
                unit_id=unit.unit_id,
                order_id=unit.order_id,
                sku_id=unit.sku_id,
                location_id=unit.location_id,
                made_at=now,
            )
            for unit in units
            if unit.order_id in waves_of or unit.location_id in homes
        ],
        ignore_conflicts=True,
    )
    if units:
        live.touch("put-back", merchant_id)


def _want_less(wave: Wave | None, *, order_id: int, sku_id: int) -> None:
    """A piece that nobody has picked yet is taken off the pick list."""
    task = (
        PickTask.objects.select_for_update()
        .filter(Q(order=None) | Q(order_id=order_id))  # where it is picked order by order, only its own
        .filter(wave=wave, sku_id=sku_id, state=TaskState.OPEN)
        .order_by("-position")
        .first()
    )
    if task is None:
        return
    task.pieces -= 1
    if task.pieces <= task.picked:
        task.state = TaskState.DONE if task.picked else TaskState.CANCELLED
        task.pieces = max(task.picked, 1)
    task.save(update_fields=["pieces", "state"])


def scan(*, warehouse_id: int, scan: ScanIn, cell_id: int | None, now: datetime) -> Answer:
    """Take a scan on the put-back page: first the cell, then the items that go into it."""
    return scans.once(
        scan=scan,
        step="put_back",
        warehouse_id=warehouse_id,
        now=now,
        work=lambda: _scan(warehouse_id, scan, cell_id, now),
    )


def _scan(warehouse_id: int, scan: ScanIn, cell_id: int | None, now: datetime) -> Answer:
    cell = place.cell_by_code(warehouse_id=warehouse_id, code=scan.code.strip())
    if cell is not None:
        return scans.accepted(cell.code, _("Scan the items that you put into this cell."), cell_id=cell.pk)
    found, _marked = scans.goods(scan.code)
    if not found:
        return scans.unknown(scan.code)
    task = (
        PutBack.objects.select_for_update()
        .filter(warehouse_id=warehouse_id, sku_id__in=[sku.pk for sku in found], state=TaskState.OPEN)
        .order_by("pk")
        .first()
    )
    if task is None:
        return scans.wrong(_("Wrong item"), _("%(sku)s is not among what is to be put back.") % {"sku": found[0].code})
    target = cell_id or task.location_id
    if target is None:
        return scans.wrong(_("Which cell?"), _("Scan the cell first, then the item."))
    work.put_back_unit(
        merchant_id=task.merchant_id,
        unit_id=task.unit_id,
        location=place.location(target),
        now=now,
        person_id=scan.person_id,
    )
    task.state, task.done_at, task.done_by_id, task.location_id = TaskState.DONE, now, scan.person_id, target
    task.save()
    live.touch("put-back", task.merchant_id)
    return scans.accepted(
        _("Accepted"),
        _("%(sku)s lies in %(cell)s now.") % {"sku": found[0].code, "cell": place.codes([target])[target]},
        merchant_id=task.merchant_id,
        order_id=task.order_id,
        cell_id=target,
    )
