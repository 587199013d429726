"""Bodies made of the examples that a specification gives field by field."""

from typing import Any

from tests.contract.specs import Spec

Json = Any
DEEPEST = 6
OF_TYPE: dict[str, Json] = {"string": "x", "integer": 1, "number": 1.5, "boolean": True}
OF_FORMAT: dict[str, Json] = {"date-time": "2026-11-20T10:00:00.12+03:00", "date": "2026-11-20", "time": "10:00:00"}


def samples(spec: Spec, schema: Json) -> list[Json]:
    """This function will give two bodies: with every field, and with those that are required alone."""
    return [_sample(spec, schema, full=True), _sample(spec, schema, full=False)]


def _sample(spec: Spec, schema: Json, *, full: bool, depth: int = 0) -> Json:
    schema = spec.resolve(schema)
    if "example" in schema and not isinstance(schema["example"], dict | list):
        return schema["example"]
    if "allOf" in schema:
        parts = [_sample(spec, part, full=full, depth=depth) for part in schema["allOf"]]
        own = _object(spec, schema, full=full, depth=depth) if "properties" in schema else {}
        merged: dict[str, Json] = {}
        for part in (*parts, own):
            merged |= part if isinstance(part, dict) else {}
        return merged
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [_sample(spec, schema.get("items") or {}, full=full, depth=depth + 1)] if depth < DEEPEST else []
    if schema.get("type") == "object" or "properties" in schema:
        return _object(spec, schema, full=full, depth=depth)
    return OF_FORMAT.get(schema.get("format", ""), OF_TYPE.get(schema.get("type", ""), "x"))


def _object(spec: Spec, schema: Json, *, full: bool, depth: int) -> Json:
    required = set(schema.get("required") or ())
    return {
        name: _sample(spec, inner, full=full, depth=depth + 1)
        for name, inner in (schema.get("properties") or {}).items()
        if name in required or (full and depth < DEEPEST)
    }
