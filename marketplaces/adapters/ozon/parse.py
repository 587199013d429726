"""Theirs → ours, item by item: what cannot be understood raises ValueError and becomes `Broken`."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.ozon import codes, wire
from marketplaces.errors import ContractBroken
from marketplaces.http import reading


def permissions(roles: wire.Roles) -> Sequence[dto.Permission]:
    """This function will hold the key's methods against those we need; a shorter path permits what is below it."""
    allowed = [method.rstrip("/") for role in roles.roles for method in role.methods]
    everything = any(role.name.lower() == codes.ALL_METHODS_ROLE for role in roles.roles)

    def may(method: str) -> bool:
        return everything or any(method == path or method.startswith(f"{path}/") for path in allowed)

    return [
        dto.Permission(
            name=group.name,
            granted=all(may(method) for method in group.methods),
            needed=group.needed,
            methods=[method for method in group.methods if not may(method)] or list(group.methods),
        )
        for group in codes.PERMISSIONS
    ]


def warehouse(it: wire.Warehouse, *, methods: Sequence[wire.DeliveryMethod] | None) -> dto.RemoteWarehouse:
    """
    This function will say what a warehouse is.

    methods: the delivery methods of all rFBS warehouses, None when they are not known.
    """
    active = it.status in codes.WAREHOUSE_ACTIVE and it.pause_at is None
    scheme = dto.Scheme.EXPRESS if it.is_express else dto.Scheme.DBS if it.is_rfbs else dto.Scheme.FBS
    if it.is_rfbs and methods is not None:
        own = [method for method in methods if method.warehouse_id == it.warehouse_id]
        active = active and any(method.status in codes.METHOD_ACTIVE for method in own)
        if own and all(method.tpl_integration_type == "click_and_collect" for method in own):
            scheme = dto.Scheme.PICKUP
    label = it.carriage_label_type if it.carriage_label_type in ("big", "small") else ""
    return dto.RemoteWarehouse(
        external_id=it.warehouse_id,
        name=it.name,
        scheme=scheme,
        active=active,
        cargo_type="kgt" if it.is_kgt else "",
        label_format=label,
    )


def listing(element: object) -> Iterable[dto.RemoteListing]:
    """{"id": 313455276, "offer_id": "PH11042", "sku": 137208233, "name": "…", "price": "1530.0000"}."""
    it = wire.Product.model_validate(element)
    archived = it.is_archived or it.is_autoarchived
    status = it.statuses.status if it.statuses else ""
    sku = it.sku or next((source.sku for source in it.sources if source.sku and source.source != "fbo"), "")
    yield dto.RemoteListing(
        offer_id=it.offer_id,
        product_id=it.id,
        stock_id=sku,
        title=it.name,
        barcodes=[barcode for barcode in it.barcodes if barcode],
        archived=archived,
        sellable=bool(sku) and not archived and status in ("", codes.SELLABLE),
        price=it.price,
        currency=it.currency_code,
        complaints=list(_complaints(it)),
    )


def _complaints(it: wire.Product) -> Iterable[str]:
    for error in it.errors:
        if error.level == "error_level_internal":
            continue
        texts = error.texts or wire.Texted()
        said = texts.message or texts.short_description or texts.description or error.code
        where = texts.attribute_name or error.field
        if said:
            yield f"{where}: {said}" if where else said
    if it.statuses and it.statuses.status_failed and it.statuses.status_description:
        yield it.statuses.status_description


def stock_row(element: object) -> Iterable[tuple[wire.StockRow, int]]:
    """This function will read one pair and what is free to sell in it."""
    it = wire.StockRow.model_validate(element)
    yield it, it.free_stock if it.free_stock is not None else it.present - it.reserved


def price_row(element: object) -> Iterable[dto.PriceLevel]:
    """{"product_id": 1000123456, "offer_id": "T-1", "price": {"price": 2999.99, "currency_code": "RUB"}}."""
    it = wire.PriceRow.model_validate(element)
    if it.price.price is None:
        raise ValueError("price.price: is missing")
    yield dto.PriceLevel(
        offer_id=it.offer_id,
        product_id=it.product_id,
        price=it.price.price,
        old_price=it.price.old_price or Decimal(0),
        min_price=it.price.min_price,
        currency=it.price.currency_code,
    )


def own_row(element: object, *, names: dict[str, str]) -> Iterable[dto.OwnStock]:
    """{"sku": 1, "offer_id": "T-1", "warehouse_id": 2, "present": 5, "reserved": 1}."""
    it = wire.OwnRow.model_validate(element)
    yield dto.OwnStock(
        warehouse_id=it.warehouse_id,
        warehouse_name=names.get(it.warehouse_id, ""),
        offer_id=it.offer_id,
        stock_id=it.sku,
        pieces=it.present,
        reserved=it.reserved,
    )


def goods_return(element: object) -> Iterable[dto.RemoteReturn]:
    """
    Goods of one posting that come back.

    {"id": "1000015552", "type": "FullReturn", "posting_number": "58544282-0057-1", "return_reason_name": "…",
     "product": {"sku": "1100526203", "offer_id": "81451", "quantity": 1, "price": {"price": "3318", …}},
     "visual": {"status": {"sys_name": "ArrivedAtReturnPlace"}, "change_moment": "2024-07-29T06:15:48.998146Z"}}
    """
    it = wire.Return.model_validate(element)
    visual, logistic, product = it.visual or wire.Visual(), it.logistic or wire.ReturnLogistic(), it.product
    state = visual.status.sys_name if visual.status else ""
    stage = codes.RETURN_STAGES.get(state)
    if logistic.final_moment and stage not in codes.RETURN_OVER:
        stage = dto.ReturnStage.RECEIVED
    fetched = stage is dto.ReturnStage.READY_FOR_PICKUP
    line = dto.ReturnLine(
        offer_id=product.offer_id,
        stock_id=product.sku,
        pieces=product.quantity,
        reason=it.return_reason_name,
        why=reading.meant(it.return_reason_name, codes.RETURN_WHY) or it.return_reason_name,
    )
    price = product.price or wire.PriceOf()
    yield dto.RemoteReturn(
        external_id=it.id,
        number=it.posting_number,
        kind=codes.RETURN_KINDS.get(it.type, dto.ReturnKind.OTHER),
        status="",
        substatus=state,
        stage=stage,
        lines=[line],
        created_at=logistic.return_date or logistic.technical_return_moment,
        changed_at=visual.change_moment,
        amount=None if price.price is None else price.price * product.quantity,
        currency=price.currency_code,
        place=", ".join(part for part in (it.target_place.name, it.target_place.address) if part)
        if it.target_place and fetched
        else "",
        keep_until=it.storage.utilization_forecast_date if it.storage and fetched else None,
        needs_decision=state in codes.DECISION_WANTED,
        raw=element if isinstance(element, dict) else {},
    )


def verdicts(number: str, told: wire.Exemplars) -> Sequence[dto.MarkVerdict]:
    """This function will list what Ozon says of each code of a posting."""
    found = []
    for exemplar in (exemplar for product in told.products for exemplar in product.exemplars):
        found += [
            _verdict(number, codes.MARK_KINDS.get(mark.mark_type), mark.mark, mark.check_status, mark.error_codes)
            for mark in exemplar.marks
        ]
        found.append(
            _verdict(number, dto.MarkKind.CUSTOMS, exemplar.gtd, exemplar.gtd_check_status, exemplar.gtd_error_codes)
        )
        found.append(
            _verdict(number, dto.MarkKind.RNPT, exemplar.rnpt, exemplar.rnpt_check_status, exemplar.rnpt_error_codes)
        )
        weight = f"{exemplar.weight:f}" if exemplar.weight else ""
        found.append(
            _verdict(number, dto.MarkKind.WEIGHT, weight, exemplar.weight_check_status, exemplar.weight_error_codes)
        )
    return [verdict for verdict in found if verdict]


def _verdict(
    number: str, kind: dto.MarkKind | None, value: str, state: str, errors: Sequence[str]
) -> dto.MarkVerdict | None:
    if kind is None or not value:
        return None
    return dto.MarkVerdict(
        number=number,
        kind=kind,
        value=value,
        state=state,
        pending=state in codes.MARK_CHECKING,
        blocking=state not in codes.MARK_PASSED and state not in codes.MARK_CHECKING,
        text=", ".join(errors),
    )


def document(body: bytes, payload: object, *, magic: bytes) -> bytes:
    """
    This function will find a file in an answer: the bytes themselves, or base64 in `file_content`.

    :raises ContractBroken: the answer holds no such file
    """
    if body.startswith(magic):
        return body
    content = payload.get("file_content") if isinstance(payload, dict) else None
    if isinstance(content, str):
        try:
            decoded = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            decoded = content.encode("latin-1", "ignore")
        if decoded.startswith(magic):
            return decoded
    raise ContractBroken("the answer is not the file that was asked for")
