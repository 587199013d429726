"""A program of our own that speaks to the API."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from exchange.services import credentials
from exchange.types import Kind, Scope
from merchants.models import Merchant
from merchants.scope import scope

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

    def post(self, address: str, body: Any) -> Any:
        return self.client.post(f"/api/v1/{address}", body, content_type="application/json", headers=self.headers)


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
