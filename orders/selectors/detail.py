"""One order, whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.kernel import seal
from catalog.types import FewerPieces
from orders.models import BuyerData, Order, OrderEvent, OrderLine
from orders.selectors import cancellers
from orders.types import BEFORE_HANDOVER, ENTERED_BY_HAND, IN_HANDS, Attention, CommitState, EventKind, State

_TONES = {
    EventKind.ATTENTION: "yellow",
    EventKind.SHORT: "yellow",
    EventKind.CANCEL: "red",
    EventKind.STATE: "blue",
    EventKind.HANDOVER: "green",
}
_ACTORS = {"marketplace": gettext_lazy("marketplace"), "stock": gettext_lazy("stock")}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A line of the timeline as the page shows it."""

    at: object
    title: str
    text: str = ""
    actor: str = ""
    tone: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """A reason why the order waits, in words, with what helps."""

    reason: str
    title: str
    advice: str
    action: str = ""  # match, stock, commit, reload, dismiss


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order with everything its page shows."""

    order: Order
    lines: Sequence[OrderLine]
    cures: Sequence[Cure]
    may_commit: bool
    may_cancel: bool
    has_buyer: bool
    fewer_pieces: FewerPieces = FewerPieces.NEVER
    siblings: Sequence[Order] = field(default_factory=tuple)

    @property
    def said_there(self) -> str:
        """The marketplace's own word for its state; ours where a person entered it."""
        return _said(self.order.remote_status)

    @property
    def cancelled_by(self) -> str | Promise:
        return cancellers.words(self.order.cancelled_by)


def _said(text: str) -> str:
    return _("entered by hand") if text == ENTERED_BY_HAND else text


def order_view(pk: int) -> OrderView | None:
    """The order, or None when it is not seen."""
    order = Order.objects.select_related("channel", "channel_warehouse", "parent").filter(pk=pk).first()
    if order is None:
        return None
    lines = list(order.lines.select_related("sku__product", "listing").order_by("position"))
    here = order.state in BEFORE_HANDOVER
    return OrderView(
        order=order,
        lines=lines,
        cures=[_cure(reason) for reason in order.attention],
        may_commit=here
        and order.commit_state in {CommitState.NONE, CommitState.FAILED}
        and not {Attention.UNKNOWN_SKU, Attention.SHORT, Attention.UNKNOWN_WAREHOUSE} & set(order.attention),
        may_cancel=here and order.cancel_asked_at is None and order.state != State.CANCELLED,
        has_buyer=BuyerData.objects.filter(order=order).exists(),
        fewer_pieces=_fewer_pieces(order, lines),
        siblings=list(Order.objects.filter(basket=order.basket).exclude(pk=order.pk)[:20]) if order.basket else (),
    )


def _fewer_pieces(order: Order, lines: Sequence[OrderLine]) -> FewerPieces:
    """How the marketplace takes it now when some pieces are missing and others are not; NEVER: it does not."""
    how = FewerPieces(order.channel.fewer_pieces)
    told = order.commit_state not in {CommitState.NONE, CommitState.FAILED}
    pieces = sum(line.pieces - line.cancelled_pieces for line in lines)
    if order.state not in IN_HANDS or pieces < 2 or (how == FewerPieces.TOLD and told):
        return FewerPieces.NEVER
    return how


def _cure(reason: str) -> Cure:
    advice = {
        Attention.UNKNOWN_SKU: (_("Match the card to an article; the order is cured by itself."), "match"),
        Attention.SHORT: (_("Receive stock, or cancel the order. New stock goes to the oldest order first."), "stock"),
        Attention.UNKNOWN_WAREHOUSE: (_("Reload the warehouses of the channel, then this order."), "reload"),
        Attention.UNKNOWN_STATUS: (_("Look it up in the marketplace's cabinet; nothing was changed here."), "reload"),
        Attention.COMMIT_FAILED: (_("Read the marketplace's reason on the timeline, cure it and try again."), "commit"),
        Attention.OUTCOME_UNKNOWN: (_("Reload the order: then it is clear whether the marketplace took it."), "reload"),
        Attention.LABEL_FAILED: (_("Reload the order; the sticker is asked for again."), "reload"),
        Attention.MARKS_REFUSED: (_("Scan another code at the packing table, or replace the goods."), ""),
        Attention.CANCEL_FAILED: (_("The marketplace keeps the order; pack it, or try again."), "dismiss"),
        Attention.CANCEL_WANTED: (
            _("Answer beside. What nobody answers the marketplace cancels by itself."),
            "answer",
        ),
        Attention.CANCELLED_AFTER_HANDOVER: (_("Expect the goods back as a return."), "dismiss"),
        Attention.GONE_WITHOUT_HANDOVER: (_("Check the shelf: the system took the goods off the stock."), "dismiss"),
        Attention.PROBLEM: (_("Read the marketplace's words on the timeline."), "dismiss"),
        Attention.SHORT_PICK: (_("Find the goods or cancel the order; then count the cell."), "fewer"),
    }
    known = Attention(reason) if reason in Attention.values else None
    text, action = advice.get(known, ("", "dismiss")) if known else ("", "dismiss")
    return Cure(reason=reason, title=str(known.label) if known else reason, advice=text, action=action)


def timeline(order: Order) -> list[EventRow]:
    """Everything that happened to the order, the newest first."""
    events = OrderEvent.objects.filter(order=order).select_related("person").order_by("-pk")[:500]
    return [_event(event) for event in events]


def _event(event: OrderEvent) -> EventRow:
    kind = EventKind(event.kind)
    if kind == EventKind.STATE:
        title = " → ".join(str(State(value).label) for value in (event.was, event.became) if value in State.values)
    elif kind == EventKind.ATTENTION:
        reason = event.became or event.was
        label = str(Attention(reason).label) if reason in Attention.values else reason
        title = label if event.became else _("Cured: %(what)s") % {"what": label}
    elif kind == EventKind.REMOTE:
        title = _("Marketplace: %(status)s") % {"status": event.became}
    else:
        title = str(kind.label)
    person = event.person.full_name or event.person.login if event.person else _ACTORS.get(event.actor, event.actor)
    details = ", ".join(f"{name}: {value}" for name, value in event.data.items() if value not in ("", None))
    tone = "green" if kind == EventKind.ATTENTION and not event.became else _TONES.get(kind, "")
    text = _said(event.text) if event.text != title else ""
    return EventRow(at=event.at, title=title, text=text, actor=str(person or ""), tone=tone, details=details)


def buyer(order_id: int) -> dict[str, str]:
    """The buyer's personal data, while they are kept; {} when there are none."""
    row = BuyerData.objects.filter(order_id=order_id).first()
    if row is None:
        return {}
    try:
        opened = seal.unseal(row.sealed)
    except seal.CannotOpen:
        return {}
    return {str(name): str(value) for name, value in opened.items() if value}
