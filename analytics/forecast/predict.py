"""A forecast with its interval: the best method per class of demand, and how far such forecasts have been off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.forecast import backtest, levels
from analytics.forecast.backtest import Method, Trial, Verdict
from analytics.forecast.classes import DemandClass, classify
from analytics.forecast.history import Floats, History, demand

HORIZON = 28
LEVELS = np.array(levels.LEVELS, dtype=np.float32)
# Where a history is too short for trials, what erred least on it by kind of demand: the last 20 to 83 days of 6,000
# products of The Complete Journey, and drawn ones.
_UNTRIED: Mapping[str, Method] = {
    DemandClass.SMOOTH: Method.MEAN_56,
    DemandClass.ERRATIC: Method.MEAN_56,
    DemandClass.INTERMITTENT: Method.SBA,
    DemandClass.LUMPY: Method.SBA,
    DemandClass.NEW: Method.TSB,
    DemandClass.SILENT: Method.TSB,
}
_LEAST_CASES = 30  # fewer errors of one size than this tell nothing of their spread
_WEEKS_OF_RHYTHM = 12
_SHRINK = 28.0  # pieces of the whole assortment's rhythm mixed into a series' own


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    total: (series,) expected pieces over the horizon.
    quantiles: (series, LEVELS) pieces over the horizon, rising.
    classes, methods: (series,) what each series is and how it was forecast.
    rhythm: (series, 7) share of a week's pieces that falls on each weekday, the day after the history first.
    verdicts: class → methods as they did in the backtest, the best first; empty where nothing could be tried.
    """

    horizon: int
    total: Floats
    quantiles: Floats
    classes: NDArray[np.str_]
    methods: NDArray[np.str_]
    rhythm: Floats
    verdicts: Mapping[str, Sequence[Verdict]]

    def quantile(self, level: float) -> Floats:
        """Pieces that are enough with probability `level`, between the levels that are kept."""
        place = float(np.interp(level, LEVELS, np.arange(len(LEVELS))))
        below = int(place)
        above = min(below + 1, len(LEVELS) - 1)
        found: Floats = self.quantiles[:, below] + (place - below) * (
            self.quantiles[:, above] - self.quantiles[:, below]
        )
        return found


def predict(history: History, *, horizon: int = HORIZON, threads: int = 2) -> Forecast:
    """
    This function will forecast the sum of the next `horizon` days for every series.

    A history shorter than two horizons is forecast by a plain method with an interval of Poisson's width.
    """
    tried = backtest.trials(history, horizon=horizon, threads=threads, classify=classify)
    known = demand(history)
    classes = classify(known)
    every = backtest.totals(history, horizon=horizon, threads=threads)
    judged = {str(name): backtest.verdicts(tried, str(name)) for name in DemandClass}
    chosen = {name: _choice(name, found, every) for name, found in judged.items()}
    methods = np.array([chosen[name] for name in classes], dtype=np.str_)
    total = np.select([methods == method for method in every], list(every.values()), 0).astype(np.float32)
    total = np.where(classes == DemandClass.SILENT, np.minimum(total, every[Method.TSB]), total)
    return Forecast(
        horizon=horizon,
        total=total,
        quantiles=_quantiles(total, tried, chosen),
        classes=classes,
        methods=methods,
        rhythm=_rhythm(known),
        verdicts=judged,
    )


def _choice(kind: str, found: Sequence[Verdict], every: Mapping[Method, Floats]) -> Method:
    return next((verdict.method for verdict in found if verdict.method in every), _UNTRIED[kind])


def _quantiles(total: Floats, tried: Sequence[Trial], chosen: Mapping[str, Method]) -> Floats:
    """
    (series, LEVELS): the forecast times what forecasts of its size were off by in the backtest (split conformal).

    Sizes are octaves of the forecast; an octave with too few cases borrows from its neighbour below.
    """
    told, came = [], []
    for trial in tried:
        for name, method in chosen.items():
            mask = trial.classes == name
            if method in trial.totals:
                told.append(trial.totals[method][mask])
                came.append(trial.came[mask])
    octaves = _octave(total)
    found = np.maximum(total[:, None] + np.sqrt(total)[:, None] * _NORMAL, 0)
    if told:
        off = (np.concatenate(came) + 0.5) / (np.concatenate(told) + 0.5)
        sizes = _octave(np.concatenate(told))
        spread = None
        for octave in range(int(octaves.max(initial=0)) + 1):
            cases = off[sizes == octave]
            if len(cases) >= _LEAST_CASES:
                spread = np.quantile(cases, LEVELS)
            if spread is not None:
                mask = octaves == octave
                found[mask] = np.maximum((total[mask, None] + 0.5) * spread - 0.5, 0)
    return found.astype(np.float32)


# Quantiles of the standard normal at LEVELS, for histories too short to have been wrong yet.
_NORMAL = np.array([-1.645, -1.282, -0.674, 0.0, 0.674, 1.282, 1.645, 2.054], dtype=np.float32)


def _octave(total: Floats) -> NDArray[np.int64]:
    found: NDArray[np.int64] = np.log2(1 + np.maximum(total, 0)).astype(np.int64)
    return found


def _rhythm(known: Floats) -> Floats:
    """Shares of the weekdays over the last weeks; a series that sells little follows the others."""
    days = min(7 * _WEEKS_OF_RHYTHM, known.shape[1] // 7 * 7)
    if not days:
        return np.full((len(known), 7), 1 / 7, dtype=np.float32)
    own = known[:, -days:].reshape(len(known), -1, 7).sum(axis=1)
    whole = own.sum(axis=0) + 1
    mixed = own + _SHRINK * whole / whole.sum()
    shares: Floats = (mixed / mixed.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares
