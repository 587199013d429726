"""
Walkers over paged answers, and the cutting of long questions.

A marketplace that repeats a cursor or never ends is stopped, not followed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from marketplaces.errors import ContractBroken

T = TypeVar("T")
LONGEST_WALK = 10_000


def batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """This function will cut a list into parts as long as one request takes."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def by_cursor(
    fetch: Callable[[str], tuple[T, str | None]],
    *,
    start: str = "",
    most_pages: int = LONGEST_WALK,
) -> Iterator[T]:
    """
    This function will yield pages until `fetch` gives no next cursor; serves cursors and last ids alike.

    fetch: cursor → (page, next cursor or None).
    :raises ContractBroken: a cursor came twice, or there are more than `most_pages` pages
    """
    cursor: str | None = start
    seen: set[str] = set()
    while cursor is not None:
        if cursor in seen:
            raise ContractBroken("the same page was offered twice", payload={"cursor": cursor})
        if len(seen) >= most_pages:
            raise ContractBroken(f"more than {most_pages} pages", payload={"cursor": cursor})
        seen.add(cursor)
        page, cursor = fetch(cursor)
        yield page


def by_offset(
    fetch: Callable[[int], tuple[T, int]],
    *,
    page_size: int,
    most_pages: int = LONGEST_WALK,
) -> Iterator[T]:
    """
    This function will yield pages until one is shorter than `page_size`.

    fetch: offset → (page, how many rows it had).
    :raises ContractBroken: there are more than `most_pages` pages
    """
    for number in range(most_pages):
        page, rows = fetch(number * page_size)
        yield page
        if rows < page_size:
            return
    raise ContractBroken(f"more than {most_pages} pages")
