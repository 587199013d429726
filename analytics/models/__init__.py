from analytics.models.facts import GroupedBy, LineFact, PricedBy, Rebuild, Refreshed
from analytics.models.forecast import Backtest, Forecast
from analytics.models.mailed import MailedReport
from analytics.models.shelf import ShelfLook, Shelved
from analytics.models.standing import Article, StockDay
from analytics.models.sums import (
    CancelTotal,
    CostTotal,
    DailyFact,
    DailyTotal,
    GroupReading,
    GroupTotal,
    HourlyFact,
    HourTotal,
    PaceTotal,
    Reading,
    RegionTotal,
)
from analytics.models.tariff import Tariff

__all__ = [
    "Article",
    "Backtest",
    "CancelTotal",
    "CostTotal",
    "DailyFact",
    "DailyTotal",
    "Forecast",
    "GroupReading",
    "GroupTotal",
    "GroupedBy",
    "HourTotal",
    "HourlyFact",
    "LineFact",
    "MailedReport",
    "PaceTotal",
    "PricedBy",
    "Reading",
    "Rebuild",
    "Refreshed",
    "RegionTotal",
    "ShelfLook",
    "Shelved",
    "StockDay",
    "Tariff",
]
