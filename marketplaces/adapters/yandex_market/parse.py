"""Theirs → ours for everything but orders, item by item: what cannot be understood raises ValueError."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.yandex_market import codes, wire
from marketplaces.adapters.yandex_market.cabinet import Place
from marketplaces.http.keys import key_of


def permissions(key: wire.ApiKey) -> Sequence[dto.Permission]:
    """This function will hold the key's rights against those we need; a right to read only is not enough."""
    given = set(key.authScopes)
    return [
        dto.Permission(
            name=scope.name,
            granted=codes.ALL_METHODS in given or scope.code in given,
            needed=scope.needed,
            methods=scope.methods,
        )
        for scope in codes.SCOPES
    ]


def warehouse(place: Place, *, label_format: str) -> dto.RemoteWarehouse:
    return dto.RemoteWarehouse(
        external_id=place.id,
        name=place.name,
        scheme=place.scheme,
        active=place.active,
        label_format=label_format,
    )


def listing(element: object) -> Iterable[dto.RemoteListing]:
    """{"offer": {"offerId": "T-1", "name": "…", "archived": false}, "mapping": {"marketSku": 100500}}."""
    it = wire.OfferMapping.model_validate(element)
    offer, card = it.offer, it.mapping or wire.Card()
    statuses = {one.status for one in offer.campaigns}
    yield dto.RemoteListing(
        offer_id=offer.offerId,
        product_id=card.marketSku or key_of(offer.offerId),
        stock_id=key_of(offer.offerId),
        title=offer.name or card.marketSkuName,
        barcodes=tuple(code for code in offer.barcodes if code),
        archived=offer.archived,
        sellable=not offer.archived and (not statuses or bool(statuses & codes.SHOWN)),
        price=offer.basicPrice.value if offer.basicPrice else None,
        currency=offer.basicPrice.currencyId if offer.basicPrice else "RUB",
        complaints=tuple(_complaints(offer.cardStatus, statuses)),
    )


def _complaints(card: str, statuses: set[str]) -> Iterable[str]:
    if card in codes.CARD_ERRORS:
        yield codes.CARD_ERRORS[card]
    if "REJECTED_BY_MARKET" in statuses:
        yield codes.REJECTED
    if "DISABLED_AUTOMATICALLY" in statuses:
        yield codes.HIDDEN_BY_MARKET


def counts(stocks: Sequence[wire.StockCount]) -> Mapping[str, int]:
    return {stock.type: int(stock.count) for stock in stocks}


def own_row(element: object, *, warehouse: wire.MarketWarehouse) -> Iterable[dto.OwnStock]:
    """{"offerId": "T-1", "stocks": [{"type": "FIT", "count": 5}, {"type": "FREEZE", "count": 1}]}."""
    it = wire.OfferStock.model_validate(element)
    held = counts(it.stocks)
    reserved = held.get("FREEZE", 0)
    yield dto.OwnStock(
        warehouse_id=warehouse.id,
        warehouse_name=warehouse.name,
        offer_id=it.offerId,
        stock_id=key_of(it.offerId),
        pieces=held.get("FIT", held.get("AVAILABLE", 0) + reserved),
        reserved=reserved,
    )


def price_row(element: object) -> Iterable[dto.PriceLevel]:
    """{"offerId": "T-1", "price": {"value": 990, "currencyId": "RUR", "discountBase": 1290}}; without a price: none."""
    it = wire.OfferPrice.model_validate(element)
    if it.price is not None and it.price.value is not None:
        yield dto.PriceLevel(
            offer_id=it.offerId,
            product_id=key_of(it.offerId),
            price=it.price.value,
            old_price=it.price.discountBase or Decimal(0),
            currency=it.price.currencyId,
        )


def quarantined(element: object) -> Iterable[tuple[str, str]]:
    """(article, why): {"offerId": "T-1", "verdicts": [{"type": "PRICE_CHANGE", "params": […]}]}."""
    it = wire.Quarantined.model_validate(element)
    why = [codes.QUARANTINE_REASONS.get(verdict.type, verdict.type) for verdict in it.verdicts]
    yield it.offerId, "; ".join([codes.QUARANTINED, *(reason for reason in why if reason)])


def verdicts(number: str, element: object) -> Iterable[dto.MarkVerdict]:
    """{"id": 5, "cis": [{"value": "…", "status": "FAILED", "substatus": "ITEM_SOLD"}], "uin": null}."""
    it = wire.ItemChecked.model_validate(element)
    for kind, rows in ((dto.MarkKind.SGTIN, it.cis), (dto.MarkKind.UIN, it.uin)):
        for row in rows:
            pending = row.status in codes.MARK_PENDING
            passed = row.status in codes.MARK_PASSED
            yield dto.MarkVerdict(
                number=number,
                kind=kind,
                value=row.value,
                state=row.status,
                pending=pending,
                blocking=not pending and not passed,
                text=row.substatus,
            )


def handover(it: wire.FirstMile, *, missing: Sequence[dto.Refused] = ()) -> dto.RemoteHandover:
    """:raises ValueError: a status that is new to us"""
    state = codes.SHIPMENTS.get(it.word)
    if state is None:
        raise ValueError(f"status: unknown {it.word[:40]!r}")
    return dto.RemoteHandover(
        external_id=it.id,
        state=state,
        status=it.word,
        numbers=tuple(it.orderIds),
        missing=missing,
        text=it.statusDescription if state is dto.HandoverState.FAILED else "",
    )


def goods_return(element: object) -> Iterable[dto.RemoteReturn]:
    """
    A return, or an order that was not taken.

    {"id": 3, "orderId": 41, "returnType": "RETURN", "shipmentStatus": "IN_TRANSIT", "refundStatus": "REFUNDED",
     "items": [{"shopSku": "T-1", "count": 1}], "amount": {"value": 990.5, "currencyId": "RUR"}}
    """
    it = wire.Return.model_validate(element)
    kind = codes.RETURN_KINDS.get(it.returnType)
    if kind is None:
        raise ValueError(f"returnType: unknown {it.returnType[:40]!r}")
    point = it.logisticPickupPoint
    yield dto.RemoteReturn(
        external_id=it.id,
        number=it.orderId,
        kind=kind,
        status=it.refundStatus,
        substatus=it.shipmentStatus,
        stage=_stage(it),
        lines=tuple(_return_line(item) for item in it.items),
        created_at=it.creationDate,
        changed_at=it.updateDate,
        amount=it.amount.value if it.amount else None,
        currency=it.amount.currencyId if it.amount else "RUB",
        place=", ".join(part for part in (point.name, address(point.address)) if part) if point else "",
        keep_until=it.pickupTillDate,
        needs_decision=it.refundStatus in codes.DECISION_WANTED,
        raw=element if isinstance(element, dict) else {},
    )


def _stage(it: wire.Return) -> dto.ReturnStage | None:
    """By the way of the goods; without one they have not set off, or never will."""
    if it.shipmentStatus:
        return codes.RETURN_STAGES.get(it.shipmentStatus)
    if it.fastReturn:
        return dto.ReturnStage.KEPT
    if it.refundStatus in codes.REFUND_ENDED:
        return dto.ReturnStage.CANCELLED
    return dto.ReturnStage.ASKED


def _return_line(item: wire.ReturnItem) -> dto.ReturnLine:
    decision = item.decisions[0] if item.decisions else wire.Decision()
    return dto.ReturnLine(
        offer_id=item.shopSku,
        stock_id=key_of(item.shopSku),
        pieces=int(item.count),
        decision=decision.decisionType,
        reason=": ".join(part for part in (decision.reasonType, decision.comment) if part),
        why=codes.RETURN_WHY.get(decision.reasonType, decision.reasonType),
    )


def address(it: wire.Address | None) -> str:
    """A Russian address on one line, as it is written there: the flat and the way to it last."""
    if it is None:
        return ""
    marked = (("", it.postcode), ("", it.city), ("", it.street), ("", it.house), ("", it.block))
    inside = (("подъезд ", it.entrance), ("этаж ", it.floor), ("кв. ", it.apartment), ("домофон ", it.entryphone))
    return ", ".join(f"{word}{part}" for word, part in (*marked, *inside) if part)


def label_data(number: str, row: wire.BoxLabel, *, barcode: str) -> dto.LabelData:
    """One box; what is scanned is the box's barcode, else the order's number with that of the box."""
    return dto.LabelData(
        number=number,
        box_id=row.boxId,
        barcode=barcode or row.fulfilmentId,
        place=row.place,
        parcel_number=row.fulfilmentId,
        recipient=row.recipientName,
        address=row.deliveryAddress,
        carrier=row.deliveryServiceName,
        carrier_id=row.deliveryServiceId,
        supplier=row.supplierName,
        ship_on=row.shipmentDate,
    )
