"""The way of a sticker to the parcel: queued, sent, confirmed; again only with a reason."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from labels.errors import AlreadyPrinted, NoSticker, NotReleased
from labels.models import LabelFile, PrintItem
from labels.services.order_label import TOPIC
from labels.types import LabelState, Printing, PrintState, Reason
from orders.selectors import brief
from orders.services import timeline
from orders.types import EventKind, State

# A browser asks twice for one file (preview and print window, a retry after a cut): that is still one printing.
SAME_PRINTING = timedelta(seconds=60)
_NOT_YET = frozenset({State.NEW, State.CONFIRMED, State.PICKING})
_FELL_AWAY = frozenset({State.CANCELLED, State.RETURNING, State.RETURNED})


@transaction.atomic
def print_order_label(
    *,
    order_id: int,
    person_id: int | None,
    now: datetime,
    station_id: int | None = None,
    reason: Reason | None = None,
    copies: int = 1,
) -> Printing:
    """
    Let the sticker of a packed order out to a printer.

    Asked again by the same person within a minute, it answers with the same printing.
    :raises NoSticker: no such order in the open scope, or its sticker has not come
    :raises NotReleased: the order is not packed, or was cancelled
    :raises AlreadyPrinted: it was printed before and no reason is given
    """
    label = LabelFile.objects.select_for_update().filter(order_id=order_id, state=LabelState.READY).first()
    found = brief.by_ids([order_id])
    if not found:
        raise NoSticker(_("There is no such order."))
    _check_released(found[0])
    if label is None:
        raise NoSticker(_("The sticker of order %(number)s has not come yet.") % {"number": found[0].number})
    before = PrintItem.objects.filter(label=label).exclude(state=PrintState.FAILED).order_by("-pk").first()
    if before is not None and reason is None:
        if before.person_id == person_id and before.created_at > now - SAME_PRINTING:
            return Printing(item_id=before.pk, order_id=order_id, again=bool(before.reason))
        raise AlreadyPrinted(
            _("The sticker of order %(number)s was printed before. Say why it is printed again.")
            % {"number": found[0].number},
            extra={"printed_at": before.created_at.isoformat()},
        )
    item = PrintItem.objects.create(
        merchant_id=label.merchant_id,
        label=label,
        station_id=station_id,
        person_id=person_id,
        copies=copies,
        reason=reason or "",
        created_at=now,
    )
    _note(label, item, now)
    return Printing(item_id=item.pk, order_id=order_id, again=reason is not None)


@transaction.atomic
def sent(*, item_id: int, now: datetime) -> bool:
    """The file has left for the printer; returns whether this changed anything."""
    return _move(item_id, {PrintState.QUEUED}, state=PrintState.SENT, sent_at=now)


@transaction.atomic
def confirm_order(*, order_id: int, now: datetime) -> bool:
    """The sticker was scanned on its parcel."""
    item = _last_of(order_id)
    moved = {PrintState.QUEUED, PrintState.SENT}
    return item is not None and _move(item.pk, moved, state=PrintState.CONFIRMED, confirmed_at=now)


@transaction.atomic
def failed(*, item_id: int) -> bool:
    """The sticker did not come out: it may be printed anew without a reason.  A confirmed one stays confirmed."""
    return _move(item_id, {PrintState.QUEUED, PrintState.SENT}, state=PrintState.FAILED)


def _check_released(order: brief.OrderBrief) -> None:
    if order.state in _NOT_YET:
        raise NotReleased(
            _("Order %(number)s is not packed: its sticker comes after the last scan.") % {"number": order.number}
        )
    if order.state in _FELL_AWAY:
        raise NotReleased(_("Order %(number)s: %(state)s.") % {"number": order.number, "state": order.state.label})


def _last_of(order_id: int) -> PrintItem | None:
    label = LabelFile.objects.filter(order_id=order_id, state=LabelState.READY).first()
    if label is None:
        return None
    return PrintItem.objects.filter(label=label).exclude(state=PrintState.FAILED).order_by("-pk").first()


def _move(item_id: int, moved: set[PrintState], **became: object) -> bool:
    changed = PrintItem.objects.filter(pk=item_id, state__in=moved).update(**became)
    if changed:
        live.touch(TOPIC, PrintItem.objects.values_list("merchant_id", flat=True).get(pk=item_id))
    return bool(changed)


def _note(label: LabelFile, item: PrintItem, now: datetime) -> None:
    words = _("Sticker printed")
    if item.reason:
        words = _("Sticker printed again: %(reason)s") % {"reason": Reason(item.reason).label}
    if label.order_id is not None:
        timeline.note(
            merchant_id=label.merchant_id,
            order_id=label.order_id,
            kind=EventKind.LABEL,
            text=words,
            now=now,
            person_id=item.person_id,
        )
    live.touch(TOPIC, label.merchant_id)
