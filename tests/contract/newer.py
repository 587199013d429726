"""
What the marketplaces have changed since the stored specifications were taken, as far as their news tell.

Sources: marketplaces/ozon.md §11 and §19, marketplaces/wildberries.md §11 and §21.  Methods that have been shut down
are taken out, so that a request to them fails as it does in reality.
"""

from typing import Any

Json = Any

TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "integer", "format": "int64"}

# 2026-11-02 the old label methods; 2026-08-31 the old lists; 2026-09-07 the one-step act; 2026-04-07 v1 warehouses.
OZON_GONE = (
    "/v2/posting/fbs/package-label",
    "/v1/posting/fbs/package-label/create",
    "/v2/posting/fbs/package-label/create",
    "/v1/posting/fbs/package-label/get",
    "/v3/posting/fbs/list",
    "/v3/posting/fbs/unfulfilled/list",
    "/v2/posting/fbo/list",
    "/v1/posting/digital/list",
    "/v2/posting/fbs/act/create",
    "/v1/warehouse/list",
    "/v1/delivery-method/list",
    "/v3/finance/transaction/list",
    "/v3/finance/transaction/totals",
    "/v1/product/pictures/import",
    "/v1/product/certificate/create",
    "/v1/supply-order/timeslot/get",
)

# 2026-11-23: `total` became `total_items`.
OZON_TOTALS = ("/v3/product/list", "/v4/product/info/stocks", "/v5/product/info/prices")


def add_to_ozon(document: dict[str, Any]) -> None:
    """This function will add the label methods of 2026-11-02, `total_items` and the barcode `scanit`."""
    paths = document["paths"]
    for path in OZON_GONE:
        paths.pop(path, None)
    paths["/v3/posting/fbs/package-label/create"] = {
        "post": _post(
            request=_object({"posting_numbers": _list(TEXT)}, required=["posting_numbers"]),
            answer=_object({"tasks": _list(_object({"task_id": NUMBER, "task_type": TEXT}))}),
        )
    }
    paths["/v2/posting/fbs/package-label/get"] = {
        "post": _post(
            request=_object({"task_id": NUMBER}, required=["task_id"]),
            answer=_object(
                {"file_url": TEXT, "status": _label_status(), "error": _object({"code": TEXT, "message": TEXT})}
            ),
        )
    }
    for path in OZON_TOTALS:
        _rename_total(document, path)
    for schema in document["components"]["schemas"].values():
        properties = schema.get("properties") or {}
        if set(properties) == {"lower_barcode", "upper_barcode"}:
            properties["scanit"] = TEXT


def _label_status() -> Json:
    return _object(
        {
            "code": TEXT,
            "postings_count": NUMBER,
            "printed_postings_count": NUMBER,
            "unprinted_postings": _list(_object({"posting_number": TEXT, "message": TEXT})),
        }
    )


def _rename_total(document: Json, path: str) -> None:
    schema = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema = _followed(document, schema)
    if "result" in schema["properties"]:
        schema = _followed(document, schema["properties"]["result"])
    schema["properties"]["total_items"] = schema["properties"].pop("total")


def _followed(document: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def add_to_wildberries(name: str, document: dict[str, Any]) -> None:
    """This function will add the shipping points and methods of 2026-09 to the file of FBS orders."""
    if name != "03-orders-fbs":
        return
    paths = document["paths"]
    errors = paths["/api/v3/supplies"]["get"]["responses"]
    errors = {status: answer for status, answer in errors.items() if status != "200"}
    paths["/api/marketplace/v3/fbs/shipping-points"] = {"get": _shipping_points(errors)}
    paths["/api/marketplace/v3/fbs/supplies/shipping-method"] = {
        "patch": _per_supply(
            errors,
            {
                "supplyId": TEXT,
                "shippingDt": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
                "shippingPointId": NUMBER,
                "shippingType": {"type": "string", "enum": ["selfShipping", "transportCompany"]},
            },
        )
    }
    paths["/api/marketplace/v3/fbs/supplies/waybill"] = {
        "patch": _per_supply(errors, {"supplyId": TEXT, "waybillUuid": TEXT})
    }
    _extend_supplies(document)


def _shipping_points(errors: Json) -> Json:
    cargoes = {"type": "integer", "enum": [1, 2, 3]}
    degrees = {"type": "number"}
    point = _object(
        {
            "id": NUMBER,
            "name": TEXT,
            "address": TEXT,
            "city": TEXT,
            "officeType": {"type": "string", "enum": ["sc", "sw", "pp"]},
            "cargoTypes": _list(cargoes),
            "latitude": degrees,
            "longitude": degrees,
            "fulfillment": {"type": "boolean"},
        }
    )
    return {
        "parameters": [
            {"in": "query", "name": "city", "required": True, "schema": TEXT},
            {"in": "query", "name": "cargoType", "required": True, "schema": cargoes},
        ],
        "responses": {"200": _answer(_object({"shippingPoints": _list(point)})), **errors},
    }


def _per_supply(errors: Json, fields: dict[str, Json]) -> Json:
    error = _object({"code": NUMBER, "detail": TEXT})
    result = _object({"supplyId": TEXT, "success": {"type": "boolean"}, "error": error}, required=["supplyId"])
    row = _object(fields, required=list(fields))
    request = _object({"data": {**_list(row), "minItems": 1, "maxItems": 100}}, required=["data"])
    answer = _object({"results": _list(result)})
    return {**_post(request=request, answer=answer), "responses": {"200": _answer(answer), **errors}}


def _extend_supplies(document: Json) -> None:
    paths = document["paths"]
    one = paths["/api/v3/supplies/{supplyId}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    many = paths["/api/v3/supplies"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    for schema in (one, many["properties"]["supplies"]["items"]):
        _followed(document, schema)["properties"].update(
            shippingDt={**TEXT, "nullable": True},
            shippingPointId={**NUMBER, "nullable": True},
            shippingType={**TEXT, "nullable": True},
            waybillUuid={**TEXT, "nullable": True},
            spotAvailable={"type": "boolean"},
        )


def _post(*, request: Json, answer: Json) -> Json:
    error = {"$ref": "#/components/schemas/rpcStatus"}
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {"200": _answer(answer), "default": _answer(error)},
    }


def _answer(schema: Json) -> Json:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _object(properties: dict[str, Json], required: list[str] | None = None) -> Json:
    schema: Json = {"type": "object", "properties": properties}
    return {**schema, "required": required} if required else schema


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}
