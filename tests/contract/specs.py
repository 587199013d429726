"""
The marketplaces' official specifications, read for tests.

load_ozon(), load_wildberries("03-orders-fbs") give a `Spec`; validate_request(...) and validate_response(...) raise
`SpecMismatch` with every difference found.  Requests are strict: a property or a query parameter that the
specification does not know is a mismatch.  Answers are judged with open eyes (unknown keys appear without notice),
unless `strict=True`.

The files are not part of the project: SPECS_DIR names their directory (default `../shared/specs` beside the root).
When it is absent the test is skipped, or fails where SPECS_REQUIRED=1.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Specification

from tests.contract import newer, repairs, trees

Json = Any
ROOT = Path(__file__).resolve().parents[2]
METHODS = ("get", "post", "put", "patch", "delete")
BASE = "urn:spec"


class SpecMismatch(AssertionError):
    """What was sent or answered is not what the specification says."""


@dataclass(frozen=True)
class Spec:
    name: str
    document: dict[str, Any]
    routes: list[tuple[re.Pattern[str], str]] = field(repr=False)
    registry: Any = field(repr=False)

    def resolve(self, node: Json) -> Json:
        while isinstance(node, dict) and "$ref" in node:
            node = pointed(self.document, node["$ref"])
        return node


@dataclass(frozen=True)
class Operation:
    method: str
    template: str
    body: dict[str, Any]
    path_item: dict[str, Any]


def specs_dir() -> Path:
    """This function will give the directory of the specifications, or skip (fail) the test when there is none."""
    folder = Path(os.environ.get("SPECS_DIR") or ROOT.parent / "shared" / "specs")
    if not folder.is_dir():
        stop = pytest.fail if os.environ.get("SPECS_REQUIRED") == "1" else pytest.skip
        stop(f"no specifications at {folder} (SPECS_DIR)")
    return folder


def load_ozon() -> Spec:
    """This function will load Ozon's specification, with its broken places repaired and the newer methods added."""
    return _ozon(specs_dir())


def load_wildberries(name: str) -> Spec:
    """
    This function will load one of the Wildberries files.

    name: the file without its ending, such as "03-orders-fbs".
    """
    return _wildberries(specs_dir(), name)


def load_yandex_market() -> Spec:
    """This function will load Yandex Market's specification with the operations opened after it (the supplement)."""
    return _yandex_market(specs_dir())


def load_yandex_notifications() -> Spec:
    """This function will load the specification of what Yandex Market calls at the seller's side."""
    return _yandex_notifications(specs_dir())


@cache
def _yandex_market(folder: Path) -> Spec:
    document = trees.bundled(folder / "yandex_market" / "openapi" / "openapi.yaml")
    trees.add(document, trees.read(folder / "yandex_market" / "supplement_v3_2026-07-29.yaml"))
    repairs.repair_yandex_market(document)
    return _spec("yandex_market", document)


@cache
def _yandex_notifications(folder: Path) -> Spec:
    document = trees.bundled(folder / "yandex_market" / "notifications" / "openapi" / "openapi.yaml")
    return _spec("yandex_market/notifications", document)


def load_reconstructed(marketplace: str) -> Spec:
    """
    This function will load a specification that was put together from public client code.

    marketplace: "megamarket" or "aliexpress".
    """
    return _reconstructed(specs_dir(), marketplace)


@cache
def _reconstructed(folder: Path, marketplace: str) -> Spec:
    document = trees.read(folder / marketplace / "openapi.yaml")
    repairs.repair_reconstructed(document)
    return _spec(marketplace, document)


@cache
def _ozon(folder: Path) -> Spec:
    document = json.loads((folder / "ozon" / "swagger.json").read_text("utf-8"))
    repairs.repair_ozon(document)
    newer.add_to_ozon(document)
    return _spec("ozon", document)


@cache
def _wildberries(folder: Path, name: str) -> Spec:
    document = trees.read(folder / "wildberries" / f"{name}.yaml")
    repairs.repair_wildberries(name, document)
    newer.add_to_wildberries(name, document)
    return _spec(f"wildberries/{name}", document)


def _spec(name: str, document: dict[str, Any]) -> Spec:
    # Templates without parameters first: /supplies/orders/reshipment must not be taken for /supplies/{supplyId}/….
    templates = sorted(document["paths"], key=lambda path: (path.count("{"), path))
    routes = [(re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(path))), path) for path in templates]
    resource = Specification.OPAQUE.create_resource(document)
    return Spec(name, document, routes, Registry().with_resource(BASE, resource))


def pointed(document: Json, reference: str) -> Json:
    """This function will follow a reference such as "#/components/schemas/rpcStatus"."""
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def operation(spec: Spec, method: str, path: str) -> Operation:
    """
    This function will find the operation that answers at `path` (a real path or a template).

    :raises SpecMismatch: the specification has no such path or no such method there
    """
    bare = path.split("?")[0]
    for pattern, template in spec.routes:
        if bare == template or pattern.fullmatch(bare):
            item = spec.document["paths"][template]
            if method.lower() in item:
                return Operation(method.lower(), template, item[method.lower()], item)
    raise SpecMismatch(f"{spec.name}: no operation {method.upper()} {path}")


def validate_request(
    spec: Spec,
    method: str,
    path: str,
    body: Json = None,
    query: Mapping[str, Any] | Sequence[tuple[str, Any]] | str | None = None,
) -> None:
    """
    This function will compare a request with the specification, strictly.

    body: the decoded JSON, or None for no body.  query: mapping, pairs or the text after "?"; when None, taken
    from `path`.
    :raises SpecMismatch: listing every difference, unknown properties and parameters included
    """
    found = operation(spec, method, path)
    problems = [*_query_problems(spec, found, _pairs(query if query is not None else path.partition("?")[2]))]
    schema = _request_schema(spec, found)
    if schema is None:
        if body not in (None, {}, b"", ""):
            problems.append("body: none is expected")
    elif body is None:
        request = spec.resolve(found.body["requestBody"])
        if request.get("required") or spec.resolve(schema).get("required"):
            problems.append("body: one is expected")
    else:
        problems += _differences(spec, schema, body)
        problems += [f"{place}: unknown property" for place in unknown_properties(spec, schema, body)]
    _judge(spec, f"request {method.upper()} {path}", problems)


def validate_response(
    spec: Spec, method: str, path: str, status: int, body: Json = None, *, strict: bool = False
) -> None:
    """
    This function will compare an answer with the specification.

    body: the decoded JSON; None for an empty one.
    strict: properties unknown to the specification are differences too.
    :raises SpecMismatch: also when the status is not documented for the operation
    """
    found = operation(spec, method, path)
    name = f"answer {status} of {method.upper()} {path}"
    documented, schema = _response_schema(spec, found, status)
    problems = []
    if spec.name == "ozon":
        # proto3 over JSON: null stands for absence anywhere, as the file's own examples show, though no schema says so.
        body = without_nulls(body)
    if not documented:
        problems.append(f"status {status} is not documented")
    elif schema is None:
        if body not in (None, b"", ""):
            problems.append("body: none is expected")
    else:
        problems += _differences(spec, schema, body)
        if strict:
            problems += [f"{place}: unknown property" for place in unknown_properties(spec, schema, body)]
    _judge(spec, name, problems)


def without_nulls(value: Json) -> Json:
    """This function will leave out the keys whose value is null, at any depth."""
    if isinstance(value, dict):
        return {key: without_nulls(element) for key, element in value.items() if element is not None}
    if isinstance(value, list):
        return [without_nulls(element) for element in value]
    return value


def response_examples(spec: Spec, method: str, path: str, status: int = 200) -> list[tuple[str, Json]]:
    """This function will give the example bodies of an answer: [(name, body)]."""
    answers = operation(spec, method, path).body["responses"]
    answer = spec.resolve(answers.get(str(status)) or answers.get("default") or {})
    return list(_examples(spec, _json_content(answer)))


def unknown_properties(spec: Spec, schema: Json, value: Json, place: str = "") -> Iterator[str]:
    """This function will name the places in `value` whose keys no branch of `schema` declares."""
    branches = list(_branches(spec, schema))
    if isinstance(value, list):
        items = [branch["items"] for branch in branches if branch.get("items")]
        if items:
            for index, element in enumerate(value):
                yield from unknown_properties(spec, {"anyOf": items}, element, f"{place}/{index}")
    elif isinstance(value, dict):
        yield from _unknown_in_object(spec, branches, value, place)


def _unknown_in_object(spec: Spec, branches: list[Json], value: dict[str, Json], place: str) -> Iterator[str]:
    declared: dict[str, list[Json]] = {}
    free: list[Json] = []
    for branch in branches:
        for name, schema in (branch.get("properties") or {}).items():
            declared.setdefault(name, []).append(schema)
        if extra := branch.get("additionalProperties"):
            free.append({} if extra is True else extra)
    if not declared and not free:
        return
    for name, element in value.items():
        if name not in declared and not free:
            yield f"{place}/{name}"
        else:
            yield from unknown_properties(spec, {"anyOf": declared.get(name) or free}, element, f"{place}/{name}")


def _branches(spec: Spec, schema: Json) -> Iterator[Json]:
    schema = spec.resolve(schema)
    if not isinstance(schema, dict):
        return
    yield schema
    for word in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(word) or ():
            yield from _branches(spec, part)


def _differences(spec: Spec, schema: Json, value: Json) -> list[str]:
    validator = OAS30Validator(_anchored(schema), registry=spec.registry, format_checker=oas30_format_checker)
    return [
        f"{'/'.join(str(part) for part in error.absolute_path) or 'body'}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]


def _anchored(schema: Json) -> Json:
    """A schema lifted out of its document keeps its references only when they name the document."""
    if isinstance(schema, dict):
        return {
            key: _named(value) if key in ("$ref", "discriminator") else _anchored(value)
            for key, value in schema.items()
            if key not in ("example", "examples")
        }
    if isinstance(schema, list):
        return [_anchored(part) for part in schema]
    return schema


def _named(reference: Json) -> Json:
    if isinstance(reference, dict) and isinstance(reference.get("mapping"), dict):
        return {**reference, "mapping": {value: BASE + name for value, name in reference["mapping"].items()}}
    return BASE + reference if isinstance(reference, str) else _anchored(reference)


def _query_problems(spec: Spec, found: Operation, pairs: list[tuple[str, str]]) -> Iterator[str]:
    declared = {
        parameter["name"]: parameter
        for parameter in map(spec.resolve, [*found.path_item.get("parameters", ()), *found.body.get("parameters", ())])
        if parameter["in"] == "query"
    }
    given = {name for name, _ in pairs}
    for name, parameter in declared.items():
        if parameter.get("required") and name not in given:
            yield f"query {name}: is required"
    for name, value in pairs:
        if name not in declared:
            yield f"query {name}: unknown parameter"
            continue
        schema = spec.resolve(declared[name].get("schema") or {})
        for problem in _differences(spec, schema, _typed(schema, value)):
            yield f"query {name}: {problem}"


def _pairs(query: Mapping[str, Any] | Sequence[tuple[str, Any]] | str) -> list[tuple[str, str]]:
    if isinstance(query, str):
        return parse_qsl(query, keep_blank_values=True)
    pairs = query.items() if isinstance(query, Mapping) else query
    return [(name, str(value).lower() if isinstance(value, bool) else str(value)) for name, value in pairs]


def _typed(schema: Json, value: str) -> Json:
    kind = schema.get("type")
    if kind in ("integer", "number") and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value) if "." in value else int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "array":
        return [_typed(schema.get("items") or {}, part) for part in value.split(",")]
    return value


def _request_schema(spec: Spec, found: Operation) -> Json:
    request = spec.resolve(found.body.get("requestBody") or {})
    return _json_content(request).get("schema")


def _response_schema(spec: Spec, found: Operation, status: int) -> tuple[bool, Json]:
    answers = found.body["responses"]
    answer = answers.get(str(status))
    if answer is None and status >= 400:
        answer = answers.get("default")
    if answer is None:
        return False, None
    return True, _json_content(spec.resolve(answer)).get("schema")


def _json_content(holder: Json) -> dict[str, Any]:
    content = holder.get("content") or {}
    for kind, media in content.items():
        if "json" in kind:
            return dict(media)
    return {}


def _examples(spec: Spec, media: Json) -> Iterator[tuple[str, Json]]:
    if "example" in media:
        yield "example", media["example"]
    for name, example in (media.get("examples") or {}).items():
        resolved = spec.resolve(example)
        if isinstance(resolved, dict) and "value" in resolved:
            yield name, resolved["value"]
    schema = spec.resolve(media.get("schema") or {})
    if isinstance(schema, dict) and "example" in schema:
        yield "schema", schema["example"]


def _judge(spec: Spec, what: str, problems: list[str]) -> None:
    if problems:
        raise SpecMismatch(f"{spec.name}: {what}:\n  " + "\n  ".join(problems[:40]))
