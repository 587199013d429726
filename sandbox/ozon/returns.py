"""Goods that come back: refused when they were handed out, or returned afterwards."""

from typing import Any

from sandbox.clock import iso_micro
from sandbox.exchange import Call
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import invalid
from sandbox.ozon.registry import method
from sandbox.ozon.state import Line, Posting, Return

Json = dict[str, Any]
TIMES = ("logistic_return_date", "storage_tariffication_start_date", "visual_status_change_moment")
WAY = ("WaitingShipment", "MovingToSeller", "ArrivedAtReturnPlace", "ReceivedBySeller")
NAMES = ("Ожидает отправки", "Едет к вам", "В пункте выдачи", "Вы получили возврат")
REFUSED = "Покупатель отказался при вручении: недоволен качеством товара"
PLACE = {"id": 23869688194000, "name": "Пункт возвратов", "address": "Россия, г. Подольск, Возвратная улица, д. 1"}
WEEK = 7 * 86_400


@method("/v1/returns/list")
def listed(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=500)
    wanted, last = fields.inner("filter"), fields.whole("last_id")
    given = [name for name in TIMES if wanted.has(name)]
    if len(given) > 1:
        raise invalid("Request validation error: use only one time filter")
    since, until = 0.0, float("inf")
    if given:
        span = wanted.inner(given[0])
        since, until = span.moment("time_from") or since, span.moment("time_to") or until
    schema, numbers = wanted.text("return_schema").upper(), wanted.texts("posting_numbers", high=50)
    found = [
        one
        for one in cabinet.returns.values()
        if one.return_id > last
        and since <= (one.changed if given == [TIMES[2]] else one.created) <= until
        and schema in ("", "FBS")
        and (not numbers or one.number in numbers)
    ]
    return {"returns": [_shape(cabinet, one) for one in found[:limit]], "has_next": len(found) > limit}


def _shape(cabinet: Cabinet, one: Return) -> Json:
    line, posting = one.line, cabinet.postings[one.number]
    price = {"currency_code": "RUB", "price": float(line.price)}
    state = WAY.index(one.state)
    got = iso_micro(one.changed) if one.state == WAY[-1] else None
    return {
        "id": one.return_id,
        "company_id": cabinet.seller.ozon_id,
        "return_reason_name": one.reason,
        "type": one.kind,
        "schema": "Fbs",
        "order_id": posting.order_id,
        "order_number": posting.order_number,
        "posting_number": one.number,
        "exemplars": [{"id": one.return_id * 10 + unit} for unit in range(line.quantity)],
        "place": PLACE,
        "target_place": PLACE,
        "storage": {"days": 0, "utilization_forecast_date": iso_micro(one.changed + WEEK)},
        "product": {
            "sku": line.sku,
            "offer_id": line.offer_id,
            "name": line.name,
            "quantity": line.quantity,
            "price": price,
            "price_without_commission": price,
            "commission_percent": 0,
            "commission": {"currency_code": "RUB", "price": 0},
        },
        "logistic": {"return_date": iso_micro(one.created), "final_moment": got, "barcode": f"ii{one.return_id}"},
        "visual": {
            "status": {"id": state + 1, "display_name": NAMES[state], "sys_name": one.state},
            "change_moment": iso_micro(one.changed),
        },
        "additional_info": {"is_opened": False, "is_super_econom": False},
        "source_id": 0,
        "clearing_id": posting.posting_id,
        "return_clearing_id": None,
    }


def comes_back(cabinet: Cabinet, posting: Posting, *, kind: str, reason: str) -> list[Return]:
    """This function will send the goods of a posting back: a return for each line."""
    return [_back(cabinet, posting, line, kind, reason) for line in posting.lines]


def _back(cabinet: Cabinet, posting: Posting, line: Line, kind: str, reason: str) -> Return:
    now = cabinet.clock.now()
    one = Return(
        return_id=cabinet.world.sequences.next("ozon/return", start=1_000_015_552),
        number=posting.number,
        kind=kind,
        reason=reason,
        state=WAY[0],
        line=line,
        created=now,
        changed=now,
    )
    cabinet.returns.put(one.return_id, one)
    return one


def move(cabinet: Cabinet, one: Return, state: str) -> None:
    """This function will bring goods a station further."""
    one.state, one.changed = state, cabinet.clock.now()
    cabinet.returns.touch(one.return_id)
