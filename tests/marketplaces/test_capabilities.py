"""The matrix of capabilities: every one has words, the page and the document say the same as the code."""

import pytest
from django.core.management import CommandError, call_command

from marketplaces import registry
from marketplaces.dto import Scheme
from marketplaces.ports import Can
from marketplaces.selectors import capabilities
from merchants.roles import Role
from tests import make


def test_every_capability_and_scheme_has_words() -> None:
    assert set(capabilities.WORDS) == set(Can)
    assert set(capabilities.SCHEMES) == set(Scheme)


@pytest.mark.parametrize("code", registry.all_codes())
def test_whose_stock_lies_in_its_warehouses_is_read(code: str) -> None:
    adapter = registry.adapter_class(code)
    assert (Scheme.FBO in adapter.schemes) == (Can.OWN_STOCK in adapter.can)


def test_the_document_is_current() -> None:
    call_command("capabilities_doc", "--check")


def test_a_document_that_is_not_current_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry.adapter_class("ozon"), "can", frozenset())

    with pytest.raises(CommandError):
        call_command("capabilities_doc", "--check")


def test_sites_by_feed_have_a_feed_and_people_and_nothing_else() -> None:
    place = registry.all_codes().index("youla")

    assert {row.code for row in capabilities.rows() if row.has[place]} == {"dbs", "pickup", "feed", "by_hand"}
    assert "youla" not in registry.codes()


@pytest.mark.django_db
def test_the_page_shows_every_marketplace() -> None:
    browser = make.client(role=Role.VIEWER, merchant=make.merchant())
    page = browser.get("/sync/capabilities/").content.decode()

    assert all(name in page for name in capabilities.columns())
    assert page.count('<th scope="row">') == len(Scheme) + len(Can)
