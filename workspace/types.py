"""Plain values of this app."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

Cell = Any  # text, whole number, Decimal, bool, date, aware datetime or None


class Level(models.TextChoices):
    INFO = "info", _("for information")
    WARNING = "warning", _("warning")
    DANGER = "danger", _("work is standing")


@dataclass(frozen=True)
class Export:
    """
    How a list becomes a table.

    columns: (header, width in characters); headers may be lazy translations.
    rows: given the list's query string and the merchants, yields one sequence of cells per row; it runs inside the
    scope of those merchants and must stream.
    action: the `merchants.roles.Action` of the list, which decides whose rows a person may take out.
    """

    key: str
    title: object
    action: str
    columns: Sequence[tuple[object, int]]
    rows: Callable[[QueryDict, frozenset[int]], Iterator[Sequence[Cell]]]


@dataclass(frozen=True)
class RowError:
    """row: as the person counts in the file, from 1; 0 for the whole file.  field: the column's name or empty."""

    row: int
    field: str
    message: str


def heart_key(job_id: int) -> str:
    """The cache key that is there while a worker is at the job: {"done": …, "total": …}."""
    return f"job:{job_id}"


@dataclass(frozen=True, slots=True)
class Name:
    """What a person calls a row: "Order 46-0001".  page: URL name of its page, which takes `pk`, or ""."""

    text: str
    page: str
    pk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A thing that a search found.  exact: its own number was typed whole.  url: its page; hint: what else it is."""

    title: str
    url: str
    hint: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one kind.  page: URL name of their list, "" where there is none."""

    title: str
    rows: Sequence[Found]
    page: str = ""
