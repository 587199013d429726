"""Looking into elements by local name."""

from collections.abc import Iterator
from typing import Any

from lxml import etree


def local(element: etree._Element | None) -> str:
    """The name without its namespace; "" for nothing, comments and the like."""
    if element is None or not isinstance(element.tag, str):
        return ""
    return element.tag.rpartition("}")[2]


def line_of(element: etree._Element) -> int:
    """The line of the document on which the element begins."""
    line: Any = element.sourceline
    return int(line or 0)


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of this name."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def text(element: etree._Element | None) -> str:
    return "" if element is None or element.text is None else element.text.strip()


def short(element: etree._Element | None, name: str) -> str:
    """The trimmed text of the first child of this name; "" when there is none."""
    return text(child(element, name))


def texts(element: etree._Element | None, name: str) -> list[str]:
    return [] if element is None else [text(one) for one in element.iterchildren(f"{{*}}{name}")]


def lines_of(element: etree._Element | None, holder: str) -> Iterator[etree._Element]:
    """The elements inside the first child of this name."""
    found = child(element, holder)
    if found is not None:
        yield from (one for one in found if local(one))
