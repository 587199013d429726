"""Kinds of prices."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.errors import PriceTypeInUse
from catalog.models import Channel, Price, PriceType


@transaction.atomic
def add(*, merchant_id: int, name: str, currency: str, guid: UUID | None) -> PriceType:
    """A new kind of price; :raises PriceTypeInUse: the name is another one's"""
    _refuse_namesake(merchant_id, name, pk=None)
    return PriceType.objects.create(merchant_id=merchant_id, name=name, currency=currency, guid=guid)


@transaction.atomic
def change(*, row: PriceType, name: str, currency: str, guid: UUID | None) -> bool:
    """
    Rename a kind of price, or give it a guid; returns whether anything changed.

    :raises PriceTypeInUse: the name is another one's, or prices stand in the currency that it would leave
    """
    wanted = (name, currency, guid or row.guid)
    if (row.name, row.currency, row.guid) == wanted:
        return False
    _refuse_namesake(row.merchant_id, name, pk=row.pk)
    if currency != row.currency and Price.objects.filter(price_type=row).exists():
        text = _("There are prices of this type: their currency cannot change. Make another price type.")
        raise PriceTypeInUse(text, extra={"currency": text})
    row.name, row.currency, row.guid = wanted
    row.save(update_fields=["name", "currency", "guid"])
    return True


@transaction.atomic
def remove(*, merchant_id: int, price_type_id: int) -> None:
    """Take a kind away that nothing uses; :raises PriceTypeInUse: prices or channels have it"""
    if Price.objects.filter(price_type_id=price_type_id).exists():
        raise PriceTypeInUse(_("There are prices of this type. It stays."))
    if Channel.objects.filter(price_type_id=price_type_id).exists():
        raise PriceTypeInUse(_("A channel sells by this price type. Choose another one for the channel first."))
    PriceType.objects.filter(merchant_id=merchant_id, pk=price_type_id).delete()


def _refuse_namesake(merchant_id: int, name: str, *, pk: int | None) -> None:
    same = PriceType.objects.filter(merchant_id=merchant_id, name=name)
    if same.exclude(pk__in=[pk] if pk else []).exists():
        text = _("There is a price type of this name already.")
        raise PriceTypeInUse(text, extra={"name": text})
