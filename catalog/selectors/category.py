"""The tree of categories."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count

from catalog.models import Category, Product

SEPARATOR = " / "


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A category where it stands: depth 0 is a root; path: names from the root; products: in it alone."""

    pk: int
    merchant_id: int
    parent_id: int | None
    name: str
    depth: int
    path: str
    products: int
    has_children: bool


def tree() -> list[Branch]:
    """All categories of the open scope, parents before their children, by name."""
    rows = list(Category.objects.order_by("name", "pk"))
    counts = dict(Product.objects.filter(category__isnull=False).values_list("category").annotate(n=Count("pk")))
    children: dict[int | None, list[Category]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)

    def walk(parent: int | None, depth: int, above: str) -> Iterator[Branch]:
        for row in children.get(parent, ()):
            path = f"{above}{row.name}"
            yield Branch(
                pk=row.pk,
                merchant_id=row.merchant_id,
                parent_id=row.parent_id,
                name=row.name,
                depth=depth,
                path=path,
                products=counts.get(row.pk, 0),
                has_children=row.pk in children,
            )
            yield from walk(row.pk, depth + 1, path + SEPARATOR)

    return list(walk(None, 0, ""))


def paths() -> Mapping[int, str]:
    """Category id → its path from the root."""
    return {branch.pk: branch.path for branch in tree()}


def with_descendants(category_id: int) -> list[int]:
    """The category and everything under it."""
    below: dict[int | None, list[int]] = {}
    for pk, parent in Category.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    found, waiting = [], [category_id]
    while waiting:
        pk = waiting.pop()
        found.append(pk)
        waiting += below.get(pk, [])
    return found
