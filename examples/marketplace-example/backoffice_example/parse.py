"""Theirs → ours.  What cannot be understood raises `ContractBroken`, or stands apart where its neighbours are good."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from marketplaces import dto
from marketplaces.errors import ContractBroken

T = TypeVar("T")

STAGES: Mapping[str, dto.Stage] = {
    "new": dto.Stage.NEW,
    "packed": dto.Stage.PACKED,
    "on_the_way": dto.Stage.DELIVERING,
    "delivered": dto.Stage.DELIVERED,
    "cancelled": dto.Stage.CANCELLED,
}
REASONS: Mapping[str, dto.CancelReason] = {
    "out_of_stock": dto.CancelReason.OUT_OF_STOCK,
    "changed_mind": dto.CancelReason.CHANGED_MIND,
    "": dto.CancelReason.UNTOLD,
}
ACTORS: Mapping[str, dto.Actor] = {"buyer": dto.Actor.BUYER, "seller": dto.Actor.SELLER}
CODES: Mapping[str, dto.Code] = {
    "no_such_order": dto.Code.NOT_FOUND,
    "no_such_sku": dto.Code.NOT_FOUND,
    "packed_already": dto.Code.ALREADY_DONE,
    "cancelled": dto.Code.CANCELLED,
    "not_packed": dto.Code.NOT_READY,
    "wrong_pieces": dto.Code.WRONG_QUANTITY,
}


def rows(told: object, name: str) -> list[object]:
    """The list under a name."""
    found = _object(told).get(name)
    if not isinstance(found, list):
        raise ContractBroken(f"{name} is no list", payload=told)
    return found


def each(raw: Sequence[object], parse: Callable[[dict[str, Any]], T]) -> dto.Page[T]:
    """Every row on its own: one bad row does not spoil a page."""
    items, broken = [], []
    for place, row in enumerate(raw):
        try:
            items.append(parse(_object(row)))
        except ContractBroken as reason:
            key = row.get("number") or row.get("sku") if isinstance(row, dict) else None
            broken.append(dto.Broken(key=str(key or place)[:100], reason=reason.text, payload=row))
    return dto.Page(items=items, broken=broken)


def cursor(told: object) -> str:
    """The next page's cursor, "" at the end."""
    found = _object(told).get("cursor")
    return found if isinstance(found, str) else ""


def account(told: object) -> dto.Account:
    """{"id": "shop-1", "name": "Shop", "inn": "7707083893"}"""
    row = _object(told)
    return dto.Account(external_id=_text(row, "id"), name=_text(row, "name"), inn=str(row.get("inn") or ""))


def warehouse(row: dict[str, Any]) -> dto.RemoteWarehouse:
    """{"id": "1", "name": "Main"}"""
    return dto.RemoteWarehouse(external_id=_text(row, "id"), name=_text(row, "name"), scheme=dto.Scheme.FBS)


def listing(row: dict[str, Any]) -> dto.RemoteListing:
    """{"sku": "A-1", "name": "Mug", "barcodes": ["4600000000008"], "price": "100.00"}"""
    codes = row.get("barcodes")
    return dto.RemoteListing(
        offer_id=_text(row, "sku"),
        product_id=_text(row, "sku"),
        stock_id=_text(row, "sku"),
        title=_text(row, "name"),
        barcodes=[code for code in codes if isinstance(code, str)] if isinstance(codes, list) else [],
        price=_amount(row, "price"),
    )


def order(row: dict[str, Any]) -> dto.RemoteOrder:
    """{"number": "E-1", "state": "new", "warehouse": "1", "ordered_at": "2026-11-24T09:00:00Z",
    "lines": [{"id": "1", "sku": "A-1", "name": "Mug", "pieces": 2, "price": "100.00"}]}"""
    return dto.RemoteOrder(
        number=_text(row, "number"),
        scheme=dto.Scheme.FBS,
        warehouse_id=_text(row, "warehouse"),
        status=status(row),
        ordered_at=_moment(row, "ordered_at"),
        lines=[_line(_object(line)) for line in rows(row, "lines")],
        raw=row,
    )


def status(row: dict[str, Any]) -> dto.RemoteStatus:
    """A state that is new to us stays verbatim and is shown, never guessed."""
    state = _text(row, "state")
    stage = STAGES.get(state)
    told = dto.RemoteStatus(
        number=_text(row, "number"),
        status=state,
        stage=stage,
        handed=stage in (dto.Stage.DELIVERING, dto.Stage.DELIVERED),
    )
    if stage != dto.Stage.CANCELLED:
        return told
    reason = str(row.get("reason") or "")
    actor = ACTORS.get(str(row.get("cancelled_by")), dto.Actor.UNKNOWN)
    return replace(told, actor=actor, why=REASONS.get(reason), reason=reason)


def receipt(told: object, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
    """{"refused": [{"sku": "A-2", "error": "no_such_sku"}]}: everything else was taken."""
    refused = {}
    for row in map(_object, rows(told, "refused")):
        refused[_text(row, "sku")] = (code(row), str(row.get("message") or row.get("error") or ""))
    return dto.Receipt(
        accepted=[level.key for level in levels if level.stock_id not in refused],
        refused=[
            dto.Refused(key=level.key, code=refused[level.stock_id][0], text=refused[level.stock_id][1])
            for level in levels
            if level.stock_id in refused
        ],
    )


def stock(told: object, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
    """{"stock": {"A-1": 5}}"""
    held = _object(_object(told).get("stock"))
    found, broken = [], []
    for level in levels:
        pieces = held.get(level.stock_id, 0)
        if isinstance(pieces, int) and not isinstance(pieces, bool) and 0 <= pieces < 2**31:
            found.append(replace(level, pieces=pieces))
        else:
            broken.append(dto.Broken(key=level.stock_id, reason="pieces are no number", payload=pieces))
    return dto.Page(items=found, broken=broken)


def committed(told: object, number: str) -> dto.Committed:
    """{"parcels": ["E-1"]}"""
    parcels = [parcel for parcel in rows(told, "parcels") if isinstance(parcel, str)]
    return dto.Committed(number=number, state=dto.CommitState.DONE, numbers=parcels or [number])


def looked_up(told: object, number: str) -> dto.Committed:
    """What became of a packing whose answer was lost."""
    found = next((one for one in each(rows(told, "orders"), status).items if one.number == number), None)
    if found is None or found.stage is None:
        raise ContractBroken("the order is not told", payload=told)
    if found.stage == dto.Stage.NEW:
        return dto.Committed(number=number, state=dto.CommitState.NOT_STARTED)
    if found.stage == dto.Stage.CANCELLED:
        return dto.Committed(number=number, state=dto.CommitState.FAILED, code=dto.Code.CANCELLED, text=found.status)
    return dto.Committed(number=number, state=dto.CommitState.DONE, numbers=[number])


def labels(told: object, numbers: Sequence[str]) -> dto.Labels:
    """{"stickers": [{"number": "E-1", "pdf": "<base64>"}], "refused": [{"number": "E-2", "error": "cancelled"}]}"""
    ready = [_label(_object(row)) for row in rows(told, "stickers")]
    refused = [
        dto.Refused(key=_text(row, "number"), code=code(row), text=str(row.get("error") or ""))
        for row in map(_object, rows(told, "refused"))
    ]
    done = {label.number for label in ready} | {one.key for one in refused}
    return dto.Labels(ready=ready, refused=refused, pending=[number for number in numbers if number not in done])


def code(told: object) -> dto.Code:
    """{"error": "no_such_order"} in our words."""
    word = told.get("error") if isinstance(told, dict) else None
    return CODES.get(word, dto.Code.OTHER) if isinstance(word, str) else dto.Code.OTHER


def _label(row: dict[str, Any]) -> dto.RemoteLabel:
    try:
        content = base64.b64decode(_text(row, "pdf"), validate=True)
    except (binascii.Error, ValueError) as reason:
        raise ContractBroken("the sticker is no base64", payload=row) from reason
    return dto.RemoteLabel(number=_text(row, "number"), content=content, content_type="application/pdf")


def _line(row: dict[str, Any]) -> dto.RemoteLine:
    pieces = row.get("pieces")
    if isinstance(pieces, bool) or not isinstance(pieces, int) or not 0 < pieces < 100_000:
        raise ContractBroken("pieces are no number", payload=row)
    price = _amount(row, "price")
    if price is None:
        raise ContractBroken("no price", payload=row)
    sku = _text(row, "sku")
    return dto.RemoteLine(
        external_id=_text(row, "id"), offer_id=sku, stock_id=sku, title=_text(row, "name"), pieces=pieces, price=price
    )


def _object(told: object) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise ContractBroken("is no object", payload=told)
    return told


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ContractBroken(f"{name} is missing", payload=row)
    return value


def _amount(row: Mapping[str, Any], name: str) -> Decimal | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < 10**12:
        raise ContractBroken(f"{name} is no amount", payload=row)
    return amount


def _moment(row: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(row, name))
    except ValueError as reason:
        raise ContractBroken(f"{name} is no time", payload=row) from reason
    if not 2000 <= moment.year <= 2200:
        raise ContractBroken(f"{name} is no time of ours", payload=row)
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
