"""Writing objects in bulk, with a result for each item."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api import shapes
from exchange.api.base import ApiView
from exchange.services import idempotency, writes
from exchange.services.writes import Outcome
from exchange.types import Scope

_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A repeat with the same key and body is answered as the first; another body is refused with 409.",
)
_ANSWERS = {200: shapes.Outcomes, **shapes.REFUSALS, 409: shapes.Problems, 415: shapes.Problems}


class Bulk(ApiView):
    """Takes up to 1,000 items; each is applied whole or rejected whole, the others go on."""

    right = Scope.CATALOG_WRITE
    shape: type[serializers.Serializer]

    def taken(self, request: Request, work: Callable[[Sequence[Any]], list[Outcome]]) -> Response:
        body = request._request.body
        told = self.shape(data=request.data)
        told.is_valid(raise_exception=True)
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 100:
            raise ValidationError({"Idempotency-Key": [_("The key is at most 100 characters long.")]})

        def answer() -> dict[str, Any]:
            return {"results": [asdict(outcome) for outcome in work(told.validated_data["items"])]}

        with self.opened():
            if not key:
                return Response(answer())
            said = request.path.rstrip("/").encode() + b"\n" + body
            return Response(
                idempotency.once(source=self.source, key=key, request=said, now=timezone.now(), work=answer)
            )


class Skus(Bulk):
    shape = shapes.SkusTold

    @extend_schema(operation_id="sku_bulk", request=shapes.SkusTold, parameters=[_KEY], responses=_ANSWERS)
    def post(self, request: Request) -> Response:
        """Make or change SKUs and their products by the pair of GUIDs."""
        now = timezone.now()
        today = now.astimezone(self.zone).date()
        return self.taken(request, lambda items: writes.put_skus(source=self.source, items=items, now=now, today=today))


class Prices(Bulk):
    shape = shapes.PricesTold

    @extend_schema(operation_id="price_bulk", request=shapes.PricesTold, parameters=[_KEY], responses=_ANSWERS)
    def post(self, request: Request) -> Response:
        """Set prices by the GUIDs of price type and SKU."""
        now = timezone.now()
        return self.taken(request, lambda items: writes.put_prices(source=self.source, items=items, now=now))
