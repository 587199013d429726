"""Commit and stickers: a shipment is made of each order that the platform's carriers bring."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from marketplaces import dto
from marketplaces.adapters.aliexpress import build, codes, parse, wire
from marketplaces.adapters.aliexpress.codes import gettext_noop
from marketplaces.adapters.aliexpress.orders import Orders
from marketplaces.adapters.aliexpress.talk import Talk
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.http import reading
from marketplaces.http.files import joined
from marketplaces.http.stickers import one_by_one

CREATE, DELETE = "/seller-api/v1/logistic-order/create", "/seller-api/v1/logistic-order/delete"
LABEL = "/seller-api/v1/labels/orders/get"
Box: TypeAlias = Sequence[dto.PackLine]
NO_SIZE = gettext_noop("AliExpress does not know the size and weight of the goods: fill them in the card")


class Packing:
    def __init__(self, talk: Talk, orders: Orders) -> None:
        self.talk, self.orders = talk, orders

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        return [self._commit(parcel) for parcel in parcels]

    def _commit(self, parcel: dto.Parcel) -> dto.Committed:
        """
        This function will make a shipment of each box.  There are no keys of ours: the order is read first, so that
        none is made twice, and after a failure only those that are missing are made.
        """
        it = self.orders.shapes([parcel.number]).get(parcel.number)
        told = self._stand(parcel, it)
        if told.state is not dto.CommitState.NOT_STARTED or it is None:
            return told
        if parcel.anew and (strange := _strange(parcel, it)):
            if failed := self._undo(parcel, strange):
                return failed
            gone = {one.id for one in strange}
            left = [one for one in it.logistic_orders if one.id not in gone]
            it = it.model_copy(update={"logistic_orders": left})
        for box in _missing(parcel, it):
            if failed := self._ship(parcel, it, box):
                return failed
        return dto.Committed(number=parcel.number, state=dto.CommitState.PENDING, numbers=(parcel.number,))

    def _undo(self, parcel: dto.Parcel, strange: Sequence[wire.Shipment]) -> dto.Committed | None:
        """Take shipments of other boxes back, which is possible before they are handed over; gives the refusal."""
        try:
            self.talk.ask(DELETE, build.handover_list([one.id for one in strange]), limits=codes.WRITES, write=True)
        except Rejected:
            return _failed(parcel.number, dto.Code.ALREADY_DONE, codes.BOXES_STAND)
        return None

    def _ship(self, parcel: dto.Parcel, it: wire.Order, box: Box) -> dto.Committed | None:
        """Make the shipment of a box; gives the refusal."""
        try:
            body = build.shipment(it, box, no_size=NO_SIZE)
            payload = self.talk.ask(CREATE, body, limits=codes.WRITES, write=True)
        except Rejected as refusal:
            return _failed(parcel.number, dto.Code(refusal.code), refusal.text)
        rows, _ = reading.each(_rows(payload), lambda row: [wire.CreatedOrder.model_validate(row)], "trade_order_id")
        made = [one for row in rows if row.trade_order_id == parcel.number for one in row.logistic_orders]
        errors = reading.inside(payload, "data", "errors") if made == [] else None
        return _failed(parcel.number, dto.Code.OTHER, str(errors)[:300]) if errors else None

    def look_up(self, parcel: dto.Parcel) -> dto.Committed:
        return self._stand(parcel, self.orders.shapes([parcel.number]).get(parcel.number))

    def _stand(self, parcel: dto.Parcel, it: wire.Order | None) -> dto.Committed:
        number = parcel.number
        if it is None:
            return _failed(number, dto.Code.NOT_FOUND, codes.UNKNOWN_ORDER)
        if it.status == "Cancelled":
            return _failed(number, dto.Code.CANCELLED, it.finish_reason)
        done = dto.Committed(number=number, state=dto.CommitState.DONE, numbers=(number,))
        if parse.scheme_of(it, self.orders.scheme) is not dto.Scheme.FBS:
            return done
        shipments = parse.alive(it)
        if parcel.anew and _strange(parcel, it):
            return dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)
        trouble = [one.creation_error for one in shipments if one.creation_error and one.creation_error.description]
        if trouble:
            return _failed(number, dto.Code.OTHER, trouble[0].description)
        if len(shipments) < max(1, len(_boxes(parcel))):
            return dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)
        ranks = [codes.SHIPMENTS[one.status][0] for one in shipments if one.status in codes.SHIPMENTS]
        if ranks and min(ranks) >= codes.MADE_RANK:
            return done
        return dto.Committed(number=number, state=dto.CommitState.PENDING, numbers=(number,))

    def labels(self, numbers: Sequence[str], *, token: str) -> dto.Labels:
        known = self.orders.shapes(numbers)
        return one_by_one(numbers, lambda number: self._label(number, known.get(number)))

    def _label(self, number: str, it: wire.Order | None) -> dto.RemoteLabel:
        if it is None:
            raise Rejected(codes.UNKNOWN_ORDER, code=dto.Code.NOT_FOUND)
        if parse.scheme_of(it, self.orders.scheme) is not dto.Scheme.FBS:
            raise Rejected(codes.OWN_DELIVERY, code=dto.Code.INVALID)
        shipments = parse.alive(it)
        if not shipments:
            raise Rejected(codes.NO_SHIPMENT, code=dto.Code.NOT_READY)
        tracks = [one.track_number for one in shipments]
        if len(shipments) > 1 and not all(tracks):
            raise Rejected(codes.NO_SHIPMENT, code=dto.Code.NOT_READY)
        # In which order a file of several has its pages is not documented.
        files = [self._file(one) for one in shipments]
        return dto.RemoteLabel(
            number=number,
            content=joined(files),
            content_type="application/pdf",
            barcode=next(filter(None, tracks), ""),
            boxes=tracks if len(tracks) > 1 else (),
        )

    def _file(self, shipment: wire.Shipment) -> bytes:
        payload = self.talk.ask(LABEL, build.handover_list([shipment.id]))
        return self.talk.file(self.talk.one(wire.LabelUrl, payload, "data").label_url)


def _boxes(parcel: dto.Parcel) -> list[Box]:
    return [box for box in parcel.boxes if box]


def _missing(parcel: dto.Parcel, it: wire.Order) -> list[Box]:
    """
    Boxes of which no shipment was made yet.

    A shipment that holds just what a box does stands for it; one made over there otherwise, for the first that is left.
    """
    left, strange = _matched(parcel, it)
    return left[len(strange) :]


def _strange(parcel: dto.Parcel, it: wire.Order) -> list[wire.Shipment]:
    """Shipments that hold what no box of the parcel does."""
    return _matched(parcel, it)[1]


def _matched(parcel: dto.Parcel, it: wire.Order) -> tuple[list[Box], list[wire.Shipment]]:
    """What finds nothing on the other side: the boxes, and the shipments."""
    skus = {line.id: line.sku_id for line in it.order_lines}
    left, strange = _boxes(parcel), list[wire.Shipment]()
    for shipment in parse.alive(it):
        held = Counter({line.sku_id: line.quantity for line in shipment.lines})
        own = next((box for box in left if _held(box, skus) == held), None)
        if own is None:
            strange.append(shipment)
        else:
            left.remove(own)
    return left, strange


def _held(box: Box, skus: Mapping[str, str]) -> Counter[str]:
    held = Counter[str]()
    for line in box:
        held[skus.get(line.external_id, "")] += line.pieces
    return held


def _rows(payload: object) -> list[object]:
    try:
        return reading.rows(payload, "data", "orders")
    except ContractBroken:
        # The shipment may have been made: the order tells when it is read again.
        return []


def _failed(number: str, code: dto.Code, text: str) -> dto.Committed:
    return dto.Committed(number=number, state=dto.CommitState.FAILED, code=code, text=text)
