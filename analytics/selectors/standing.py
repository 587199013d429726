"""Classes of articles with what to do about each, and what rises or falls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.models import Article
from analytics.selectors import meter
from analytics.types import Demand, Trend, Worth

TODO: dict[tuple[str, str], str | Promise] = {
    ("A", "X"): _("order by forecast, keep little, never run out"),
    ("A", "Y"): _("order by forecast with a larger reserve, look weekly"),
    ("A", "Z"): _("look at each by hand: promotions, single large buyers"),
    ("B", "X"): _("order by rule without looking"),
    ("B", "Y"): _("order by rule, look monthly"),
    ("B", "Z"): _("keep a small reserve, order seldom"),
    ("C", "X"): _("order seldom in large lots, or bundle"),
    ("C", "Y"): _("raise the price or let it run out"),
    ("C", "Z"): _("stop buying, sell off"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A cell of the matrix.  money: at cost, of what lies, as far as costs are known."""

    worth: Worth
    demand: Demand
    skus: int
    revenue: Decimal
    money: Decimal
    todo: str | Promise


_BOXES = """
    SELECT article.worth, article.demand, count(*)::int AS skus, coalesce(sum(article.revenue), 0) AS revenue,
           coalesce(sum(sku.cost * lying.pieces), 0) AS money
      FROM analytics_article article JOIN catalog_sku sku ON sku.id = article.sku_id
      LEFT JOIN (SELECT sku_id, sum(on_hand) AS pieces FROM stock_stockrow WHERE on_hand > 0 GROUP BY sku_id) lying
        ON lying.sku_id = article.sku_id
     GROUP BY article.worth, article.demand
"""


def matrix() -> list[tuple[Worth, list[Box]]]:
    """All articles in nine boxes, three rows of three."""
    counted = {(row["worth"], row["demand"]): row for row in meter.ask(_BOXES, {})}
    nothing: dict[str, Any] = {"skus": 0, "revenue": Decimal(0), "money": Decimal(0)}
    return [
        (
            worth,
            [
                Box(
                    worth=worth,
                    demand=demand,
                    skus=found["skus"],
                    revenue=found["revenue"],
                    money=found["money"].quantize(Decimal("0.01")),
                    todo=TODO[worth, demand],
                )
                for demand in Demand
                for found in [counted.get((worth, demand), nothing)]
            ],
        )
        for worth in Worth
    ]


def articles(*, worth: str = "", demand: str = "", trend: str = "") -> "QuerySet[Article]":
    """Articles of a class or a trend, those that bring most first; what is not understood is left out."""
    found = Article.objects.select_related("sku__product").order_by("-revenue", "sku_id")
    if worth in Worth.values:
        found = found.filter(worth=worth)
    if demand in Demand.values:
        found = found.filter(demand=demand)
    if trend in Trend.values:
        found = found.filter(trend=trend)
    return found


def trends() -> list[tuple[Trend, int]]:
    """How many articles rise, fall, are new, and did not change."""
    counted = dict(Article.objects.values_list("trend").annotate(Count("pk")))
    return [(trend, counted.get(trend, 0)) for trend in Trend]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What was probably not sold in the last 28 days for want of stock."""

    skus: int
    pieces: float
    amount: Decimal


def lost() -> Lost:
    """Over all articles that were out of stock on some of the days."""
    row = Article.objects.filter(days_out__gt=0, lost__gt=0).aggregate(
        n=Count("pk"), pieces=Sum("lost"), amount=Sum("lost_amount")
    )
    return Lost(skus=row["n"], pieces=row["pieces"] or 0.0, amount=row["amount"] or Decimal(0))


def last_day() -> date | None:
    """The last day that the classes know of."""
    found: date | None = Article.objects.aggregate(day=Max("last_day"))["day"]
    return found


def trend_asked(query: Mapping[str, str]) -> Trend:
    """The trend that an address names; without a word the first one that any article has."""
    wanted = query.get("trend", "")
    if wanted in Trend.values:
        return Trend(wanted)
    return next((each for each, count in trends() if count), Trend.RISING)
