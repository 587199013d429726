"""The clock kicks only what exists, and what a lost kick has left behind is found by it."""

from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.conf import settings

from backoffice.celery import app
from orders import tasks
from orders.models import OrderLine
from tests.trade import Trade


def seconds_between(schedule: timedelta | crontab) -> float:
    """What runs by the calendar runs once a day at the most here."""
    return schedule.total_seconds() if isinstance(schedule, timedelta) else 24 * 3600


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=lambda entry: entry["task"])
def test_the_clock_kicks_tasks_that_exist_and_that_do_not_pile_up(entry: dict) -> None:
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    assert entry["options"]["expires"] <= max(30, 2 * seconds_between(entry["schedule"]))


def test_an_order_whose_kick_was_lost_is_reserved_by_the_clock(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    trade.sku("mug")
    trade.order(("mug", 2))
    trade.receive(trade.skus["mug"], 5)
    assert OrderLine.objects.get().short_pieces == 2
    monkeypatch.setattr(tasks.cure_orders, "apply_async", lambda *, kwargs, countdown: tasks.cure_orders(**kwargs))

    tasks.cure_everybody()

    assert (OrderLine.objects.get().short_pieces, trade.row("mug")) == (0, (5, 2))
