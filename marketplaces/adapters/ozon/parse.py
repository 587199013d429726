"""Theirs → ours, item by item: what cannot be understood raises ValueError and becomes `Broken`."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.ozon import codes, wire
from marketplaces.errors import ContractBroken


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


def status_of(it: wire.Posting) -> dto.RemoteStatus:
    """This function will say what a posting's status means; a status that is new to us has no stage."""
    cancellable = "cancel" in it.available_actions if it.available_actions else None
    meaning = codes.STATUSES.get(it.status)
    if meaning is None:
        problem = f"{codes.UNKNOWN_STATUS}: {it.status}"
        return dto.RemoteStatus(
            number=it.posting_number, status=it.status, substatus=it.substatus, problem=problem, cancellable=cancellable
        )
    cancelled = it.status == "cancelled"
    return dto.RemoteStatus(
        number=it.posting_number,
        status=it.status,
        substatus=it.substatus,
        stage=meaning.stage,
        actor=_actor(it.cancellation) if cancelled else meaning.actor,
        problem=_problem(it, meaning),
        handed=meaning.handed or (cancelled and it.delivering_date is not None),
        hidden=meaning.hidden,
        cancellable=cancellable,
    )


def _problem(it: wire.Posting, meaning: codes.Meaning) -> str:
    known = codes.SUBSTATUSES.get(it.substatus)
    if known is None:
        return f"{codes.UNKNOWN_SUBSTATUS}: {it.substatus}"
    if "set_cutoff" in it.available_actions and meaning.stage is dto.Stage.NEW:
        return meaning.problem or known or codes.SET_CUTOFF
    return meaning.problem or known


def _actor(cancellation: wire.Cancellation | None) -> dto.Actor:
    if cancellation is None:
        return dto.Actor.UNKNOWN
    told = codes.ACTORS.get(cancellation.cancellation_type)
    return told or codes.ACTORS.get(cancellation.cancellation_initiator, dto.Actor.UNKNOWN)


def order_of_list(element: object, *, now: datetime) -> Iterable[dto.RemoteOrder]:
    """
    A posting of the /v4 lists.

    {"posting_number": "41517061-0214-1", "status": "awaiting_packaging", "delivery_method": {"warehouse_id": 17023},
     "products": [{"sku": 4116250392, "offer_id": "S52", "quantity": 1, "price": {"amount": "300", "currency": "RUB"}}]}
    """
    it = wire.Posting.model_validate(element)
    lines = [wire.LineOfList.model_validate(product) for product in _products(element)]
    money = [(line.price.amount, line.price.currency) if line.price else (None, "RUB") for line in lines]
    yield _order(it, element, lines, money, now=now)


def order_of_get(element: object, *, now: datetime) -> Iterable[dto.RemoteOrder]:
    """
    A posting of /v3/posting/fbs/get: prices are texts beside their currency.

    {"posting_number": "0132112277-0101-1", "status": "awaiting_packaging", "delivery_method": {"warehouse_id": 17023},
     "products": [{"sku": 827098843, "offer_id": "SK-58", "quantity": 1, "price": "1530.0000", "currency_code": "RUB"}]}
    """
    it = wire.Posting.model_validate(element)
    lines = [wire.LineOfGet.model_validate(product) for product in _products(element)]
    yield _order(it, element, lines, [(line.price, line.currency_code) for line in lines], now=now)


def _products(element: object) -> list[object]:
    products = element.get("products") if isinstance(element, dict) else None
    if products is None:
        return []
    if not isinstance(products, list):
        raise ValueError("products: is not a list")
    return products


def _order(
    it: wire.Posting,
    element: object,
    lines: Sequence[wire.Line],
    money: Sequence[tuple[Decimal | None, str]],
    *,
    now: datetime,
) -> dto.RemoteOrder:
    status = status_of(it)
    if not lines and not status.hidden:
        raise ValueError("products: there are none")
    if any(price is None for price, _ in money):
        status = replace(status, problem=status.problem or codes.NO_PRICE)
    legal = bool((it.analytics_data and it.analytics_data.is_legal) or (it.legal_info and it.legal_info.inn))
    return dto.RemoteOrder(
        number=it.posting_number,
        scheme=scheme_of(it),
        warehouse_id=_warehouse_of(it),
        status=status,
        ordered_at=it.in_process_at or now,
        lines=_numbered([_line(line, price, it) for line, price in zip(lines, money, strict=True)]),
        ship_by=it.shipment_date,
        basket=it.order_number,
        cargo=_cargo(it),
        replaces=it.parent_posting_number,
        region=_region(it),
        is_business=legal,
        barcode=barcode_of(it.barcodes),
        buyer=_buyer(it),
        raw=element if isinstance(element, dict) else {},
    )


def _line(line: wire.Line, money: tuple[Decimal | None, str], it: wire.Posting) -> dto.RemoteLine:
    needed = it.requirements or wire.Requirements()
    possible = (it.optional or wire.Possible()).products_with_possible_mandatory_mark
    marks = [kind for name, kind in codes.REQUIREMENTS.items() if line.sku in getattr(needed, name)]
    optional = [dto.MarkKind.SGTIN] if line.sku in possible and dto.MarkKind.SGTIN not in marks else []
    return dto.RemoteLine(
        external_id=line.sku,
        offer_id=line.offer_id,
        stock_id=line.sku,
        title=line.name,
        pieces=line.quantity,
        price=money[0] if money[0] is not None else Decimal(0),
        currency=money[1],
        marks=list(dict.fromkeys(marks)),
        optional_marks=optional,
    )


def _numbered(lines: Sequence[dto.RemoteLine]) -> Sequence[dto.RemoteLine]:
    """A SKU that comes in two rows keeps both; the second is told apart by its number."""
    seen: dict[str, int] = {}
    told = []
    for line in lines:
        seen[line.stock_id] = count = seen.get(line.stock_id, 0) + 1
        told.append(line if count == 1 else replace(line, external_id=f"{line.external_id}#{count}"))
    return told


def scheme_of(it: wire.Posting) -> dto.Scheme:
    """This function will name the scheme by the flow, then by the carrier's integration; FBS when neither tells."""
    if it.is_click_and_collect:
        return dto.Scheme.PICKUP
    if it.is_express:
        return dto.Scheme.EXPRESS
    return codes.FLOWS.get(it.integration_type_flow) or codes.FLOWS.get(it.tpl_integration_type, dto.Scheme.FBS)


def _warehouse_of(it: wire.Posting) -> str:
    method = it.delivery_method or wire.DeliveryOf()
    found = method.warehouse_id or (it.analytics_data and it.analytics_data.warehouse_id) or method.id
    if not found:
        raise ValueError("delivery_method.warehouse_id: is missing")
    return found


def _cargo(it: wire.Posting) -> str:
    """Carriages are made per delivery method, and apart for goods that Belarus traces."""
    method = it.delivery_method or wire.DeliveryOf()
    parts = [method.id] if method.id and method.id != method.warehouse_id else []
    return ":".join([*parts, "traceable"] if it.require_blr_traceable_attrs else parts)


def _region(it: wire.Posting) -> str:
    told = it.analytics_data or wire.Analytics()
    return ", ".join(part for part in dict.fromkeys((told.region, told.city)) if part)


def barcode_of(barcodes: wire.Barcodes | None) -> str:
    """This function will give what a scanner reads on the sticker; "0" and "" mean that there is none yet."""
    if barcodes is None:
        return ""
    return next((code for code in (barcodes.scanit, barcodes.upper_barcode) if code not in ("", "0")), "")


def _buyer(it: wire.Posting) -> dto.Buyer | None:
    people = [person for person in (it.customer, it.addressee) if person]
    address = it.customer.address if it.customer else None
    buyer = dto.Buyer(
        name=next((person.name for person in people if person.name), ""),
        phone=next((person.phone for person in people if person.phone), ""),
        address=", ".join(
            part for part in (address.zip_code, address.region, address.city, address.address_tail) if part
        )
        if address
        else "",
        comment=address.comment if address else "",
    )
    return None if buyer == dto.Buyer() else buyer


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
