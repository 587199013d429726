"""What axe-core finds on a page, and whether the page fits its window."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as NotInTime

SCRIPT = Axe().axe_script
FRAME = [".side", ".top"]
# The menu and the bar around a page are most of its elements and on every page the same, but for what is current and
# for how many merchants there are.
FRAME_OF = """
    parts => {
        const shape = (one) => one.cloneNode().outerHTML + (one.childElementCount ? "" : one.textContent)
        const shapes = [...document.querySelectorAll(parts)].flatMap(part => [...part.querySelectorAll("*")]).map(shape)
        const kinds = new Set(shapes.map(each => each.replace(/"[^"]*"| aria-current=|\\d+/g, "")))
        return [document.documentElement.dataset.bsTheme, innerWidth, ...kinds].join()
    }
"""
# What is in order is not listed, and only the answer's first words leave the page: that is half of the time.
RUN = """
    ([without, options]) => axe.run({exclude: without}, {resultTypes: ["violations"], ...options})
        .then(({violations}) => violations
            .filter(({impact}) => ["serious", "critical"].includes(impact))
            .map(({id, nodes}) => [id, nodes[0].html.slice(0, 300)]))
"""
in_order: set[str] = set()


def serious(page: Page, **options: Any) -> list[tuple[str, str]]:
    """
    (rule, the first element that breaks it) of what would keep somebody from working with the page.

    A frame that was found in order in this theme and width is not looked at again by the same rules.
    """
    if page.evaluate("window.axe === undefined"):
        bring_axe(page)
    frame = page.evaluate(FRAME_OF, ", ".join(FRAME)) + repr(options)
    found = page.evaluate(RUN, [FRAME if frame in in_order else [], options])
    if not found:
        in_order.add(frame)
    return [(rule, html) for rule, html in found]


def fits(page: Page) -> bool:
    """Whether nothing is wider than the window; charts follow its width a moment later."""
    try:
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    except NotInTime:
        return False
    return True


def bring_axe(page: Page) -> None:
    """Past Playwright, whose wrapping of half a megabyte takes twice as long as its running."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": SCRIPT})
    session.detach()
