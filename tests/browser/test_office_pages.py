"""Every office page with rows on it: no serious fault of accessibility, and nothing wider than a phone."""

import pytest

from merchants.models import Membership, Merchant, Person
from merchants.roles import Role
from tests import make
from tests.browser.accessible import fits, serious
from tests.merchants.desk import PAGES, address_of, at_work
from tests.urls import Url

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = 4  # so that all hands share the work
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# These and the parts of the design system are tried where they are made; the rest of a page is no page.
ELSEWHERE = ("exchange:", "floor:", "labels:", "settlements:", "workspace:style")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def is_office(url: Url) -> bool:
    return not url.name.startswith(ELSEWHERE)


def employer(person: Person) -> Merchant:
    merchant = make.merchant()
    Membership.objects.create(person=person, merchant=merchant, role=Role.OWNER)
    return merchant


@pytest.mark.parametrize("part", range(PARTS))
def test_every_office_page_is_accessible_and_fits_a_phone(page, context, live_server, part):
    trade, desk = at_work()
    cookie = desk.browser.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.set_viewport_size(DESK)
    wrong, seen = {}, set()
    for url in list(filter(is_office, PAGES))[part::PARTS]:
        # Rows for one page might be in the way of those for another: who shows a row has a merchant of its own.
        address = address_of(url, employer(desk.person) if url.parameters else trade.merchant)
        shown = desk.browser.get(address)
        is_page = shown.status_code == 200 and not shown.streaming and b"<main" in shown.getvalue()
        if shown.streaming:
            shown.close()
        if not is_page:
            continue
        assert page.goto(address, wait_until="load").status == 200
        seen.add(url.name)
        faults = serious(page, runOnly=RULES)
        page.set_viewport_size(PHONE)
        if not fits(page):
            faults.append(("wider than a phone", page.evaluate(WIDEST)))
        page.set_viewport_size(DESK)
        if faults:
            wrong[url.name] = faults
    assert len(seen) > 40 / PARTS
    assert wrong == {}


WIDEST = """() => {
    const all = [...document.querySelectorAll("main *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    return all.length ? all[0].outerHTML.slice(0, 200) : document.documentElement.scrollWidth + " px"
}"""
