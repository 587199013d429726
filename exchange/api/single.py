"""One object that may be read and written: by our id, or by the GUIDs of 1C."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from exchange.api import shapes, told
from exchange.api.base import Conflict, refuse_outdated
from exchange.api.exact import Told
from exchange.api.reads import ObjectView
from exchange.api.writable import Writable
from exchange.api.writes import KEY, WRITE_REFUSALS, Write
from exchange.selectors.objects import ObjectKind
from exchange.services import singles
from exchange.services.outcomes import Outcome
from exchange.types import Scope

F = TypeVar("F", bound=Callable[..., Any])

_ID = OpenApiParameter("id", int, OpenApiParameter.PATH)
_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that was read; another one now is refused with 412."
)
_READ = gettext_lazy("Read one.")


class SingleView(ObjectView, Write):
    """One address of an object; `row` and `single` come with the class."""

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
    path = "/".join(f"<guid:{key}>" for key in keys)
    views = {
        "<int:id>": _by_id(row, change),
        "<int:id>/delete": _removal(row),
        f"by-guid/{path}": _by_guid(row, single, change),
    }
    for view in views.values():
        view.kind, view.row, view.single, view.__doc__ = kind, row, single, None
    return views


def _by_id(row: Writable, change: type[Told]) -> type[SingleView]:
    class One(SingleView):
        @_reads(row, "read", [_ID])
        def get(self, request: Request, id: int) -> Response:  # noqa: A002  the name in the address
            with self.opened():
                return Response(self.found(id))

        @_writes(row, "change", gettext_lazy("Change what is told."), [_ID], change, [200])
        def patch(self, request: Request, id: int) -> Response:  # noqa: A002
            item = {**self.read_body(request, change), "id": id}

            def work() -> tuple[int, Any]:
                self.found(id)
                return self.write(request, id, item)

            return self.once(request, work)

        @_writes(row, "change_by_post", gettext_lazy("The same as PATCH."), [_ID], change, [200])
        def post(self, request: Request, id: int) -> Response:  # noqa: A002
            return self.patch(request, id)

        @_removes(row, "remove", gettext_lazy("Remove; goods are archived."))
        def delete(self, request: Request, id: int) -> Response:  # noqa: A002
            return self.remove(request, id)

    return One


def _removal(row: Writable) -> type[SingleView]:
    class Remove(SingleView):
        @_removes(row, "remove_by_post", gettext_lazy("The same as DELETE."))
        def post(self, request: Request, id: int) -> Response:  # noqa: A002
            return self.remove(request, id)

    return Remove


def _by_guid(row: Writable, single: singles.Single, change: type[Told]) -> type[SingleView]:
    guids_of = [OpenApiParameter(key, UUID, OpenApiParameter.PATH) for key in single.keys]

    class ByGuid(SingleView):
        @_reads(row, "read_by_guid", guids_of)
        def get(self, request: Request, **guids: UUID) -> Response:
            with self.opened():
                return Response(self.found(single.find(self.source, _named(guids))))

        @_writes(row, "put", gettext_lazy("Make it, or change what is told."), guids_of, change, [200, 201])
        def put(self, request: Request, **guids: UUID) -> Response:
            named = _named(guids)
            item = {**self.read_body(request, change), **named}
            return self.once(request, lambda: self.write(request, single.find(self.source, named), item))

        @_writes(row, "put_by_post", gettext_lazy("The same as PUT."), guids_of, change, [200, 201])
        def post(self, request: Request, **guids: UUID) -> Response:
            return self.put(request, **guids)

    return ByGuid


def _reads(row: Writable, name: str, place: Sequence[OpenApiParameter]) -> Callable[[F], F]:
    return extend_schema(
        operation_id=f"{row.name}_{name}",
        description=_READ,
        parameters=list(place),
        responses={200: shapes.SHAPES[row.name], **shapes.REFUSALS, **shapes.NOT_FOUND},
    )


def _writes(
    row: Writable,
    name: str,
    about: Any,
    place: Sequence[OpenApiParameter],
    change: type[Told],
    statuses: Sequence[int],
) -> Callable[[F], F]:
    return extend_schema(
        operation_id=f"{row.name}_{name}",
        description=about,
        request=change,
        parameters=[*place, KEY, _MATCH],
        responses={**dict.fromkeys(statuses, shapes.SHAPES[row.name]), **_refusals(row)},
    )


def _removes(row: Writable, name: str, about: Any) -> Callable[[F], F]:
    return extend_schema(
        operation_id=f"{row.name}_{name}",
        description=about,
        request=None,
        parameters=[_ID, KEY, _MATCH],
        responses={204: None, **_refusals(row)},
    )


def _refusals(row: Writable) -> Mapping[int, Any]:
    return {**WRITE_REFUSALS, **shapes.NOT_FOUND, 412: shapes.outdated(row.name)}


def _named(guids: dict[str, UUID]) -> dict[str, UUID | None]:
    """1C's empty reference in an address: no characteristic."""
    return {key: guid if guid.int else None for key, guid in guids.items()}
