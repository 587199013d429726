"""A scripted Wildberries for the adapter's tests: answers by method and path, and keeps every request."""

import base64
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marketplaces.adapters.wildberries.adapter import Wildberries
from marketplaces.ports import Answer, Limit
from tests.contract import specs

SPECS = {
    "common-api": "01-general",
    "content-api": "02-items",
    "discounts-prices-api": "02-items",
    "seller-analytics-api": "11-analytics",
}
OF_SELLER = re.compile(r"/api/v3/(stocks|warehouses|offices)(/|$)")
GOODS_RETURN = "/api/v1/analytics/goods-return"
SELLER = "e8923014-e233-4708-898e-3cc86d67ea61"


def at_hand() -> bool:
    """Without the specifications the tests still run; where they are required, their absence is a failure."""
    folder = Path(os.environ.get("SPECS_DIR") or specs.ROOT.parent / "shared" / "specs")
    return folder.is_dir() or os.environ.get("SPECS_REQUIRED") == "1"


def spec_of(host: str, path: str) -> specs.Spec:
    """This function will load the file in which a method of this host is documented."""
    if path == "/ping":
        return specs.load_wildberries("01-general")
    if host == "marketplace-api":
        return specs.load_wildberries("02-items" if OF_SELLER.match(path) else "03-orders-fbs")
    return specs.load_wildberries("12-reports" if path == GOODS_RETURN else SPECS[host])


@dataclass(frozen=True, kw_only=True)
class Asked:
    method: str
    path: str
    host: str
    query: Mapping[str, str | int]
    body: Any
    write: bool
    limits: Sequence[Limit]
    headers: Mapping[str, str]


@dataclass
class Server:
    """
    Implements `ports.Send`.

    answers: (method, path pattern, answer) in order; an answer is (status, body), an exception, a callable of the
    request, or a list of these that are given one after another, the last one for ever.
    validate: compare every request, and every answer of ours, with the official specification.
    """

    validate: bool = True
    validate_answers: bool = True
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[str, re.Pattern[str], Any]] = field(default_factory=list)

    def on(self, method: str, pattern: str, *answers: Any) -> "Server":
        self.answers.insert(0, (method, re.compile(pattern), list(answers)))
        return self

    def paths(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self.asked]

    def of(self, method: str, pattern: str) -> list[Asked]:
        return [one for one in self.asked if one.method == method and re.fullmatch(pattern, one.path)]

    def __call__(
        self,
        method: str,
        path: str,
        *,
        limits: Sequence[Limit],
        host: str = "",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
        write: bool = False,
        timeout_s: float = 30.0,
    ) -> Answer:
        asked = Asked(
            method=method, path=path, host=host, query=query or {}, body=json, write=write,
            limits=limits, headers=headers or {},
        )  # fmt: skip
        self.asked.append(asked)
        if self.validate and at_hand():
            specs.validate_request(spec_of(host, path), method, path, json, query or {})
        return self._answer(asked)

    def _answer(self, asked: Asked) -> Answer:
        for method, pattern, answers in self.answers:
            if method == asked.method and pattern.fullmatch(asked.path):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                return self._made(asked, answer(asked) if callable(answer) else answer)
        raise AssertionError(f"unexpected request: {asked.method} {asked.path}")

    def _made(self, asked: Asked, answer: Any) -> Answer:
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        if self.validate_answers and at_hand() and not isinstance(body, bytes):
            specs.validate_response(spec_of(asked.host, asked.path), asked.method, asked.path, status, body)
        return answered(status, body)


def answered(status: int, body: Any = None) -> Answer:
    """body: JSON, raw bytes, or None for none."""
    raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers={"content-type": "application/json"}, body=raw)


def token(**claims: Any) -> str:
    """This function will make an unsigned token with these claims."""
    parts = [{"alg": "ES256", "typ": "JWT"}, {"sid": SELLER, "acc": 3, "exp": 1_800_000_000, "s": 30, **claims}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".sig"


def adapter(server: Server, **claims: Any) -> Wildberries:
    return Wildberries(credentials={"token": token(**claims)}, send=server)


def order(number: int, **more: Any) -> dict[str, Any]:
    """An assembly order as `GET /api/v3/orders/new` tells it."""
    return {
        "address": None,
        "deliveryType": "fbs",
        "scanPrice": None,
        "salePrice": 150000,
        "comment": "",
        "orderUid": "165918930_629fbc924b984618a44354475ca58675",
        "article": "MUG-1",
        "colorCode": "",
        "rid": f"rid{number}.0.0",
        "createdAt": "2026-11-24T04:00:00Z",
        "offices": ["Калуга"],
        "skus": ["4600000000017"],
        "id": number,
        "warehouseId": 658434,
        "officeId": 123,
        "nmId": 12345678,
        "chrtId": 987654321,
        "price": 101400,
        "finalPrice": 101400,
        "convertedPrice": 101450,
        "convertedFinalPrice": 101450,
        "currencyCode": 643,
        "convertedCurrencyCode": 643,
        "cargoType": 1,
        "crossBorderType": 0,
        "isZeroOrder": False,
        "isPickupPointShipmentAllowed": True,
        "requiredMeta": [],
        "optionalMeta": [],
        "options": {"isB2B": False},
        **more,
    }


def listed(number: int, **more: Any) -> dict[str, Any]:
    """The same order as `GET /api/v3/orders` tells it: without marks and final prices."""
    missing = ("requiredMeta", "optionalMeta", "finalPrice", "convertedFinalPrice", "salePrice")
    short = {key: value for key, value in order(number).items() if key not in missing}
    return {**short, "supplyId": "WB-GI-1", **more}


def status(number: int, supplier: str = "confirm", wb: str = "waiting", *, cancellable: bool = True) -> dict[str, Any]:
    return {"id": number, "supplierStatus": supplier, "wbStatus": wb, "isCancellable": cancellable}


def supply(name: str = "KEY-1", *, done: bool = False, **more: Any) -> dict[str, Any]:
    return {
        "id": "WB-GI-1",
        "isB2b": False,
        "isPickupPointShipmentAllowed": True,
        "done": done,
        "createdAt": "2026-11-24T04:00:00Z",
        "closedAt": None,
        "scanDt": None,
        "name": name,
        "cargoType": 1,
        "crossBorderType": 0,
        "destinationOfficeId": None,
        "recommendedWhId": 0,
        **more,
    }


def refusal(word: str, message: str = "no", **more: object) -> dict[str, object]:
    return {"code": word, "message": message, **more}
