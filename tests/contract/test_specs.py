"""The loader of the specifications finds what is wrong, and only that."""

import pytest

from tests.contract import specs

STOCKS = "/v2/products/stocks"


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"offer_id": "A", "stok": 1, "stock": 1, "warehouse_id": 1}, "/stocks/0/stok: unknown property"),
        ({"offer_id": "A", "stock": "1", "warehouse_id": 1}, "is not of type 'integer'"),
        ({"offer_id": "A", "warehouse_id": 1}, "'stock' is a required property"),
    ],
)
def test_wrong_request_is_named(row, word):
    with pytest.raises(specs.SpecMismatch, match=word):
        specs.validate_request(specs.load_ozon(), "post", STOCKS, {"stocks": [row]})


def test_right_request_passes():
    row = {"offer_id": "A", "stock": 1, "warehouse_id": 1}
    specs.validate_request(specs.load_ozon(), "post", STOCKS, {"stocks": [row]})


def test_query_is_judged_by_name_and_value():
    spec = specs.load_wildberries("03-orders-fbs")
    specs.validate_request(spec, "get", "/api/v3/orders?limit=1000&next=0")
    specs.validate_request(spec, "get", "/api/v3/orders", query={"limit": 1000, "next": 0})
    with pytest.raises(specs.SpecMismatch, match="query nxt: unknown parameter"):
        specs.validate_request(spec, "get", "/api/v3/orders?limit=1&next=0&nxt=0")
    with pytest.raises(specs.SpecMismatch, match="query limit: body: 1001 is greater"):
        specs.validate_request(spec, "get", "/api/v3/orders?limit=1001&next=0")
    with pytest.raises(specs.SpecMismatch, match="query next: is required"):
        specs.validate_request(spec, "get", "/api/v3/orders?limit=1")


def test_path_without_parameters_wins_over_one_with():
    spec = specs.load_wildberries("03-orders-fbs")
    found = specs.operation(spec, "get", "/api/v3/supplies/orders/reshipment")
    assert found.template == "/api/v3/supplies/orders/reshipment"
    assert specs.operation(spec, "get", "/api/v3/supplies/WB-GI-1").template == "/api/v3/supplies/{supplyId}"


def test_undocumented_status_and_unexpected_body_are_mismatches():
    spec = specs.load_wildberries("03-orders-fbs")
    with pytest.raises(specs.SpecMismatch, match="status 418 is not documented"):
        specs.validate_response(spec, "get", "/api/v3/orders/new", 418, {})
    with pytest.raises(specs.SpecMismatch, match="none is expected"):
        specs.validate_response(spec, "patch", "/api/v3/supplies/WB-GI-1/deliver", 204, {})


def test_unknown_key_of_an_answer_matters_only_when_strict():
    body = {"orders": [], "surprise": 1}
    spec = specs.load_wildberries("03-orders-fbs")
    specs.validate_response(spec, "get", "/api/v3/orders/new", 200, body)
    with pytest.raises(specs.SpecMismatch, match="/surprise: unknown property"):
        specs.validate_response(spec, "get", "/api/v3/orders/new", 200, body, strict=True)


def test_newer_methods_are_there_and_old_ones_gone():
    ozon, wildberries = specs.load_ozon(), specs.load_wildberries("03-orders-fbs")
    for path in ("/v3/posting/fbs/package-label/create", "/v2/posting/fbs/package-label/get"):
        assert specs.operation(ozon, "post", path).template == path
    with pytest.raises(specs.SpecMismatch, match="no operation"):
        specs.operation(ozon, "post", "/v2/posting/fbs/package-label")
    path = "/api/marketplace/v3/fbs/supplies/shipping-method"
    assert specs.operation(wildberries, "patch", path).template == path


def test_absent_specifications_skip_or_fail_as_asked(monkeypatch, tmp_path):
    monkeypatch.setenv("SPECS_DIR", str(tmp_path / "nowhere"))
    monkeypatch.delenv("SPECS_REQUIRED", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no specifications"):
        specs.load_ozon()
    monkeypatch.setenv("SPECS_REQUIRED", "1")
    with pytest.raises(pytest.fail.Exception, match="no specifications"):
        specs.load_ozon()
