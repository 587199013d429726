"""Their postings → our orders and statuses; the lists (/v4) and the single one (/v3) differ in their products."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.ozon import codes, wire

KOPECK = Decimal("0.01")


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
    reason = it.cancellation.cancel_reason.strip() if cancelled and it.cancellation else ""
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
        why=codes.WHY.get(reason) if cancelled else None,
        reason=reason,
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
        fee=_fee(line, money[1], it),
    )


def _fee(line: wire.Line, currency: str, it: wire.Posting) -> Decimal | None:
    """
    What Ozon says that it will take for the line.

    Nothing is said while both fee and payout are zero.  Whether the figures are of a piece or of the line is not
    documented, so for several pieces they must add up to one of both prices.
    """
    sold = [each for each in (it.financial_data or wire.Finance()).products if each.product_id == line.sku]
    if len(sold) != 1:
        return None
    told = sold[0]
    fee, of = told.commission_amount, told.commissions_currency_code
    if told.commission is not None:
        fee, of = told.commission.amount, told.commission.currency
    if fee is None or fee < 0 or of != currency or not (fee or told.payout):
        return None
    if line.quantity == 1:
        return fee
    if told.price is None or told.payout is None:
        return None
    of_a_piece, of_the_line = (abs(fee + told.payout - price) for price in (told.price, told.price * line.quantity))
    if of_the_line < KOPECK:
        return fee
    return fee * line.quantity if of_a_piece < KOPECK else None


def _numbered(lines: Sequence[dto.RemoteLine]) -> Sequence[dto.RemoteLine]:
    """A SKU that comes in two rows keeps both; the second is told apart by its number, its fee is told once."""
    seen: dict[str, int] = {}
    told = []
    for line in lines:
        seen[line.stock_id] = count = seen.get(line.stock_id, 0) + 1
        told.append(line if count == 1 else replace(line, external_id=f"{line.external_id}#{count}", fee=None))
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
    """Region and city are told of rFBS alone; where else a posting goes is told by the cluster of its delivery."""
    told = it.analytics_data or wire.Analytics()
    place = ", ".join(part for part in dict.fromkeys((told.region, told.city)) if part)
    return place or (it.financial_data.cluster_to if it.financial_data else "")


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
