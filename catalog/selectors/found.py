"""Articles by what people type or scan into the search."""

from collections.abc import Sequence

from django.urls import reverse

from catalog.models import Barcode, Sku
from catalog.selectors.search import matching
from workspace.types import Found


def find(typed: str, most: int) -> Sequence[Found]:
    """By article, barcode or words of the name; an article or barcode typed whole comes first."""
    by_barcode = set(Barcode.objects.filter(value=typed).values_list("sku_id", flat=True))
    whole = list(Sku.objects.filter(code_key=typed.lower()).values_list("pk", flat=True)[:most])
    exact = by_barcode | set(whole)
    some = Sku.objects.filter(matching(typed)).exclude(pk__in=exact).order_by().values_list("pk", flat=True)
    pks = [*exact, *some[: max(most - len(exact), 0)]]
    rows = sorted(
        Sku.objects.filter(pk__in=pks).select_related("product"), key=lambda sku: (sku.pk not in exact, sku.code_key)
    )
    return [
        Found(
            title=sku.code,
            url=reverse("catalog:sku", args=[sku.pk]),
            hint=" ".join(filter(None, [sku.product.name, sku.variant])),
            exact=sku.pk in exact,
        )
        for sku in rows
    ]
