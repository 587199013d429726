"""The beginning of a long list over several merchants."""

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet

from merchants.models import Merchant
from merchants.scope import current_scope

M = TypeVar("M", bound=Model)


def first_rows(found: QuerySet[M], *order: str, limit: int, merchant_ids: Iterable[int] | None = None) -> QuerySet[M]:
    """
    The first `limit` rows of `found` in this order, in the open scope; costs one query more than the rows themselves.

    Under "merchant is one of these five" Postgres cannot read an index on (merchant, date) in the order of dates, and
    would sort a million rows for a page of fifty.  So each merchant's first rows are read from its own part of the
    index, and only those are sorted together.
    merchant_ids: fewer than the scope's, where the conditions leave only these.
    """
    opened = current_scope()
    asked = opened.merchants if opened else frozenset()
    wanted = asked if merchant_ids is None else asked & frozenset(merchant_ids)
    if len(wanted) == 1:
        return found.filter(merchant_id=next(iter(wanted))).order_by(*order)[:limit]
    own = found.filter(merchant_id=OuterRef("pk")).order_by(*order).values("pk")[:limit]
    each = Merchant.objects.filter(pk__in=wanted).annotate(first=ArraySubquery(own)).values_list("first", flat=True)
    first = [pk for pks in each for pk in pks]
    return found.model._default_manager.filter(pk__in=first).order_by(*order)[:limit]
