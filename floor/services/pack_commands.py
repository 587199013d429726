"""Control codes at the packing table: aside, undo, defective, missing, next box, once more."""

from datetime import datetime

from django.utils.translation import gettext as _

from catalog.selectors import sku as skus
from floor.models import PackSession, Scan, WaveOrder
from floor.selectors import packing
from floor.services import boxes, table
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import Answer, Command, Outcome, ScanIn
from orders.selectors import brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.services import attention, work
from orders.types import Attention, State, UnitState


def obey(session: PackSession, order: OrderBrief, scan: ScanIn, now: datetime) -> Answer:
    """Do what a control code says of the order on the table."""
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if scan.command is Command.ASIDE:
        table.close(session, now)
        return scans.accepted(_("Order closed"), _("What was verified stays verified. Scan an item to go on."), **data)
    if scan.command is Command.NOT_FOUND:
        table.close(session, now)
        attention.raise_flags(
            merchant_id=order.merchant_id,
            order_ids=[order.order_id],
            reason=Attention.SHORT_PICK,
            now=now,
            text=_("An item was missing at the packing table"),
        )
        return scans.accepted(
            _("Noted"), _("Order %(number)s waits for the lead. Scan the next item.") % {"number": order.number}, **data
        )
    if scan.command is Command.NEXT_BOX:
        return boxes.begin_next(session, order)
    if scan.command not in {Command.UNDO, Command.DEFECT}:
        return scans.already(
            _("This code does nothing here. Scan the items of order %(number)s.") % {"number": order.number}, **data
        )
    if scan.command is Command.UNDO and (answer := boxes.back_from_empty(session, order)):
        return answer
    unit = _last_verified(order.order_id)
    if unit is None:
        return scans.already(_("No piece of order %(number)s is verified.") % {"number": order.number}, **data)
    work.unpack_unit(merchant_id=order.merchant_id, unit_id=unit.unit_id, now=now, person_id=scan.person_id)
    table.go_to_box(session, unit.box)
    code = skus.codes([unit.sku_id])[unit.sku_id]
    if scan.command is Command.DEFECT:
        return _defective(order, unit, code, scan.person_id, now)
    return scans.accepted(
        _("Undone"),
        _("%(sku)s counts as not scanned. Take it out of the box.") % {"sku": code},
        undone=unit.unit_id,
        **data,
    )


def _last_verified(order_id: int) -> UnitBrief | None:
    units = brief.units(order_ids=[order_id], states=[UnitState.PACKED])
    return max(
        units, key=lambda unit: (unit.box, unit.packed_at is not None, unit.packed_at, unit.number), default=None
    )


def _defective(order: OrderBrief, unit: UnitBrief, code: str, person_id: int, now: datetime) -> Answer:
    member = WaveOrder.objects.filter(order_id=order.order_id).select_related("wave").first()
    work.reject_unit(merchant_id=order.merchant_id, unit_id=unit.unit_id, now=now, person_id=person_id)
    cells = "—"
    if member is not None:
        waves.plan_picking(wave=member.wave)
        cells = packing.cells(member.wave.warehouse_id, unit.sku_id)
    return scans.accepted(
        _("Defective"),
        _("%(sku)s goes to quarantine. Take another one: %(cells)s.") % {"sku": code, "cells": cells},
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        sku_id=unit.sku_id,
        defect=unit.unit_id,
    )


def reprint(person_id: int) -> Answer:
    """The sticker of the order that the person packed last comes out once more."""
    last = (
        Scan.objects.filter(person_id=person_id, step="pack", outcome=Outcome.ACCEPTED, answer__data__packed=True)
        .order_by("-pk")
        .first()
    )
    order = next(iter(brief.by_ids([last.order_id])), None) if last and last.order_id else None
    if order is None:
        return scans.already(_("You have packed nothing yet, so there is no sticker to print again."))
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if order.state != State.PACKED:
        return scans.wrong(
            _("Not to be packed"),
            _("Order %(number)s: %(state)s.") % {"number": order.number, "state": order.state.label},
            **data,
        )
    return scans.accepted(
        _("Printing"),
        _("Order %(number)s: the sticker comes out once more. Throw the first one away.") % {"number": order.number},
        reprint=True,
        **data,
    )
