"""Pages stay light however much is sold: at most a hundred rows are shown, and only pages with charts load a chart."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db.models import TextField, Value
from django.db.models.functions import Concat
from django.test import Client
from django.utils import timezone

from analytics.models import DailyTotal, LineFact
from analytics.services import facts
from analytics.types import By
from catalog.models import Product
from merchants.roles import Role
from orders.models import Order
from tests import make
from tests.trade import Trade, open_trade

ARTICLES = 105
OFFICE, CHART = 200_000, 240_000  # bytes as sent by a server that compresses
NOW = timezone.now()
YEAR = "period=365"
PAGES = {
    "": YEAR,
    **{f"sales/?by={by}": YEAR for by in By},
    "hours/": YEAR,
    "lines/": YEAR,
    "profit/": YEAR,
    "losses/": YEAR,
    "operations/": YEAR,
    "late/": YEAR,
}


def sell_much(trade: Trade) -> None:
    """A year in which every day has sales, and more articles, brands, regions and late orders than a page shows."""
    drafts = []
    for number in range(ARTICLES):
        trade.sku(f"ART-{number:04}")
        at = NOW - timedelta(days=1 + number % 7, hours=number % 24)
        drafts.append(trade.draft((f"ART-{number:04}", 1), ordered_at=at, region=f"Область с названием {number}"))
    trade.take_in(*drafts)
    named = {"name": "Футболка хлопковая оверсайз, размер 52, № ", "brand": "Марка "}
    Product.objects.update(
        **{field: Concat(Value(word), "pk", output_field=TextField()) for field, word in named.items()}
    )
    left = {"handed_over_at": NOW, "ship_by": NOW - timedelta(hours=5), "state": "delivered"}
    Order.objects.update(changed_at=NOW, **left)
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())
    (day, *_rest) = DailyTotal.objects.all()
    days = []
    for number in range(9, 366):
        day.pk, day.day = None, NOW.date() - timedelta(number)
        days.append(DailyTotal(**{f.attname: getattr(day, f.attname) for f in DailyTotal._meta.concrete_fields}))
    DailyTotal.objects.bulk_create(days)
    assert LineFact.objects.filter(late=1).count() == ARTICLES


def assets(html: str) -> set[str]:
    """What a page loads: styles, scripts with what they import, symbols."""
    waiting = re.findall(r'(?:<link[^>]* href|<script[^>]* src|<use href)="/static/([^"#?]+)', html)
    found: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imports(path)
    return found


def imports(path: str) -> Iterator[str]:
    if path.endswith(".js"):
        for name in re.findall(r'(?:from|import) "(\./[^"]+)"', file(path).read_text()):
            yield str(Path(path).parent / name)


@cache
def weight(path: str) -> int:
    return len(gzip.compress(file(path).read_bytes()))


def file(path: str) -> Path:
    found = finders.find(path)
    assert isinstance(found, str), path
    return Path(found)


@pytest.mark.django_db
def test_pages_of_a_year_with_more_of_everything_than_they_show_are_light() -> None:
    trade = open_trade()
    with trade.scope():
        sell_much(trade)
    browser: Client = make.client(role=Role.OWNER, merchant=trade.merchant)
    weights = {}
    for page, query in PAGES.items():
        answer = browser.get(f"/analytics/{page}{'&' if '?' in page else '?'}{query}")
        assert answer.status_code == 200
        loaded = assets(answer.content.decode())
        charted = any("echarts" in path for path in loaded)
        whole = len(gzip.compress(answer.content)) + sum(map(weight, loaded))
        weights[page] = whole - CHART * charted
        assert charted == (page == "" or page.startswith("sales/"))
        if page in ("sales/?by=sku", "sales/?by=brand", "sales/?by=region"):
            assert len(answer.context["rows"]) == 100
    assert max(weights.values()) < OFFICE, weights
