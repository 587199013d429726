"""A merchant who has just connected is judged and forecast without waiting for a night, once."""

from datetime import timedelta

from django.utils import timezone

from analytics.models import Article, Forecast, ShelfLook
from analytics.services import facts
from analytics.tasks import begin_all
from orders.models import Order
from tests.trade import Trade

NOW = timezone.now()


def sell(trade: Trade, days: int) -> None:
    trade.take_in(*[trade.draft(("mug", 2), ordered_at=NOW - timedelta(days=day)) for day in range(1, days + 1)])
    Order.objects.update(changed_at=NOW)
    facts.refresh(merchant_id=trade.merchant.pk, now=NOW)


def test_sales_of_days_that_are_over_are_judged_and_forecast_at_once(trade: Trade) -> None:
    sku = trade.sku("mug", pieces=100)
    sell(trade, 28)
    begin_all()
    with trade.scope():
        judged = Article.objects.get()
        assert (judged.sku_id, judged.last_day) == (sku.pk, timezone.localdate() - timedelta(1))
        assert {row.channel_id for row in Forecast.objects.all()} == {None, trade.ozon.channel_id}
        assert ShelfLook.objects.count() == 1  # at once, too: the shelf is judged by what is expected


def test_what_was_told_is_left_to_the_night(trade: Trade) -> None:
    trade.sku("mug", pieces=100)
    sell(trade, 28)
    begin_all()
    with trade.scope():
        Article.objects.update(share=77)
        first = list(Forecast.objects.order_by("pk").values_list("pk", flat=True))
    begin_all()
    with trade.scope():
        assert Article.objects.get().share == 77
        assert list(Forecast.objects.order_by("pk").values_list("pk", flat=True)) == first


def test_nothing_is_said_of_a_merchant_without_sales(trade: Trade) -> None:
    trade.sku("mug", pieces=100)
    begin_all()
    with trade.scope():
        assert not Article.objects.exists()
        assert not Forecast.objects.exists()
