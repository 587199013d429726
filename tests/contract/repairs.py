"""
Narrow repairs of the official specifications, made in memory after loading.

Ozon's broken places are listed in `specs/ozon/SOURCES.md`.  A repair touches schemas only, never examples, and says
why it is one.
"""

from collections.abc import Iterator
from typing import Any

Json = Any

TYPES = frozenset({"string", "object", "array", "integer", "number", "boolean"})
INVENTED = {"int": "integer", "bool": "boolean", "timestamp": "string", "enum": "string"}
LOST_STATUS = "../../components/schemas/rpcStatus.yaml"


def repair_ozon(document: dict[str, Any]) -> None:
    """This function will repair the places where Ozon's file is not OpenAPI or contradicts its own text."""
    for schema in _schemas(document["components"]["schemas"]):
        _repair_schema(schema)
    for path, item in document["paths"].items():
        for operation in item.values():
            _repair_operation(path, operation)
    _repair_meanings(document["components"]["schemas"])


def repair_wildberries(name: str, document: dict[str, Any]) -> None:
    """This function will open the enumerations that are narrower than the text beside them (SOURCES.md)."""
    if name != "03-orders-fbs":
        return
    rows = _rows(document, "/api/v3/orders/status", "orders")
    rows["supplierStatus"]["enum"] = ["new", "confirm", "complete", "cancel", "cancel_carrier"]
    rows["wbStatus"].pop("enum", None)
    # "`null`: no value", says the text of an empty supply; the list of values has none.
    document["components"]["schemas"]["Supply"]["properties"]["crossBorderType"]["enum"] = [0, 1, None]


def repair_yandex_market(document: dict[str, Any]) -> None:
    """This function will open the lists that are open by their own text: "other values may be returned"."""
    for name in ("OrderStatusType", "OrderSubstatusType"):
        document["components"]["schemas"][name].pop("enum")


def repair_reconstructed(document: dict[str, Any]) -> None:
    """This function will let null pass where `nullable` stands beside `oneOf` or `allOf`: 3.0 wants a type for it."""
    for schema in _all_schemas(document):
        if not schema.get("nullable") or "type" in schema:
            continue
        if "oneOf" in schema:
            schema["oneOf"] = [*schema["oneOf"], {"enum": [None]}]
        elif "allOf" in schema:
            schema["anyOf"] = [{"allOf": schema.pop("allOf")}, {"enum": [None]}]


def _all_schemas(node: Json) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
        for inner in list(node.values()):
            yield from _all_schemas(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _all_schemas(inner)


def _repair_operation(path: str, operation: Json) -> None:
    if not isinstance(operation, dict):
        return
    if operation.get("requestBody", "absent") is None:
        del operation["requestBody"]
    if path == "/v1/analytics/product-queries/details":
        # 403 … 500 are nested inside 400; one answer for all of them is the common error body.
        operation["responses"] = {"200": operation["responses"]["200"], "default": _status_answer()}
    if path == "/v1/delivery/point/list":
        operation.pop("default", None)
        operation["responses"]["default"] = _status_answer()
    contents = [operation.get("requestBody") or {}, *(operation.get("responses") or {}).values()]
    for content in contents:
        for media in (content.get("content") or {}).values() if isinstance(content, dict) else ():
            for schema in _schemas({"": media.get("schema") or {}}):
                _repair_schema(schema)


def _status_answer() -> Json:
    schema = {"$ref": "#/components/schemas/rpcStatus"}
    return {"description": "error", "content": {"application/json": {"schema": schema}}}


def _repair_schema(schema: Json) -> None:
    if schema.get("$ref") == LOST_STATUS:
        schema["$ref"] = "#/components/schemas/rpcStatus"
    if "type" in schema:
        _repair_type(schema)
    for word in ("enum", "items", "format"):
        if word in schema and schema[word] is None:
            del schema[word]
    if "items" in schema:
        # A list whose type was forgotten.
        schema.setdefault("type", "array")
    if schema.get("type") == "array":
        # `maximum` of an array means its length.
        for wrong, right in (("maximum", "maxItems"), ("minimum", "minItems")):
            if wrong in schema:
                schema.setdefault(right, schema.pop(wrong))
    if isinstance(schema.get("required"), bool):
        # Written on the property, as in OpenAPI 2 parameters: it has no meaning in a schema.
        del schema["required"]
    # " YYYY-MM-DDThh:mm:ssZ" and "+7(XXX)XXX-XX-XX" are drawings, not regular expressions.
    if any(drawing in str(schema.get("pattern", "")) for drawing in ("YYYY", "XXX")):
        del schema["pattern"]


def _repair_type(schema: Json) -> None:
    kind = schema["type"]
    if kind == "array of strings":
        schema.update(type="array", items={"type": "string"})
    elif kind in INVENTED:
        schema["type"] = INVENTED[kind]
    elif kind not in TYPES:
        del schema["type"]


def _repair_meanings(schemas: dict[str, Json]) -> None:
    # The text says that offer_id or product_id is enough.
    for schema in schemas.values():
        properties = schema.get("properties") or {}
        if {"offer_id", "product_id", "stock", "warehouse_id"} <= set(properties):
            # It also requires a `quant_size` that it does not declare.
            schema["required"] = ["stock", "warehouse_id"]


def _schemas(named: dict[str, Json]) -> Iterator[Json]:
    """Every schema below, found by its place: a property called "type" or "enum" is not mistaken for a keyword."""
    for schema in list(named.values()):
        if not isinstance(schema, dict):
            continue
        yield schema
        inner = schema.get("properties")
        if isinstance(inner, dict):
            yield from _schemas(inner)
        for word in ("items", "additionalProperties"):
            if isinstance(schema.get(word), dict):
                yield from _schemas({word: schema[word]})
        for word in ("allOf", "oneOf", "anyOf"):
            for index, part in enumerate(schema.get(word) or ()):
                yield from _schemas({str(index): part})


def _rows(document: Json, path: str, key: str) -> dict[str, Json]:
    schema = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    rows: dict[str, Json] = schema["properties"][key]["items"]["properties"]
    return rows
