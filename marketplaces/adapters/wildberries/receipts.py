"""Theirs → ours for stock and prices: who was accepted, who refused, what is held."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.wildberries import codes, wire
from marketplaces.adapters.wildberries.reading import data, one
from marketplaces.adapters.wildberries.talk import Refused
from marketplaces.errors import ContractBroken, OutcomeUnknown
from marketplaces.http.reading import each, held


def price_level(it: wire.PricedGood, key: dto.PriceLevel) -> dto.PriceLevel:
    """The cheapest size is what the card is sold from."""
    size = min(it.sizes, key=lambda size: size.discountedPrice)
    crossed = size.price if size.price > size.discountedPrice else Decimal(0)
    return dto.PriceLevel(
        offer_id=key.offer_id,
        product_id=it.nmID,
        price=size.discountedPrice,
        old_price=crossed,
        currency=it.currencyIsoCode4217 or "RUB",
    )


def prices(
    elements: Iterable[object], keys: Mapping[str, dto.PriceLevel]
) -> tuple[list[dto.PriceLevel], list[dto.Broken]]:
    """{"nmID": 98486, "sizes": [{"price": 500, "discountedPrice": 350}], "currencyIsoCode4217": "RUB"}."""
    goods, broken = each(elements, lambda element: [wire.PricedGood.model_validate(element)], "nmID")
    return [price_level(good, keys[good.nmID]) for good in goods if good.nmID in keys], broken


def upload_id(payload: object) -> str:
    """:raises OutcomeUnknown: the upload was taken, but under which id is not told."""
    try:
        return one(data(payload), wire.UploadTask).id
    except ContractBroken as reason:
        raise OutcomeUnknown("prices were uploaded, but the upload's id cannot be read") from reason


def task_receipt(elements: Iterable[object], *, token: str, cancelled: bool) -> dto.Receipt:
    """
    This function will judge each card of an upload; one refused size refuses the card.

    {"nmID": 544833232, "status": 3, "errorText": "You can't change the item price. …"}
    """
    goods, _ = each(elements, lambda element: [wire.TaskGood.model_validate(element)], "nmID")
    refused: dict[str, dto.Refused] = {}
    pending: dict[str, None] = {}
    accepted: dict[str, None] = {}
    for good in goods:
        if cancelled or good.status == codes.GOOD_REFUSED:
            text = good.errorText or codes.UPLOAD_CANCELLED
            refused[good.nmID] = dto.Refused(key=good.nmID, code=dto.Code.PRICE_REFUSED, text=text)
        elif good.status == codes.GOOD_SET:
            accepted[good.nmID] = None
        else:
            pending[good.nmID] = None
    return dto.Receipt(
        accepted=[key for key in accepted if key not in refused and key not in pending],
        refused=[*refused.values()],
        pending=[key for key in pending if key not in refused],
        token=token if pending.keys() - refused.keys() else "",
    )


def without_quarantined(receipt: dto.Receipt, elements: Iterable[object]) -> dto.Receipt:
    goods, _ = each(elements, lambda element: [wire.QuarantineGood.model_validate(element)], "nmID")
    held = {good.nmID for good in goods}
    refused = [
        dto.Refused(key=key, code=dto.Code.PRICE_REFUSED, text=codes.QUARANTINED)
        for key in receipt.accepted
        if key in held
    ]
    accepted = [key for key in receipt.accepted if key not in held]
    return replace(receipt, accepted=accepted, refused=[*receipt.refused, *refused])


def refused_stock(refusal: Refused, levels: Sequence[dto.StockLevel]) -> list[dto.Refused]:
    """
    This function will find the rows that a refusal names; when it names none of ours, all of them are refused.

    [{"code": "NotFound", "message": "Not found", "data": [{"sku": "", "chrtId": 123456789, "amount": 10}]}]
    Older answers name a barcode only; then the amount tells which rows are meant.
    """
    refused: dict[str, dto.Refused] = {}
    for told in _told(refusal.payload):
        for level in _meant(told.data, levels):
            text = told.message or told.code or codes.NO_REASON
            code = codes.REFUSALS.get(told.code, dto.Code.OTHER)
            refused.setdefault(level.key, dto.Refused(key=level.key, code=code, text=text))
    if refused:
        return [*refused.values()]
    return [dto.Refused(key=level.key, code=dto.Code(refusal.code), text=refusal.text) for level in levels]


def _told(payload: object) -> Sequence[wire.StockRefusal]:
    elements = payload if isinstance(payload, list) else []
    found, _ = each(elements, lambda element: [wire.StockRefusal.model_validate(element)], "code")
    return found


def _meant(named: Sequence[wire.NamedStock], levels: Sequence[dto.StockLevel]) -> list[dto.StockLevel]:
    ids = {row.chrtId for row in named} | {row.sku for row in named}
    found = [level for level in levels if level.stock_id in ids or (level.offer_id and level.offer_id in ids)]
    bare = {row.amount for row in named if not row.chrtId or row.chrtId == "0"}
    if found or not bare:
        return found
    return [level for level in levels if level.pieces in bare]


def held_stock(elements: Sequence[object], asked: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
    rows, broken = each(elements, lambda element: [wire.Stock.model_validate(element)], "chrtId")
    return held(asked, {row.chrtId: row.amount for row in rows}, broken, lambda level: level.stock_id)


def own_stock(element: object) -> Iterable[dto.OwnStock]:
    it = wire.OwnRow.model_validate(element)
    yield dto.OwnStock(
        warehouse_id=it.warehouseId,
        warehouse_name=it.warehouseName,
        offer_id="",
        stock_id=it.chrtId,
        pieces=it.quantity,
        to_customer=it.inWayToClient,
        from_customer=it.inWayFromClient,
    )
