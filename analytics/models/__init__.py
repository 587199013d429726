from analytics.models.facts import (
    DailyFact,
    DailyTotal,
    HourlyFact,
    HourTotal,
    LineFact,
    Refreshed,
    RegionTotal,
    SpanFact,
)
from analytics.models.forecast import Backtest, Forecast
from analytics.models.mailed import MailedReport
from analytics.models.standing import Article, StockDay
from analytics.models.tariff import Tariff

__all__ = [
    "Article",
    "Backtest",
    "DailyFact",
    "DailyTotal",
    "Forecast",
    "HourTotal",
    "HourlyFact",
    "LineFact",
    "MailedReport",
    "Refreshed",
    "RegionTotal",
    "SpanFact",
    "StockDay",
    "Tariff",
]
