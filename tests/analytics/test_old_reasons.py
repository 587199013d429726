"""Reasons that were stored in the words of the marketplaces become ours, in the orders and in what is made of them."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

from django.db import connection
from django.utils import timezone

from analytics.models import CancelTotal, LineFact
from analytics.services import facts
from orders.models import Order
from orders.services import transition
from orders.types import State
from tests.trade import Trade

NOW = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def migrate(app: str, name: str) -> None:
    """What the migration does to rows; that its owner passes row security is not ours to try here."""
    fill: str = import_module(f"{app}.migrations.{name}").FILL
    with connection.cursor() as cursor:
        for statement in fill.split(";"):
            if statement.strip() and "ROW LEVEL SECURITY" not in statement:
                cursor.execute(statement)


def test_old_reasons_become_words_and_equal_ones_one_sum(trade: Trade) -> None:
    trade.sku("mug", pieces=50)
    told = ("BuyerOtherReasons", "Покупатель передумал", "CancelledByBuyer", "Нет размера", "changed_mind")
    for reason in told:
        order = trade.order(("mug", 1), ordered_at=NOW - timedelta(days=1))
        transition.move(orders=[order], to=State.CANCELLED, now=NOW)
        Order.objects.filter(pk=order.pk).update(cancelled_by="buyer", cancel_reason=reason, changed_at=NOW)
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now() + timedelta(hours=1))
    assert CancelTotal.objects.count() == len(told)

    migrate("orders", "0007_cancel_reasons")
    migrate("analytics", "0005_cancel_reasons")

    words = ["changed_mind", "changed_mind", "", "Нет размера", "changed_mind"]
    assert list(Order.objects.order_by("pk").values_list("cancel_reason", flat=True)) == words
    assert list(LineFact.objects.order_by("order_id").values_list("cancel_reason", flat=True)) == words
    sums = CancelTotal.objects.order_by("reason").values_list("reason", "cancelled_orders", "cancelled_amount")
    assert [(reason, orders, Decimal(amount)) for reason, orders, amount in sums] == [
        ("", 1, Decimal(100)),
        ("changed_mind", 3, Decimal(300)),
        ("Нет размера", 1, Decimal(100)),
    ]
