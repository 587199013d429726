"""Orders: the list of the whole cabinet, by what waits, by what changed, by number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from marketplaces import dto
from marketplaces.adapters.yandex_market import build, codes, operations, parse, wire
from marketplaces.adapters.yandex_market.cabinet import Cabinet, Facts
from marketplaces.adapters.yandex_market.talk import Talk
from marketplaces.errors import Rejected, RemoteError
from marketplaces.http import reading
from marketplaces.http.keys import key_of
from marketplaces.http.paging import batches

# Days and hours without an offset are Moscow's.
MOSCOW = timezone(timedelta(hours=3))
END_OF_DAY = time(23, 59, 59)
KOPECK = Decimal("0.01")
# The change of an order may become visible a little after its time; what is read twice is absorbed.
OVERLAP = timedelta(minutes=5)
# While these last the buyer's phone is told, for orders that we bring ourselves.
TOLD_BUYER = frozenset({"PROCESSING", "DELIVERY", "PICKUP"})


class Orders:
    def __init__(self, talk: Talk, cabinet: Cabinet) -> None:
        self.talk = talk
        self.cabinet = cabinet

    def new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        return self._pages(build.in_work())

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        for start, end in build.windows(since - OVERLAP, now):
            yield from self._pages(build.changed(start, end))
            yield dto.Page(items=[], upto=end)

    def _pages(self, body: build.Body) -> Iterator[dto.Page[dto.RemoteOrder]]:
        facts = self.cabinet.facts()
        pages = self.talk.pages(
            operations.GET_ORDERS,
            "orders",
            limit=operations.ORDERS_PAGE,
            body=body,
            businessId=facts.business.id,
        )
        for rows in pages:
            yield self._page(rows, facts)

    def _page(self, rows: Sequence[object], facts: Facts) -> dto.Page[dto.RemoteOrder]:
        shapes, broken = reading.each(rows, lambda row: [(row, wire.Order.model_validate(row))], "orderId")
        self.cabinet.saw(shape for _, shape in shapes)
        items: list[dto.RemoteOrder] = []
        for row, shape in shapes:
            good, bad = reading.each([row], partial(_order, it=shape, facts=facts), "orderId")
            items += good
            broken += bad
        return dto.Page(items=items, broken=broken)

    def by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        """These orders; for those that we bring ourselves, with the buyer's name and phone."""
        items: list[dto.RemoteOrder] = []
        broken: list[dto.Broken] = []
        for rows in self._rows(numbers):
            page = self._page(rows, self.cabinet.facts())
            items += page.items
            broken += page.broken
        return dto.Page(items=[self._with_buyer(order) for order in items], broken=broken)

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        items: list[dto.RemoteStatus] = []
        broken: list[dto.Broken] = []
        for rows in self._rows(numbers):
            good, bad = reading.each(rows, lambda row: [wire.Order.model_validate(row)], "orderId")
            self.cabinet.saw(good)
            items += [status_of(order) for order in good]
            broken += bad
        return dto.Page(items=items, broken=broken)

    def shapes(self, numbers: Sequence[str]) -> Mapping[str, wire.Order]:
        """These orders as they tell them, by number; what is not found or not readable is absent."""
        found: dict[str, wire.Order] = {}
        for rows in self._rows(numbers):
            good, _ = reading.each(rows, lambda row: [wire.Order.model_validate(row)], "orderId")
            self.cabinet.saw(good)
            found |= {order.orderId: order for order in good}
        return found

    def one(self, number: str) -> wire.Order:
        """:raises Rejected: there is no such order, or it is none of ours to pack"""
        found = self.shapes([number]).get(number)
        if found is None:
            raise Rejected(codes.UNKNOWN_ORDER, code=dto.Code.NOT_FOUND)
        return found

    def campaign_of(self, number: str) -> str:
        """The store of an order, which stands in the path of everything done to it."""
        return self.cabinet.campaign_of(number) or self.one(number).campaignId

    def _rows(self, numbers: Sequence[str]) -> Iterator[list[object]]:
        known = [number for number in dict.fromkeys(numbers) if build.is_whole(number)]
        for some in batches(known, operations.ORDERS_PAGE):
            payload = self.talk.ask(
                operations.GET_ORDERS, body=build.numbered(some), businessId=self.cabinet.business_id
            )
            yield reading.rows(payload, "orders")

    def _with_buyer(self, order: dto.RemoteOrder) -> dto.RemoteOrder:
        if order.scheme not in (dto.Scheme.DBS, dto.Scheme.PICKUP) or order.status.status not in TOLD_BUYER:
            return order
        try:
            told = self.talk.result(
                wire.Buyer, operations.GET_BUYER, campaignId=self.campaign_of(order.number), orderId=order.number
            )
        except RemoteError:
            # An order can do without; what is wrong with the key is told by what it cannot do without.
            return order
        name = " ".join(part for part in (told.lastName, told.firstName, told.middleName) if part)
        return replace(order, buyer=replace(order.buyer or dto.Buyer(), name=name, phone=told.phone))


def status_of(it: wire.Order) -> dto.RemoteStatus:
    """This function will say what an order's status means; one that is new to us has no stage."""
    means = codes.meaning(it.status, it.substatus)
    return dto.RemoteStatus(
        number=it.orderId,
        status=it.status,
        substatus=it.substatus,
        stage=means.stage,
        actor=means.actor,
        problem=means.problem,
        handed=means.handed,
        why=codes.WHY.get(it.substatus),
        cancellable=it.status in codes.WAITING or (it.status == "PROCESSING" and it.substatus != "SHIPPED"),
        cancel_wanted=bool(it.cancelRequested) and it.status in TOLD_BUYER,
    )


def _order(element: object, *, it: wire.Order, facts: Facts) -> Iterable[dto.RemoteOrder]:
    if it.programType and it.programType not in codes.OURS:
        if it.programType in ("FBY", "LAAS"):
            return
        raise ValueError(f"programType: unknown {it.programType[:40]!r}")
    if not it.items:
        raise ValueError("items: there are none")
    if it.creationDate is None:
        raise ValueError("creationDate: is missing")
    status, lines = status_of(it), [_line(item, business=it.buyerType == "BUSINESS") for item in it.items]
    problem = status.problem or _trouble(it)
    delivery = it.delivery or wire.Delivery()
    yield dto.RemoteOrder(
        number=it.orderId,
        scheme=_scheme(it, delivery),
        warehouse_id=_place(it, delivery, facts),
        status=replace(status, problem=problem),
        ordered_at=it.creationDate,
        lines=lines,
        ship_by=_ship_by(delivery.shipment),
        # First-mile shipments are made per store.
        cargo=it.campaignId,
        region=_region(delivery),
        is_business=it.buyerType == "BUSINESS",
        barcode=barcodes(it)[0] if barcodes(it) else "",
        buyer=_buyer(it, delivery),
        raw=element if isinstance(element, dict) else {},
    )


def _line(item: wire.Item, *, business: bool) -> dto.RemoteLine:
    known = [word for word in item.requiredInstanceTypes if word in codes.MARK_TYPES]
    # A code that a person need not have is due when a company buys.
    due = {codes.MARK_TYPES[word] for word in known if word != codes.OPTIONAL_MARK or business}
    kinds = dict.fromkeys(codes.MARK_TYPES[word] for word in known)
    price, currency = _price(item)
    return dto.RemoteLine(
        external_id=item.id,
        offer_id=item.offerId,
        stock_id=key_of(item.offerId),
        title=item.offerName,
        pieces=item.count,
        price=price,
        currency=currency,
        marks=tuple(kind for kind in kinds if kind in due),
        optional_marks=tuple(kind for kind in kinds if kind not in due),
    )


def _price(item: wire.Item) -> tuple[Decimal, str]:
    """What the buyer gives for a piece: money and points; theirs is the sum over all pieces."""
    told = item.prices or wire.ItemPrices()
    parts = [part for part in (told.payment, told.cashback) if part is not None and part.value is not None]
    total = sum((part.value or Decimal(0) for part in parts), Decimal(0))
    return (total / item.count).quantize(KOPECK, ROUND_HALF_UP), parts[0].currencyId if parts else "RUB"


def _trouble(it: wire.Order) -> str:
    unknown = {kind for item in it.items for kind in item.requiredInstanceTypes if kind not in codes.MARK_TYPES}
    if unknown:
        return f"{codes.UNKNOWN_MARKING}: {', '.join(sorted(unknown))}"
    return codes.NO_PRICE if any(item.prices is None for item in it.items) else ""


def _scheme(it: wire.Order, delivery: wire.Delivery) -> dto.Scheme:
    if it.programType == "DBS" and delivery.type == "PICKUP" and delivery.dispatchType in ("", "SHOP_OUTLET"):
        return dto.Scheme.PICKUP
    return codes.SCHEMES.get(it.programType, dto.Scheme.FBS)


def _place(it: wire.Order, delivery: wire.Delivery, facts: Facts) -> str:
    """The place that an order is taken from; where it names none that is known, the only one of its store."""
    if (named := facts.place_of(delivery.warehouseId)) in facts.places:
        return named
    own = [place.id for place in facts.places.values() if it.campaignId in place.campaign_ids]
    return own[0] if len(own) == 1 else delivery.warehouseId[:60]


def _ship_by(shipment: wire.Shipment | None) -> datetime | None:
    if shipment is None or shipment.shipmentDate is None:
        return None
    hour = (shipment.shipmentTime or END_OF_DAY).replace(tzinfo=None)
    try:
        return datetime.combine(shipment.shipmentDate, hour, MOSCOW)
    except (ValueError, OverflowError):
        return None


def _region(delivery: wire.Delivery) -> str:
    place = delivery.courier or delivery.pickup
    names: list[str] = []
    region = place.region if place else None
    while region is not None and len(names) < 10:
        if region.type not in ("COUNTRY", "CONTINENT") and region.name:
            names.append(region.name)
        region = region.parent
    return ", ".join(reversed(names[:3]))[:200]


def barcodes(it: wire.Order) -> list[str]:
    """What a scanner reads on the stickers of its boxes."""
    boxes = (it.delivery.boxesLayout if it.delivery else None) or []
    return [box.barcode for box in boxes if box.barcode]


def _buyer(it: wire.Order, delivery: wire.Delivery) -> dto.Buyer | None:
    place = delivery.courier or delivery.pickup
    buyer = dto.Buyer(address=parse.address(place.address if place else None), comment=it.notes)
    return None if buyer == dto.Buyer() else buyer
