"""Forecasts as they are shown."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Max, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.forecast import levels
from analytics.models import Backtest, Forecast

KINDS: dict[str, str | Promise] = {
    "smooth": _("steady"),
    "erratic": _("steady days, uneven size"),
    "intermittent": _("rare"),
    "lumpy": _("rare and uneven"),
    "new": _("new"),
    "silent": _("no sales for sixteen weeks"),
}
METHODS: dict[str, str | Promise] = {
    "model": _("trained model"),
    "mean_56": _("mean of 56 days"),
    "mean_28": _("mean of 28 days"),
    "tsb": _("TSB, for rare sales"),
    "sba": _("SBA, for rare sales"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A forecast with four fifths of all outcomes between `low` and `high`."""

    row: Forecast
    low: int
    high: int
    kind: str | Promise
    method: str | Promise

    @classmethod
    def of(cls, row: Forecast) -> Self:
        low, high = (round(levels.between(level, row.quantiles)) for level in (0.1, 0.9))
        return cls(
            row=row, low=low, high=high, kind=KINDS.get(row.kind, row.kind), method=METHODS.get(row.method, row.method)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How the chosen method of a kind did: off by `wape` percent of what came, `bias` percent too high."""

    kind: str | Promise
    method: str | Promise
    wape: float
    bias: float
    series: int


def rows(search: str) -> "QuerySet[Forecast]":
    """All forecasts, what sells most first; all channels of an article before each."""
    found = Forecast.objects.select_related("sku__product", "channel").order_by("-total", "sku_id", "channel_id")
    return found.filter(sku__code_key__begins=search.lower()) if search else found


def search_of(query: QueryDict) -> str:
    """What is looked for in an address."""
    return str(query.get("q", "")).replace("\x00", "").strip()[:100]


def verdicts() -> list[Tried]:
    """What the backtest says of the method that each kind of demand is forecast by."""
    return [
        Tried(
            kind=KINDS.get(row.kind, row.kind),
            method=METHODS.get(row.method, row.method),
            wape=100 * row.wape,
            bias=100 * row.bias,
            series=row.series,
        )
        for row in Backtest.objects.filter(rank=1).order_by("-series", "kind")
    ]


def last_day() -> date | None:
    """The last day that the forecasts know of."""
    found: date | None = Forecast.objects.aggregate(day=Max("last_day"))["day"]
    return found
