"""Writing: once for one idempotency key, and in bulk with a result for each item."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api import shapes, told
from exchange.api.base import ApiView
from exchange.api.exact import Told
from exchange.api.writable import Call, Writable
from exchange.services import idempotency

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A repeat with the same key and body is answered as the first; another body is refused with 409.",
)
WRITE_REFUSALS = {**shapes.REFUSALS, 409: shapes.Problems, 413: shapes.Problems}


class Write(ApiView):
    """A view that writes, once for one idempotency key."""

    def once(self, request: Request, work: Callable[[], tuple[int, Any]]) -> Response:
        """Answer with (status, data) of `work`, run in the merchant's scope, or with what it said under this key."""
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 100 or "\x00" in key:
            raise ValidationError({"Idempotency-Key": [_("The key is at most 100 characters long.")]})
        said = f"{request.method} {request.path.rstrip('/')}\n".encode() + request._request.body
        with self.opened():
            if not key:
                status, data = work()
            else:
                status, data = idempotency.once(
                    source=self.source, key=key, request=said, now=timezone.now(), work=work
                )
        return Response(data, status=status)

    def call(self) -> Call:
        now = timezone.now()
        return Call(source=self.source, now=now, today=now.astimezone(self.zone).date())

    def read_body(self, request: Request, shape: type[Told]) -> Any:
        _body = request._request.body  # before the parser takes the stream
        body = shape(data=request.data)
        body.is_valid(raise_exception=True)
        return body.validated_data


def bulk_of(row: Writable) -> type[Write]:
    """The bulk address of a table's row."""
    shape = told.many(row.shape)

    class Bulk(Write):
        right = row.right

        @extend_schema(
            operation_id=f"{row.name}_bulk",
            description=row.about,
            request=shape,
            parameters=[KEY],
            responses={200: shapes.Outcomes, **WRITE_REFUSALS},
        )
        def post(self, request: Request) -> Response:
            items = self.read_body(request, shape)["items"]
            return self.once(
                request, lambda: (200, {"results": [asdict(outcome) for outcome in row.put(self.call(), items)]})
            )

    Bulk.__doc__ = None
    return Bulk
