"""Categories, price types and warehouses of a program of the API: made, changed and removed by id or GUID."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import locks
from backoffice.kernel.errors import Refusal
from catalog import locks as catalog_locks
from catalog.models import PriceType
from catalog.services import category, price_type
from exchange.models import Connection, Word
from exchange.services import words
from exchange.services.outcomes import Batch, Item, Known, Outcome
from exchange.types import WordKind
from stock.selectors import place

_CATEGORY_FIELDS = {"parent": "parent_guid", "name": "name"}
_PRICE_TYPE_FIELDS = {"name": "name", "currency": "currency"}


@transaction.atomic
def put_categories(*, source: Connection, items: Sequence[Item]) -> list[Outcome]:
    """
    Grow and change the tree; children may stand before their parents.

    A category that was made here and has no GUID becomes the one of the same name under the same parent.
    """
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    tree = catalog_locks.categories(source.merchant_id)
    guids = {row.guid: row for row in tree.values() if row.guid}
    waiting = list(batch.open())
    named: set[Any] = set()
    while waiting:
        later = []
        coming = {item["guid"] for item, _outcome in waiting if item.get("guid")}
        for item, outcome in waiting:
            parent = item.get("parent_guid")
            if parent and parent not in guids and parent in coming and parent != item.get("guid"):
                later.append((item, outcome))
            else:
                _put_category(source, item, outcome, tree, guids, named)
        if len(later) == len(waiting):
            for _item, outcome in later:
                outcome.reject("unknown", "parent_guid", _("The parents of these categories lead in a ring."))
            break
        waiting = later
    return batch.outcomes


def _put_category(
    source: Connection, item: Item, outcome: Outcome, tree: category.Tree, guids: dict[Any, Any], named: set[Any]
) -> None:
    guid, name, parent_guid = item.get("guid"), item.get("name"), item.get("parent_guid")
    row = tree.get(item["id"]) if item.get("id") else guids.get(guid)
    if item.get("id") and row is None:
        return outcome.reject("unknown", "id", _("There is no object with this id."))
    if guid and guids.get(guid, row) is not row:
        return outcome.reject("taken", "guid", _("Another object has this GUID."))
    if row is None and not (guid and name):
        missing = "name" if guid else "guid"
        return outcome.reject("required", missing, _("A new category needs guid and name."))
    if parent_guid and parent_guid not in guids:
        return outcome.reject("unknown", "parent_guid", _("There is no category with this GUID."))
    parent_id = row.parent_id if row else None
    if "parent_guid" in item:
        parent_id = guids[parent_guid].pk if parent_guid else None
    same = (one for one in tree.values() if one.parent_id == parent_id and one.name == name and one.guid is None)
    row = row or next(same, None)
    if (key := row.pk if row else guid) in named:
        return outcome.reject("twice", "guid", _("The request names this object twice."))
    named.add(key)
    wanted: dict[str, Any] = {"name": name or (row.name if row else ""), "parent_id": parent_id, "guid": guid}
    try:
        if row is None:
            made = category.add(merchant_id=source.merchant_id, tree=tree, **wanted)
            guids[guid] = made
            named.add(made.pk)
            return outcome.done("created", made.pk)
        if (row.name, row.parent_id, row.guid) == (wanted["name"], parent_id, guid or row.guid):
            return outcome.done("unchanged", row.pk)
        category.change(merchant_id=source.merchant_id, category_id=row.pk, tree=tree, **wanted)
    except Refusal as refusal:
        return outcome.refuse(refusal, _CATEGORY_FIELDS)
    if guid:
        guids[guid] = row
    return outcome.done("updated", row.pk)


@transaction.atomic
def put_price_types(*, source: Connection, items: Sequence[Item]) -> list[Outcome]:
    """Make and rename kinds of prices; one made here without a GUID becomes the one of the same name."""
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find = Known(PriceType.objects.filter(merchant_id=source.merchant_id), batch)
    loose = {row.name: row for row in PriceType.objects.filter(merchant_id=source.merchant_id, guid=None)}
    for item, outcome in batch.open():
        row = find(item, outcome)
        if outcome.status:
            continue
        name = item.get("name")
        row = row or loose.pop(name or "", None)
        try:
            if row is not None:
                changed = price_type.change(
                    row=row,
                    name=name or row.name,
                    currency=item.get("currency") or row.currency,
                    guid=item.get("guid"),
                )
                outcome.done("updated" if changed else "unchanged", row.pk)
            elif name:
                made = price_type.add(
                    merchant_id=source.merchant_id,
                    name=name,
                    currency=item.get("currency") or "RUB",
                    guid=item["guid"],
                )
                outcome.done("created", made.pk)
            else:
                outcome.reject("required", "name", _("A new price type needs a name."))
        except Refusal as refusal:
            outcome.refuse(refusal, _PRICE_TYPE_FIELDS)
    return batch.outcomes


@transaction.atomic
def put_warehouses(*, source: Connection, items: Sequence[Item]) -> list[Outcome]:
    """
    Tie this program's GUIDs to warehouses: to the one named by `id`, else to the merchant's own of that name, else to
    a new one.  A warehouse may serve several merchants, so its name, zone and address are changed by people only.
    """
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    tied = {row.external_id: row for row in Word.objects.filter(connection=source, kind=WordKind.WAREHOUSE)}
    own = {row.pk for row in place.own_warehouses(source.merchant_id)}
    for item, outcome in batch.open():
        guid, name = str(item["guid"]), item.get("name") or ""
        word = tied.get(guid)
        before = word.warehouse_id if word else None
        if item.get("id") and item["id"] not in own:
            outcome.reject("unknown", "id", _("There is no warehouse with this id."))
            continue
        if not item.get("id") and before is None and not name:
            outcome.reject("required", "name", _("A new warehouse needs a name."))
            continue
        warehouse_id = item.get("id") or before or words.own_warehouse(source, name)
        made = warehouse_id not in own
        own.add(warehouse_id)
        if word is None:
            word = Word(merchant_id=source.merchant_id, connection=source, kind=WordKind.WAREHOUSE, external_id=guid)
        if before != warehouse_id or (name and word.name != name):
            word.warehouse_id, word.name, word.deleted = warehouse_id, name or word.name, False
            word.save()
        tied[guid] = word
        outcome.done("created" if made else "unchanged" if before == warehouse_id else "updated", warehouse_id)
    return batch.outcomes


class KnownWarehouses:
    """Finds the merchant's own warehouses by `warehouse_id`, or by the GUID that this program tied to one."""

    def __init__(self, source: Connection) -> None:
        self.own = {row.pk for row in place.own_warehouses(source.merchant_id)}
        tied = Word.objects.filter(connection=source, kind=WordKind.WAREHOUSE, warehouse__isnull=False)
        self.tied = dict(tied.values_list("external_id", "warehouse_id"))

    def __call__(self, item: Item, outcome: Outcome, prefix: str = "") -> int | None:
        """The id; None, and the item is rejected, where there is none.  prefix: "to_" where its goods go."""
        name = f"{prefix}warehouse_id"
        if told := item.get(name):
            found = told if told in self.own else None
        else:
            name = f"{prefix}warehouse_guid"
            found = self.tied.get(str(item.get(name)))
        if found is None:
            text = _("There is no such warehouse: name it by warehouse_id, or tie its GUID by warehouses/bulk first.")
            outcome.reject("unknown", name, text)
        return found
