"""What became of each item of a bulk request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from catalog.models import Sku

Item = Mapping[str, Any]


@dataclass(slots=True)
class Outcome:
    """What became of an item.  status: created, updated, unchanged, rejected; id: of the object here."""

    line: int
    status: str = ""
    id: int | None = None
    code: str | None = None
    field: str | None = None
    message: str | None = None

    def reject(self, code: str, name: str, message: str) -> None:
        if not self.status:
            self.status, self.code, self.field, self.message = "rejected", code, name, message

    def refuse(self, refusal: Refusal, names: Mapping[str, str]) -> None:
        """Reject for what a service refused; names: its field → the item's."""
        told = next((names[name] for name in refusal.extra if name in names), "")
        self.reject("refused", told, str(refusal))

    def done(self, status: str, pk: int | None) -> None:
        self.status, self.id = status, pk


@dataclass(slots=True)
class Batch:
    """Items with their outcomes."""

    items: Sequence[Item]
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outcomes = [Outcome(line) for line in range(1, len(self.items) + 1)]

    def open(self) -> Iterable[tuple[Item, Outcome]]:
        """Items that are not rejected so far."""
        return [
            (item, outcome)
            for item, outcome in zip(self.items, self.outcomes, strict=True)
            if outcome.status != "rejected"
        ]

    def refuse_all(self, code: str, name: str, message: str) -> list[Outcome]:
        for outcome in self.outcomes:
            outcome.reject(code, name, message)
        return self.outcomes


def by_guid(model: Any, merchant_id: int, guids: Iterable[Any]) -> dict[Any, int]:
    """GUID → id of the merchant's rows."""
    wanted = {guid for guid in guids if guid}
    return dict(model.objects.filter(merchant_id=merchant_id, guid__in=wanted).values_list("guid", "pk"))


class Known:
    """Finds rows (of the merchant) that have `id` and `guid` by either; two items may not mean the same row."""

    def __init__(self, rows: QuerySet[Any], batch: Batch) -> None:
        ids = {item["id"] for item in batch.items if item.get("id")}
        guids = {item["guid"] for item in batch.items if item.get("guid")}
        self.by_id = {row.pk: row for row in rows.filter(pk__in=ids)}
        self.by_guid = {row.guid: row for row in rows.filter(guid__in=guids)}
        self._met: set[Any] = set()

    def __call__(self, item: Item, outcome: Outcome) -> Any:
        """The row, or None where it is to be made; rejects an item that names none, another's, or one named before."""
        pk, guid = item.get("id"), item.get("guid")
        row = self.by_id.get(pk) if pk else self.by_guid.get(guid)
        other = self.by_guid.get(guid) if guid else None
        keys = {row.pk if row else guid, guid or pk}
        if not pk and not guid:
            outcome.reject("required", "guid", _("Name the object by its guid or its id."))
        elif pk and row is None:
            outcome.reject("unknown", "id", _("There is no object with this id."))
        elif row is not None and other is not None and other.pk != row.pk:
            outcome.reject("taken", "guid", _("Another object has this GUID."))
        elif keys & self._met:
            outcome.reject("twice", "guid", _("The request names this object twice."))
        else:
            self._met |= keys
        return row


class KnownSkus:
    """Finds SKUs by `sku_id`, or by the pair of GUIDs `product_guid` and `guid`."""

    def __init__(self, merchant_id: int, items: Iterable[Item]) -> None:
        items = list(items)
        rows = Sku.objects.filter(merchant_id=merchant_id).select_related("product")
        ids = {item["sku_id"] for item in items if item.get("sku_id")}
        guids = {item["product_guid"] for item in items if item.get("product_guid")}
        self.by_id = {row.pk: row for row in rows.filter(pk__in=ids)}
        pairs = rows.filter(product__guid__in=guids)
        self.by_pair = {(row.product.guid, row.guid): row for row in pairs}

    def __call__(self, item: Item, outcome: Outcome) -> Sku | None:
        """The SKU; None, and the item is rejected, where there is none."""
        if pk := item.get("sku_id"):
            found, name = self.by_id.get(pk), "sku_id"
        else:
            found, name = self.by_pair.get((item.get("product_guid"), item.get("guid"))), "product_guid"
        if found is None:
            outcome.reject("unknown", name, _("There is no such SKU: name it by sku_id or by its pair of GUIDs."))
        return found
