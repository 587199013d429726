"""The page of all addresses."""

from merchants.roles import Role
from tests import make


def test_the_page_names_every_address_of_the_document_with_the_fields_of_its_body(db, client):
    owner = make.client(role=Role.OWNER, merchant=make.merchant())
    page = owner.get("/1c/reference/").content.decode()
    document = client.get("/api/v1/openapi.json").json()
    shown = {f"{verb.upper()} {path}" for path, verbs in document["paths"].items() for verb in verbs}
    assert {line for line in shown if line not in page} == set()
    assert "items[].lines[].pieces*" in page
    assert "Принять товар по документам" in page
    assert "<script" not in page.partition("<main")[2].partition("</main")[0]
