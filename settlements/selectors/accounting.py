"""Agreements, reports and payments, as an accounting program wants them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from catalog.models import Price
from settlements.models import Agreement, Payment, Report


def ids_of(model: type[Model]) -> Callable[..., list[int]]:
    def ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
        rows = model._default_manager.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", flat=True)[:limit])

    return ids


agreement_ids, report_ids, payment_ids = ids_of(Agreement), ids_of(Report), ids_of(Payment)


def agreements(*, merchant_id: int, ids: Collection[int]) -> Sequence[Agreement]:
    rows = Agreement.objects.filter(merchant_id=merchant_id, pk__in=ids).select_related("legal_entity")
    return list(rows.order_by("pk"))


def reports(*, merchant_id: int, ids: Collection[int]) -> Sequence[Report]:
    """These reports; their lines are read already, what came raw is not."""
    rows = Report.objects.filter(merchant_id=merchant_id, pk__in=ids).defer("raw").select_related("replaced_by")
    return list(rows.prefetch_related("lines").order_by("pk"))


def payments(*, merchant_id: int, ids: Collection[int]) -> Sequence[Payment]:
    rows = Payment.objects.filter(merchant_id=merchant_id, pk__in=ids).select_related("legal_entity")
    return list(rows.order_by("pk"))


def agreements_of(merchant_id: int) -> QuerySet[Agreement]:
    return Agreement.objects.filter(merchant_id=merchant_id)


def payments_of(merchant_id: int) -> QuerySet[Payment]:
    """Reversed ones too."""
    return Payment.objects.filter(merchant_id=merchant_id)


class Transfers:
    """The agreement of a channel on a day, and the price at which it has goods handed over; read once for all asked."""

    def __init__(self, *, channel_ids: Collection[int], sku_ids: Collection[int]) -> None:
        self._of: dict[int, list[Agreement]] = {}
        for agreement in Agreement.objects.filter(channel_id__in=channel_ids).order_by("-valid_from", "-pk"):
            self._of.setdefault(agreement.channel_id, []).append(agreement)
        types = {row.price_type_id for rows in self._of.values() for row in rows if row.price_type_id}
        prices = Price.objects.filter(price_type_id__in=types, sku_id__in=sku_ids)
        self._price: Mapping[Any, Any] = {(row.price_type_id, row.sku_id): row.amount for row in prices}

    def agreement(self, channel_id: int, day: date) -> Agreement | None:
        """The one in force on the day."""
        for row in self._of.get(channel_id, ()):
            if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to):
                return row
        return None

    def price(self, agreement: Agreement | None, sku_id: int | None) -> Any:
        """The price of today at which the agreement has an article handed over; None when none is set."""
        return self._price.get((agreement.price_type_id, sku_id)) if agreement and agreement.price_type_id else None
