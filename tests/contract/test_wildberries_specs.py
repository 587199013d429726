"""Wildberries' recordings, requests and every example of its specification, held against each other."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.adapters.wildberries.adapter import Wildberries
from marketplaces.errors import ContractBroken, RemoteError
from tests.contract import specs
from tests.contract.adapter_contract import Operation, whole
from tests.contract.recorded import FOLDER, Exchange, Recorded, recording, speaking_to
from tests.contract.test_wildberries import OPERATIONS, with_not_found
from tests.contract.wildberries_server import spec_of, token


def recordings() -> list[Path]:
    return sorted((FOLDER / "wildberries").glob("*/*.json"))


def host_of(path: str) -> str:
    """The host that answers at a path."""
    if path.startswith("/content/"):
        return "content-api"
    if path.startswith("/api/v2/"):
        return "discounts-prices-api"
    if path.startswith(("/api/analytics/", "/api/v1/analytics/")):
        return "seller-analytics-api"
    return "common-api" if path == "/api/v1/seller-info" else "marketplace-api"


@pytest.mark.parametrize("file", recordings(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_recordings_are_what_the_specification_says(file: Path) -> None:
    for exchange in recording("wildberries", file.parent.name, file.stem):
        # Shipping points and methods: [news], described in tests/contract/newer.py and not in the stored file.
        spec = spec_of(host_of(exchange.path), exchange.path)
        specs.validate_response(spec, exchange.method, exchange.path, exchange.status, exchange.body)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_requests_are_what_the_specification_says(operation: Operation) -> None:
    server = Recorded(recorded(operation))
    whole(operation.call(speaking_to(Wildberries, server, credentials={"token": token()})))
    assert server.requests
    for request in server.requests:
        host, path = request.url.host.removesuffix(".wildberries.ru"), request.url.path
        body = json.loads(request.content) if request.content else None
        specs.validate_request(spec_of(host, path), request.method, path, body, dict(request.url.params))


def recorded(operation: Operation) -> Sequence[Exchange]:
    return recording("wildberries", operation.folder or operation.name, operation.case)


def documented(exchange: Exchange) -> Iterator[tuple[int, object]]:
    """Every example body of the method, refusals included, and one made of the examples of its fields."""
    spec = spec_of(host_of(exchange.path), exchange.path)
    answers = specs.operation(spec, exchange.method, exchange.path).body["responses"]
    for status in (int(code) for code in answers if code.isdigit()):
        for _, body in specs.response_examples(spec, exchange.method, exchange.path, status):
            yield status, body
        content = spec.resolve(answers[str(status)]).get("content") or {}
        for media in content.values():
            if "schema" in media:
                yield status, sample(spec, media["schema"])


def sample(spec: specs.Spec, schema: Any) -> Any:
    """This function will make a body of the examples that stand beside the fields of a schema."""
    schema = spec.resolve(schema)
    if "example" in schema:
        return schema["example"]
    if "allOf" in schema:
        return sample(spec, schema["allOf"][0])
    if schema.get("enum"):
        return schema["enum"][0]
    if "properties" in schema:
        return {name: sample(spec, inner) for name, inner in schema["properties"].items()}
    if schema.get("type") == "array":
        return [sample(spec, schema.get("items") or {})]
    return {"integer": 1, "number": 1, "boolean": False, "string": "text", "object": {}}.get(schema.get("type", ""))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_example_of_the_specification_is_understood(operation: Operation) -> None:
    exchanges = recorded(operation)
    bodies = [(number, one, status, body) for number, one in enumerate(exchanges) for status, body in documented(one)]
    assert bodies
    for number, exchange, status, body in bodies:
        example = replace(exchange, status=status, body=body, content=None)
        result = answer(operation, [*exchanges[:number], example, *exchanges[number + 1 :]])
        assert not isinstance(result, ContractBroken), (exchange.path, status, body, result)
        if isinstance(result, RemoteError):
            # Only a refusal is refused; but an example may speak of things that we did not ask for.
            assert status >= 400 or result.code == dto.Code.NOT_FOUND, (exchange.path, status, body, result)
        pages = result if isinstance(result, list) else [result]
        assert [bad for page in pages if isinstance(page, dto.Page) for bad in page.broken] == [], exchange.path


def answer(operation: Operation, exchanges: Sequence[Exchange]) -> object:
    server = with_not_found(Recorded(exchanges))
    try:
        return whole(operation.call(speaking_to(Wildberries, server, credentials={"token": token()})))
    except RemoteError as refusal:
        return refusal
