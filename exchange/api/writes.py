"""Writing: in bulk with a result for each item, and one object at a time."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api import shapes, told
from exchange.api.base import ApiView, Conflict, refuse_outdated
from exchange.api.exact import Told
from exchange.api.reads import ObjectView
from exchange.api.writable import Call, Writable
from exchange.selectors.objects import ObjectKind
from exchange.services import idempotency, singles
from exchange.services.outcomes import Outcome
from exchange.types import Scope

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A repeat with the same key and body is answered as the first; another body is refused with 409.",
)
_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that was read; another one now is refused with 412."
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


class SingleView(ObjectView, Write):
    """One object that may be read and written; `row` and `single` come with the class."""

    tagged: ClassVar[bool] = True
    row: Writable
    single: singles.Single

    def right_for(self, request: Request) -> Scope | None:
        return self.kind.scope if request.method in ("GET", "HEAD", "OPTIONS") else self.row.right

    def found(self, pk: int | None) -> Any:
        """:raises NotFound: there is no such object"""
        rows = self.read([pk]) if pk is not None and pk < 2**63 else []
        if not rows:
            raise NotFound
        return rows[0]

    def current(self, pk: int | None) -> Any:
        """The object, held, as reading would show it; None: it is not there."""
        if pk is None or pk >= 2**63 or not self.single.hold(self.source, pk):
            return None
        return next(iter(self.read([pk])), None)

    def write(self, request: Request, pk: int | None, item: dict[str, Any]) -> tuple[int, Any]:
        """Write the item, whose object is `pk`; :raises Conflict: it was rejected"""
        refuse_outdated(request, self.current(pk))
        outcome = self.row.put(self.call(), [item])[0]
        if outcome.status == "rejected":
            raise _conflict(outcome)
        assert outcome.id is not None
        return (201 if outcome.status == "created" else 200), self.read([outcome.id])[0]

    def remove(self, request: Request, pk: int) -> Response:
        def work() -> tuple[int, Any]:
            current = self.current(pk)
            refuse_outdated(request, current)
            if current is None:
                raise NotFound
            singles.remove(single=self.single, source=self.source, pk=pk, now=timezone.now())
            return 204, None

        return self.once(request, work)


def _conflict(outcome: Outcome) -> Conflict:
    return Conflict({outcome.field or "": [ErrorDetail(str(outcome.message), str(outcome.code))]})


def singles_of(row: Writable, kind: ObjectKind) -> dict[str, type[SingleView]]:
    """
    Addresses of single objects, beyond `path/`: by id (read, change, remove) and by GUID (read, change).

    1C's client cannot always send PATCH, PUT and DELETE, so each has a POST that does the same.
    """
    assert row.one is not None
    single, keys = row.one, row.one.keys
    change = told.change_of(row.shape, ("id", *keys))
    shape = shapes.SHAPES[row.name]
    by_id = [OpenApiParameter("id", int, OpenApiParameter.PATH)]
    by_guid = [OpenApiParameter(key, UUID, OpenApiParameter.PATH) for key in keys]
    refusals = {**WRITE_REFUSALS, **shapes.NOT_FOUND, 412: shapes.outdated(row.name)}
    changed: dict[str, Any] = {
        "request": change,
        "parameters": [*by_id, KEY, _MATCH],
        "responses": {200: shape, **refusals},
    }
    made: dict[str, Any] = {
        "request": change,
        "parameters": [*by_guid, KEY, _MATCH],
        "responses": {200: shape, 201: shape, **refusals},
    }
    removed: dict[str, Any] = {
        "request": None,
        "parameters": [*by_id, KEY, _MATCH],
        "responses": {204: None, **refusals},
    }

    class One(SingleView):
        @extend_schema(
            operation_id=f"{row.name}_read",
            description=gettext_lazy("Read one."),
            parameters=by_id,
            responses={200: shape, **shapes.REFUSALS, **shapes.NOT_FOUND},
        )
        def get(self, request: Request, id: int) -> Response:  # noqa: A002  the name in the address
            with self.opened():
                return Response(self.found(id))

        @extend_schema(
            operation_id=f"{row.name}_change",
            description=gettext_lazy("Change what is told."),
            **changed,
        )
        def patch(self, request: Request, id: int) -> Response:  # noqa: A002
            item = {**self.read_body(request, change), "id": id}

            def work() -> tuple[int, Any]:
                self.found(id)
                return self.write(request, id, item)

            return self.once(request, work)

        @extend_schema(
            operation_id=f"{row.name}_change_by_post",
            description=gettext_lazy("The same as PATCH."),
            **changed,
        )
        def post(self, request: Request, id: int) -> Response:  # noqa: A002
            return self.patch(request, id)

        @extend_schema(
            operation_id=f"{row.name}_remove",
            description=gettext_lazy("Remove; goods are archived."),
            **removed,
        )
        def delete(self, request: Request, id: int) -> Response:  # noqa: A002
            return self.remove(request, id)

    class Remove(SingleView):
        @extend_schema(
            operation_id=f"{row.name}_remove_by_post",
            description=gettext_lazy("The same as DELETE."),
            **removed,
        )
        def post(self, request: Request, id: int) -> Response:  # noqa: A002
            return self.remove(request, id)

    class ByGuid(SingleView):
        @extend_schema(
            operation_id=f"{row.name}_read_by_guid",
            description=gettext_lazy("Read one."),
            parameters=by_guid,
            responses={200: shape, **shapes.REFUSALS, **shapes.NOT_FOUND},
        )
        def get(self, request: Request, **guids: UUID) -> Response:
            with self.opened():
                return Response(self.found(single.find(self.source, _named(guids))))

        @extend_schema(
            operation_id=f"{row.name}_put",
            description=gettext_lazy("Make it, or change what is told."),
            **made,
        )
        def put(self, request: Request, **guids: UUID) -> Response:
            named = _named(guids)
            item = {**self.read_body(request, change), **named}
            return self.once(request, lambda: self.write(request, single.find(self.source, named), item))

        @extend_schema(
            operation_id=f"{row.name}_put_by_post",
            description=gettext_lazy("The same as PUT."),
            **made,
        )
        def post(self, request: Request, **guids: UUID) -> Response:
            return self.put(request, **guids)

    path = "/".join(f"<guid:{key}>" for key in keys)
    views: dict[str, type[SingleView]] = {"<int:id>": One, "<int:id>/delete": Remove, f"by-guid/{path}": ByGuid}
    for view in views.values():
        view.kind, view.row, view.single, view.__doc__ = kind, row, single, None
    return views


def _named(guids: dict[str, UUID]) -> dict[str, UUID | None]:
    """1C's empty reference in an address: no characteristic."""
    return {key: guid if guid.int else None for key, guid in guids.items()}
