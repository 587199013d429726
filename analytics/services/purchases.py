"""Proposals to buy that a person accepts: they become deliveries that stock waits for."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from catalog.models import Sku
from stock.models import ExpectedReceipt, Supplier
from stock.services import expected


class BelowMinimum(Refusal):
    """The supplier brings nothing smaller."""


@transaction.atomic
def accept(
    *,
    supplier: Supplier,
    warehouse_id: int,
    number: str,
    lines: Mapping[int, int],
    today: date,
    now: datetime,
) -> ExpectedReceipt:
    """
    Announce a delivery of these lines (SKU id → pieces), expected after the supplier's lead time.

    Lines of another merchant than the supplier's are left out.
    :raises BelowMinimum: at cost they come to less than the supplier's minimum order; unknown costs are not judged
    :raises stock.errors.NothingToDo: nothing is left, or the document is known already
    """
    goods = Sku.objects.filter(merchant_id=supplier.merchant_id, pk__in=lines, is_kit=False)
    costs = dict(goods.values_list("pk", "cost"))
    wanted = {sku: pieces for sku, pieces in lines.items() if sku in costs}
    known = {sku: cost for sku in wanted if (cost := costs[sku]) is not None}
    if wanted and len(known) == len(wanted):
        money = sum((cost * wanted[sku] for sku, cost in known.items()), Decimal(0))
        if money < supplier.minimum_order:
            raise BelowMinimum(
                _(
                    "%(supplier)s brings nothing under %(least)s, these lines come to %(money)s at cost."
                    " Nothing was written down. Tick more lines or choose another supplier."
                )
                % {"supplier": supplier.name, "least": supplier.minimum_order, "money": money.quantize(Decimal("0.01"))}
            )
    return expected.announce(
        merchant_id=supplier.merchant_id,
        supplier_id=supplier.pk,
        warehouse_id=warehouse_id,
        number=number,
        expected_on=today + timedelta(supplier.lead_days),
        lines=wanted,
        now=now,
    )
