"""
Commit, stickers and cancellation.

Everything done to lots is asynchronous: a good answer means "taken", the lots stand in PENDING_… and nothing else may
be done to them meanwhile.  So a commit goes by steps (confirm, then pack), each ending in PENDING, and `look_up` says
when the next is due.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from marketplaces import dto
from marketplaces.adapters.megamarket import build, codes, shipments, wire
from marketplaces.adapters.megamarket.build import Packed
from marketplaces.adapters.megamarket.orders import Orders
from marketplaces.adapters.megamarket.shipments import Place
from marketplaces.adapters.megamarket.talk import Refused, Talk, code_of, said
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.http.stickers import one_by_one


class Packing:
    def __init__(self, talk: Talk, orders: Orders, place: Place) -> None:
        self.talk, self.orders, self.place = talk, orders, place

    # -- confirmation, which has a deadline of its own
    def confirm(self, numbers: Sequence[str]) -> Sequence[dto.Committed]:
        """This function will take the new lots of these shipments; where none is left to take, that is all."""
        known = self.orders.shapes(numbers)
        told = [self._confirmed(number, known.get(number)) for number in numbers]
        due = [one.number for one in told if one.state is dto.CommitState.NOT_STARTED]
        return self._confirm(told, {number: self._unconfirmed(known[number]) for number in due}) if due else told

    def _confirmed(self, number: str, it: wire.Shipment | None) -> dto.Committed:
        if it is None:
            return _failed(number, dto.Code.NOT_READY, codes.NOT_THERE_YET)
        lots = shipments.alive(shipments.goods(it.items))
        if not lots:
            return _failed(number, dto.Code.CANCELLED, "")
        state = dto.CommitState.NOT_STARTED if self._unconfirmed(it) else dto.CommitState.DONE
        if any(lot.status in ("PENDING", "PENDING_CONFIRMATION") for lot in lots):
            state = dto.CommitState.PENDING
        return dto.Committed(number=number, state=state, numbers=(number,))

    # -- commit
    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        """This function will take the next step with each parcel; those of one step go in one request."""
        known = self.orders.shapes([parcel.number for parcel in parcels])
        told = [self._stand(parcel, known.get(parcel.number)) for parcel in parcels]
        due = [parcel for parcel, one in zip(parcels, told, strict=True) if one.state is dto.CommitState.NOT_STARTED]
        unconfirmed = {parcel.number: lots for parcel in due if (lots := self._unconfirmed(known[parcel.number]))}
        if unconfirmed:
            told = self._confirm(told, unconfirmed)
        ready = [parcel for parcel in due if parcel.number not in unconfirmed]
        return self._pack(told, ready, known) if ready else told

    def look_up(self, parcel: dto.Parcel) -> dto.Committed:
        """This function will read the shipment again and say how far its packing is."""
        return self._stand(parcel, self.orders.shapes([parcel.number]).get(parcel.number))

    def _stand(self, parcel: dto.Parcel, it: wire.Shipment | None) -> dto.Committed:
        number = parcel.number
        if it is None:
            # A shipment that was pushed to us may not be readable for the first minute.
            return _failed(number, dto.Code.NOT_READY, codes.NOT_THERE_YET)
        lots = shipments.alive(shipments.goods(it.items))
        if not lots:
            return _failed(number, dto.Code.CANCELLED, "")
        if any(lot.status not in codes.STATUSES for lot in lots):
            raise ContractBroken("unknown status of a lot", payload={"shipmentId": number})
        wanted = [packed.lot for packed in _packed(parcel, it)]
        if len(wanted) < _pieces(parcel):
            return _failed(number, dto.Code.WRONG_QUANTITY, codes.TOO_MANY_PIECES)
        meanings = [codes.STATUSES[lot.status] for lot in wanted]
        if any(meaning.pending and meaning.rank < codes.PACKED_RANK for meaning in meanings):
            return dto.Committed(number=number, state=dto.CommitState.PENDING, numbers=(number,))
        if all(meaning.rank >= codes.PACKED_RANK for meaning in meanings):
            if parcel.anew and not _stands(_packed(parcel, it)):
                return self._changeable(number, it, meanings)
            return dto.Committed(number=number, state=dto.CommitState.DONE, numbers=(number,))
        return dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)

    def _changeable(self, number: str, it: wire.Shipment, meanings: Sequence[codes.Meaning]) -> dto.Committed:
        """Packed otherwise than now: it may be packed again as long as they say so and nothing has left."""
        if it.shipmentIsChangeable is not False and all(meaning.rank == codes.PACKED_RANK for meaning in meanings):
            return dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)
        return _failed(number, dto.Code.ALREADY_DONE, codes.BOXES_STAND)

    def _unconfirmed(self, it: wire.Shipment) -> list[wire.Lot]:
        """Lots to be confirmed first: only what Megamarket delivers is."""
        if self.place.scheme_of(it.serviceScheme) is not dto.Scheme.FBS:
            return []
        return [lot for lot in shipments.goods(it.items) if lot.status == "NEW"]

    def _confirm(self, told: Sequence[dto.Committed], lots: dict[str, list[wire.Lot]]) -> list[dto.Committed]:
        outcome = self._step("order/confirm", {number: build.confirm({number: lots[number]}) for number in lots})
        return [outcome.get(one.number, one) for one in told]

    def _pack(
        self, told: Sequence[dto.Committed], parcels: Sequence[dto.Parcel], known: dict[str, wire.Shipment]
    ) -> list[dto.Committed]:
        bodies: dict[str, build.Body] = {}
        sent: dict[str, list[Packed]] = {}
        for parcel in parcels:
            it = known[parcel.number]
            boxed = self.place.scheme_of(it.serviceScheme) is dto.Scheme.FBS
            packed = _packed(parcel, it)
            due = [one for one in packed if parcel.anew or codes.STATUSES[one.lot.status].rank < codes.PACKED_RANK]
            row = build.packing(parcel.number, due, merchant_id=self.place.merchant_id, boxed=boxed)
            bodies[parcel.number], sent[parcel.number] = {"shipments": [row]}, due
        outcome = self._step("order/packing", bodies)
        answers = [outcome.get(one.number, one) for one in told]
        return [_with_lines(one, known[one.number], sent[one.number]) if one.number in sent else one for one in answers]

    def _step(self, method: str, bodies: dict[str, build.Body]) -> dict[str, dto.Committed]:
        """
        Send all shipments in one request.  A refusal takes none of them, so those that it does not name are sent
        again one by one.
        """
        try:
            self._send(method, [*bodies.values()])
        except Refused as refusal:
            if len(bodies) == 1:
                return {number: _refused(number, refusal) for number in bodies}
            named = {error.shipmentId for error in refusal.errors}
            outcome = {number: _refused(number, refusal) for number in bodies if number in named}
            for number in bodies.keys() - named:
                outcome |= self._step(method, {number: bodies[number]})
            return outcome
        return {n: dto.Committed(number=n, state=dto.CommitState.PENDING, numbers=(n,)) for n in bodies}

    def _send(self, method: str, bodies: Sequence[build.Body]) -> None:
        rows = [row for body in bodies for row in body["shipments"]]  # type: ignore[attr-defined]
        self.talk.ask(f"{codes.ORDER}/{method}", {"shipments": rows}, write=True)

    # -- stickers
    def labels(self, numbers: Sequence[str], *, token: str) -> dto.Labels:
        """
        This function will fetch stickers.

        They are asked for as PDF; whoever gets HTML all the same has it drawn by the product, without a network.
        """
        known = self.orders.shapes(numbers)
        return one_by_one(numbers, lambda number: self._label(number, known.get(number)))

    def _label(self, number: str, it: wire.Shipment | None) -> dto.RemoteLabel | dto.Refused:
        if it is None:
            return dto.Refused(key=number, code=dto.Code.NOT_READY, text=codes.NOT_THERE_YET)
        lots = [lot for lot in shipments.alive(shipments.goods(it.items)) if _rank(lot) >= codes.PACKED_RANK]
        if not lots:
            code = dto.Code.NOT_READY if shipments.alive(it.items) else dto.Code.CANCELLED
            return dto.Refused(key=number, code=code, text=codes.NOT_PACKED)
        boxed = by_box(lots)
        body = build.sticker(number, boxed, merchant_id=self.place.merchant_id)
        content = self.talk.sticker(f"{codes.ORDER}/sticker/print", body)
        barcodes = [build.box_code(self.place.merchant_id, number, index) for index in sorted(boxed)]
        as_file = isinstance(content, bytes)
        return dto.RemoteLabel(
            number=number,
            content=content if isinstance(content, bytes) else content.encode(),
            content_type="application/pdf" if as_file else "text/html",
            barcode=barcodes[0],
            boxes=barcodes if len(barcodes) > 1 else (),
        )

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str) -> None:
        """This function will refuse every lot that is left; all of them refused already is no error."""
        it = self._read(number)
        lots = shipments.alive(shipments.goods(it.items))
        if lots:
            self._reject(it, lots, reason=reason, text=text)

    def cancel_lines(self, number: str, lines: Sequence[dto.PackLine], *, reason: str, text: str) -> None:
        """This function will refuse so many lots of these lines, the last of each first."""
        it = self._read(number)
        named, chosen = shipments.lines(it.items), list[wire.Lot]()
        for line in lines:
            left = shipments.alive(named.get(line.external_id, []))
            if len(left) < line.pieces:
                raise Rejected(codes.TOO_MANY_PIECES, code=dto.Code.WRONG_QUANTITY)
            chosen += left[len(left) - line.pieces :]
        self._reject(it, chosen, reason=reason, text=text)

    def _reject(self, it: wire.Shipment, lots: Sequence[wire.Lot], *, reason: str, text: str) -> None:
        scheme = self.place.scheme_of(it.serviceScheme)
        table = codes.REJECT_FBS if scheme is dto.Scheme.FBS else codes.REJECT_OWN
        word = table.get(reason) or codes.REJECT_OTHER.get(scheme, codes.REJECT_OTHER_OWN)
        self.talk.ask(f"{codes.ORDER}/order/reject", build.reject(it.shipmentId, lots, word, text), write=True)

    def _read(self, number: str) -> wire.Shipment:
        it = self.orders.shapes([number]).get(number)
        if it is None:
            raise Rejected(codes.UNKNOWN_ORDER, code=dto.Code.NOT_FOUND)
        return it

    # -- orders that the seller delivers or gives out
    def close(self, number: str, *, at: datetime) -> None:
        """This function will say that the buyer has every lot, the delivery itself included."""
        lots = [lot for lot in shipments.alive(self._read(number).items) if lot.status != "DELIVERED"]
        if lots:
            self.talk.ask(f"{codes.ORDER}/order/close", build.close(number, lots, at=at, taken=True), write=True)

    def cancel_result(self, number: str, *, accept: bool, indexes: Sequence[str]) -> None:
        """
        This function will answer a buyer who asked to cancel: stopped, or too late.

        indexes: the lots that the buyer named; none: all.  Lots cancelled already have had their answer.
        """
        lots = shipments.alive(shipments.goods(self._read(number).items))
        if indexes:
            lots = [lot for lot in lots if lot.itemIndex in indexes]
        if not lots:
            return
        body = build.cancel_result(number, lots, canceled=accept)
        self.talk.ask(f"{codes.ORDER}/order/cancelResult", body, write=True)


def by_box(lots: Sequence[wire.Lot]) -> dict[int, list[wire.Lot]]:
    """Lots by the number of their box: `boxIndex`, or the end of a box code; the first box when neither tells."""
    found: dict[int, list[wire.Lot]] = {}
    for lot in lots:
        for index in _boxes_of(lot) or [1]:
            found.setdefault(index, []).append(lot)
    return found


def _boxes_of(lot: wire.Lot) -> list[int]:
    told = [box.boxIndex or box.boxCode.rpartition("*")[2] for box in lot.boxes] or [lot.boxIndex]
    return sorted({int(text) for text in told if text.isascii() and text.isdigit() and 0 < int(text) < 1000})


def _stands(packed: Sequence[Packed]) -> bool:
    """Whether each lot lies there in the box that we say; where they tell of no box, nothing contradicts."""
    return all(not (told := _boxes_of(one.lot)) or told == [one.box] for one in packed)


def _rank(lot: wire.Lot) -> int:
    meaning = codes.STATUSES.get(lot.status)
    return meaning.rank if meaning else -1


def _packed(parcel: dto.Parcel, it: wire.Shipment) -> list[Packed]:
    """The lots of a parcel's lines with their boxes and codes, as many as there are."""
    left = {name: shipments.alive(lots) for name, lots in shipments.lines(it.items).items()}
    marks = {(mark.external_id, mark.unit): mark.value for mark in parcel.marks if mark.kind is dto.MarkKind.SGTIN}
    taken: dict[str, int] = {}
    found: list[Packed] = []
    for index, box in enumerate((box for box in parcel.boxes if box), start=1):
        for line in box:
            lots = left.get(line.external_id, [])
            for lot in lots[taken.get(line.external_id, 0) :][: line.pieces]:
                unit = taken[line.external_id] = taken.get(line.external_id, 0) + 1
                found.append(Packed(lot, index, marks.get((line.external_id, unit - 1), "")))
    return found


def _pieces(parcel: dto.Parcel) -> int:
    return sum(line.pieces for box in parcel.boxes for line in box)


def _failed(number: str, code: dto.Code, text: str) -> dto.Committed:
    return dto.Committed(number=number, state=dto.CommitState.FAILED, code=code, text=text)


def _refused(number: str, refusal: Refused) -> dto.Committed:
    """What they refuse a code for is named by its lot, if at all; `_with_lines` gives the lines."""
    bare = [error.itemIndex for error in refusal.errors if code_of(said([error])) is dto.Code.MARKS_NEEDED]
    return replace(_failed(number, dto.Code(refusal.code), refusal.text), unmarked=[index for index in bare if index])


def _with_lines(told: dto.Committed, it: wire.Shipment, sent: Sequence[Packed]) -> dto.Committed:
    if told.code != dto.Code.MARKS_NEEDED:
        return replace(told, unmarked=())
    bare = {*told.unmarked} or {one.lot.itemIndex for one in sent if not one.mark}
    lines = shipments.lines(it.items).items()
    return replace(told, unmarked=[name for name, lots in lines if any(lot.itemIndex in bare for lot in lots)])
