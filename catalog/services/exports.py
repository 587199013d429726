"""Lists of the catalog as files."""

from collections.abc import Iterator, Sequence
from functools import partial

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.selectors import goods_file
from catalog.selectors.product import ProductsAsked
from merchants.roles import Action
from workspace.types import Cell, Export


def asked_of(query: QueryDict) -> ProductsAsked:
    """The list's question out of its address; what is wrong in it is left out."""
    category = query.get("category", "")
    return ProductsAsked(
        query=query.get("q", "")[:100].replace("\x00", ""),
        category_id=int(category) if category.isascii() and category.isdigit() and len(category) < 19 else None,
        brand=query.get("brand", "")[:200].replace("\x00", ""),
        only=frozenset(query.getlist("only")) & frozenset(("kit", "marked", "no_barcode", "no_price", "unlisted")),
        archived=query.get("archived", ""),
    )


def product_rows(query: QueryDict, merchants: frozenset[int], *, sees_cost: bool) -> Iterator[Sequence[Cell]]:
    """Products in the columns of the import."""
    yield from goods_file.rows(asked_of(query), sees_cost=sees_cost, today=timezone.localdate())


# Two, because who may see the list may not always see what the goods cost.
EXPORTS = [
    Export("products", _("Products"), Action.CATALOG_VIEW, goods_file.COLUMNS, partial(product_rows, sees_cost=False)),
    Export(
        "products-with-cost",
        _("Products with cost"),
        Action.CATALOG_COST,
        goods_file.COLUMNS,
        partial(product_rows, sees_cost=True),
    ),
]
