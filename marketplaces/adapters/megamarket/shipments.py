"""Their shipments → our orders and statuses; lots of the same offer and price are one line of ours."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.megamarket import build, codes, wire
from marketplaces.http.keys import key_of


class Place:
    """What the channel's settings say of shipments that do not say it themselves."""

    def __init__(self, *, merchant_id: str, scheme: dto.Scheme, warehouse_ids: Sequence[str]) -> None:
        self.merchant_id, self.scheme, self.warehouse_ids = merchant_id, scheme, warehouse_ids

    def warehouse(self, told: str) -> str:
        """The shop or warehouse that the shipment names, else the first of ours."""
        return told if told in self.warehouse_ids else self.warehouse_ids[0]

    def scheme_of(self, *told: str) -> dto.Scheme:
        return next((codes.SERVICE_SCHEMES[word] for word in told if word in codes.SERVICE_SCHEMES), self.scheme)


def goods(lots: Iterable[wire.Lot]) -> list[wire.Lot]:
    """The lots that are things: the seller's delivery is sold as a lot too."""
    return [lot for lot in lots if lot.offerId != codes.DELIVERY]


def alive(lots: Iterable[wire.Lot]) -> list[wire.Lot]:
    return [lot for lot in lots if not cancelled(lot)]


def cancelled(lot: wire.Lot) -> bool:
    meaning = codes.STATUSES.get(lot.status)
    return meaning is not None and meaning.stage is dto.Stage.CANCELLED


def lines(lots: Sequence[wire.Lot]) -> dict[str, list[wire.Lot]]:
    """
    This function will group lots into lines: our name of the line → its lots, in the order of their indexes.

    Lots of one offer at two prices are two lines, the second called "A-1#2".  Cancelled lots stay in, so that a line
    keeps its name whatever becomes of its neighbours.
    """
    found: dict[tuple[str, Decimal | None], list[wire.Lot]] = {}
    for lot in sorted(goods(lots), key=lambda lot: int(lot.itemIndex)):
        found.setdefault((lot.offerId, lot.finalPrice), []).append(lot)
    named: dict[str, list[wire.Lot]] = {}
    seen: dict[str, int] = {}
    for (offer_id, _), those in found.items():
        seen[offer_id] = count = seen.get(offer_id, 0) + 1
        named[key_of(offer_id if count == 1 else f"{offer_id}#{count}")] = those
    return named


def status_of(it: wire.Shipment) -> dto.RemoteStatus:
    """
    This function will say where a shipment stands: as far as the least advanced of its lots that are not cancelled.

    Its own `status` is empty for a while after it was made, and absent in older answers; lots always have one.
    """
    lots = goods(it.items) or list(it.items)
    words = list(dict.fromkeys(lot.status for lot in lots))
    unknown = [word for word in words if word not in codes.STATUSES]
    substatus = ", ".join(dict.fromkeys(lot.subStatus for lot in lots if lot.subStatus))[:100]
    if unknown or not words:
        word = unknown[0] if unknown and unknown[0] else it.status
        problem = f"{codes.UNKNOWN_STATUS}: {word or '-'}"
        return dto.RemoteStatus(number=it.shipmentId, status=word or "-", substatus=substatus, problem=problem)
    left = [lot for lot in lots if not cancelled(lot)]
    if not left:
        return _all_cancelled(it, lots, substatus)
    word = min((lot.status for lot in left), key=lambda status: codes.STATUSES[status].rank)
    meaning = codes.STATUSES[word]
    problem = codes.PART_CANCELLED if len(left) < len(lots) and meaning.rank < codes.SHIPPED_RANK else ""
    return dto.RemoteStatus(
        number=it.shipmentId,
        status=word,
        substatus=substatus,
        stage=meaning.stage,
        problem=meaning.problem or problem,
        handed=meaning.handed,
        cancellable=meaning.rank < codes.SHIPPED_RANK,
    )


def _all_cancelled(it: wire.Shipment, lots: Sequence[wire.Lot], substatus: str) -> dto.RemoteStatus:
    by_buyer = any(codes.STATUSES[lot.status].actor is dto.Actor.BUYER for lot in lots)
    word = "CUSTOMER_CANCELED" if by_buyer else "MERCHANT_CANCELED"
    return dto.RemoteStatus(
        number=it.shipmentId,
        status=word,
        substatus=substatus,
        stage=dto.Stage.CANCELLED,
        actor=codes.STATUSES[word].actor,
        why=next((codes.WHY[said] for said in (*(lot.subStatus for lot in lots), word) if said in codes.WHY), None),
        handed=any("SHIPPED" in (event.eventName, event.eventValue) for lot in lots for event in lot.events),
        cancellable=False,
    )


def order_of_get(element: object, *, place: Place, now: datetime) -> Iterable[dto.RemoteOrder]:
    """
    A shipment of order/get.

    {"shipmentId": "842818431", "creationDate": "2024-08-09T10:00:00+03:00", "shippingPoint": "17023",
     "items": [{"itemIndex": "1", "status": "NEW", "offerId": "A-1", "finalPrice": 990, "price": 1100, "quantity": 1}]}
    """
    it = wire.Shipment.model_validate(element)
    scheme = place.scheme_of(it.serviceScheme)
    ship_by = it.shipmentDateTo or it.shippingTimeLimit if scheme is dto.Scheme.FBS else None
    contact = it.customer or wire.Contact()
    buyer = dto.Buyer(
        name=it.customerFullName, phone=contact.phone, address=it.customerAddress, comment=contact.comment
    )
    yield dto.RemoteOrder(
        number=it.shipmentId,
        scheme=scheme,
        warehouse_id=place.warehouse(it.shippingPoint),
        status=status_of(it),
        ordered_at=it.creationDate or now,
        lines=_lines(it.items, told=False),
        ship_by=ship_by or it.packingTimeLimit or it.deliveryDateTo,
        basket=it.customerOrderId,
        barcode=_barcode(it.shipmentId, scheme, place),
        buyer=None if buyer == dto.Buyer() else buyer,
        raw=element if isinstance(element, dict) else {},
    )


def order_of_push(element: object, *, place: Place, now: datetime) -> dto.RemoteOrder:
    """
    A shipment of the push order/new: lots bear no status, they are new; who delivers is told by `handover`.

    :raises ValueError: it cannot be understood
    """
    it = wire.PushShipment.model_validate(element)
    scheme = place.scheme_of(it.handover.serviceScheme if it.handover else "", it.fulfillmentMethod)
    shipping, handover = it.shipping or wire.PushShipping(), it.handover or wire.PushHandover()
    interval = shipping.shippingInterval or wire.Interval()
    label, customer = it.label or wire.PushLabel(), it.customer or wire.PushCustomer()
    address = customer.address or wire.PushAddress()
    buyer = dto.Buyer(
        name=customer.customerFullName or label.fullName,
        phone=customer.phone,
        address=address.source or label.address,
        comment=address.access.comment if address.access else "",
    )
    region = (label.region or address.regionWithType, label.city or address.cityWithType)
    return dto.RemoteOrder(
        number=it.shipmentId,
        scheme=scheme,
        warehouse_id=place.warehouse(handover.outletId or shipping.shippingPoint),
        status=dto.RemoteStatus(number=it.shipmentId, status="NEW", stage=dto.Stage.NEW, cancellable=True),
        ordered_at=it.shipmentDate or now,
        lines=_lines(it.items, told=True),
        ship_by=interval.dateTo or shipping.shippingDate or handover.packingDate or it.packingDate,
        basket=it.customerOrderId,
        region=", ".join(part for part in dict.fromkeys(region) if part),
        barcode=_barcode(it.shipmentId, scheme, place),
        buyer=None if buyer == dto.Buyer() else buyer,
        raw=element if isinstance(element, dict) else {},
    )


def _lines(lots: Sequence[wire.Lot], *, told: bool) -> list[dto.RemoteLine]:
    """
    Pieces are the lots that are left; of a shipment cancelled whole, all of them.

    told: a lot says whether it needs a marking code; only the push does.
    """
    named = lines(lots)
    if not named:
        raise ValueError("items: there are none")
    if any(lot.quantity is not None and lot.quantity > 1 for lot in goods(lots)):
        # A lot is one unit: as one piece, the others would never be sent.
        raise ValueError("items: a lot of several pieces")
    everything = not alive(goods(lots))
    left = {name: those if everything else alive(those) for name, those in named.items()}
    return [_line(name, those, told=told) for name, those in left.items() if those]


def _line(name: str, lots: Sequence[wire.Lot], *, told: bool) -> dto.RemoteLine:
    first = lots[0]
    price = first.finalPrice if first.finalPrice is not None else first.price
    marked = any(lot.isDigitalMarkRequired for lot in lots)
    return dto.RemoteLine(
        external_id=name,
        offer_id=first.offerId,
        stock_id=key_of(first.offerId),
        title=first.name,
        pieces=len(lots),
        price=price if price is not None else Decimal(0),
        marks=[dto.MarkKind.SGTIN] if marked else [] if told else None,
    )


def _barcode(number: str, scheme: dto.Scheme, place: Place) -> str:
    """The code of the first box, which stands on its sticker; parcels without stickers have none."""
    return build.box_code(place.merchant_id, number, 1) if scheme is dto.Scheme.FBS else ""
