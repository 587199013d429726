"""Committing orders into supplies, their codes, stickers and cancellation."""

from collections.abc import Iterable, Mapping, Sequence

from marketplaces import dto
from marketplaces.adapters.wildberries import build, codes, parse, reading
from marketplaces.adapters.wildberries.orders import Orders
from marketplaces.adapters.wildberries.talk import Refused, Talk
from marketplaces.errors import Rejected
from marketplaces.http.reading import each

LABEL_QUERY: Mapping[str, str | int] = {"type": "png", "width": 58, "height": 40}
STICKERED = {"confirm", "complete"}


class Packing:
    """An order is committed by joining an open supply."""

    def __init__(self, talk: Talk, orders: Orders) -> None:
        self.talk, self.orders = talk, orders

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        """
        Attach orders to their open supply, which turns them from `new` to `confirm`.

        The same call moves an order from another open supply, so it may be repeated.
        """
        outcomes = [refusal for parcel in parcels if (refusal := _cannot_join(parcel))]
        bad = {outcome.number for outcome in outcomes}
        supplies: dict[str, list[str]] = {}
        for parcel in parcels:
            if parcel.number not in bad:
                supplies.setdefault(parcel.handover_id, []).append(parcel.number)
        for supply, numbers in supplies.items():
            outcomes += self._join(supply, numbers, again=True)
        return outcomes

    def _join(self, supply: str, numbers: Sequence[str], *, again: bool) -> Sequence[dto.Committed]:
        try:
            payload = self.talk.ask(
                "PATCH",
                f"/api/marketplace/v3/supplies/{build.segment(supply)}/orders",
                limit=codes.FBS_WORK,
                body=build.orders(numbers),
                write=True,
            )
        except Refused as refusal:
            return self._after_refusal(supply, numbers, refusal, again=again)
        failed = parse.failed_results(payload, "orderId")
        return [failed.get(number) or _joined(number) for number in numbers]

    def _after_refusal(
        self, supply: str, numbers: Sequence[str], refusal: Refused, *, again: bool
    ) -> Sequence[dto.Committed]:
        """
        The refusal names nobody: read the statuses, leave out those that cannot join, try the rest once more.

        A blind repeat would cost ten requests and be refused alike.
        """
        known = {status.number: status for status in self.orders.statuses(numbers).items}
        inside = self._inside(supply)
        settled = {
            number: outcome
            for number in numbers
            if (outcome := _outcome(number, known.get(number), inside=number in inside)).state
            is not dto.CommitState.NOT_STARTED
        }
        rest = [number for number in numbers if number not in settled]
        if rest and settled and again:
            settled |= {outcome.number: outcome for outcome in self._join(supply, rest, again=False)}
        else:
            settled |= {number: _failed(number, code=refusal.code, text=refusal.text) for number in rest}
        return [settled[number] for number in numbers]

    def _inside(self, supply: str) -> Sequence[str]:
        try:
            return self.orders.supply_numbers(supply)
        except Refused:
            return ()

    def look_up(self, parcel: dto.Parcel) -> dto.Committed:
        """Is the order in the supply it was to join?"""
        status = next(iter(self.orders.statuses([parcel.number]).items), None)
        if status is None or status.stage is dto.Stage.CANCELLED or not parcel.handover_id:
            return _outcome(parcel.number, status, inside=False, anywhere=not parcel.handover_id)
        return _outcome(parcel.number, status, inside=parcel.number in self._inside(parcel.handover_id))

    # -- marking
    def send_marks(self, parcel: dto.Parcel) -> None:
        """
        Attach the codes of an order in `confirm`; a repeat replaces.

        The check is asynchronous: `mark_verdicts` tells what came of it.
        :raises Rejected: the code is refused, or Wildberries takes no code of this kind
        """
        kinds: dict[dto.MarkKind, list[str]] = {}
        for mark in parcel.marks:
            if mark.kind not in codes.MARK_KEYS:
                raise Rejected(f"{codes.NO_SUCH_MARK}: {mark.kind}", code=dto.Code.MARK_REFUSED)
            kinds.setdefault(mark.kind, []).append(mark.value)
        for kind, values in kinds.items():
            self.talk.ask(
                "PUT",
                build.mark_path(parcel.number, kind),
                limit=codes.MARKS_WRITE,
                body=build.mark(kind, values),
                write=True,
            )

    # -- stickers
    def labels(self, numbers: Sequence[str], *, token: str = "") -> dto.Labels:
        """
        Stickers 58×40 mm as PNG; only orders in `confirm` and `complete` have one.

        An order absent from the answer is pending.  When the whole batch is refused, statuses and codes tell for whom,
        and the rest is asked once more.
        """
        known = [number for number in numbers if build.is_whole(number)]
        refused = [
            dto.Refused(key=number, code=dto.Code.NOT_FOUND, text=codes.NOT_AN_ID)
            for number in numbers
            if not build.is_whole(number)
        ]
        if not known:
            return dto.Labels(refused=refused)
        try:
            found = self._stickers(known)
        except Refused as refusal:
            found = self._stickers_of_the_rest(known, refusal)
        return dto.Labels(ready=found.ready, pending=found.pending, refused=[*refused, *found.refused])

    def _stickers(self, numbers: Sequence[str]) -> dto.Labels:
        payload = self.talk.ask(
            "POST", "/api/v3/orders/stickers", limit=codes.FBS_WORK, query=LABEL_QUERY, body=build.orders(numbers)
        )
        items, broken = each(reading.rows(payload, "stickers"), parse.label, "orderId")
        asked = dict.fromkeys(numbers)
        ready = {label.number: label for label in items if label.number in asked}
        bad = {
            one.key: dto.Refused(key=one.key, code=dto.Code.OTHER, text=one.reason)
            for one in broken
            if one.key in asked and one.key not in ready
        }
        pending = [number for number in asked if number not in ready and number not in bad]
        return dto.Labels(ready=[*ready.values()], pending=pending, refused=[*bad.values()])

    def _stickers_of_the_rest(self, numbers: Sequence[str], refusal: Refused) -> dto.Labels:
        known = {status.number: status for status in self.orders.statuses(numbers).items}
        refused = [
            dto.Refused(key=number, code=dto.Code.NOT_FOUND, text=refusal.text)
            for number in numbers
            if number not in known
        ]
        refused += [
            dto.Refused(key=status.number, code=dto.Code.CANCELLED, text=_words(status))
            for status in known.values()
            if status.stage is dto.Stage.CANCELLED
        ]
        ready = [number for number in numbers if number in known and known[number].status in STICKERED]
        undeclared = self._undeclared(ready) if refusal.word == "CustomsDeclarationIsRequired" else {}
        refused += [
            dto.Refused(key=number, code=dto.Code.MARKS_NEEDED, text=refusal.text)
            for number in ready
            if number in undeclared
        ]
        named = {one.key for one in refused}
        rest = [number for number in ready if number not in named]
        waiting = [number for number in numbers if number not in named and number not in rest]
        if not rest or len(rest) == len(numbers):
            refused += [dto.Refused(key=number, code=dto.Code(refusal.code), text=refusal.text) for number in rest]
            return dto.Labels(pending=waiting, refused=refused)
        found = self._stickers(rest)
        return dto.Labels(ready=found.ready, pending=[*waiting, *found.pending], refused=[*refused, *found.refused])

    def _undeclared(self, numbers: Sequence[str]) -> set[str]:
        return {
            verdict.number
            for verdict in self.orders.mark_verdicts(numbers)
            if verdict.kind is dto.MarkKind.CUSTOMS and verdict.blocking
        }

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        """
        Cancel an order; Wildberries takes no reason, and only until it has accepted the parcel.

        The status is read first, because a refusal costs ten requests.  Already cancelled by us is done.
        """
        status = next(iter(self.orders.statuses([number]).items), None)
        if status is None:
            raise Rejected(codes.UNKNOWN_ORDER, code=dto.Code.NOT_FOUND)
        if status.stage is dto.Stage.CANCELLED:
            if status.actor is dto.Actor.SELLER:
                return
            raise Rejected(f"{codes.ALREADY_CANCELLED}: {_words(status)}", code=dto.Code.CANCELLED)
        if status.cancellable is False:
            raise Rejected(f"{codes.TOO_LATE}: {_words(status)}", code=dto.Code.WRONG_STATE)
        self.talk.ask("PATCH", f"/api/v3/orders/{build.whole(number)}/cancel", limit=codes.FBS_CANCEL, write=True)


def _words(status: dto.RemoteStatus) -> str:
    return " / ".join(word for word in (status.status, status.substatus) if word)


def _joined(number: str) -> dto.Committed:
    return dto.Committed(number=number, state=dto.CommitState.DONE, numbers=(number,))


def _failed(number: str, *, code: str, text: str) -> dto.Committed:
    return dto.Committed(number=number, state=dto.CommitState.FAILED, code=dto.Code(code), text=text)


def _cannot_join(parcel: dto.Parcel) -> dto.Committed | None:
    """What cannot be expressed: no supply, no number of theirs, more than the one unit an order is."""
    if not parcel.handover_id:
        return _failed(parcel.number, code=dto.Code.INVALID, text=codes.NO_OPEN_SUPPLY)
    if not build.is_whole(parcel.number):
        return _failed(parcel.number, code=dto.Code.NOT_FOUND, text=codes.NOT_AN_ID)
    if _pieces(parcel.boxes) > 1 or len(parcel.boxes) > 1:
        return _failed(parcel.number, code=dto.Code.WRONG_QUANTITY, text=codes.ONE_UNIT)
    return None


def _pieces(boxes: Iterable[Iterable[dto.PackLine]]) -> int:
    return sum(line.pieces for box in boxes for line in box)


def _outcome(number: str, status: dto.RemoteStatus | None, *, inside: bool, anywhere: bool = False) -> dto.Committed:
    """What an order's status and place say of its commit; `anywhere`: being in some supply is enough."""
    if status is None:
        return _failed(number, code=dto.Code.NOT_FOUND, text=codes.UNKNOWN_ORDER)
    if status.stage is dto.Stage.CANCELLED:
        return _failed(number, code=dto.Code.CANCELLED, text=_words(status))
    if inside or (anywhere and status.status in STICKERED):
        return _joined(number)
    if status.status in ("new", "confirm"):
        return dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)
    return _failed(number, code=dto.Code.WRONG_STATE, text=_words(status))
