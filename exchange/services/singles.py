"""Single objects of the API that may be written: how each is found by GUID, held, and removed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import locks
from catalog.models import Category, PriceType, Product, Sku
from catalog.services import category, goods, price_type, product
from exchange.errors import NotAllowed
from exchange.models import Connection
from exchange.types import Field
from settlements.selectors import accounting as settled
from settlements.services import agreements, payments


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """
    keys: the GUIDs that name it, as its fields; rows: those of a merchant, one of which is held while it is written.

    owned: the field of whose owner the removal is; None: of anybody who may write.
    first: which row counts where several have the GUID.
    """

    keys: tuple[str, ...]
    rows: Callable[[int], QuerySet[Any]]
    where: Mapping[str, str]
    remove: Callable[[int, int, datetime], object]
    owned: Field | None = None
    first: str = "pk"

    def find(self, source: Connection, guids: Mapping[str, UUID | None]) -> int | None:
        """The id of the object with these GUIDs."""
        asked = {self.where[key]: guid for key, guid in guids.items()}
        found = self.rows(source.merchant_id).filter(**asked).values_list("pk", flat=True)
        return next(iter(found.order_by(self.first)[:1]), None)

    def hold(self, source: Connection, pk: int) -> bool:
        """
        Lock the object until the transaction ends, after whoever writes from outside; False: it is not there.

        What is read after it stays so until it is written.
        """
        locks.take(locks.Subject.IMPORT, source.merchant_id)
        rows = self.rows(source.merchant_id).select_for_update(of=("self",)).filter(pk=pk)
        return rows.first() is not None


@transaction.atomic
def remove(*, single: Single, source: Connection, pk: int, now: datetime) -> None:
    """Remove a held object; goods are archived, because history names them.  :raises Refusal: it is used"""
    if single.owned is not None and not source.onec_owns(single.owned):
        raise NotAllowed(_("The back office keeps this for this connection."))
    single.remove(source.merchant_id, pk, now)


CATEGORY = Single(
    keys=("guid",),
    rows=lambda merchant: Category.objects.filter(merchant_id=merchant),
    where={"guid": "guid"},
    remove=lambda merchant, pk, _now: category.remove(merchant_id=merchant, category_id=pk),
)
PRICE_TYPE = Single(
    keys=("guid",),
    rows=lambda merchant: PriceType.objects.filter(merchant_id=merchant),
    where={"guid": "guid"},
    remove=lambda merchant, pk, _now: price_type.remove(merchant_id=merchant, price_type_id=pk),
)
PRODUCT = Single(
    keys=("guid",),
    rows=lambda merchant: Product.objects.filter(merchant_id=merchant),
    where={"guid": "guid"},
    remove=lambda merchant, pk, now: goods.set_archived(merchant_id=merchant, product_ids=[pk], archived=True, now=now),
    owned=Field.ARCHIVE,
)
SKU = Single(
    keys=("product_guid", "guid"),
    rows=lambda merchant: Sku.objects.filter(merchant_id=merchant),
    where={"product_guid": "product__guid", "guid": "guid"},
    remove=lambda merchant, pk, now: product.archive(merchant_id=merchant, sku_ids=[pk], archived=True, now=now),
    owned=Field.ARCHIVE,
)
AGREEMENT = Single(
    keys=("guid",),
    rows=settled.agreements_of,
    where={"guid": "guid"},
    remove=lambda merchant, pk, _now: agreements.remove(merchant_id=merchant, agreement_id=pk),
)
# A payment that was brought to something else left reversed ones behind it.
PAYMENT = Single(
    keys=("guid",),
    rows=settled.payments_of,
    where={"guid": "guid"},
    remove=lambda _merchant, pk, now: payments.reverse(payment_id=pk, at=now),
    first="-pk",
)
