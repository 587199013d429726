"""Boxes, marks, "ready to ship", stickers and their data, cancellation by us."""

from collections.abc import Sequence
from dataclasses import replace

from marketplaces import dto
from marketplaces.adapters.yandex_market import build, codes, operations, parse, wire
from marketplaces.adapters.yandex_market.orders import Orders, barcodes
from marketplaces.adapters.yandex_market.talk import Talk
from marketplaces.errors import ContractBroken, Rejected, Unavailable
from marketplaces.http import reading
from marketplaces.http.stickers import Told, one_by_one

DBS = "DBS"
DONE, PENDING, FAILED = dto.CommitState.DONE, dto.CommitState.PENDING, dto.CommitState.FAILED


class Packing:
    """What happens to an order between "started" and "ready to ship"."""

    def __init__(self, talk: Talk, orders: Orders, *, form: str) -> None:
        """
        form: of stickers, A7 (75×120 mm), A9 (40×58), A9_HORIZONTALLY (58×40) or A4 (a sheet of the size chosen in the
        cabinet).
        """
        self.talk = talk
        self.orders = orders
        self.form = form

    # -- commit
    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        return [self._commit(parcel) for parcel in parcels]

    def _commit(self, parcel: dto.Parcel) -> dto.Committed:
        """
        This function will say what lies in which box, with the codes, and then that the order is ready to ship.

        Both may be repeated until it is.  Codes are checked asynchronously: PENDING until they are, then a repeat goes
        on; a layout that stands is not sent anew, for that begins the check anew.  An order that we deliver ourselves
        has no such state: its codes are sent, and its boxes, for without them it gets no sticker; the rest is told as
        it moves.
        """
        try:
            order = self.orders.one(parcel.number)
            settled = _settled(parcel, order)
            if settled is not None:
                return settled
            if order.programType == DBS:
                return self._promise(parcel, order)
            verdicts = self._checked(parcel)
            if not (verdicts and _stands(parcel, order, verdicts)):
                self._change(operations.SET_BOXES, order, build.boxes(parcel))
                verdicts = self._checked(parcel)
            verdict = _verdict(parcel, verdicts)
            if verdict is not None:
                return verdict
            self._change(operations.SET_STATUS, order, build.status("PROCESSING", "READY_TO_SHIP"))
        except Rejected as refusal:
            return self._after(parcel, refusal)
        return _committed(parcel, DONE)

    def _promise(self, parcel: dto.Parcel, order: wire.Order) -> dto.Committed:
        if parcel.marks:
            self._change(operations.SET_MARKS, order, build.marks(parcel))
        self._change(operations.SET_BOXES, order, build.boxes(replace(parcel, marks=())))
        return _committed(parcel, DONE)

    def _change(self, operation: operations.Operation, order: wire.Order, body: build.Body) -> object:
        return self.talk.ask(operation, body=body, write=True, campaignId=order.campaignId, orderId=order.orderId)

    def _after(self, parcel: dto.Parcel, refusal: Rejected) -> dto.Committed:
        """A refusal may mean that it stands already, or that somebody cancelled: the order is read once more."""
        try:
            settled = _settled(parcel, self.orders.one(parcel.number))
        except (Rejected, Unavailable, ContractBroken):
            settled = None
        return settled or _committed(parcel, FAILED, code=dto.Code(refusal.code), text=refusal.text)

    def _checked(self, parcel: dto.Parcel) -> Sequence[dto.MarkVerdict]:
        """Codes without a check there (customs, RNPT) hinder nothing, and are not asked about."""
        return self.verdicts(parcel.number) if _to_check(parcel) else []

    def verdicts(self, number: str) -> Sequence[dto.MarkVerdict]:
        """What they say of each code of an order; an order without codes has none."""
        try:
            payload = self.talk.ask(operations.GET_MARKS, campaignId=self.orders.campaign_of(number), orderId=number)
        except Rejected as refusal:
            if refusal.code == dto.Code.NOT_FOUND:
                return []
            raise
        rows = reading.rows(payload, "result", "items")
        return reading.each(rows, lambda row: parse.verdicts(number, row), "id")[0]

    def look_up(self, parcel: dto.Parcel) -> dto.Committed:
        """This function will read the order again and say how its packing stands."""
        try:
            order = self.orders.one(parcel.number)
        except Rejected as refusal:
            return _committed(parcel, FAILED, code=dto.Code(refusal.code), text=refusal.text)
        settled = _settled(parcel, order)
        if settled is not None:
            return settled
        if order.programType == DBS:
            return _committed(parcel, dto.CommitState.NOT_STARTED)
        return _verdict(parcel, self._checked(parcel)) or _committed(parcel, dto.CommitState.NOT_STARTED)

    # -- stickers
    def labels(self, numbers: Sequence[str], *, token: str) -> dto.Labels:
        """This function will fetch the stickers of each order, all its boxes in one file."""
        known = self.orders.shapes(numbers)
        return one_by_one(numbers, lambda number: self._told(number, known.get(number)))

    def _told(self, number: str, order: wire.Order | None) -> Told:
        if order is None:
            return dto.Refused(key=number, code=dto.Code.NOT_FOUND, text=codes.UNKNOWN_ORDER)
        try:
            return self._label(order)
        except Rejected as refusal:
            return None if refusal.code == dto.Code.NOT_READY else _refused(order, refusal)

    def _label(self, order: wire.Order) -> dto.RemoteLabel:
        answer = self.talk.raw(
            operations.LABELS, query={"format": self.form}, campaignId=order.campaignId, orderId=order.orderId
        )
        if not answer.body.startswith(b"%PDF"):
            raise ContractBroken("the answer is not the file that was asked for")
        codes_of = barcodes(order)
        return dto.RemoteLabel(
            number=order.orderId,
            content=answer.body,
            content_type="application/pdf",
            barcode=codes_of[0] if codes_of else "",
            boxes=codes_of if len(codes_of) > 1 else (),
        )

    def label_data(self, number: str) -> Sequence[dto.LabelData]:
        """What must stand on the sticker of each box, for drawing it ourselves."""
        order = self.orders.one(number)
        payload = self.talk.ask(operations.LABEL_DATA, campaignId=order.campaignId, orderId=number)
        rows = reading.rows(payload, "result", "parcelBoxLabels")
        told, broken = reading.each(rows, lambda row: [wire.BoxLabel.model_validate(row)], "boxId")
        if broken:
            # One box without its sticker is a parcel lost on the way: all or none.
            raise reading.broken_list(broken, payload)
        boxes = (order.delivery.boxesLayout if order.delivery else None) or []
        scanned = {box.boxId: box.barcode for box in boxes}
        return [parse.label_data(number, row, barcode=scanned.get(row.boxId, "")) for row in told]

    # -- cancellation
    def cancel(self, number: str) -> None:
        """This function will cancel an order for our fault; one that is cancelled already is done."""
        order = self.orders.one(number)
        try:
            self._change(operations.SET_STATUS, order, build.status("CANCELLED", codes.CANCEL_SUBSTATUS))
        except Rejected:
            if self.orders.one(number).status != "CANCELLED":
                raise


def _to_check(parcel: dto.Parcel) -> list[dto.Mark]:
    return [mark for mark in parcel.marks if mark.kind in codes.CHECKED]


def _verdict(parcel: dto.Parcel, verdicts: Sequence[dto.MarkVerdict]) -> dto.Committed | None:
    """None: no code hinders."""
    if refused := [verdict for verdict in verdicts if verdict.blocking]:
        text = "; ".join(f"{verdict.kind}: {verdict.text or verdict.state}" for verdict in refused)
        return _committed(parcel, FAILED, code=dto.Code.MARK_REFUSED, text=text)
    if any(verdict.pending for verdict in verdicts):
        return _committed(parcel, PENDING, code=dto.Code.NOT_READY, text="the marks are being checked")
    return None


def _stands(parcel: dto.Parcel, order: wire.Order, verdicts: Sequence[dto.MarkVerdict]) -> bool:
    """Whether they hold this layout and these codes; a code may be told back without its end."""
    boxes = (order.delivery.boxesLayout if order.delivery else None) or []
    told = [sorted((item.id, int(item.fullCount)) for item in box.items) for box in boxes]
    wanted = [sorted((line.external_id, line.pieces) for line in box) for box in parcel.boxes]
    held = [verdict.value for verdict in verdicts if verdict.value]
    known = all(any(_alike(mark.value, value) for value in held) for mark in _to_check(parcel))
    return told == wanted and known


def _alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _settled(parcel: dto.Parcel, order: wire.Order) -> dto.Committed | None:
    """What the order's state alone says of its packing; None: it is ours to pack."""
    if order.status == "CANCELLED":
        return _committed(parcel, FAILED, code=dto.Code.CANCELLED, text=order.substatus)
    if order.status in codes.WAITING:
        return _committed(parcel, FAILED, code=dto.Code.NOT_READY, text=codes.WAITS_FOR_BUYER)
    if order.status != "PROCESSING" or order.substatus in codes.PACKED_WORDS:
        return _committed(parcel, DONE)
    return None


def _committed(
    parcel: dto.Parcel, state: dto.CommitState, *, code: dto.Code | None = None, text: str = ""
) -> dto.Committed:
    numbers = (parcel.number,) if state is DONE else ()
    return dto.Committed(number=parcel.number, state=state, numbers=numbers, code=code, text=text)


def _refused(order: wire.Order, refusal: Rejected) -> dto.Refused:
    cancelled = order.status == "CANCELLED"
    code = dto.Code.CANCELLED if cancelled else dto.Code(refusal.code)
    return dto.Refused(key=order.orderId, code=code, text=refusal.text)
