"""A program of our own that speaks to the API."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from exchange.services import credentials
from exchange.types import Kind, Scope
from merchants.models import Merchant
from merchants.scope import scope

WRITE = [Scope.CATALOG_WRITE.value, Scope.ORDERS_WRITE.value]
READ = [Scope.CATALOG_READ.value, Scope.STOCK_READ.value, Scope.ORDERS_READ.value]


@dataclass
class Program:
    """`login` and `secret` as the page shows them."""

    login: str
    secret: str
    client: Client = field(default_factory=Client)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.login}.{self.secret}"}

    def get(self, address: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{address}", query, headers={**self.headers, **(headers or {})})

    def post(self, address: str, body: Any, **headers: str) -> Any:
        return self.send("POST", address, body, **headers)

    def send(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """A request with a JSON body; headers with underscores."""
        told = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        path = f"/api/v1/{address}"
        return self.client.generic(method, path, content, content_type="application/json", headers=told)

    def bulk(self, address: str, *items: Any, **headers: str) -> list[Any]:
        """(status, code, field) of each item."""
        answer = self.post(address, {"items": list(items)}, **headers)
        assert answer.status_code == 200, answer.content.decode()
        results = answer.json()["results"]
        assert [result["line"] for result in results] == list(range(1, len(items) + 1))
        return [(one["status"], one["code"], one["field"]) if one["code"] else one["status"] for one in results]


def let_in(merchant: Merchant, **fields: Any) -> Program:
    with scope([merchant.pk]):
        made, secret = credentials.connect(
            merchant_id=merchant.pk,
            name=fields.pop("name", "Бухгалтерия"),
            kind=Kind.API,
            now=timezone.now(),
            **{"scopes": READ, **fields},
        )
    return Program(made.login, secret)
