"""
Pieces that nobody finds: the order goes without them, where its marketplace allows that.

A marketplace that takes pieces off by a call of its own answers before anything changes here; one that hears of it
with the boxes is told then.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from math import ceil

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from orders import locks
from orders.errors import NoSuchOrder, WrongState
from orders.events import OrderPacked, PiecesDropped, PiecesGivenUp
from orders.models import Order, OrderLine, Unit, UnitMark
from orders.services import attention, commit, timeline, transition
from orders.types import BEFORE_HANDOVER, IN_BOX, IN_HANDS, Attention, CommitState, EventKind, State, UnitState
from stock.services import release
from stock.services.reserve import lock_ahead


@transaction.atomic
def ask(*, merchant_id: int, order_id: int, now: datetime, person_id: int | None) -> Mapping[int, int]:
    """
    Give up the pieces of an order that nobody has picked; returns line id → sold pieces.

    A set of which a part is missing is given up whole.  Asking again while the answer is awaited has no effect.
    :raises WrongState: nothing is missing, or nothing else is in the order: then it is to be cancelled.
    """
    order = locks.orders_for_change([order_id]).first()
    if order is None:
        raise NoSuchOrder(_("There is no such order."))
    if order.state not in IN_HANDS:
        raise WrongState(_("Pieces can be given up while the order is picked and packed, not before or after."))
    lines = list(order.lines.all())
    if any(line.giving_up_pieces for line in lines):
        return {}
    missing = _missing(lines, list(order.units.filter(state__in=IN_BOX)))
    if not missing:
        raise WrongState(_("Nothing is missing: every piece of the order has been picked."))
    if sum(missing.values()) == sum(line.pieces - line.cancelled_pieces for line in lines):
        raise WrongState(_("Nothing else is in this order: cancel it as a whole."))
    for line in lines:
        line.giving_up_pieces = missing.get(line.pk, 0)
    OrderLine.objects.bulk_update(lines, ["giving_up_pieces"])
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.CANCEL,
        text=_("Given up: %(what)s") % {"what": _named(lines, missing)},
        now=now,
        person_id=person_id,
    )
    attention.clear_flags(merchant_id=merchant_id, order_ids=[order.pk], reasons={Attention.CANCEL_FAILED}, now=now)
    bus.publish(PiecesGivenUp(merchant_id=merchant_id, order_id=order.pk, at=now))
    return missing


def _missing(lines: Sequence[OrderLine], units: Sequence[Unit]) -> dict[int, int]:
    """Line id → sold pieces of which a unit is still to be picked."""
    total, wanted = _by_line(units), _by_line(unit for unit in units if unit.state == UnitState.WANTED)
    found = {}
    for line in lines:
        per_piece, loose, _ready = _sets(line, total[line.pk])
        parts = [ceil(n * loose / total[line.pk][sku]) for sku, n in wanted[line.pk].items() if sku != line.sku_id]
        sets = wanted[line.pk][line.sku_id or 0] + max(parts, default=0)
        if sets:
            found[line.pk] = ceil(sets / per_piece)
    return found


def _by_line(units: Iterable[Unit]) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for unit in units:
        found[unit.line_id][unit.sku_id] += 1
    return found


def _sets(line: OrderLine, total: Counter[int]) -> tuple[int, int, int]:
    """(sets in a sold piece, sets that are picked in parts, sets that are one unit each)."""
    per_piece = line.sku_pieces // line.pieces
    ready = total[line.sku_id or 0]
    return per_piece, (line.pieces - line.cancelled_pieces) * per_piece - ready, ready


@transaction.atomic
def answered(*, merchant_id: int, order_id: int, accepted: bool, text: str, now: datetime) -> None:
    """
    Take the answer: accepted, the pieces leave the order, what was picked of them is to be put back, and an order
    of which all the rest is verified is packed.
    """
    order = locks.orders_for_change([order_id]).get()
    lines = [line for line in order.lines.all() if line.giving_up_pieces]
    if not lines:
        return
    if not accepted:
        OrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(giving_up_pieces=0)
        attention.raise_flags(
            merchant_id=merchant_id, order_ids=[order.pk], reason=Attention.CANCEL_FAILED, now=now, text=text
        )
    elif order.state in BEFORE_HANDOVER:
        dropped = _drop(order, lines, now)
        _finish(order, {unit.pk for unit in dropped}, now)
        _tell(order, dropped, now)


def _drop(order: Order, lines: Sequence[OrderLine], now: datetime) -> list[Unit]:
    """Take the pieces off the lines, and what is reserved for them; gives their units."""
    dropped: list[Unit] = []
    lost = Decimal(0)
    units = list(order.units.filter(state__in=IN_BOX).order_by("number"))
    total = _by_line(units)
    lock_ahead(merchant_id=order.merchant_id, order_ids=[order.pk])
    for line in lines:
        own = [unit for unit in units if unit.line_id == line.pk]
        gone = _units_of(line, own, total[line.pk])
        dropped += gone
        lost += line.price * line.giving_up_pieces
        release.release_pieces(
            merchant_id=order.merchant_id, line_id=line.pk, pieces=Counter(unit.sku_id for unit in gone), now=now
        )
        OrderLine.objects.filter(pk=line.pk).update(
            cancelled_pieces=line.cancelled_pieces + line.giving_up_pieces, giving_up_pieces=0, short_pieces=0
        )
    Order.objects.filter(pk=order.pk).update(total=order.total - lost, changed_at=now)
    what = _named(lines, {line.pk: line.giving_up_pieces for line in lines})
    timeline.note(
        merchant_id=order.merchant_id,
        order_id=order.pk,
        kind=EventKind.CANCEL,
        text=_("Goes without: %(what)s") % {"what": what},
        now=now,
    )
    return dropped


def _tell(order: Order, dropped: Sequence[Unit], now: datetime) -> None:
    """What was picked goes back; what nobody has picked is forgotten."""
    wanted = [unit for unit in dropped if unit.state == UnitState.WANTED]
    in_hand = [unit.pk for unit in dropped if unit.state != UnitState.WANTED]
    Unit.objects.filter(pk__in=in_hand).update(state=UnitState.PUT_BACK, box=1)
    UnitMark.objects.filter(unit__in=in_hand).delete()
    bus.publish(
        PiecesDropped(
            merchant_id=order.merchant_id,
            order_id=order.pk,
            wanted=Counter(unit.sku_id for unit in wanted),
            put_back=tuple(in_hand),
            at=now,
        )
    )
    Unit.objects.filter(pk__in=[unit.pk for unit in wanted]).delete()


def _units_of(line: OrderLine, own: Sequence[Unit], total: Counter[int]) -> list[Unit]:
    """The units that the given-up pieces of a line are: sets in parts before those that stand, missing ones first."""
    per_piece, loose, _ready = _sets(line, total)
    sets = line.giving_up_pieces * per_piece
    in_parts = min(sets, loose)
    counts = {sku: n * in_parts // loose for sku, n in total.items() if sku != line.sku_id and loose}
    counts[line.sku_id or 0] = sets - in_parts
    # What nobody has found goes first, what lies in the box last.
    first = sorted(own, key=lambda unit: (IN_BOX.index(UnitState(unit.state)), -unit.number))
    gone = []
    for unit in first:
        if counts.get(unit.sku_id, 0):
            counts[unit.sku_id] -= 1
            gone.append(unit)
    return gone


def _finish(order: Order, dropped: set[int], now: datetime) -> None:
    """What is left is all verified: the order is packed, and told where that was to wait for the last scan."""
    attention.clear_flags(merchant_id=order.merchant_id, order_ids=[order.pk], reasons={Attention.SHORT_PICK}, now=now)
    states = set(order.units.filter(state__in=IN_BOX).exclude(pk__in=dropped).values_list("state", flat=True))
    if order.state not in IN_HANDS or states != {UnitState.PACKED}:
        return
    transition.move(orders=[order], to=State.PACKED, now=now, stamp="packed_at")
    bus.publish(OrderPacked(merchant_id=order.merchant_id, order_id=order.pk, at=now))
    if order.commit_state in {CommitState.NONE, CommitState.FAILED}:
        commit.commit_orders(merchant_id=order.merchant_id, order_ids=[order.pk], now=now)


def _named(lines: Sequence[OrderLine], pieces: Mapping[int, int]) -> str:
    return ", ".join(
        f"{pieces[line.pk]} × {line.sku.code if line.sku else line.offer_id}" for line in lines if pieces.get(line.pk)
    )
