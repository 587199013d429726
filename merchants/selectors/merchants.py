from collections.abc import Set
from dataclasses import dataclass

from django.db.models import Count

from merchants.models import LegalEntity, Merchant


@dataclass(frozen=True)
class MerchantRow:
    merchant_id: int
    name: str
    zone: str
    people: int
    legal_entities: int
    may_edit: bool


@dataclass(frozen=True)
class EntityRow:
    entity_id: int
    name: str
    inn: str
    kpp: str
    tax_system: str
    vat_mode: str


def merchant_rows(*, merchant_ids: Set[int], editable: Set[int]) -> list[MerchantRow]:
    """List merchants by name with the number of their people and legal entities."""
    entities = dict(
        LegalEntity.objects.filter(merchant_id__in=merchant_ids)
        .values_list("merchant_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    merchants = Merchant.objects.filter(pk__in=merchant_ids).annotate(people=Count("memberships")).order_by("name")
    return [
        MerchantRow(one.pk, one.name, one.zone, one.people, entities.get(one.pk, 0), one.pk in editable)
        for one in merchants
    ]


def entity_rows(*, merchant_id: int) -> list[EntityRow]:
    """List the legal entities of one merchant by name."""
    found = LegalEntity.objects.filter(merchant_id=merchant_id).order_by("name", "pk")
    return [
        EntityRow(one.pk, one.name, one.inn, one.kpp, one.get_tax_system_display(), one.get_vat_mode_display())
        for one in found
    ]
