"""Figures of the sync layer for monitoring."""

from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from marketplaces.selectors import due, monitoring
from merchants.scope import scope

HELP = {
    "debts": "Levels (stock, prices) that wait to be sent",
    "commands": "Commands that wait to be told",
    "parked": "Rows that wait for a person",
    "oldest_debt_seconds": "For how long the oldest change has waited",
    "orders_lag_seconds": "Since when no order pull of the slowest active channel has succeeded",
    "failing_streams": "Streams whose last reading failed",
    "quarantined": "Items that could not be understood or applied",
    "oversell_window_p95_seconds": "Change of stock to its accepted push, 95th percentile of the last hour",
    "drifted": "Published levels that read-back found to be different",
    "notices_waiting": "Notifications of marketplaces that wait to be handled",
    "notices_missed": "Orders of the last day found by the sweep of which no notification came",
    "attempts_last_minute": "Requests in the last minute",
}


class _Figures:
    def __init__(self, counts: dict[str, dict[str, float]]) -> None:
        self.counts = counts

    def collect(self) -> list[GaugeMetricFamily]:
        """This function will give one family per figure, labelled by marketplace."""
        families = []
        for name, text in HELP.items():
            family = GaugeMetricFamily(f"marketplaces_{name}", text, labels=["marketplace"])
            for marketplace, value in sorted(self.counts.get(name, {}).items()):
                family.add_metric([marketplace], value)
            families.append(family)
        return families


def text(*, now: datetime) -> bytes:
    """The figures of the whole installation in the form of Prometheus; opens its own scope."""
    with scope(due.merchant_ids()):
        counts = monitoring.counts_by_marketplace(now=now)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(counts))
    return generate_latest(registry)
