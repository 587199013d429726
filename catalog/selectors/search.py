"""Finding SKUs by what people type: a word of the name, the beginning of the article, a whole barcode."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from catalog.models import Barcode, Product, ProductWord, Sku

MOST_WORDS = 8


def words_of(text: str) -> list[str]:
    """Words as `ProductWord` keeps them."""
    return re.findall(r"[^\W_]+", text.lower().replace("ё", "е"))[:MOST_WORDS]


def matching(text: str) -> Q:
    """
    The condition on SKUs for a search; nothing typed matches all.

    Each part is answered by its own index and the ids are united: one OR over several tables would read them whole,
    and LIKE is not leakproof, so under row-level security it has no index at all.
    """
    typed = text.strip()
    if not typed:
        return Q()
    ways: list[QuerySet[Any]] = [
        Sku.objects.filter(code_key__begins=typed.lower()).values("pk"),
        Barcode.objects.filter(value=typed).order_by().values("sku_id"),
    ]
    if words := words_of(typed):
        ways.append(Sku.objects.filter(product_id__in=named(words)).values("pk"))
    return Q(pk__in=ways[0].union(*ways[1:], all=True))


def named(words: list[str]) -> QuerySet[Any]:
    """Ids of products with a word that begins so for each of these words."""
    products = Product.objects.all()
    for word in words:
        products = products.filter(pk__in=ProductWord.objects.filter(word__begins=word).values("product_id"))
    return products.values("pk")
