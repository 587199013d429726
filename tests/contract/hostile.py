"""What a specification describes, bent: wrong types, missing and new fields, words from tomorrow, extremes."""

import copy
from collections.abc import Sequence
from random import Random
from typing import Any

from tests.contract import specs
from tests.contract.adapter_contract import JUNK
from tests.contract.specs import Spec

Json = Any
DEEPEST = 7
BENT, LEFT_OUT, NEW = 0.06, 0.08, 0.1
TEXTS = ("", " ", "x", "Кружка", "0", "-1", "\x00", "\x1d\u202e", "'; DROP TABLE orders_order; --", "я" * 5000)
TIMES = ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.123+03:00", "2026-13-45", "0001-01-01T00:00:00Z", "9999-12-31")
NUMBERS = (0, 1, 2, -1, 2**31, 2**63, 10**30)
FRACTIONS = (0.0, 0.1, 1530.5, -0.01, 1e13, 1e308)


def value(spec: Spec, schema: Json, draw: Random, *, depth: int = 0) -> Json:
    """This function will give what the schema describes, at each place with a small chance of anything else."""
    if depth > DEEPEST or draw.random() < BENT:
        return copy.deepcopy(draw.choice(JUNK))
    schema = spec.resolve(schema)
    for several in ("oneOf", "anyOf"):
        if schema.get(several):
            return value(spec, draw.choice(schema[several]), draw, depth=depth)
    properties = properties_of(spec, schema)
    if schema.get("type") == "array":
        items = schema.get("items") or {}
        return [value(spec, items, draw, depth=depth + 1) for _ in range(draw.choice((0, 1, 1, 2, 3)))]
    if properties:
        return _object(spec, properties, draw, depth)
    return _leaf(schema, draw)


def _object(spec: Spec, properties: dict[str, Json], draw: Random, depth: int) -> Json:
    told = {
        name: value(spec, inner, draw, depth=depth + 1)
        for name, inner in properties.items()
        if draw.random() > LEFT_OUT
    }
    if draw.random() < NEW:
        told["from_tomorrow"] = {"of": [1, "two"]}
    return told


def _leaf(schema: Json, draw: Random) -> Json:
    example = [schema["example"]] * 4 if "example" in schema else []
    kind, form = schema.get("type"), schema.get("format", "")
    if "enum" in schema:
        return draw.choice([*schema["enum"], "A_WORD_FROM_TOMORROW"])
    if kind == "boolean":
        return draw.random() < 0.5
    if kind == "integer":
        return draw.choice([*example, *NUMBERS, draw.randrange(10**9)])
    if kind == "number":
        return draw.choice([*example, *FRACTIONS])
    if form.startswith("date"):
        return draw.choice([*example, *TIMES])
    return draw.choice([*example, *TEXTS, str(draw.randrange(10**9)), str(draw.randrange(10**9))])


def properties_of(spec: Spec, schema: Json) -> dict[str, Json]:
    """This function will gather the properties of an object, those of its parts too."""
    schema = spec.resolve(schema)
    found: dict[str, Json] = {}
    for part in schema.get("allOf") or ():
        found |= properties_of(spec, part)
    return found | (schema.get("properties") or {})


def answer_schema(spec: Spec, method: str, path: str) -> Json:
    """This function will find the schema of a good answer; {} where it is no JSON."""
    answers = specs.operation(spec, method, path).body["responses"]
    content = spec.resolve(answers.get("200") or {}).get("content") or {}
    return next((media.get("schema") or {} for kind, media in content.items() if "json" in kind), {})


def row_schema(spec: Spec, schema: Json, keys: Sequence[str | int]) -> Json:
    """This function will go down from an answer to the rows of the list under these keys."""
    for key in keys:
        schema = spec.resolve(schema)
        schema = schema["items"] if isinstance(key, int) else properties_of(spec, schema)[key]
    return spec.resolve(schema)["items"]
