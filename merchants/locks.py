"""The locks of this app: a merchant's row stands for its list of owners, the administrators' rows for themselves."""

from merchants.models import Merchant, Person


def merchant_for_owners(merchant_id: int) -> Merchant | None:
    return Merchant.objects.select_for_update(no_key=True).filter(pk=merchant_id).first()


def administrators() -> list[Person]:
    found = Person.objects.select_for_update(no_key=True).filter(is_administrator=True, is_active=True)
    return list(found.order_by("pk"))
