"""Reading objects: one by one and in pages by key."""

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api.base import ApiView
from exchange.api.shapes import NOT_FOUND, REFUSALS, SHAPES, PageAsked, page_of
from exchange.selectors.objects import Asked, Data, ObjectKind


class ObjectView(ApiView):
    """Reads one kind; `kind` comes with the class."""

    kind: ObjectKind

    def read(self, ids: list[int]) -> list[Data]:
        today = timezone.now().astimezone(self.zone).date()
        return list(self.kind.read(Asked(merchant_id=self.source.merchant_id, ids=ids, zone=self.zone, today=today)))


def views_of(kind: ObjectKind) -> tuple[type[ApiView], type[ApiView]]:
    """The list and the single object of a kind."""

    class Many(ObjectView):
        @extend_schema(
            operation_id=f"{kind.name}_list",
            description=gettext_lazy("Read in pages by key."),
            parameters=[PageAsked],
            responses={200: page_of(kind.name), **REFUSALS},
        )
        def get(self, request: Request) -> Response:
            asked = PageAsked(data=request.query_params)
            asked.is_valid(raise_exception=True)
            limit = asked.validated_data["limit"]
            with self.opened():
                ids = self.kind.ids(
                    merchant_id=self.source.merchant_id, after=asked.validated_data["after"], limit=limit + 1
                )
                more, ids = len(ids) > limit, ids[:limit]
                items = self.read(ids)
            return Response({"items": items, "next": ids[-1] if more else None})

    class One(ObjectView):
        @extend_schema(
            operation_id=f"{kind.name}_read",
            description=gettext_lazy("Read one."),
            parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH)],
            responses={200: SHAPES[kind.name], **REFUSALS, **NOT_FOUND},
        )
        def get(self, request: Request, id: int) -> Response:  # noqa: A002  the name in the address
            with self.opened():
                found = self.read([id]) if id < 2**63 else []
            if not found:
                raise NotFound
            return Response(found[0])

    for view in (Many, One):
        view.kind, view.right, view.__doc__ = kind, kind.scope, None
    return Many, One
