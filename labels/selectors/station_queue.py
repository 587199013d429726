"""What goes on at the printer of a station, in one line and in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labels.models import PrintItem, Station, StationQueue
from labels.types import STANDING, Halt, LabelState, PrintState, Way

# Agents ask every two seconds at least.
SILENT_AFTER = timedelta(seconds=10)
_SHOWN = 15
_WORK = (PrintState.QUEUED, PrintState.TAKEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the agent said last.  printer: ok, silent, trouble; since: when it became so."""

    seen_at: datetime
    printer: str
    since: datetime
    detail: str

    def is_silent(self, now: datetime) -> bool:
        return now - self.seen_at > SILENT_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """tone: green, blue, yellow, red; halted: a person is to say what came out."""

    tone: str
    text: str
    halted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """A sticker that was sent and not yet scanned on its parcel."""

    number: int
    order: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A printer as its desk shows it."""

    line: Line
    waiting: int
    in_doubt: Sequence[InDoubt]
    unconfirmed: int


def line_of(station: Station, heard: Heard | None, *, now: datetime) -> Line | None:
    """One line for the packing table; None where the browser prints by itself."""
    if station.way == Way.BROWSER:
        return None
    if station.way == Way.FILE:
        return Line(tone="blue", text=_("Stickers are saved as ZPL files."))
    queue = StationQueue.objects.filter(station=station).first()
    waiting = _of(station).filter(state__in=_WORK).count()
    if queue is not None and queue.halted_at is not None:
        why = Halt(queue.halt).label if queue.halt else ""
        return Line(
            tone="red",
            halted=True,
            text=_("Printing stands since %(at)s. %(why)s Scan the last good sticker.")
            % {"at": _clock(queue.halted_at), "why": why},
        )
    if heard is None:
        return Line(tone="red", text=_("The print agent of this station has not been heard. Start it.") + _and(waiting))
    if heard.is_silent(now):
        text = _("The print agent is silent since %(at)s: look at the computer of the printer.")
        return Line(tone="red", text=text % {"at": _clock(heard.seen_at)} + _and(waiting))
    if heard.printer != "ok":
        text = _("The printer is silent since %(at)s: look at paper, cover and cable.")
        return Line(tone="red", text=text % {"at": _clock(heard.since)} + _and(waiting))
    return _running(station, waiting)


def desk_of(station: Station, heard: Heard | None, *, now: datetime) -> Desk:
    """The queue of a station with an agent, and what a person may be asked about."""
    unconfirmed = _of(station).filter(state=PrintState.SENT)
    rows = unconfirmed.select_related("label__order").order_by("-number")[:_SHOWN]
    line = line_of(station, heard, now=now)
    return Desk(
        line=line or Line(tone="blue", text=_("Stickers of this station are printed by the browser.")),
        waiting=_of(station).filter(state__in=_WORK).count(),
        unconfirmed=unconfirmed.count(),
        in_doubt=[InDoubt(number=row.number or 0, order=_number(row), sent_at=row.sent_at) for row in rows],
    )


def printing_of(order_ids: Sequence[int]) -> Mapping[int, tuple[PrintState, Way]]:
    """How far the newest printing of each order's sticker is, and its way; orders that were not printed are absent."""
    rows = PrintItem.objects.filter(
        label__order_id__in=list(order_ids), label__state=LabelState.READY, state__in=STANDING
    ).order_by("pk")
    return {
        order_id or 0: (PrintState(state), Way(way))
        for order_id, state, way in rows.values_list("label__order_id", "state", "way")
    }


def _running(station: Station, waiting: int) -> Line:
    if waiting:
        text = ngettext("%(n)d sticker is on its way", "%(n)d stickers are on their way", waiting) % {"n": waiting}
        return Line(tone="yellow", text=text)
    last = _of(station).filter(number__isnull=False).select_related("label__order").order_by("-number").first()
    if last is None:
        return Line(tone="green", text=_("The printer is ready."))
    if last.state == PrintState.SENT and last.sent_at is not None:
        text = _("%(number)s: the sticker went to the printer at %(at)s.")
        return Line(tone="blue", text=text % {"number": _number(last), "at": _clock(last.sent_at)})
    if last.state == PrintState.FAILED and last.problem:
        return Line(tone="red", text=f"{_number(last)}: {last.problem}")
    return Line(tone="green", text=_("The printer is ready."))


def _of(station: Station) -> QuerySet[PrintItem]:
    return PrintItem.objects.filter(station=station, way=Way.AGENT)


def _number(item: PrintItem) -> str:
    return item.label.order.external_number if item.label.order else _("Test page")


def _and(waiting: int) -> str:
    if not waiting:
        return ""
    return " " + ngettext("%(n)d sticker waits.", "%(n)d stickers wait.", waiting) % {"n": waiting}


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")
