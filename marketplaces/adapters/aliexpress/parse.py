"""Theirs → ours: orders, and how far their shipments are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from marketplaces import dto
from marketplaces.adapters.aliexpress import codes, wire
from marketplaces.http.keys import key_of

WAREHOUSE = "shop"
KOPECK = Decimal("0.01")


def order(element: object, *, now: datetime, scheme: dto.Scheme) -> Iterable[dto.RemoteOrder]:
    """
    scheme: that of the account, where the order itself does not say who delivers.

    {"id": 5044440000000001, "created_at": "2026-11-24T10:00:00Z", "status": "InProgress",
     "order_display_status": "WaitSendGoods", "order_lines": [{"id": 1, "sku_id": "12000", "sku_code": "A-1",
     "item_price": 99000, "quantity": 1.0}], "logistic_orders": null, "pre_split_postings": null}
    """
    it = wire.Order.model_validate(element)
    if not it.order_lines:
        raise ValueError("order_lines: there are none")
    status = status_of(it)
    if any(not line.sku_code for line in it.order_lines):
        status = replace(status, problem=status.problem or codes.NO_ARTICLE)
    where = it.delivery_info or wire.DeliveryInfo()
    receiver = where.receiver or wire.Receiver()
    buyer = dto.Buyer(
        name=(receiver.name or it.buyer_name).strip(),
        phone=receiver.phone or it.buyer_phone,
        address=it.delivery_address,
    )
    yield dto.RemoteOrder(
        number=it.id,
        scheme=scheme_of(it, scheme),
        warehouse_id=WAREHOUSE,
        status=status,
        ordered_at=it.created_at or now,
        lines=_with_fees([_line(line) for line in it.order_lines], it.commission),
        ship_by=it.cut_off_date or it.shipping_deadline,
        region=", ".join(part for part in dict.fromkeys((where.region, where.city)) if part),
        barcode=next((one.track_number for one in alive(it) if one.track_number), ""),
        buyer=None if buyer == dto.Buyer() else buyer,
        raw=element if isinstance(element, dict) else {},
    )


def scheme_of(it: wire.Order, scheme: dto.Scheme) -> dto.Scheme:
    """Each posting says who delivers, not the account; the setting decides where none says it."""
    told = [codes.SCHEMES[one.logistics_type.lower()] for one in it.pre_split_postings
            if one.logistics_type.lower() in codes.SCHEMES]  # fmt: skip
    return told[0] if told else scheme


def _with_fees(lines: Sequence[dto.RemoteLine], told: wire.Commission | None) -> list[dto.RemoteLine]:
    """The order's one fee goes to its lines by their money, to the kopeck; what an affiliate gets is not among it."""
    whole = sum(line.price * line.pieces for line in lines)
    if told is None or not whole:
        return list(lines)
    fee, so_far, given, shared = Decimal(told.platform_fee) / 100, Decimal(0), Decimal(0), []
    for line in lines:
        so_far += line.price * line.pieces
        upto = (fee * so_far / whole).quantize(KOPECK)
        shared.append(replace(line, fee=upto - given))
        given = upto
    return shared


def _line(line: wire.Line) -> dto.RemoteLine:
    """What the buyer pays for a piece, in roubles; kopecks over there."""
    total = line.total_amount if line.total_amount is not None and line.total_amount >= 0 else None
    kopecks = Decimal(total) / line.quantity if total is not None else Decimal(line.item_price)
    return dto.RemoteLine(
        external_id=line.id,
        offer_id=line.sku_code or line.sku_id,
        stock_id=line.sku_id or key_of(line.sku_code),
        title=line.name,
        pieces=line.quantity,
        price=(kopecks / 100).quantize(Decimal("0.01")),
    )


def alive(it: wire.Order) -> list[wire.Shipment]:
    """The shipments that were not undone."""
    return [one for one in it.logistic_orders if one.status not in codes.SHIPMENT_GONE]


def status_of(it: wire.Order) -> dto.RemoteStatus:
    """This function will say where an order stands; only the reason of its end tells a delivery from a cancellation."""
    word, substatus = it.order_display_status or it.status, it.finish_reason
    shipments = alive(it)
    known = [codes.SHIPMENTS[one.status] for one in shipments if one.status in codes.SHIPMENTS]
    substatus = substatus or ", ".join(dict.fromkeys(one.status for one in shipments))[:100]
    base = codes.DISPLAY.get(word)
    if base is None or len(known) < len(shipments):
        strange = word if base is None else next(one.status for one in shipments if one.status not in codes.SHIPMENTS)
        problem = f"{codes.UNKNOWN_STATUS}: {strange or '-'}"
        return dto.RemoteStatus(number=it.id, status=word or "-", substatus=substatus, problem=problem)
    told = partial(dto.RemoteStatus, number=it.id, status=word, substatus=substatus)
    least = min(known, key=lambda pair: pair[0])[1] if known else None
    over = it.status in ("Finished", "Cancelled") or base.stage in (dto.Stage.CANCELLED, dto.Stage.DELIVERED)
    if over and it.finish_reason and it.finish_reason not in codes.DELIVERED_BECAUSE:
        actor = codes.CANCELLED_BY.get(it.finish_reason, dto.Actor.UNKNOWN)
        gone = it.finish_reason == codes.NOT_COLLECTED or any(meaning.handed for _, meaning in known)
        return told(stage=dto.Stage.CANCELLED, actor=actor, handed=gone, why=codes.WHY.get(it.finish_reason))
    if base.stage is dto.Stage.CANCELLED or it.status == "Cancelled":
        gone = bool(least and least.handed)
        why = codes.WHY.get(it.finish_reason, dto.CancelReason.UNTOLD)
        return told(stage=dto.Stage.CANCELLED, actor=dto.Actor.UNKNOWN, handed=gone, why=why)
    if word in codes.MOVING or word in codes.FLAGS:
        meaning = least or base
        return told(stage=meaning.stage, problem=base.problem or meaning.problem, handed=meaning.handed)
    return told(stage=base.stage, problem=base.problem, handed=base.handed)
