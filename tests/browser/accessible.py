"""What axe-core finds on a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
# What is in order is not listed, and only the answer's first words leave the page: that is half of the time.
RUN = """
    options => axe.run({resultTypes: ["violations"], ...options}).then(({violations}) => violations
        .filter(({impact}) => ["serious", "critical"].includes(impact))
        .map(({id, nodes}) => [id, nodes[0].html.slice(0, 300)]))
"""


def serious(page: Page, **options: Any) -> list[tuple[str, str]]:
    """(rule, the first element that breaks it) of what would keep somebody from working with the page."""
    if page.evaluate("window.axe === undefined"):
        page.evaluate(SCRIPT)
    return [(rule, html) for rule, html in page.evaluate(RUN, options)]
