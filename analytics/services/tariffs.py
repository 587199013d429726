"""Tariffs as a person enters them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from analytics.models import Tariff
from catalog.models import Category, Channel


@transaction.atomic
def enter(
    *,
    channel: Channel,
    category: Category | None,
    valid_from: date,
    rates: Mapping[str, Decimal | None],
    now: datetime,
    person_id: int | None,
) -> Tariff:
    """Keep what a sale on the channel costs from a day on; rates: fields of `Tariff`, None: not known."""
    tariff, _made = Tariff.objects.update_or_create(
        merchant_id=channel.merchant_id,
        channel=channel,
        category=category,
        valid_from=valid_from,
        defaults={**rates, "entered_at": now, "entered_by_id": person_id},
    )
    return tariff
