from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from merchants.models import LegalEntity, Membership, Merchant, Person
from merchants.roles import Role


class NameTaken(Refusal):
    """Another merchant of the installation has this name."""

    def __init__(self) -> None:
        message = _("Another merchant has this name.")
        super().__init__(message, extra={"name": message})


class EntityTaken(Refusal):
    """The merchant already has a legal entity with this ИНН and КПП."""

    def __init__(self) -> None:
        message = _("This merchant already has a legal entity with this ИНН and КПП.")
        super().__init__(message, extra={"inn": message})


@transaction.atomic
def create_merchant(*, by: Person | None, name: str, zone: str, locale: str, currency: str) -> Merchant:
    """
    Make a merchant whose first owner is `by`.

    :raises NameTaken: another merchant has this name
    """
    merchant = _save(Merchant(name=name, zone=zone, locale=locale, currency=currency))
    if by is not None:
        Membership.objects.create(person=by, merchant=merchant, role=Role.OWNER)
    return merchant


@transaction.atomic
def change_merchant(*, merchant: Merchant, fields: Mapping[str, Any]) -> Merchant:
    """
    Change name, zone, locale or currency.

    :raises NameTaken: another merchant has this name
    """
    for name, value in fields.items():
        setattr(merchant, name, value)
    return _save(merchant)


@transaction.atomic
def save_legal_entity(*, entity: LegalEntity) -> LegalEntity:
    """
    Store a legal entity that a form has checked.

    :raises EntityTaken: its merchant has one with the same numbers
    """
    try:
        with transaction.atomic():
            entity.save()
    except IntegrityError as reason:
        raise EntityTaken from reason
    return entity


def _save(merchant: Merchant) -> Merchant:
    try:
        with transaction.atomic():
            merchant.save()
    except IntegrityError as reason:
        raise NameTaken from reason
    return merchant
