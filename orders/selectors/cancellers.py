"""Who cancelled an order, as it is shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, str | Promise] = {
    "buyer": _("the buyer"),
    "seller": _("we"),
    "marketplace": _("the marketplace"),
    "carrier": _("the carrier"),
    "split": _("divided into parcels"),
    "unknown": _("not told"),
}


def words(actor: str) -> str | Promise:
    """`Order.cancelled_by` in words; empty where nobody did."""
    return WORDS.get(actor, actor)
