"""Marking codes of orders: given while assembling, judged some seconds later, wanted before delivery."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.exchange import Answer, Call
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.orders import named
from sandbox.wildberries.reading import body, numbers
from sandbox.wildberries.refusals import refused
from sandbox.wildberries.registry import MARKETPLACE, route
from sandbox.wildberries.state import Order
from sandbox.world import World

Json = dict[str, Any]
GS = "\x1d"
MAY_SHIP = frozenset(
    {
        "filled",
        "optional",
        "deadlineExceeded",
        "sgtinIntroduced",
        "sgtinSoldB2B",
        "imeiMaySell",
        "imeiSoldB2B",
        "uinMaySell",
    }
)
# A serial that contains the word is judged so: a way to ask for each decision.
ASKED = ("NotFound", "Emitted", "AppliedNotPaid", "Applied", "WrittenOff", "Withdrawn", "Retired", "Disaggregated")
SIMPLE = {"uin": (16, 16), "imei": (15, 15), "gtin": (13, 13)}
DELETABLE = ("imei", "uin", "gtin", "sgtin", "customsDeclaration")
LOWEST_LIFE = timedelta(days=30)


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    def judged(sid: str, order: int, key: str) -> None:
        judge(cabinets[sid], cabinets[sid].orders[order], key)

    world.agenda.on("wb.mark", judged)


@route("PUT", MARKETPLACE, "/api/v3/orders/{orderId}/meta/sgtin", group="fbs-marks-put")
def put_sgtin(cabinet: Cabinet, call: Call) -> Answer:
    codes = body(call).get("sgtins")
    if not isinstance(codes, list) or any(not isinstance(code, str) for code in codes):
        raise refused("IncorrectRequestBody")
    if not 1 <= len(codes) <= 100 or any(not 16 <= len(code) <= 135 for code in codes):
        raise refused("IncorrectRequest")
    return _put(cabinet, call, "sgtin", codes[0] if len(codes) == 1 else ",".join(codes))


def _put_simple(key: str) -> Any:
    low, high = SIMPLE[key]

    def put(cabinet: Cabinet, call: Call) -> Answer:
        code = body(call).get(key)
        if not isinstance(code, str):
            raise refused("IncorrectRequestBody")
        if not low <= len(code) <= high:
            raise refused("IncorrectRequest")
        return _put(cabinet, call, key, code)

    return put


for _key in SIMPLE:
    route("PUT", MARKETPLACE, f"/api/v3/orders/{{orderId}}/meta/{_key}", group="fbs-marks-put")(_put_simple(_key))


@route("PUT", MARKETPLACE, "/api/v3/orders/{orderId}/meta/expiration", group="fbs-marks-put")
def put_expiration(cabinet: Cabinet, call: Call) -> Answer:
    text = body(call).get("expiration")
    if not isinstance(text, str):
        raise refused("IncorrectRequestBody")
    try:
        date = datetime.strptime(text, "%d.%m.%Y").replace(tzinfo=UTC)
    except ValueError:
        raise refused("IncorrectRequest") from None
    if date < datetime.fromtimestamp(cabinet.clock.now(), UTC) + LOWEST_LIFE:
        raise refused("LowExpirationDate")
    return _put(cabinet, call, "expiration", text)


@route("PUT", MARKETPLACE, "/api/marketplace/v3/orders/{orderId}/meta/customs-declaration", group="fbs-marks-put")
def put_declaration(cabinet: Cabinet, call: Call) -> Answer:
    text = body(call).get("customsDeclaration")
    if not isinstance(text, str):
        raise refused("IncorrectRequestBody")
    if not 17 <= len(text) <= 29:
        raise refused("IncorrectRequest")
    return _put(cabinet, call, "customsDeclaration", text)


def _put(cabinet: Cabinet, call: Call, key: str, value: str) -> Answer:
    order = named(cabinet, call)
    if key not in (*order.required, *order.optional):
        raise refused("MetaKeyNotRequired")
    if order.supplier_status != "confirm" or order.wb_status != "waiting":
        raise refused("FailedToUpdateMeta")
    if not call.silent:
        order.marks[key] = {"value": value, "decision": "pending"}
        cabinet.orders.touch(order.order_id)
        later = cabinet.world.agenda.later
        later(cabinet.tempo.mark_check, "wb.mark", sid=cabinet.seller.sid, order=order.order_id, key=key)
    return Answer(204)


@route("DELETE", MARKETPLACE, "/api/v3/orders/{orderId}/meta", group="fbs-marks")
def delete(cabinet: Cabinet, call: Call) -> Answer:
    order, key = named(cabinet, call), call.query.get("key", "")
    if key not in DELETABLE:
        raise refused("IncorrectParameter")
    if order.supplier_status != "confirm":
        raise refused("FailedToUpdateMeta")
    if not call.silent:
        order.marks.pop(key, None)
        cabinet.orders.touch(order.order_id)
    return Answer(204)


@route("POST", MARKETPLACE, "/api/marketplace/v3/orders/meta", group="fbs-marks", writes=False)
def read(cabinet: Cabinet, call: Call) -> Json:
    wanted = numbers(call, "orders", high=100)
    known = [cabinet.orders[number] for number in wanted if number in cabinet.orders]
    return {"orders": [{"id": order.order_id, "metaDetails": details(order)} for order in known]}


def details(order: Order) -> list[Json]:
    """This function will give every key of an order with its value and decision."""
    rows = []
    for key in dict.fromkeys([*order.required, *order.optional]):
        empty = {"value": None, "decision": "required" if key in order.required else "optional"}
        rows.append({"key": key, **order.marks.get(key, empty)})
    return rows


def blocking(order: Order) -> list[Json]:
    """This function will give the rows that forbid delivery."""
    named = [row for row in details(order) if row["key"] in order.required and row["decision"] not in MAY_SHIP]
    # Here an absent value is the word "null", as the specification's example has it.
    return [{**row, "value": row["value"] or "null"} for row in named]


def judge(cabinet: Cabinet, order: Order, key: str) -> None:
    """This function will decide about a code that was given."""
    mark = order.marks.get(key)
    if mark is not None and mark["decision"] == "pending":
        mark["decision"] = _decision(cabinet, order, key, mark["value"])
        cabinet.orders.touch(order.order_id)


def _decision(cabinet: Cabinet, order: Order, key: str, value: str) -> str:
    if key == "sgtin":
        return next(
            (word for word in (_sgtin(cabinet, order, code) for code in value.split(",")) if word), "sgtinIntroduced"
        )
    if key == "imei":
        return "imeiMaySell" if value.isdigit() else "imeiInvalidFormat"
    if key == "uin":
        return "uinMaySell" if value.isdigit() else "uinInvalidFormat"
    return "filled"


def _sgtin(cabinet: Cabinet, order: Order, code: str) -> str:
    """The blocking word, or nothing for a good code."""
    if re.search(r"[^\x00-\x7f]", code):
        return "sgtinHasNonLatinSymbols"
    if any(letter < " " and letter != GS for letter in code):
        return "sgtinHasInvalidSymbols"
    if not code.startswith("01") or code[16:18] != "21" or not code[2:16].isdigit():
        return "sgtinInvalidFormat"
    if len(code) > 38 and GS not in code:
        return "sgtinNoGS"
    serial = code[18:].split(GS)[0].lower()
    for word in ASKED:
        if word.lower() in serial:
            return f"sgtin{word}"
    elsewhere = (
        known.marks["sgtin"]["value"]
        for known in cabinet.orders.values()
        if "sgtin" in known.marks and known is not order and known.supplier_status != "cancel"
    )
    return "sgtinApplied" if code in elsewhere else ""
