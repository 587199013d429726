from analytics.models.facts import DailyFact, DailyTotal, HourlyFact, LineFact, Refreshed

__all__ = ["DailyFact", "DailyTotal", "HourlyFact", "LineFact", "Refreshed"]
