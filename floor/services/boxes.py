"""An order in several boxes: when a second one may be begun, and whose stickers are still to be scanned."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models import Channel
from catalog.types import Boxes, Scheme
from floor.models import PackSession
from floor.services import scan as scans
from floor.services import table
from floor.types import Answer
from orders.selectors import boxes, brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.types import CommitState, UnitState

# Whoever brings or gives out the parcel himself tells nobody of boxes.
_TOLD_OF_BOXES = frozenset({Scheme.FBS, Scheme.EXPRESS})
_NOT_TOLD = frozenset({CommitState.NONE, CommitState.FAILED})
_BEING_TOLD = frozenset({CommitState.OWED, CommitState.PENDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Why:
    word: str
    text: str


def begin_next(session: PackSession, order: OrderBrief) -> Answer:
    """The box is full: what is verified from now on goes into the next one, where the marketplace can be told of it."""
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    units = brief.units_of(order.order_id)
    if not any(unit.state == UnitState.PACKED and unit.box == session.box for unit in units):
        return scans.already(
            _("Box %(box)d of order %(number)s is empty: scan an item into it.")
            % {"box": session.box, "number": order.number},
            **data,
        )
    if (why := _hindered(session, order, units)) is not None:
        return scans.wrong(why.word, why.text, **data)
    table.go_to_box(session, session.box + 1)
    return scans.accepted(
        _("Box %(box)d") % {"box": session.box},
        _("Order %(number)s: what you scan now goes into box %(box)d.") % {"number": order.number, "box": session.box},
        box=session.box,
        **data,
    )


def _hindered(session: PackSession, order: OrderBrief, units: Sequence[UnitBrief]) -> _Why | None:
    if len(units) == 1:
        return _Why(
            word=_("One box"),
            text=_("Order %(number)s is one piece: it goes in one box.") % {"number": order.number},
        )
    channel = Channel.objects.get(pk=order.channel_id)
    if channel.boxes == Boxes.ONE or order.scheme not in _TOLD_OF_BOXES:
        return _Why(
            word=_("One box"),
            text=_(
                "%(channel)s takes order %(number)s in one box only. Put everything into one; if it does not fit, put"
                " the order aside and call the lead."
            )
            % {"channel": channel.name, "number": order.number},
        )
    if channel.boxes == Boxes.ANEW and order.commit_state in _BEING_TOLD:
        return _Why(
            word=_("Being told"),
            text=_("%(channel)s is just being told of order %(number)s. Scan this code again in a moment.")
            % {"channel": channel.name, "number": order.number},
        )
    if channel.boxes != Boxes.ANEW and order.commit_state not in _NOT_TOLD:
        return _Why(
            word=_("Told as one box"),
            text=_(
                "%(channel)s has been told that order %(number)s is one box and takes no change any more. Put"
                " everything into one; if it does not fit, put the order aside and call the lead."
            )
            % {"channel": channel.name, "number": order.number},
        )
    torn = boxes.torn(order_id=order.order_id, box=session.box)
    if torn:
        return _Why(
            word=_("Not whole"),
            text=_("%(sku)s is sold as a set: all of its pieces go into one box. Scan the rest of it first.")
            % {"sku": torn[0].sku.code if torn[0].sku else torn[0].title},
        )
    return None


def back_from_empty(session: PackSession, order: OrderBrief) -> Answer | None:
    """ "Undo" of a box just begun: the one before it is filled on.  None: something lies in the box."""
    if session.box == 1:
        return None
    units = brief.units_of(order.order_id)
    if any(unit.state == UnitState.PACKED and unit.box == session.box for unit in units):
        return None
    table.go_to_box(session, session.box - 1)
    return scans.accepted(
        _("Undone"),
        _("Order %(number)s: what you scan now goes into box %(box)d again.")
        % {"number": order.number, "box": session.box},
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        undone_box=session.box + 1,
    )


def still_open(order: OrderBrief, left: Sequence[int], box: int | None) -> Answer:
    """A sticker was scanned on its box, or the order's number; further boxes wait for theirs."""
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id, "boxes_left": list(left)}
    words = {"number": order.number, "box": box, "left": ", ".join(map(str, left))}
    if box is None:
        return scans.wrong(
            _("Sticker of each box"),
            _("Order %(number)s goes in several boxes: scan the sticker of each one. Still to scan: box %(left)s.")
            % words,
            **data,
        )
    return scans.accepted(
        _("Box %(box)d closed") % {"box": box},
        _("Order %(number)s: now the sticker of box %(left)s.") % words,
        **data,
    )
