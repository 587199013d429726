import pytest

from marketplaces.errors import ContractBroken
from marketplaces.http.paging import by_cursor, by_offset


def test_pages_are_followed_to_the_last():
    pages = {"": ("a", "1"), "1": ("b", "2"), "2": ("c", None)}
    assert list(by_cursor(pages.__getitem__)) == ["a", "b", "c"]


def test_a_circle_is_not_walked_twice():
    pages = {"": ("a", "1"), "1": ("b", "")}
    walked = []
    with pytest.raises(ContractBroken, match="twice"):
        walked.extend(by_cursor(pages.__getitem__))
    assert walked == ["a", "b"] or walked == []


def test_a_walk_has_an_end():
    with pytest.raises(ContractBroken, match="more than 5 pages"):
        list(by_cursor(lambda cursor: ("x", cursor + "1"), most_pages=5))


def test_offsets_end_at_a_short_page():
    rows = list(range(7))
    pages = list(by_offset(lambda at: (rows[at : at + 3], len(rows[at : at + 3])), page_size=3))
    assert pages == [[0, 1, 2], [3, 4, 5], [6]]


def test_offsets_have_an_end():
    with pytest.raises(ContractBroken, match="more than 2 pages"):
        list(by_offset(lambda at: ([1], 1), page_size=1, most_pages=2))
