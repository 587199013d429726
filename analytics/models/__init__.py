from analytics.models.facts import DailyFact, DailyTotal, HourlyFact, LineFact, Refreshed
from analytics.models.forecast import Backtest, Forecast

__all__ = ["Backtest", "DailyFact", "DailyTotal", "Forecast", "HourlyFact", "LineFact", "Refreshed"]
