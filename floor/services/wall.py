"""The put-wall: picked pieces are laid into one place per order; a full place is packed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.selectors.scanned import Goods
from floor.models import Placed, WaveOrder
from floor.services import piece
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import Answer, Command, ScanIn, WaveMode, WaveState
from orders.selectors import brief
from orders.selectors.brief import UnitBrief
from orders.types import UnitState

_LOOK = 20  # pieces looked at together: colleagues may lay some of them in the meantime


def scan(*, warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    """Take a scan at the wall: an item is told its place, the last one of an order makes the place full."""
    return scans.once(
        scan=scan, step="sort", warehouse_id=warehouse_id, now=now, work=lambda: _scan(warehouse_id, scan, now)
    )


def _scan(warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    if scan.command is Command.UNDO:
        return _undo(warehouse_id, scan.person_id)
    found, _marked = scans.goods(scan.code)
    if not found:
        return scans.unknown(scan.code)
    members = WaveOrder.objects.filter(
        wave__warehouse_id=warehouse_id, wave__state=WaveState.RELEASED, wave__mode=WaveMode.WALL, left=False
    )
    for unit in _waiting(found, members):
        if (
            unit.state == UnitState.WANTED
            and piece.take_implicitly(unit=unit, now=now, person_id=scan.person_id) is None
        ):
            continue
        member = members.filter(order_id=unit.order_id).first()
        if member is not None and _lay(unit, member, scan.person_id, now):
            return _placed(unit, member, found[0])
    return scans.wrong(
        _("Wrong item"),
        _("%(sku)s: no order at the wall needs it. Put it back into its cell.") % {"sku": found[0].code},
        sku_id=found[0].pk,
    )


def _waiting(found: Sequence[Goods], members: QuerySet[WaveOrder]) -> list[UnitBrief]:
    """Pieces of these SKUs not yet at the wall: picked ones first, those of the most urgent order first."""
    return brief.waiting_units(
        sku_ids=[sku.pk for sku in found],
        among=members.values_list("order_id", flat=True),
        but=Placed.objects.filter(wave__in=members.values("wave")).values_list("unit_id", flat=True),
        limit=_LOOK,
    )


def _lay(unit: UnitBrief, member: WaveOrder, person_id: int, now: datetime) -> bool:
    """Keep that the unit lies in its place; False: a colleague was faster."""
    try:
        with transaction.atomic():
            Placed.objects.create(
                merchant_id=unit.merchant_id,
                wave_id=member.wave_id,
                order_id=unit.order_id,
                unit_id=unit.unit_id,
                person_id=person_id,
                at=now,
            )
    except IntegrityError:
        return False
    waves.touch(member.wave)
    return True


def _placed(unit: UnitBrief, member: WaveOrder, sku: Goods) -> Answer:
    units = brief.units(order_ids=[unit.order_id])
    laid = Placed.objects.filter(order_id=unit.order_id).count()
    full = laid >= len(units)
    words = _("%(sku)s: the place is full, pack it") if full else _("%(sku)s: %(laid)d of %(units)d")
    return scans.accepted(
        str(member.slot),
        words % {"sku": sku.code, "laid": laid, "units": len(units)},
        merchant_id=unit.merchant_id,
        order_id=unit.order_id,
        unit_id=unit.unit_id,
        sku_id=unit.sku_id,
        slot=member.slot,
        full=full,
    )


def _undo(warehouse_id: int, person_id: int) -> Answer:
    last = (
        Placed.objects.filter(person_id=person_id, wave__warehouse_id=warehouse_id, wave__state=WaveState.RELEASED)
        .select_related("wave")
        .order_by("-pk")
        .first()
    )
    if last is None:
        return scans.already(_("There is nothing of yours to undo at the wall."))
    slot = WaveOrder.objects.filter(order_id=last.order_id).values_list("slot", flat=True).first()
    last.delete()
    waves.touch(last.wave)
    return scans.accepted(
        _("Undone"),
        _("Take the last piece out of place %(slot)s and scan it again.") % {"slot": slot},
        merchant_id=last.merchant_id,
        order_id=last.order_id,
        slot=slot,
    )
