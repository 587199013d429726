"""Theirs → ours for everything but levels, item by item."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.wildberries import codes, wire
from marketplaces.adapters.wildberries.reading import one, picture, rows
from marketplaces.errors import ContractBroken, OutcomeUnknown
from marketplaces.http.reading import each, meant


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


def listing(element: object, *, archived: bool, complaints: Mapping[str, Sequence[str]]) -> Iterable[dto.RemoteListing]:
    """
    This function will give one listing per size of a card.

    complaints: what was wrong with the last uploads, by the seller's article.

    {"nmID": 12345678, "vendorCode": "wb7f6", "title": "…", "needKiz": false,
     "sizes": [{"chrtID": 316399238, "techSize": "0", "skus": ["987456321654"]}]}
    """
    card = wire.Card.model_validate(element)
    sizes = element.get("sizes") if isinstance(element, dict) else None
    if not isinstance(sizes, list) or not sizes:
        raise ValueError("sizes: the card has none")
    marks = (dto.MarkKind.SGTIN,) if card.needKiz else ()
    said = list(complaints.get(card.vendorCode, ()))
    if card.dimensions is not None and card.dimensions.isValid is False:
        said.append(codes.WRONG_DIMENSIONS)
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
            complaints=tuple(said),
            marks=marks,
        )


def card_errors(element: object) -> Iterable[tuple[str, Sequence[str]]]:
    """{"batchUUID": "…", "vendorCodes": ["wb64"], "errors": {"wb64": ["…"]}, "updatedAt": "…"}."""
    for article, texts in wire.ErrorBatch.model_validate(element).errors.items():
        if isinstance(texts, list):
            yield article, [text for text in texts if isinstance(text, str) and text]


def error_cursor(data: object) -> str | None:
    """What must be copied into the next request for errors, as JSON; None when there are no more."""
    it = one(data.get("cursor") if isinstance(data, dict) else None, wire.ErrorCursor)
    more = it.next and it.updatedAt and it.batchUUID
    return json.dumps({"updatedAt": it.updatedAt, "batchUUID": it.batchUUID}) if more else None


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
    problem = f"{codes.UNKNOWN_MARKING}: {', '.join(unknown)}" if unknown else ""
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
        why=means.why,
        cancellable=it.isCancellable,
    )


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
    return ", ".join(error.detail or error.code for error in errors) or codes.NO_REASON


def card_cursor(payload: object, moment: str) -> str | None:
    """What must be copied into the next request, as JSON; None when this page was the last."""
    cursor = payload.get("cursor") if isinstance(payload, dict) else None
    it = one(cursor, wire.CardCursor)
    stamp = getattr(it, moment)
    return json.dumps({moment: stamp, "nmID": int(it.nmID)}) if stamp else None


def number(element: object) -> Iterable[str]:
    """An order's number that stands alone in a list."""
    yield wire.Number.model_validate({"id": element}).id


def supplies(elements: Iterable[object]) -> Sequence[wire.Supply]:
    """Those that can be read: one is looked for among all."""
    found, _ = each(elements, lambda element: [wire.Supply.model_validate(element)], "id")
    return found


def box(element: object) -> Iterable[str]:
    yield wire.Trbx.model_validate(element).id


def failed_results(payload: object, key: str) -> dict[str, dto.Committed]:
    """
    The elements of a batch answer of HTTP 200 that failed, by their `orderId` or `supplyId`.

    :raises OutcomeUnknown: an element cannot be read, so whom it is about and whether it failed is not known
    """
    results = payload.get("results") if isinstance(payload, dict) else None
    try:
        found, broken = each(rows(results), lambda element: [wire.Result.model_validate(element)], key)
    except ContractBroken as reason:
        raise OutcomeUnknown(reason.text) from reason
    if broken:
        raise OutcomeUnknown(f"{broken[0].key}: {broken[0].reason}")
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


def goods_return(element: object) -> Iterable[dto.RemoteReturn]:
    """
    One piece; what is no order of the seller's (sold from their warehouse) is called by its `srid`.

    {"srid": "ad38…", "orderId": 2034240826, "barcode": "1680063403480", "returnType": "…", "reason": "Цвет",
     "status": "В пути в пвз", "isStatusActive": 1, "readyToReturnDt": null, "dstOfficeAddress": "…"}
    """
    it = wire.Returned.model_validate(element)
    external_id = it.srid or it.shkId
    if not external_id:
        raise ValueError("srid: is missing")
    stage = _return_stage(it)
    fetched = stage is dto.ReturnStage.READY_FOR_PICKUP
    line = dto.ReturnLine(
        offer_id=it.barcode or it.nmId,
        stock_id="",
        pieces=1,
        reason=it.reason,
        why=meant(it.reason, codes.RETURN_WHY) or it.reason,
    )
    yield dto.RemoteReturn(
        external_id=external_id,
        number=it.orderId if it.orderId not in ("", "0") else external_id,
        kind=meant(it.returnType, codes.RETURN_KINDS) or dto.ReturnKind.OTHER,
        status=it.returnType,
        substatus=it.status,
        stage=stage,
        lines=[line],
        created_at=it.orderDt,
        changed_at=it.completedDt or it.readyToReturnDt or it.orderDt,
        place=it.dstOfficeAddress if fetched else "",
        keep_until=it.expiredDt if fetched else None,
        raw=element if isinstance(element, dict) else {},
    )


def _return_stage(it: wire.Returned) -> dto.ReturnStage | None:
    """By the times that are told: their statuses are sentences.  What was put away without any is new to us."""
    if it.completedDt:
        return dto.ReturnStage.RECEIVED
    if it.isStatusActive == 0:
        return None
    return dto.ReturnStage.READY_FOR_PICKUP if it.readyToReturnDt else dto.ReturnStage.COMING
