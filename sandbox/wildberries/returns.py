"""The report of goods that come back to the seller; a row is a piece."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.exchange import Answer, Call, Refused
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.registry import ANALYTICS, route
from sandbox.wildberries.state import Order, Return

Json = dict[str, Any]
MOSCOW = ZoneInfo("Europe/Moscow")
LONGEST = timedelta(days=31)
KEPT = 14 * 86_400
OFFICE = (310105, "Подольск, Возвратная улица, 1")


@route("GET", ANALYTICS, "/api/v1/analytics/goods-return", group="goods-return")
def report(cabinet: Cabinet, call: Call) -> Json:
    first, last = _day(call, "dateFrom"), _day(call, "dateTo")
    if last < first or last - first > LONGEST:
        raise _wrong("difference between dateFrom and dateTo should be less or equal 31 days")
    return {
        "report": [_row(cabinet, one) for one in cabinet.returns.values() if first <= _at(one.created).date() <= last]
    }


def _row(cabinet: Cabinet, one: Return) -> Json:
    order = cabinet.orders[one.order_id]
    good = cabinet.good(order)
    status = "Выдан" if one.completed else "Готов к выдаче" if one.ready else "В пути в пвз"
    return {
        "barcode": good.barcode,
        "brand": "",
        "completedDt": _stamp(one.completed),
        "dstOfficeAddress": OFFICE[1],
        "dstOfficeId": OFFICE[0],
        "expiredDt": _stamp(one.ready + KEPT if one.ready else None),
        "isStatusActive": 0 if one.completed else 1,
        "nmId": good.nm_id,
        "orderDt": _at(one.created).date().isoformat(),
        "orderId": order.order_id,
        "readyToReturnDt": _stamp(one.ready),
        "reason": one.reason,
        "returnType": one.kind,
        "shkId": order.order_id * 10 + 3,
        "srid": order.rid,
        "status": status,
        "stickerId": str(order.order_id * 10 + 2),
        "subjectName": good.name,
        "techSize": "0",
    }


def _at(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, MOSCOW)


def _stamp(stamp: float | None) -> str | None:
    """Their time is Moscow's, and does not say so."""
    return None if stamp is None else _at(stamp).strftime("%Y-%m-%dT%H:%M:%S")


def _day(call: Call, name: str) -> date:
    try:
        return date.fromisoformat(call.query.get(name, ""))
    except ValueError:
        raise _wrong(f"{name} is not a date") from None


def _wrong(detail: str) -> Refused:
    body = {"title": "Invalid request", "detail": detail, "requestId": "0", "origin": "goods-return"}
    return Refused(Answer(400, body))


def comes_back(cabinet: Cabinet, order: Order, *, kind: str, reason: str) -> Return:
    """This function will send a piece back."""
    one = Return(order_id=order.order_id, kind=kind, reason=reason, created=cabinet.clock.now())
    cabinet.returns.put(order.order_id, one)
    return one


def move(cabinet: Cabinet, one: Return, *, ready: float | None = None, completed: float | None = None) -> None:
    """This function will say that a piece may be fetched, or was."""
    one.ready, one.completed = ready or one.ready, completed or one.completed
    cabinet.returns.touch(one.order_id)
