"""Theirs → ours, item by item: what cannot be understood is `Broken`, the rest of the page stands."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from pydantic import ValidationError

from marketplaces import dto
from marketplaces.adapters.wildberries import codes, wire
from marketplaces.errors import ContractBroken, OutcomeUnknown

T = TypeVar("T")
W = TypeVar("W", bound=wire.Wire)


def rows(payload: object, key: str = "") -> list[object]:
    """
    This function will find the list in an answer; no body, null, "" and {} count as an empty one.

    :raises ContractBroken: there is something else
    """
    if key and payload:
        if not isinstance(payload, dict) or key not in payload:
            raise ContractBroken(f"the answer has no {key!r}", payload=payload)
        payload = payload[key]
    if not payload and not isinstance(payload, bool | int):
        return []
    if not isinstance(payload, list):
        raise ContractBroken(f"{key or 'the answer'} is not a list", payload=payload)
    return payload


def one(payload: object, shape: type[W]) -> W:
    """
    This function will read a whole answer as one object.

    :raises ContractBroken: it is not of this shape
    """
    try:
        return shape.model_validate(payload)
    except ValidationError as reason:
        raise ContractBroken(why(reason), payload=payload) from reason


def each(
    elements: Iterable[object], read: Callable[[object], Iterable[T]], key: str
) -> tuple[list[T], list[dto.Broken]]:
    """This function will read every element for itself; `key` names the field by which a bad one is called."""
    items: list[T] = []
    broken: list[dto.Broken] = []
    for index, element in enumerate(elements):
        try:
            items.extend(read(element))
        except (ValueError, ArithmeticError) as reason:
            broken.append(dto.Broken(key=called(element, key, index), reason=why(reason), payload=element))
    return items, broken


def called(element: object, key: str, index: int) -> str:
    name = element.get(key) if isinstance(element, dict) else None
    return str(name)[:64] if isinstance(name, int | str) and not isinstance(name, bool) and name != "" else f"#{index}"


def why(reason: Exception) -> str:
    """This function will name the fields that are wrong."""
    if isinstance(reason, ValidationError):
        errors = reason.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, error['loc'])) or 'it'}: {error['msg']}" for error in errors)[:500]
    return str(reason)[:500]


def claims(token: str) -> wire.Claims:
    """This function will read the open part of a token; of what is no readable JWT nothing is known."""
    parts = token.split(".")
    if len(parts) != 3:
        return wire.Claims()
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return wire.Claims.model_validate(json.loads(text))
    except (ValueError, RecursionError):
        return wire.Claims()


def expiry(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def warehouse(element: object) -> Iterable[dto.RemoteWarehouse]:
    """{"id": 1, "name": "…", "officeId": 15, "cargoType": 1, "deliveryType": 1, "isDeleting": false}."""
    it = wire.Warehouse.model_validate(element)
    scheme = codes.SCHEMES.get(it.deliveryType)
    if scheme is None:
        raise ValueError(f"deliveryType: unknown {it.deliveryType}")
    yield dto.RemoteWarehouse(
        external_id=it.id,
        name=it.name,
        scheme=scheme,
        active=not it.isDeleting,
        cargo_type="" if it.cargoType is None else str(it.cargoType),
        label_format="58x40",
    )


def listing(element: object, *, archived: bool) -> Iterable[dto.RemoteListing]:
    """
    This function will give one listing per size of a card.

    {"nmID": 12345678, "vendorCode": "wb7f6", "title": "…", "needKiz": false,
     "sizes": [{"chrtID": 316399238, "techSize": "0", "skus": ["987456321654"]}]}
    """
    card = wire.Card.model_validate(element)
    sizes = element.get("sizes") if isinstance(element, dict) else None
    if not isinstance(sizes, list) or not sizes:
        raise ValueError("sizes: the card has none")
    marks = (dto.MarkKind.SGTIN,) if card.needKiz else ()
    wrong_size = card.dimensions is not None and card.dimensions.isValid is False
    for size in [wire.Size.model_validate(size) for size in sizes]:
        yield dto.RemoteListing(
            offer_id=card.vendorCode,
            product_id=card.nmID,
            stock_id=size.chrtID,
            title=card.title or card.subjectName,
            barcodes=tuple(code for code in size.skus if code),
            size="" if size.techSize == "0" else size.techSize,
            archived=archived,
            sellable=not archived,
            complaints=("Dimensions look wrong",) if wrong_size else (),
            marks=marks,
        )


def cargo(it: wire.Order) -> str:
    """What must be equal inside one supply: cargo type, cross-border flag, B2B flag."""
    business = it.options is not None and bool(it.options.isB2B)
    return f"{it.cargoType or 0}/{it.crossBorderType or 0}/{int(business)}"


def money(it: wire.Order) -> tuple[Decimal, str]:
    """The price in the seller's currency, else in the buyer's; given in hundredths."""
    hundredths, number = it.convertedPrice, it.convertedCurrencyCode
    if hundredths is None:
        hundredths, number = it.price, it.currencyCode
    if hundredths is None:
        raise ValueError("convertedPrice: is missing")
    currency = "RUB" if number is None else codes.CURRENCIES.get(number, f"{number:03d}"[:3])
    return Decimal(hundredths) / 100, currency


def marks(keys: Iterable[str]) -> tuple[dto.MarkKind, ...]:
    return tuple(codes.MARK_KINDS[key] for key in dict.fromkeys(keys) if key in codes.MARK_KINDS)


def order(element: object, *, supplier: str) -> Iterable[dto.RemoteOrder]:
    """
    This function will read an assembly order: one unit of one size.

    supplier: the supplierStatus that the list itself tells ("new"), "" where it tells none.
    """
    it = wire.Order.model_validate(element)
    scheme = codes.ORDER_SCHEMES.get(it.deliveryType)
    if scheme is None:
        raise ValueError(f"deliveryType: unknown {it.deliveryType[:40]!r}")
    price, currency = money(it)
    line = dto.RemoteLine(
        external_id=it.rid or it.id,
        offer_id=it.article,
        stock_id=it.chrtId,
        title=it.article,
        pieces=1,
        price=price,
        currency=currency,
        marks=marks(it.requiredMeta),
        optional_marks=marks(it.optionalMeta),
    )
    yield dto.RemoteOrder(
        number=it.id,
        scheme=scheme,
        warehouse_id=it.warehouseId,
        status=_listed(it, supplier),
        ordered_at=it.createdAt,
        lines=(line,),
        basket=it.orderUid,
        cargo=cargo(it),
        region=", ".join(office for office in it.offices if office),
        is_business=it.options is not None and bool(it.options.isB2B),
        buyer=buyer(it),
        raw=element if isinstance(element, dict) else {},
    )


def _listed(it: wire.Order, supplier: str) -> dto.RemoteStatus:
    unknown = [key for key in it.requiredMeta if key not in codes.MARK_KINDS]
    problem = f"unknown marking required: {', '.join(unknown)}" if unknown else ""
    if not supplier:
        return dto.RemoteStatus(number=it.id, status="", problem=problem)
    stage = codes.meaning(supplier, "").stage
    return dto.RemoteStatus(number=it.id, status=supplier, stage=stage, problem=problem)


def buyer(it: wire.Order) -> dto.Buyer | None:
    address = it.address.fullAddress if it.address else ""
    return dto.Buyer(address=address, comment=it.comment) if address or it.comment else None


def status(element: object) -> Iterable[dto.RemoteStatus]:
    """{"id": 5632423, "isCancellable": false, "supplierStatus": "new", "wbStatus": "waiting"}."""
    it = wire.OrderStatus.model_validate(element)
    means = codes.meaning(it.supplierStatus, it.wbStatus)
    yield dto.RemoteStatus(
        number=it.id,
        status=it.supplierStatus,
        substatus=it.wbStatus,
        stage=means.stage,
        actor=means.actor,
        problem=means.problem,
        handed=means.handed,
        cancellable=it.isCancellable,
    )


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


def picture(text: str) -> bytes:
    """
    This function will decode a file.

    :raises ValueError: it is none
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as reason:
        raise ValueError("file: is not base64") from reason
    if not content:
        raise ValueError("file: is empty")
    return content


def label(element: object) -> Iterable[dto.RemoteLabel]:
    """{"orderId": 5346346, "partA": "231648", "partB": "9753", "barcode": "!uKEtQZVx", "file": "iVBOR…"}."""
    it = wire.Sticker.model_validate(element)
    yield dto.RemoteLabel(
        number=it.orderId,
        content=picture(it.file),
        content_type="image/png",
        barcode=it.barcode,
        part_a=it.partA,
        part_b=it.partB,
    )


def paper(element: object, kind: dto.DocumentKind) -> dto.RemoteDocument:
    """:raises ContractBroken: it is no file."""
    it = one(element, wire.Paper)
    try:
        content = picture(it.file)
    except ValueError as reason:
        raise ContractBroken(str(reason), payload=element) from reason
    return dto.RemoteDocument(kind=kind, content=content, content_type="image/png", number=it.barcode)


def verdicts(element: object) -> Iterable[dto.MarkVerdict]:
    """{"id": 123, "metaDetails": [{"key": "uin", "value": null, "decision": "uinMaySell"}]}."""
    it = wire.OrderMeta.model_validate(element)
    for detail in it.metaDetails:
        kind = codes.MARK_KINDS.get(detail.key)
        if kind is not None:
            yield verdict(it.id, kind, detail)


def verdict(number: str, kind: dto.MarkKind, detail: wire.MetaDetail) -> dto.MarkVerdict:
    passes = detail.decision in codes.MARK_PASSES
    return dto.MarkVerdict(
        number=number,
        kind=kind,
        value="" if detail.value == "null" else detail.value,
        state=detail.decision,
        pending=detail.decision in codes.MARK_PENDING,
        blocking=not passes,
        text="" if passes else detail.decision,
    )


def undelivered(payload: object) -> list[dto.Refused]:
    """
    This function will name the orders for which a delivery was refused.

    {"code": "MetaValidationFail", "data": {"orders": [{"id": 1, "metaDetails": [{"key": "uin", "decision": "…"}]}]}}
    """
    data = payload.get("data") if isinstance(payload, dict) else None
    named = data.get("orders") if isinstance(data, dict) else None
    refused, _ = each(named if isinstance(named, list) else [], _undelivered, "id")
    return refused


def _undelivered(element: object) -> Iterable[dto.Refused]:
    it = wire.OrderMeta.model_validate(element)
    bad = [detail for detail in it.metaDetails if detail.decision not in codes.MARK_PASSES]
    decisions = {detail.decision for detail in bad}
    if codes.MARK_REQUIRED in decisions:
        code = dto.Code.MARKS_NEEDED
    elif decisions and decisions <= codes.MARK_PENDING:
        code = dto.Code.NOT_READY
    else:
        code = dto.Code.MARK_REFUSED
    yield dto.Refused(key=it.id, code=code, text=", ".join(f"{detail.key}: {detail.decision}" for detail in bad))


def handover(supply: wire.Supply, numbers: Sequence[str] | None) -> dto.RemoteHandover:
    return dto.RemoteHandover(
        external_id=supply.id,
        state=dto.HandoverState.CLOSED if supply.done else dto.HandoverState.OPEN,
        status="done" if supply.done else "open",
        numbers=numbers,
    )


def shipping_point(element: object) -> Iterable[dto.ShippingPoint]:
    it = wire.ShippingPoint.model_validate(element)
    yield dto.ShippingPoint(external_id=it.id, name=it.name, city=it.city, address=it.address)


def result_refusal(it: wire.Result) -> str:
    """What went wrong with one element of a batch, "" when nothing did."""
    errors = [*it.errors, *([it.error] if it.error else [])]
    if not errors and not it.isError and it.success is not False:
        return ""
    return ", ".join(error.detail or error.code for error in errors) or "refused without a reason"


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


def prices(elements: Iterable[object], keys: Mapping[str, dto.PriceLevel]) -> list[dto.PriceLevel]:
    """{"nmID": 98486, "sizes": [{"price": 500, "discountedPrice": 350}], "currencyIsoCode4217": "RUB"}."""
    goods, _ = each(elements, lambda element: [wire.PricedGood.model_validate(element)], "nmID")
    return [price_level(good, keys[good.nmID]) for good in goods if good.nmID in keys]


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
            text = good.errorText or "the upload was cancelled"
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
    text = "in price quarantine: the new price is several times lower, the old one is kept"
    refused = [dto.Refused(key=key, code=dto.Code.PRICE_REFUSED, text=text) for key in receipt.accepted if key in held]
    accepted = [key for key in receipt.accepted if key not in held]
    return replace(receipt, accepted=accepted, refused=[*receipt.refused, *refused])


def refused_stock(payload: Sequence[object], levels: Sequence[dto.StockLevel]) -> list[dto.Refused]:
    """
    This function will find the rows that a refusal names; when it names none of ours, all of them are refused.

    [{"code": "NotFound", "message": "Not found", "data": [{"sku": "", "chrtId": 123456789, "amount": 10}]}]
    Older answers name a barcode only; then the amount tells which rows are meant.
    """
    refusals, _ = each(payload, lambda element: [wire.StockRefusal.model_validate(element)], "code")
    refused: dict[str, dto.Refused] = {}
    for refusal in refusals:
        for level in _meant(refusal.data, levels):
            refused.setdefault(level.key, _refused_level(level, refusal))
    if not refused:
        first = refusals[0] if refusals else wire.StockRefusal()
        return [_refused_level(level, first) for level in levels]
    return [*refused.values()]


def _meant(named: Sequence[wire.NamedStock], levels: Sequence[dto.StockLevel]) -> list[dto.StockLevel]:
    ids = {row.chrtId for row in named} | {row.sku for row in named}
    found = [level for level in levels if level.stock_id in ids or (level.offer_id and level.offer_id in ids)]
    bare = {row.amount for row in named if not row.chrtId or row.chrtId == "0"}
    if found or not bare:
        return found
    return [level for level in levels if level.pieces in bare]


def _refused_level(level: dto.StockLevel, refusal: wire.StockRefusal) -> dto.Refused:
    code = codes.REFUSALS.get(refusal.code, dto.Code.OTHER)
    return dto.Refused(key=level.key, code=code, text=refusal.message or refusal.code or "refused without a reason")


def held_stock(elements: Sequence[object], asked: Sequence[dto.StockLevel]) -> list[dto.StockLevel]:
    """What is held of `asked`; a missing row is 0 only when the whole answer could be read."""
    rows_, broken = each(elements, lambda element: [wire.Stock.model_validate(element)], "chrtId")
    held = {row.chrtId: row.amount for row in rows_}
    known = [level for level in asked if level.stock_id in held or not broken]
    return [replace(level, pieces=held.get(level.stock_id, 0)) for level in known]


def data(payload: object) -> object:
    """The inside of {"data": …, "error": false, "errorText": ""}."""
    if not payload:
        return None
    if not isinstance(payload, dict) or "data" not in payload:
        raise ContractBroken("the answer has no 'data'", payload=payload)
    return payload["data"]


def next_cursor(payload: object) -> int:
    """The cursor `next`, whole at nineteen digits; 0 when there is none."""
    cursor = payload.get("next") if isinstance(payload, dict) else None
    if cursor is None or cursor == "":
        return 0
    if isinstance(cursor, bool) or not isinstance(cursor, int | str) or not str(cursor).isdecimal():
        raise ContractBroken("next: is not a cursor", payload=payload)
    return int(cursor)


def card_cursor(payload: object, moment: str) -> dict[str, object]:
    """What must be copied into the next request; {} when this page was the last."""
    cursor = payload.get("cursor") if isinstance(payload, dict) else None
    it = one(cursor, wire.CardCursor)
    stamp = getattr(it, moment)
    return {moment: stamp, "nmID": int(it.nmID)} if stamp else {}


def number(element: object) -> Iterable[str]:
    """An order's number that stands alone in a list."""
    yield wire.Number.model_validate({"id": element}).id


def supply(element: object) -> Iterable[wire.Supply]:
    yield wire.Supply.model_validate(element)


def box(element: object) -> Iterable[str]:
    yield wire.Trbx.model_validate(element).id


def broken_list(broken: Sequence[dto.Broken], payload: object) -> ContractBroken:
    """The error of a list that makes sense only whole."""
    return ContractBroken(f"{broken[0].key}: {broken[0].reason}", payload=payload)


def failed_results(payload: object, key: str) -> dict[str, dto.Committed]:
    """The elements of a batch answer of HTTP 200 that failed, by their `orderId` or `supplyId`."""
    results = payload.get("results") if isinstance(payload, dict) else None
    found, _ = each(rows(results), lambda element: [wire.Result.model_validate(element)], key)
    failed = {}
    for it in found:
        if text := result_refusal(it):
            name = str(getattr(it, key))
            code = codes.REFUSALS.get(text, dto.Code.OTHER)
            failed[name] = dto.Committed(number=name, state=dto.CommitState.FAILED, code=code, text=text)
    return failed


def closed(supply_id: str, numbers: Sequence[str], *, missing: Sequence[dto.Refused] = ()) -> dto.RemoteHandover:
    state = dto.HandoverState.CLOSED
    return dto.RemoteHandover(external_id=supply_id, state=state, status="done", numbers=numbers, missing=missing)


def still_open(
    supply_id: str, numbers: Sequence[str], *, missing: Sequence[dto.Refused], text: str
) -> dto.RemoteHandover:
    state = dto.HandoverState.OPEN
    return dto.RemoteHandover(
        external_id=supply_id, state=state, status="open", numbers=numbers, missing=missing, text=text
    )
