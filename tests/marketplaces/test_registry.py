"""Every registered marketplace loads, and says what the product needs to know."""

import pytest

from marketplaces import registry
from marketplaces.ports import Can, Marketplace
from marketplaces.sync import streams


@pytest.mark.parametrize("code", registry.codes())
def test_every_entry_loads_and_is_called_by_its_code(code: str) -> None:
    adapter = registry.adapter_class(code)

    assert issubclass(adapter, Marketplace)
    assert adapter.code == code
    assert registry.label(code) == adapter.name
    assert adapter.fields
    assert any(field.secret for field in adapter.fields)
    assert adapter.production_url.startswith("https://")


@pytest.mark.parametrize("code", registry.codes())
def test_what_is_declared_is_overridden(code: str) -> None:
    adapter = registry.adapter_class(code)
    method_of = {
        Can.ACCOUNT: "account",
        Can.WAREHOUSES: "warehouses",
        Can.LISTINGS: "listings",
        Can.ORDERS: "orders_new",
        Can.STATUSES: "statuses",
        Can.STOCK_WRITE: "push_stock",
        Can.STOCK_READ: "read_stock",
        Can.PRICE_WRITE: "push_prices",
        Can.PRICE_READ: "read_prices",
        Can.CONFIRM: "confirm",
        Can.COMMIT: "commit",
        Can.LABELS: "labels",
        Can.HANDOVER: "close_handover",
        Can.HANDOVER_DOCUMENTS: "handover_documents",
        Can.CANCEL: "cancel",
        Can.CANCEL_LINE: "cancel_lines",
        Can.CANCEL_REQUESTS: "answer_cancel_request",
        Can.PROGRESS: "report",
        Can.RETURNS: "returns",
        Can.OWN_STOCK: "own_stock",
    }
    for can, method in method_of.items():
        overridden = getattr(adapter, method) is not getattr(Marketplace, method)
        assert overridden == (can in adapter.can), can
    assert (adapter.hook is not None) == (Can.NOTICES in adapter.can)


@pytest.mark.parametrize("code", registry.codes())
def test_every_marketplace_has_streams_with_sane_intervals(code: str) -> None:
    intervals = streams.intervals()[code]

    assert {"orders", "changes", "warehouses", "listings", "sweep", "account"} <= set(intervals)
    assert ("read_back" in intervals) == registry.can(code, Can.STOCK_READ)
    assert all(0 < seconds <= 24 * 3600 for seconds in intervals.values())


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(registry.UnknownMarketplace):
        registry.adapter_class("nobody")


@pytest.mark.parametrize(
    ("text", "codes"), [("беру", ["yandex_market"]), ("BERU", ["yandex_market"]), ("маркет", None)]
)
def test_former_names_are_found(text: str, codes: list[str] | None) -> None:
    found = registry.find(text)
    assert found == codes if codes else "yandex_market" in found
    assert registry.find("") == list(registry.codes())
    assert registry.find("no such thing") == []
