"""The matching queue: a person says what a good of 1C is here."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.errors import Refusal
from catalog.models import Product, Sku
from exchange.formats import values
from exchange.models import Connection, Item, Pending, Word
from exchange.types import ItemState


@transaction.atomic
def tie(*, item_id: int, sku_id: int, now: datetime) -> int:
    """
    Say that a waiting good is this SKU; what was told of it meanwhile is applied by the worker.

    Returns the connection.  :raises Refusal: it waits no more, or the SKU is another good of 1C already
    """
    item = _waiting([item_id]).select_related("connection").first()
    sku = Sku.objects.filter(pk=sku_id).select_related("product").first()
    if item is None or sku is None or sku.merchant_id != item.merchant_id:
        raise Refusal(_("The good does not wait any more, or there is no such article."))
    taken = Item.objects.filter(connection_id=item.connection_id, sku_id=sku_id).exclude(pk=item.pk).first()
    if taken is not None:
        raise Refusal(_("%(sku)s is matched with “%(name)s” of 1C already.") % {"sku": sku.code, "name": taken.name})
    _give_guid(item, sku)
    item.state, item.why, item.sku, item.candidate = ItemState.LINKED, "", sku, None
    item.product_id = sku.product_id
    item.save(update_fields=["state", "why", "sku", "candidate", "product"])
    live.touch("exchange", item.merchant_id)
    return int(item.connection_id)


def _give_guid(item: Item, sku: Sku) -> None:
    """The pair of GUIDs becomes the key of the product and its SKU, unless they have one."""
    good = values.guid(item.connection_id, item.good)
    if sku.product.guid is None and not Product.objects.filter(merchant_id=item.merchant_id, guid=good).exists():
        Product.objects.filter(pk=sku.product_id).update(guid=good)
    if item.char and sku.guid is None:
        Sku.objects.filter(pk=sku.pk).update(guid=values.guid(item.connection_id, item.char))


@transaction.atomic
def take_proposed(*, item_ids: Iterable[int], now: datetime) -> set[int]:
    """Tie goods to the articles that were proposed for them, where they still can be; returns the connections."""
    found = set()
    for item in _waiting(item_ids).exclude(candidate=None):
        if not Item.objects.filter(connection_id=item.connection_id, sku_id=item.candidate_id or 0).exists():
            found.add(tie(item_id=item.pk, sku_id=item.candidate_id or 0, now=now))
    return found


@transaction.atomic
def make(*, item_ids: Iterable[int]) -> set[int]:
    """Make new articles of these goods, with codes of their own where theirs are taken; returns the connections."""
    rows = list(_waiting(item_ids))
    Item.objects.filter(pk__in=[row.pk for row in rows if not row.char]).update(
        state=ItemState.LINKED, why="", candidate=None, product=None, sku=None
    )
    # A characteristic that is to be made is simply told anew: its row stands in the way.
    Item.objects.filter(pk__in=[row.pk for row in rows if row.char]).update(
        state=ItemState.LINKED, why="", candidate=None, sku=None
    )
    return _touched(rows)


@transaction.atomic
def ignore(*, item_ids: Iterable[int]) -> set[int]:
    """Let these goods of 1C alone from now on; what waited for them is forgotten."""
    rows = list(_waiting(item_ids))
    Item.objects.filter(pk__in=[row.pk for row in rows]).update(state=ItemState.IGNORED, why="", candidate=None)
    for row in rows:
        Pending.objects.filter(connection_id=row.connection_id, good=row.good, char=row.char).delete()
    return _touched(rows)


def _waiting(item_ids: Iterable[int]) -> QuerySet[Item]:
    return (
        Item.objects.select_for_update(of=("self",))
        .filter(pk__in=list(item_ids), state=ItemState.WAITING)
        .order_by("pk")
    )


def _touched(rows: Iterable[Item]) -> set[int]:
    found = set()
    for row in rows:
        live.touch("exchange", row.merchant_id)
        found.add(int(row.connection_id))
    return found


@transaction.atomic
def tie_word(*, source: Connection, word_id: int, warehouse_id: int | None, price_type_id: int | None) -> None:
    """Say which warehouse or price type of ours an entry of 1C's dictionary is."""
    Word.objects.filter(pk=word_id, connection=source).update(warehouse_id=warehouse_id, price_type_id=price_type_id)
