"""The merchant's tree of categories."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import locks
from catalog.errors import BadPlaceInTree
from catalog.models import Category, Product

MOST_DEEP = 10
Tree = dict[int, Category]


@transaction.atomic
def add(
    *, merchant_id: int, name: str, parent_id: int | None, guid: UUID | None = None, tree: Tree | None = None
) -> Category:
    """
    Grow the tree; tree: the locked one of `locks.categories`, kept in step, for whoever adds many.

    :raises BadPlaceInTree: such a name stands there, or the parent is nowhere or too deep
    """
    known = locks.categories(merchant_id) if tree is None else tree
    _check(known, name=name, parent_id=parent_id, pk=None)
    made = Category.objects.create(merchant_id=merchant_id, name=name, parent_id=parent_id, guid=guid)
    known[made.pk] = made
    return made


@transaction.atomic
def change(
    *,
    merchant_id: int,
    category_id: int,
    name: str,
    parent_id: int | None,
    guid: UUID | None = None,
    tree: Tree | None = None,
) -> None:
    """
    Rename or move; a guid is given, never taken away.  tree: as for `add`.

    :raises BadPlaceInTree: it would stand under itself, beside its namesake, or too deep
    """
    known = locks.categories(merchant_id) if tree is None else tree
    _check(known, name=name, parent_id=parent_id, pk=category_id)
    row = known.get(category_id)
    if row is None:
        raise BadPlaceInTree(_("There is no such category any more. Choose another one."))
    row.name, row.parent_id, row.guid = name, parent_id, guid or row.guid
    row.save(update_fields=["name", "parent", "guid"])


@transaction.atomic
def remove(*, merchant_id: int, category_id: int) -> None:
    """Take an empty category away; :raises BadPlaceInTree: products or categories are in it."""
    known = locks.categories(merchant_id)
    if any(row.parent_id == category_id for row in known.values()):
        raise BadPlaceInTree(_("There are categories in it. Move or remove them first."))
    if Product.objects.filter(category_id=category_id).exists():
        raise BadPlaceInTree(_("There are products in it. Move them to another category first."))
    Category.objects.filter(pk=category_id, merchant_id=merchant_id).delete()


def _check(known: dict[int, Category], *, name: str, parent_id: int | None, pk: int | None) -> None:
    if parent_id is not None and parent_id not in known:
        raise BadPlaceInTree(_("There is no such category any more. Choose another one."), extra={"parent": ""})
    above, depth = parent_id, 1
    while above is not None:
        if above == pk:
            raise BadPlaceInTree(_("A category cannot stand under itself. Choose another place."), extra={"parent": ""})
        above, depth = known[above].parent_id, depth + 1
    if depth + _height(known, pk) > MOST_DEEP:
        raise BadPlaceInTree(_("The tree is at most %d levels deep.") % MOST_DEEP, extra={"parent": ""})
    if any(row.parent_id == parent_id and row.name == name and row.pk != pk for row in known.values()):
        raise BadPlaceInTree(_("There is a category of this name here already."), extra={"name": ""})


def _height(known: dict[int, Category], pk: int | None) -> int:
    """How many levels lie under a category."""
    below = [row.pk for row in known.values() if pk is not None and row.parent_id == pk]
    return max((1 + _height(known, child) for child in below), default=0)
