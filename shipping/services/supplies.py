"""
Supplies to a marketplace's own warehouse, from the draft to what it accepted.

States go by `SUPPLY_MOVES` alone.  Agreement promises the goods to the supply, shipping moves them to the commissioner,
where they are still ours, and closing explains every piece that was not accepted as it was packed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from catalog.models import ChannelWarehouse, Sku
from shipping import locks
from shipping.errors import NoSuchLine, WrongState
from shipping.models import Supply, SupplyLine
from shipping.models.supply import MOST_BOXES
from shipping.types import SUPPLY_MOVES, Difference, SupplyState
from stock.services import commission

if TYPE_CHECKING:
    from stock.models import Location

MOST_PIECES = 1_000_000
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the marketplace says of a line; difference and note are wanted where it is not what was packed."""

    accepted: int
    difference: str = ""
    note: str = ""


@transaction.atomic
def draft(
    *,
    merchant_id: int,
    channel_id: int,
    warehouse_id: int,
    lines: Mapping[int, int],
    now: datetime,
    person_id: int | None = None,
    channel_warehouse_id: int | None = None,
    destination: str = "",
    planned_on: date | None = None,
    origin: str = "",
    note: str = "",
) -> Supply:
    """
    Write a supply down; nothing is promised to it yet.

    lines: SKU id → pieces, may be empty; those of 0 pieces are left out.  origin: why, for who reads it later
    ("forecast of 25.11, cluster Moscow"); "" by hand.
    :raises NoSuchLine: an article is a kit, or of another merchant; or the warehouse is not of this channel
    """
    place = ChannelWarehouse.objects.filter(pk=channel_warehouse_id or 0).first()
    if channel_warehouse_id and (place is None or place.channel_id != channel_id):
        raise NoSuchLine(_("This warehouse is not of the chosen channel."))
    supply = Supply.objects.create(
        merchant_id=merchant_id,
        channel_id=channel_id,
        channel_warehouse=place,
        warehouse_id=warehouse_id,
        destination=destination[:200],
        planned_on=planned_on,
        origin=origin[:300],
        note=note[:300],
        made_at=now,
        made_by_id=person_id,
    )
    _set(supply, lines)
    live.touch("supplies", merchant_id)
    return supply


@transaction.atomic
def set_lines(*, supply_id: int, lines: Mapping[int, int], add: bool = False) -> Supply:
    """
    Set the planned pieces of these SKUs of a draft, or add to them; 0 takes a line out.  Other lines stay.

    :raises WrongState: it is no draft any more
    :raises NoSuchLine: an article is a kit, or of another merchant
    """
    supply = locks.supply_for_change(supply_id)
    if supply.state != SupplyState.DRAFT:
        raise WrongState(_("Lines are changed in a draft only. Cancel this supply and draft another."))
    _set(supply, lines, add=add)
    live.touch("supplies", supply.merchant_id)
    return supply


def _set(supply: Supply, lines: Mapping[int, int], *, add: bool = False) -> None:
    known = {sku.pk: sku for sku in Sku.objects.filter(pk__in=lines, merchant_id=supply.merchant_id)}
    if lost := set(lines) - set(known):
        raise NoSuchLine(_("%(n)d articles are not of this merchant.") % {"n": len(lost)})
    if kits := [sku.code for sku in known.values() if sku.is_kit]:
        raise NoSuchLine(
            _("Kits lie nowhere as such: send their components. %(kits)s") % {"kits": ", ".join(kits[:10])}
        )
    here = dict(SupplyLine.objects.filter(supply=supply).values_list("sku_id", "planned")) if supply.pk else {}
    wanted = {sku_id: pieces + (here.get(sku_id, 0) if add else 0) for sku_id, pieces in lines.items()}
    if any(not 0 <= pieces <= MOST_PIECES for pieces in wanted.values()):
        raise NoSuchLine(_("This cannot be a number of pieces."))
    if len(here.keys() | wanted.keys()) > MOST_LINES:
        raise NoSuchLine(_("A supply holds at most %(most)d lines.") % {"most": MOST_LINES})
    SupplyLine.objects.filter(supply=supply, sku_id__in=[sku for sku, pieces in wanted.items() if not pieces]).delete()
    SupplyLine.objects.bulk_create(
        [
            SupplyLine(merchant_id=supply.merchant_id, supply=supply, sku_id=sku_id, planned=pieces)
            for sku_id, pieces in wanted.items()
            if pieces
        ],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["supply", "sku"],
        update_fields=["planned"],
    )


@transaction.atomic
def agree(*, supply_id: int, now: datetime) -> Supply:
    """
    Promise its goods to a draft.

    :raises NotFree: less is free in its warehouse; all shortages are named
    :raises WrongState: it is no draft, or it is empty
    """
    supply = locks.supply_for_change(supply_id)
    _move(supply, SupplyState.AGREED)
    pieces = dict(SupplyLine.objects.filter(supply=supply).values_list("sku_id", "planned"))
    if not pieces:
        raise WrongState(_("The supply has no lines. Add what is to be sent."))
    commission.reserve(
        merchant_id=supply.merchant_id,
        supply_id=supply.pk,
        warehouse_id=supply.warehouse_id,
        pieces=pieces,
        now=now,
    )
    supply.agreed_at = now
    return _saved(supply, "agreed_at")


@transaction.atomic
def start_picking(*, supply_id: int) -> Supply:
    """People begin to gather it; :raises WrongState: it is not agreed."""
    supply = locks.supply_for_change(supply_id)
    _move(supply, SupplyState.PICKING)
    return _saved(supply)


@transaction.atomic
def pack(*, supply_id: int, sku_id: int, pieces: int) -> SupplyLine:
    """
    Count pieces of a SKU into the boxes; negative pieces take back.

    :raises WrongState: it is not being picked
    :raises NoSuchLine: it is not in the supply, or more than planned, or less than nothing would be packed
    """
    supply = locks.supply_for_change(supply_id)
    if supply.state != SupplyState.PICKING:
        raise WrongState(_("This supply is %(state)s: nothing is packed into it now.") % {"state": _word(supply)})
    line = SupplyLine.objects.select_related("sku").filter(supply=supply, sku_id=sku_id).first()
    if line is None:
        raise NoSuchLine(_("This article is not in the supply. Put it back."))
    if not 0 <= line.packed + pieces <= line.planned:
        raise NoSuchLine(
            _("%(sku)s: %(packed)d of %(planned)d are packed. That leaves no room for this.")
            % {"sku": line.sku.code, "packed": line.packed, "planned": line.planned}
        )
    line.packed += pieces
    line.save(update_fields=["packed"])
    live.touch("supplies", supply.merchant_id)
    return line


@transaction.atomic
def set_boxes(*, supply_id: int, boxes: int) -> Supply:
    """Say in how many boxes it goes; :raises WrongState: it is over, or has left."""
    supply = locks.supply_for_change(supply_id)
    if supply.state not in (SupplyState.DRAFT, SupplyState.AGREED, SupplyState.PICKING):
        raise WrongState(_("This supply is %(state)s: its boxes are counted already.") % {"state": _word(supply)})
    supply.boxes = max(0, min(boxes, MOST_BOXES))
    return _saved(supply, "boxes")


@transaction.atomic
def ship(*, supply_id: int, now: datetime, person_id: int | None) -> Supply:
    """
    What is packed leaves for the commissioner, what is not is free again.

    :raises WrongState: it is not being picked, or nothing is packed
    """
    supply = locks.supply_for_change(supply_id)
    _move(supply, SupplyState.SHIPPED)
    packed = dict(SupplyLine.objects.filter(supply=supply, packed__gt=0).values_list("sku_id", "packed"))
    if not packed:
        raise WrongState(_("Nothing is packed yet. Pack what goes, or cancel the supply."))
    commission.hand_over(
        merchant_id=supply.merchant_id,
        supply_id=supply.pk,
        warehouse_id=supply.warehouse_id,
        to=_place(supply),
        pieces=packed,
        now=now,
        person_id=person_id,
    )
    supply.shipped_at = now
    return _saved(supply, "shipped_at")


@transaction.atomic
def close(*, supply_id: int, counted: Mapping[int, Counted], now: datetime, person_id: int | None) -> Supply:
    """
    Take the marketplace's word: what it accepted, by SKU id; lines that are not named were accepted as packed.

    :raises NoSuchLine: a difference is not explained, or not by what could explain it; or there is no such line
    :raises WrongState: it is not on its way
    """
    supply = locks.supply_for_change(supply_id)
    lines = list(SupplyLine.objects.filter(supply=supply).select_related("sku").order_by("pk"))
    if counted.keys() - {line.sku_id for line in lines}:
        raise NoSuchLine(_("The marketplace names an article that is not in the supply."))
    for line in lines:
        said = counted.get(line.sku_id, Counted(accepted=line.packed))
        line.accepted, line.note = said.accepted, said.note[:300]
        line.difference = _explained(line, said)
    differs = any(line.difference for line in lines)
    _move(supply, SupplyState.DIFFERS if differs else SupplyState.ACCEPTED)
    SupplyLine.objects.bulk_update(lines, ["accepted", "difference", "note"], batch_size=1000)
    if differs:
        commission.settle_differences(
            merchant_id=supply.merchant_id,
            supply_id=supply.pk,
            warehouse_id=supply.warehouse_id,
            place=_place(supply),
            lost=_off(lines, Difference.LOST),
            returned=_off(lines, Difference.CAME_BACK),
            surplus=_off(lines, Difference.SURPLUS),
            now=now,
            person_id=person_id,
        )
    supply.closed_at = now
    return _saved(supply, "closed_at")


def _explained(line: SupplyLine, said: Counted) -> str:
    """The difference that explains the line, "" when there is none to explain."""
    if said.accepted == line.packed:
        return ""
    if not 0 <= said.accepted <= MOST_PIECES:
        raise NoSuchLine(_("This cannot be a number of pieces."))
    if said.accepted > line.packed:
        return Difference.SURPLUS
    if said.difference not in (Difference.LOST, Difference.CAME_BACK, Difference.DISPUTED):
        raise NoSuchLine(
            _("%(sku)s: %(accepted)d accepted of %(packed)d. Say what became of the others.")
            % {"sku": line.sku.code, "accepted": said.accepted, "packed": line.packed}
        )
    return said.difference


def _off(lines: Sequence[SupplyLine], why: Difference) -> dict[int, int]:
    return {line.sku_id: abs((line.accepted or 0) - line.packed) for line in lines if line.difference == why}


@transaction.atomic
def cancel(*, supply_id: int, now: datetime) -> Supply:
    """Give a supply up that has not left: its goods are free again; :raises WrongState: it has left, or is over."""
    supply = locks.supply_for_change(supply_id)
    _move(supply, SupplyState.CANCELLED)
    commission.release(merchant_id=supply.merchant_id, supply_id=supply.pk, now=now)
    supply.closed_at = now
    return _saved(supply, "closed_at")


def _move(supply: Supply, to: SupplyState) -> None:
    if to not in SUPPLY_MOVES[SupplyState(supply.state)]:
        raise WrongState(_("This supply is %(state)s. Nothing was changed.") % {"state": _word(supply)})
    supply.state = to


def _saved(supply: Supply, *columns: str) -> Supply:
    supply.save(update_fields=["state", *columns])
    live.touch("supplies", supply.merchant_id)
    return supply


def _word(supply: Supply) -> str:
    return str(SupplyState(supply.state).label)


def _place(supply: Supply) -> "Location":
    return commission.place_of(merchant_id=supply.merchant_id, channel_id=supply.channel_id, name=supply.channel.name)
