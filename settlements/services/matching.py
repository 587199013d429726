"""What the lines of a report mean here: articles and lines of orders, looked up set-based."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Barcode, Listing, Sku
from orders.selectors import commission
from orders.selectors.commission import NamedLine
from settlements.types import Fault, LineIn, LineKind

_Index = Mapping[Any, set[int]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a line is about; scheme: "" when its order is not known."""

    sku_id: int | None
    order_id: int | None
    order_line_id: int | None
    scheme: str


def match(*, merchant_id: int, channel_id: int, lines: Sequence[LineIn]) -> tuple[list[Meaning], list[Fault]]:
    """
    The meaning of each line, in their order, and what could not be understood.

    An order that we do not have is no fault: a marketplace sells from its own warehouse without telling.
    """
    skus = _Skus(merchant_id, channel_id, lines)
    numbers = {line.order_number for line in lines if line.order_number}
    orders = commission.lines_by_number(channel_id=channel_id, numbers=numbers)
    meanings, faults = [], []
    for number, line in enumerate(lines, 1):
        named = orders.get(line.order_number, ())
        sku_id, fault = skus.find(line, named)
        if fault:
            faults.append(Fault(code=fault[0], field=fault[1], message=fault[2], line=number))
        meanings.append(_meaning(sku_id, named))
    return meanings, faults


def _meaning(sku_id: int | None, named: Sequence[NamedLine]) -> Meaning:
    if not named:
        return Meaning(sku_id, None, None, "")
    same = next((line for line in named if sku_id is not None and line.sku_id == sku_id), None)
    return Meaning(sku_id, named[0].order_id, same.line_id if same else None, named[0].scheme)


class _Skus:
    """Articles by all the ways in which the lines name them; each way is asked once for all lines."""

    def __init__(self, merchant_id: int, channel_id: int, lines: Sequence[LineIn]) -> None:
        mine = Sku.objects.filter(merchant_id=merchant_id)
        self.known = set(
            mine.filter(pk__in={line.sku_id for line in lines if line.sku_id}).values_list("pk", flat=True)
        )
        guids = {line.product_guid for line in lines if line.product_guid}
        self.by_guid = _index(mine.filter(product__guid__in=guids).values_list("product__guid", "guid", "pk"))
        codes = {line.article.lower() for line in lines if line.article}
        self.by_code = _index(mine.filter(code_key__in=codes).values_list("code_key", "pk"))
        bars = {line.barcode for line in lines if line.barcode}
        self.by_barcode = _index(
            Barcode.objects.filter(merchant_id=merchant_id, value__in=bars).values_list("value", "sku_id")
        )
        self.by_external = self._external(channel_id, {line.external_sku for line in lines if line.external_sku})

    def _external(self, channel_id: int, names: set[str]) -> _Index:
        columns = ("stock_external_id", "product_external_id", "offer_id")
        asked = Q(pk__in=[])
        for column in columns:
            asked |= Q(**{f"{column}__in": names})
        found: dict[str, set[int]] = defaultdict(set)
        rows = Listing.objects.filter(asked, channel_id=channel_id, sku__isnull=False)
        for *values, sku_id in rows.values_list(*columns, "sku_id"):
            for value in names.intersection(values):
                found[value].add(sku_id)
        return found

    def find(self, line: LineIn, named: Sequence[NamedLine]) -> tuple[int | None, tuple[str, str, str] | None]:
        """The article of a line, or what is wrong: (code, field, message)."""
        name, found = self._ways(line, named)
        if len(found) == 1:
            return next(iter(found)), None
        if not name and line.kind in (LineKind.COMPENSATION, LineKind.SERVICE):
            return None, None
        if len(found) > 1:
            return None, ("ambiguous", name or "sku_id", _("Several articles are named so. Name it by its id or GUID."))
        return None, (
            "unknown",
            name or "sku_id",
            _("There is no such article here. Add or match it, then send again."),
        )

    def _ways(self, line: LineIn, named: Sequence[NamedLine]) -> tuple[str, set[int]]:
        if line.sku_id:
            return "sku_id", {line.sku_id} & self.known
        if line.product_guid:
            return "product_guid", self.by_guid.get((line.product_guid, line.sku_guid), set())
        if line.article:
            return "article", self.by_code.get(line.article.lower(), set())
        if line.barcode:
            return "barcode", self.by_barcode.get(line.barcode, set())
        if line.external_sku:
            return "external_sku", self.by_external.get(line.external_sku, set())
        return "", {order_line.sku_id for order_line in named if order_line.sku_id}


def _index(rows: Iterable[tuple[Any, ...]]) -> _Index:
    found: dict[Any, set[int]] = defaultdict(set)
    for *key, sku_id in rows:
        found[key[0] if len(key) == 1 else tuple(key)].add(sku_id)
    return found
