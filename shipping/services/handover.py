"""Handovers: filled by commits, closed by a person, answered by the marketplace."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.kernel import events as bus
from backoffice.kernel import live
from backoffice.kernel.locks import Subject, take
from catalog.models import Channel, ChannelWarehouse
from labels.selectors.printing import missing_labels
from orders import locks as orders_locks
from orders.events import CommittedElsewhere, OrderDivided, OrdersCancelled, OrdersCommitted
from orders.selectors import brief
from orders.selectors.brief import OrderBrief
from orders.services import hand_over as departure
from orders.services import timeline
from orders.types import BEFORE_HANDOVER, CommitState, EventKind, State
from shipping import locks
from shipping.errors import CannotClose, WrongState
from shipping.events import HandoverClosing, HandoverOpened, OrdersMoved
from shipping.models import Document, Handover, HandoverOrder
from shipping.types import HandoverState


def gather(fact: OrdersCommitted) -> None:
    """Put committed orders into the open handover of their channel warehouse and cargo, opening one where needed."""
    _gather(fact.merchant_id, fact.order_ids, fact.at)


def gather_found(fact: CommittedElsewhere) -> None:
    """
    Parcels that were committed on the marketplace's own page leave with the others.

    Where a commit joins a handover they stand in one that nobody here knows: they are to be moved into ours.
    """
    joined = _gather(fact.merchant_id, fact.order_ids, fact.at)
    if joined:
        bus.publish(OrdersMoved(merchant_id=fact.merchant_id, order_ids=joined, at=fact.at))


def gather_parts(fact: OrderDivided) -> None:
    """Boxes that became orders of their own leave with the others."""
    _gather(fact.merchant_id, fact.part_ids, fact.at)


def _gather(merchant_id: int, order_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
    """Give those that stood in no handover yet theirs; returns them."""
    placed = set(HandoverOrder.objects.filter(order_id__in=list(order_ids)).values_list("order_id", flat=True))
    groups: dict[tuple[int, str], list[OrderBrief]] = defaultdict(list)
    for order in brief.by_ids(set(order_ids) - placed):
        if order.channel_warehouse_id is not None:
            groups[order.channel_warehouse_id, order.cargo].append(order)
    for (place_id, cargo), members in sorted(groups.items()):
        handover = open_handover(merchant_id=merchant_id, channel_warehouse_id=place_id, cargo=cargo, now=now)
        HandoverOrder.objects.bulk_create(
            [HandoverOrder(merchant_id=merchant_id, handover=handover, order_id=order.order_id) for order in members],
            batch_size=1000,
        )
        live.touch("handovers", merchant_id)
    return tuple(sorted(order.order_id for members in groups.values() for order in members))


def open_handover(*, merchant_id: int, channel_warehouse_id: int, cargo: str, now: datetime) -> Handover:
    """The open handover of this channel warehouse and cargo; made when there is none."""
    take(Subject.HANDOVER, channel_warehouse_id)
    found = Handover.objects.filter(
        channel_warehouse_id=channel_warehouse_id, cargo=cargo, state=HandoverState.OPEN
    ).first()
    if found is not None:
        return found
    place = ChannelWarehouse.objects.get(pk=channel_warehouse_id)
    handover = Handover.objects.create(
        merchant_id=merchant_id,
        channel_warehouse=place,
        cargo=cargo,
        departure_date=now.astimezone(ZoneInfo(place.zone)).date(),
        shipping_point_id=place.shipping_point_id,
        shipping_point_name=place.shipping_point_name,
        shipping_type=place.shipping_type,
        opened_at=now,
    )
    bus.publish(HandoverOpened(merchant_id=merchant_id, handover_id=handover.pk, at=now))
    return handover


def let_go(fact: OrdersCancelled) -> None:
    """Orders that fell away leave their handover, unless it is being closed: then the marketplace tells."""
    gone = HandoverOrder.objects.filter(
        order_id__in=list(fact.order_ids), handover__state__in=[HandoverState.OPEN, HandoverState.FAILED]
    )
    left = set(gone.values_list("handover_id", flat=True))
    if gone.delete()[0]:
        _end_empty(left)
        live.touch("handovers", fact.merchant_id)


def _end_empty(handover_ids: Collection[int]) -> None:
    """
    Those of these which could not be closed and have no order left ask for nothing any more.

    One that somebody holds is not waited for, as orders are locked already: its answer finds out by itself.
    """
    failed = Handover.objects.select_for_update(skip_locked=True).filter(
        pk__in=handover_ids, state=HandoverState.FAILED
    )
    held = [handover.pk for handover in failed]
    empty = Handover.objects.filter(pk__in=held).exclude(orders__isnull=False)
    empty.update(state=HandoverState.CANCELLED, problem="")


@transaction.atomic
def opened(*, merchant_id: int, handover_id: int, external_id: str, now: datetime) -> None:
    """The marketplace has made it and calls it so; the same again has no effect."""
    Handover.objects.filter(pk=handover_id).exclude(external_id=external_id).update(external_id=external_id)
    live.touch("handovers", merchant_id)


@transaction.atomic
def close(
    *,
    merchant_id: int,
    handover_id: int,
    now: datetime,
    person_id: int | None,
    shipping_point_id: str = "",
    shipping_point_name: str = "",
    shipping_type: str = "",
    containers: int | None = None,
    leave_behind: bool = False,
    without_stickers: bool = False,
) -> Handover:
    """
    Close a handover: its orders must be packed, and the marketplace is told.

    Orders that have left already (a courier on call fetched them one by one, the marketplace met them elsewhere) hinder
    nothing; where all have, there is nothing to tell.
    containers: boxes in which they are brought to a pick-up point; 0: in none, those told before are taken away;
    None: nothing is said of them, those that stand there stay.
    leave_behind: orders that are not packed yet, wait for their sticker, or were left out when the marketplace refused
    to close it, go to the next handover instead of stopping this one.  without_stickers: a person says that stickers
    which have not come here are on their parcels all the same.
    :raises CannotClose: nothing of it can leave, or orders are not packed or have no sticker; they are named.
    :raises WrongState: it is being closed, or is closed.
    """
    handover = locks.handover_for_change(handover_id)
    if handover.state not in {HandoverState.OPEN, HandoverState.FAILED}:
        raise WrongState(_("This handover is %(state)s.") % {"state": handover.get_state_display()})
    members = brief.by_ids(HandoverOrder.objects.filter(handover=handover).values_list("order_id", flat=True))
    here = [order for order in members if order.state in BEFORE_HANDOVER]
    if members and not here:
        return _close_here(handover, now, person_id)
    behind = _to_leave_behind(here, leave_behind=leave_behind, without_stickers=without_stickers)
    if leave_behind and handover.state == HandoverState.FAILED:
        behind |= _left_out(handover, [order.order_id for order in here if order.order_id not in behind])
    handover.state, handover.problem = HandoverState.CLOSING, ""
    handover.closing_at, handover.closing_by_id = now, person_id
    handover.containers = containers
    if shipping_point_id:
        handover.shipping_point_id, handover.shipping_point_name = shipping_point_id, shipping_point_name
        handover.shipping_type = shipping_type
        ChannelWarehouse.objects.filter(pk=handover.channel_warehouse_id).update(
            shipping_point_id=shipping_point_id, shipping_point_name=shipping_point_name, shipping_type=shipping_type
        )
    handover.save()
    _move_to_next(handover, sorted(behind), now)
    bus.publish(HandoverClosing(merchant_id=merchant_id, handover_id=handover.pk, at=now))
    live.touch("handovers", merchant_id)
    return handover


def _to_leave_behind(here: Sequence[OrderBrief], *, leave_behind: bool, without_stickers: bool) -> set[int]:
    """Those of the orders that are here which cannot leave; :raises CannotClose: they hinder the others, or are all."""
    packed = [order for order in here if order.state == State.PACKED]
    unpacked = [order for order in here if order.state != State.PACKED]
    if blocked := [order for order in packed if order.commit_state != CommitState.DONE]:
        raise CannotClose(
            _("The marketplace has not accepted these orders yet: %(numbers)s.") % {"numbers": _numbers(blocked)}
        )
    if not packed:
        raise CannotClose(_("No order of this handover is packed yet. Pack its orders first."))
    bare = [] if without_stickers else _without_sticker(packed)
    if bare and not leave_behind:
        raise CannotClose(
            ngettext(
                "The sticker of %(n)d packed order has not come: %(numbers)s. Wait for it, or leave the order for the"
                " next handover. If its sticker is on the parcel all the same, tick that.",
                "The stickers of %(n)d packed orders have not come: %(numbers)s. Wait for them, or leave the orders for"
                " the next handover. If their stickers are on the parcels all the same, tick that.",
                len(bare),
            )
            % {"n": len(bare), "numbers": _numbers(bare)},
            extra={"without_sticker": len(bare)},
        )
    if unpacked and not leave_behind:
        raise CannotClose(
            ngettext(
                "%(n)d order is not packed: %(numbers)s. Pack it, or leave it for the next handover.",
                "%(n)d orders are not packed: %(numbers)s. Pack them, or leave them for the next handover.",
                len(unpacked),
            )
            % {"n": len(unpacked), "numbers": _numbers(unpacked)},
            extra={"unpacked": len(unpacked)},
        )
    if len(bare) == len(packed):
        raise CannotClose(
            _(
                "No packed order of this handover has its sticker yet, so nothing would leave. Wait for the stickers;"
                " if they are on the parcels all the same, tick that."
            )
        )
    return {order.order_id for order in (*unpacked, *bare)}


def _close_here(handover: Handover, now: datetime, person_id: int | None) -> Handover:
    """The marketplace has every parcel of it by its own word."""
    handover.state, handover.problem = HandoverState.CLOSED, ""
    handover.closing_at, handover.closed_at, handover.closing_by_id = now, now, person_id
    handover.save()
    live.touch("handovers", handover.merchant_id)
    return handover


def _left_out(handover: Handover, order_ids: Sequence[int]) -> set[int]:
    """Those of these orders that the last refusal names; none when it names all, who then may only be tried again."""
    named = set(
        HandoverOrder.objects.filter(handover=handover, order_id__in=order_ids)
        .exclude(missing="")
        .values_list("order_id", flat=True)
    )
    return named if len(named) < len(order_ids) else set()


def _without_sticker(packed: Sequence[OrderBrief]) -> list[OrderBrief]:
    """Orders of channels that give a sticker for each parcel, whose sticker is not here."""
    giving = set(
        Channel.objects.filter(pk__in={order.channel_id for order in packed}, gives_stickers=True).values_list(
            "pk", flat=True
        )
    )
    missing = missing_labels(order.order_id for order in packed if order.channel_id in giving)
    return [order for order in packed if order.order_id in missing]


def _numbers(orders: Sequence[OrderBrief]) -> str:
    shown = ", ".join(order.number for order in orders[:10])
    return shown if len(orders) <= 10 else _("%(shown)s and %(n)d more") % {"shown": shown, "n": len(orders) - 10}


def _move_to_next(handover: Handover, order_ids: Sequence[int], now: datetime) -> None:
    if not order_ids:
        return
    following = open_handover(
        merchant_id=handover.merchant_id,
        channel_warehouse_id=handover.channel_warehouse_id,
        cargo=handover.cargo,
        now=now,
    )
    HandoverOrder.objects.filter(order_id__in=order_ids).update(handover=following)
    bus.publish(OrdersMoved(merchant_id=handover.merchant_id, order_ids=tuple(order_ids), at=now))


@transaction.atomic
def closing_answered(
    *,
    merchant_id: int,
    handover_id: int,
    state: HandoverState,
    now: datetime,
    external_id: str = "",
    remote_status: str = "",
    problem: str = "",
    missing: Mapping[str, str] = MappingProxyType({}),
    numbers: Collection[str] = (),
) -> None:
    """
    Take the marketplace's word on closing.

    CLOSED: its packed orders are handed over and their stock leaves.  FAILED: it may be closed again; if all its orders
    fell away meanwhile, it gathers anew.  Cancelled orders leave it either way, but for those that went with it; so do
    those left out that the marketplace has had since, by another handover.  CLOSING: they still work on it.
    missing: number → why the marketplace left the order out; when it closes, such orders go to the next handover.
    numbers: what the marketplace holds in it.
    """
    handover = locks.handover_for_change(handover_id)
    if handover.state == HandoverState.CLOSED:
        return
    handover.external_id = external_id or handover.external_id
    handover.remote_status, handover.problem = remote_status, problem[:1000]
    inside = list(HandoverOrder.objects.filter(handover=handover).values_list("order_id", flat=True))
    list(orders_locks.orders_for_change(inside))  # none falls away between the look at it and its departure
    members = brief.by_ids(inside)
    if state in {HandoverState.CLOSED, HandoverState.FAILED}:
        handover.state = state
        held = numbers if state == HandoverState.CLOSED else ()
        members = _without_fallen(handover, members, held=held, left_out=missing)
    left_out = {order.order_id: missing[order.number] for order in members if order.number in missing}
    _mark(handover, left_out)
    if state == HandoverState.CLOSED:
        handover.closed_at = now
    elif state == HandoverState.FAILED and not members:
        _gathers_anew(handover)
    handover.save()
    if state == HandoverState.CLOSED:
        _depart(handover, members, set(left_out), now)
    live.touch("handovers", merchant_id)


def _mark(handover: Handover, left_out: Mapping[int, str]) -> None:
    """Keep why orders were left out; of the others, what an earlier answer said holds no more."""
    rows = list(HandoverOrder.objects.filter(~Q(missing="") | Q(order_id__in=left_out), handover=handover))
    for row in rows:
        row.missing = left_out.get(row.order_id, "")[:500]
    HandoverOrder.objects.bulk_update(rows, ["missing"], batch_size=1000)


def _without_fallen(
    handover: Handover, members: Sequence[OrderBrief], *, held: Collection[str], left_out: Collection[str]
) -> list[OrderBrief]:
    """Orders leave it that were cancelled and are not held in it there, or were left out and have left; the others."""

    def fell(order: OrderBrief) -> bool:
        if order.state == State.CANCELLED:
            return order.number not in held
        return order.number in left_out and order.state not in BEFORE_HANDOVER

    fallen = {order.order_id for order in members if fell(order)}
    HandoverOrder.objects.filter(handover=handover, order_id__in=fallen).delete()
    return [order for order in members if order.order_id not in fallen]


def _gathers_anew(handover: Handover) -> None:
    """All its orders fell away, which is no failure of anybody."""
    others = Handover.objects.filter(channel_warehouse_id=handover.channel_warehouse_id, cargo=handover.cargo)
    following = others.filter(state=HandoverState.OPEN).exists()
    handover.state, handover.problem = HandoverState.CANCELLED if following else HandoverState.OPEN, ""


def _depart(handover: Handover, members: Sequence[OrderBrief], left_out: Collection[int], now: datetime) -> None:
    """What the marketplace has leaves the stock; what it left out goes to the next handover."""
    _move_to_next(handover, [order.order_id for order in members if order.order_id in left_out], now)
    gone = departure.hand_over(
        merchant_id=handover.merchant_id,
        order_ids=[order.order_id for order in members if order.order_id not in left_out],
        now=now,
        person_id=handover.closing_by_id,
    )
    timeline.write(
        merchant_id=handover.merchant_id,
        lines=[
            timeline.Line(
                order_id=order_id,
                kind=EventKind.HANDOVER,
                text=_("Handed over with %(handover)s") % {"handover": handover.external_id or handover.pk},
                data={"handover": handover.pk},
            )
            for order_id in gone
        ],
        now=now,
        person_id=handover.closing_by_id,
    )


@transaction.atomic
def attach_document(
    *,
    merchant_id: int,
    handover_id: int,
    kind: str,
    content: bytes,
    content_type: str,
    now: datetime,
    number: str = "",
) -> Document:
    """Keep a paper of a handover; the same kind and number replaces the older one."""
    suffix = {"application/pdf": "pdf", "image/png": "png", "image/svg+xml": "svg"}.get(content_type, "bin")
    document, _made = Document.objects.get_or_create(
        handover_id=handover_id,
        kind=kind,
        number=number[:100],
        defaults={"merchant_id": merchant_id, "content_type": content_type, "at": now},
    )
    document.content_type, document.at = content_type, now
    document.file.save(f"{handover_id}-{kind}.{suffix}", ContentFile(content), save=False)
    document.save()
    Handover.objects.filter(pk=handover_id).update(papers_at=now)
    live.touch("handovers", merchant_id)
    return document
