"""
The marketplace itself, small: one shop in memory, over HTTP.

    python -m backoffice_example.server 8300

Connect a channel to `http://127.0.0.1:8300` with the token "example-token".
"""

import base64
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "example-token"  # noqa: S105  a secret of nobody
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
Json = dict[str, Any]


@dataclass
class Shop:
    """orders by number, stock by SKU, and what is sold."""

    goods: list[Json] = field(default_factory=list)
    orders: dict[str, Json] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    numbers: int = 0

    def buy(self, sku: str, pieces: int = 1) -> str:
        """This function will let a buyer order; the stock falls by itself."""
        self.numbers += 1
        number = f"E-{self.numbers}"
        good = next(good for good in self.goods if good["sku"] == sku)
        line = {"id": "1", "sku": sku, "name": good["name"], "pieces": pieces, "price": good["price"]}
        self.stock[sku] = max(0, self.stock.get(sku, 0) - pieces)
        self.orders[number] = {
            "number": number,
            "state": "new",
            "warehouse": "1",
            "ordered_at": "2026-11-24T09:00:00+00:00",
            "lines": [line],
        }
        return number

    def answer(self, method: str, path: str, query: Json, body: Json, token: str) -> tuple[int, Json]:
        """One request; status and answer."""
        if token != f"Bearer {TOKEN}":
            return 401, {"message": "the token is wrong"}
        if found := re.fullmatch(r"/orders/([^/]+)/(pack|cancel)", path):
            return self._change(unquote(found[1]), found[2], body)
        calls: dict[tuple[str, str], Callable[[], Json]] = {
            ("GET", "/shop"): lambda: {"id": "shop-1", "name": "Example shop", "inn": "7707083893"},
            ("GET", "/warehouses"): lambda: {"warehouses": [{"id": "1", "name": "Main"}]},
            ("GET", "/goods"): lambda: {"goods": self.goods},
            ("GET", "/orders"): lambda: {"orders": self._orders(query.get("state"))},
            ("POST", "/orders/find"): lambda: {"orders": [self.orders[n] for n in body["numbers"] if n in self.orders]},
            ("PUT", "/stock"): lambda: {"refused": self._set_stock(body["stock"])},
            ("POST", "/stock/read"): lambda: {"stock": {sku: self.stock.get(sku, 0) for sku in body["skus"]}},
            ("POST", "/stickers"): lambda: self._stickers(body["numbers"]),
        }
        call = calls.get((method, path))
        return (200, call()) if call else (404, {"message": "there is no such call"})

    def _orders(self, state: str | None) -> list[Json]:
        return [order for order in self.orders.values() if state in (None, order["state"])]

    def _set_stock(self, rows: list[Json]) -> list[Json]:
        known = {good["sku"] for good in self.goods}
        self.stock |= {row["sku"]: row["pieces"] for row in rows if row["sku"] in known}
        return [{"sku": row["sku"], "error": "no_such_sku"} for row in rows if row["sku"] not in known]

    def _change(self, number: str, what: str, body: Json) -> tuple[int, Json]:
        order = self.orders.get(number)
        if order is None:
            return 404, {"error": "no_such_order", "message": "there is no such order"}
        if order["state"] == "cancelled":
            return 409, {"error": "cancelled", "message": "the order is cancelled"}
        if what == "cancel":
            order |= {"state": "cancelled", "cancelled_by": "seller", "reason": body["reason"]}
            return 200, {}
        if order["state"] != "new":
            return 409, {"error": "packed_already", "message": "the order is packed"}
        if sum(line["pieces"] for box in body["boxes"] for line in box) != order["lines"][0]["pieces"]:
            return 409, {"error": "wrong_pieces", "message": "the boxes hold another number of pieces"}
        order["state"] = "packed"
        return 200, {"parcels": [number]}

    def _stickers(self, numbers: list[str]) -> Json:
        packed = [number for number in numbers if self.orders.get(number, {}).get("state") == "packed"]
        gone = [number for number in numbers if self.orders.get(number, {}).get("state") == "cancelled"]
        return {
            "stickers": [{"number": number, "pdf": base64.b64encode(PDF).decode()} for number in packed],
            "refused": [{"number": number, "error": "cancelled"} for number in gone],
        }


def opened() -> Shop:
    """A shop with two goods."""
    return Shop(
        goods=[
            {"sku": "A-1", "name": "Mug", "barcodes": ["4600000000008"], "price": "100.00"},
            {"sku": "A-2", "name": "Cup", "barcodes": [], "price": "250.50"},
        ]
    )


def serve(shop: Shop, port: int) -> ThreadingHTTPServer:
    """A server on this machine; `serve_forever` makes it answer."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            token = self.headers.get("Authorization", "")
            status, answer = shop.answer(self.command, parts.path, query, body, token)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815  names that the base class calls

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    shop = opened()
    shop.buy("A-1", 2)
    serve(shop, int(sys.argv[1]) if len(sys.argv) > 1 else 8300).serve_forever()
