"""The way of a sticker to the parcel: queued, sent, confirmed; again only with a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from labels.errors import AlreadyPrinted, NoSticker, NotReleased
from labels.models import BoxLabel, LabelFile, PrintItem, Station
from labels.services import wake
from labels.services.order_label import TOPIC
from labels.types import STANDING, LabelState, Printing, PrintState, Reason, Way
from orders.selectors import brief
from orders.services import timeline
from orders.types import EventKind, State

# A browser asks twice for one file (preview and print window, a retry after a cut): that is still one printing.
SAME_PRINTING = timedelta(seconds=60)
_NOT_YET = frozenset({State.NEW, State.CONFIRMED, State.PICKING})
_FELL_AWAY = frozenset({State.CANCELLED, State.RETURNING, State.RETURNED})
_UNCONFIRMED = frozenset({PrintState.QUEUED, PrintState.TAKEN, PrintState.SENT})


@transaction.atomic
def print_order_label(
    *,
    order_id: int,
    person_id: int | None,
    now: datetime,
    station: Station | None = None,
    reason: Reason | None = None,
    key: str | None = None,
    copies: int = 1,
) -> Printing:
    """
    Let the sticker of a packed order out to a printer.

    Where the station has an agent, it comes out there by itself.  Asked again with the same key, or by the same person
    within a minute, it answers with the same printing.  Printed again with a reason, earlier printings count no more.
    :raises NoSticker: no such order in the open scope, or its sticker has not come
    :raises NotReleased: the order is not packed, or was cancelled
    :raises AlreadyPrinted: it was printed before and no reason is given
    """
    label = LabelFile.objects.select_for_update().filter(order_id=order_id, state=LabelState.READY).first()
    found = brief.by_ids([order_id])
    if not found:
        raise NoSticker(_("There is no such order."))
    check_released(found[0])
    if label is None:
        raise NoSticker(_("The sticker of order %(number)s has not come yet.") % {"number": found[0].number})
    if key is not None and (same := PrintItem.objects.filter(key=key, label__order_id=order_id).first()):
        return _answer(same, order_id)
    earlier = PrintItem.objects.filter(label=label, state__in=STANDING)
    before = earlier.order_by("-pk").first()
    if before is not None and reason is None:
        if before.person_id == person_id and before.created_at > now - SAME_PRINTING:
            return _answer(before, order_id)
        raise AlreadyPrinted(
            _("The sticker of order %(number)s was printed before. Say why it is printed again.")
            % {"number": found[0].number},
            extra={"printed_at": before.created_at.isoformat()},
        )
    if earlier.update(state=PrintState.REPLACED) and label.boxes > 1:
        BoxLabel.objects.filter(label=label).update(stuck_at=None)  # all of them come out anew
    item = PrintItem.objects.create(
        merchant_id=label.merchant_id,
        label=label,
        station=station,
        person_id=person_id,
        way=station.way if station else Way.BROWSER,
        copies=copies,
        reason=reason or "",
        key=key,
        created_at=now,
        place_at=now,
    )
    note(item, now=now)
    if item.way == Way.AGENT and station is not None:
        wake.wake(station.pk)
    return _answer(item, order_id)


@transaction.atomic
def sent(*, item_id: int, now: datetime) -> bool:
    """The file has left for the printer; returns whether this changed anything."""
    return _move(item_id, {PrintState.QUEUED}, state=PrintState.SENT, sent_at=now)


@transaction.atomic
def confirm_order(*, order_id: int, now: datetime, box: int | None = None) -> Sequence[int]:
    """
    The sticker was scanned on its parcel, or on this box of it; with the last one its printing is confirmed.

    Returns the boxes whose stickers are still to be scanned.
    """
    label = LabelFile.objects.filter(order_id=order_id, state=LabelState.READY).first()
    if label is None:
        return []
    if label.boxes > 1:
        if box is not None:
            BoxLabel.objects.filter(label=label, number=box, stuck_at=None).update(stuck_at=now)
        left = list(BoxLabel.objects.filter(label=label, stuck_at=None).values_list("number", flat=True))
        if left:
            return left
    item = _standing(label)
    if item is not None:
        _move(item.pk, _UNCONFIRMED, state=PrintState.CONFIRMED, confirmed_at=now)
    return []


@transaction.atomic
def failed(*, item_id: int, problem: str = "") -> bool:
    """The sticker did not come out: it may be printed anew without a reason.  A confirmed one stays confirmed."""
    return _move(item_id, _UNCONFIRMED, state=PrintState.FAILED, problem=problem[:200])


def check_released(order: brief.OrderBrief) -> None:
    """:raises NotReleased: the order is not packed, or fell away"""
    if order.state in _NOT_YET:
        raise NotReleased(
            _("Order %(number)s is not packed: its sticker comes after the last scan.") % {"number": order.number}
        )
    if order.state in _FELL_AWAY:
        raise NotReleased(_("Order %(number)s: %(state)s.") % {"number": order.number, "state": order.state.label})


def last_of(order_id: int) -> PrintItem | None:
    """The printing of an order that counts, if it was printed."""
    label = LabelFile.objects.filter(order_id=order_id, state=LabelState.READY).first()
    return _standing(label) if label is not None else None


def _standing(label: LabelFile) -> PrintItem | None:
    return PrintItem.objects.filter(label=label, state__in=STANDING).order_by("-pk").first()


def note(item: PrintItem, *, now: datetime) -> None:
    """Write on the order's timeline that its sticker is printed: who, where, why again."""
    words = _("Sticker printed")
    if item.reason:
        words = _("Sticker printed again: %(reason)s") % {"reason": Reason(item.reason).label}
    if item.label.order_id is not None:
        timeline.note(
            merchant_id=item.merchant_id,
            order_id=item.label.order_id,
            kind=EventKind.LABEL,
            text=f"{words} · {item.station.name}" if item.station else words,
            now=now,
            person_id=item.person_id,
            data={"print": item.pk, "station": item.station_id},
        )
    live.touch(TOPIC, item.merchant_id)


def _answer(item: PrintItem, order_id: int) -> Printing:
    return Printing(item_id=item.pk, order_id=order_id, again=bool(item.reason), way=Way(item.way))


def _move(item_id: int, moved: frozenset[PrintState] | set[PrintState], **became: object) -> bool:
    changed = PrintItem.objects.filter(pk=item_id, state__in=moved).update(**became)
    if changed:
        live.touch(TOPIC, PrintItem.objects.values_list("merchant_id", flat=True).get(pk=item_id))
    return bool(changed)
