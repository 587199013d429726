"""Turning the pages of a list by key: a page costs the same at a hundred thousand rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from merchants.selectors.first_rows import first_rows

PAGE = 50
Row = TypeVar("Row")


@dataclass(slots=True)
class KeyPage(Generic[Row]):
    """A page with the keys of its neighbours, "" when there is none."""

    rows: Sequence[Row]
    next_key: str = ""
    previous_key: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one stands in a list: the id of the row before or after which the page lies."""

    after: int | None = None
    before: int | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Place":
        """From an address; what is no id is left out."""
        return cls(after=_whole(query.get("after", "")), before=_whole(query.get("before", "")))


def key_page(
    found: QuerySet[Any], *, sort: str, place: Place, related: Sequence[str], size: int = PAGE
) -> KeyPage[Any]:
    """
    One page of `found` by `sort` (a field that is never null, "-" before it for descending), then by id.

    A row that is gone by now starts the list anew.  related: what is read together with the rows, something at least.
    """
    field, falling = sort.lstrip("-"), sort.startswith("-")
    backwards = place.before is not None
    down = falling != backwards
    found = _from(found, field, place.before if backwards else place.after, down=down)
    sign = "-" if down else ""
    rows = list(first_rows(found, f"{sign}{field}", f"{sign}pk", limit=size + 1).select_related(*related))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    return KeyPage(
        rows=rows,
        next_key=str(rows[-1].pk) if rows and (more or backwards) else "",
        previous_key=str(rows[0].pk) if rows and (more if backwards else place.after is not None) else "",
    )


def _from(found: QuerySet[Any], field: str, pk: int | None, *, down: bool) -> QuerySet[Any]:
    if pk is None:
        return found
    value = found.model.objects.filter(pk=pk).values_list(field, flat=True).first()
    if value is None:
        return found
    sign = "lt" if down else "gt"
    beyond = Q(**{f"{field}__{sign}": value}) | Q(**{field: value, f"pk__{sign}": pk})
    return found.filter(beyond, **{f"{field}__{sign}e": value})


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
