"""The API's document as a page: every address with what it does and the fields of its body."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

from merchants.roles import Action, needs
from merchants.types import Request

_VERBS = ("get", "put", "patch", "post", "delete")
_PREFIX = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body; name is a path such as `items[].lines[].pieces`."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """parameters: of the query and of headers; answers: statuses."""

    verb: str
    path: str
    about: str
    parameters: tuple[str, ...]
    fields: tuple[Field, ...]
    answers: tuple[str, ...]


@needs(Action.EXCHANGE_VIEW)
def reference(request: Request) -> HttpResponse:
    """All operations, grouped by object."""
    return render(request, "exchange/reference.html", {"groups": _groups()})


@cache
def _groups() -> list[tuple[str, list[Operation]]]:
    """First part of the address → its operations; made once in a process."""
    with translation.override("ru"):
        document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, list[Operation]] = {}
    for path, verbs in document["paths"].items():
        told = path.removeprefix(_PREFIX)
        for verb in _VERBS:
            if verb in verbs:
                found.setdefault(told.split("/")[0], []).append(_operation(verb, path, verbs[verb], document))
    return sorted(found.items())


def _operation(verb: str, path: str, told: Mapping[str, Any], document: Mapping[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        verb=verb.upper(),
        path=path,
        about=told.get("description", ""),
        parameters=tuple(row["name"] for row in told.get("parameters", []) if row["in"] != "path"),
        fields=tuple(_fields(body, document, "")),
        answers=tuple(sorted(told["responses"])),
    )


def _fields(schema: Mapping[str, Any], document: Mapping[str, Any], before: str) -> Iterator[Field]:
    resolved = _resolved(schema, document)
    required = set(resolved.get("required", ()))
    for name, inner in resolved.get("properties", {}).items():
        told = _resolved(inner, document)
        many = told.get("type") == "array"
        deeper = _resolved(told["items"], document) if many else told
        kind = "oneOf" if "oneOf" in deeper else str(deeper.get("format") or deeper.get("type") or "")
        path = f"{before}{name}{'[]' if many else ''}"
        yield Field(path, kind, name in required)
        if deeper.get("properties"):
            yield from _fields(deeper, document, f"{path}.")


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference, or the only part of an `allOf`, stands for."""
    while "$ref" in schema or len(schema.get("allOf", ())) == 1:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        else:
            schema = schema["allOf"][0]
    return schema
