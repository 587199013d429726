from dataclasses import dataclass

from django.db import transaction

from merchants.models import LegalEntity, Membership, Merchant, Person
from merchants.roles import Role
from merchants.scope import scope
from merchants.services.people import one_time_password

LOGIN = "owner"
DEMO_NAME = "Демонстрация"


@dataclass(frozen=True)
class FirstStart:
    """password is None when the owner was there before: it is shown once and never again."""

    merchant: Merchant
    owner: Person
    password: str | None


@transaction.atomic
def prepare_installation(*, password: str | None) -> FirstStart:
    """
    Make the first owner and the demonstration merchant, unless the installation already has people or merchants.

    password: for the owner; generated when empty.  Repeating it changes nothing.
    """
    owner, shown = Person.objects.order_by("pk").first(), None
    if owner is None:
        shown = password or one_time_password()
        owner = Person.objects.create_user(LOGIN, shown, full_name="Владелец", is_administrator=True)
    merchant = Merchant.objects.order_by("pk").first()
    if merchant is None:
        merchant = Merchant.objects.create(name=DEMO_NAME)
        Membership.objects.create(person=owner, merchant=merchant, role=Role.OWNER)
        with scope([merchant.pk]):
            # Numbers of the right form that no organisation has: region 00 is not assigned.
            LegalEntity.objects.create(
                merchant=merchant, name="ООО «Пример»", inn="0000000018", kpp="000001001", vat_mode="general"
            )
    return FirstStart(merchant, owner, shown)
