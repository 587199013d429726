"""Commit and stickers: a shipment is made of each order that the platform's carriers bring."""

from collections.abc import Sequence

from marketplaces import dto
from marketplaces.adapters.aliexpress import build, codes, wire
from marketplaces.adapters.aliexpress.codes import gettext_noop
from marketplaces.adapters.aliexpress.orders import Orders, alive
from marketplaces.adapters.aliexpress.talk import Talk
from marketplaces.errors import ContractBroken, Rejected, Unavailable
from marketplaces.http import reading

CREATE, LABEL = "/seller-api/v1/logistic-order/create", "/seller-api/v1/labels/orders/get"
NO_SIZE = gettext_noop("AliExpress does not know the size and weight of the goods: fill them in the card")


class Packing:
    def __init__(self, talk: Talk, orders: Orders) -> None:
        self.talk, self.orders = talk, orders

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        return [self._commit(parcel) for parcel in parcels]

    def _commit(self, parcel: dto.Parcel) -> dto.Committed:
        """
        This function will make the shipment.  There are no keys of ours: the order is read first, so that none is made
        twice.
        """
        it = self.orders.shapes([parcel.number]).get(parcel.number)
        told = self._stand(parcel, it)
        if told.state is not dto.CommitState.NOT_STARTED or it is None:
            return told
        try:
            body = build.shipment(it, parcel, no_size=NO_SIZE)
            payload = self.talk.ask(CREATE, body, limits=codes.WRITES, write=True)
        except Rejected as refusal:
            return _failed(parcel.number, dto.Code(refusal.code), refusal.text)
        rows, _ = reading.each(_rows(payload), lambda row: [wire.CreatedOrder.model_validate(row)], "trade_order_id")
        made = [one for row in rows if row.trade_order_id == parcel.number for one in row.logistic_orders]
        errors = reading.inside(payload, "data", "errors") if made == [] else None
        if errors:
            return _failed(parcel.number, dto.Code.OTHER, str(errors)[:300])
        return dto.Committed(number=parcel.number, state=dto.CommitState.PENDING, numbers=(parcel.number,))

    def look_up(self, parcel: dto.Parcel) -> dto.Committed:
        return self._stand(parcel, self.orders.shapes([parcel.number]).get(parcel.number))

    def _stand(self, parcel: dto.Parcel, it: wire.Order | None) -> dto.Committed:
        number = parcel.number
        if it is None:
            return _failed(number, dto.Code.NOT_FOUND, codes.UNKNOWN_ORDER)
        if it.status == "Cancelled":
            return _failed(number, dto.Code.CANCELLED, it.finish_reason)
        done = dto.Committed(number=number, state=dto.CommitState.DONE, numbers=(number,))
        if self.orders.scheme_of(it) is not dto.Scheme.FBS:
            return done
        shipments = alive(it)
        trouble = [one.creation_error for one in shipments if one.creation_error and one.creation_error.description]
        if trouble:
            return _failed(number, dto.Code.OTHER, trouble[0].description)
        if not shipments:
            return dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)
        ranks = [codes.SHIPMENTS[one.status][0] for one in shipments if one.status in codes.SHIPMENTS]
        if ranks and min(ranks) >= codes.MADE_RANK:
            return done
        return dto.Committed(number=number, state=dto.CommitState.PENDING, numbers=(number,))

    def labels(self, numbers: Sequence[str], *, token: str) -> dto.Labels:
        """This function will fetch stickers one by one: a sticker on another parcel is worse than a request more."""
        known = self.orders.shapes(numbers)
        ready: list[dto.RemoteLabel] = []
        refused: list[dto.Refused] = []
        pending: list[str] = []
        for place, number in enumerate(numbers):
            try:
                ready.append(self._label(number, known.get(number)))
            except Rejected as refusal:
                refused.append(dto.Refused(key=number, code=dto.Code(refusal.code), text=refusal.text))
            except Unavailable:
                if not (ready or refused):
                    raise
                pending += numbers[place:]
                break
            except ContractBroken as trouble:
                if len(numbers) == 1:
                    raise
                refused.append(dto.Refused(key=number, code=dto.Code.OTHER, text=trouble.text))
        return dto.Labels(ready=ready, pending=pending, refused=refused)

    def _label(self, number: str, it: wire.Order | None) -> dto.RemoteLabel:
        if it is None:
            raise Rejected(codes.UNKNOWN_ORDER, code=dto.Code.NOT_FOUND)
        if self.orders.scheme_of(it) is not dto.Scheme.FBS:
            raise Rejected(codes.OWN_DELIVERY, code=dto.Code.INVALID)
        shipments = alive(it)
        if not shipments:
            raise Rejected(codes.NO_SHIPMENT, code=dto.Code.NOT_READY)
        payload = self.talk.ask(LABEL, build.handover_list([one.id for one in shipments]))
        address = self.talk.one(wire.LabelUrl, payload, "data").label_url
        track = next((one.track_number for one in shipments if one.track_number), "")
        content = self.talk.file(address)
        return dto.RemoteLabel(number=number, content=content, content_type="application/pdf", barcode=track)


def _rows(payload: object) -> list[object]:
    try:
        return reading.rows(payload, "data", "orders")
    except ContractBroken:
        # The shipment may have been made: the order tells when it is read again.
        return []


def _failed(number: str, code: dto.Code, text: str) -> dto.Committed:
    return dto.Committed(number=number, state=dto.CommitState.FAILED, code=code, text=text)
