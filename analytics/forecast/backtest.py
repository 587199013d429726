"""How every method would have done in the last months: forecasts made with what was known then, against what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from analytics.forecast import baselines, model
from analytics.forecast.history import Floats, History, demand

ORIGINS = 3


class Method(StrEnum):
    """What can be chosen for a class of demand."""

    MODEL = "model"
    MEAN_56 = "mean_56"
    MEAN_28 = "mean_28"
    TSB = "tsb"
    SBA = "sba"


RATES: dict[Method, Callable[[Floats], Floats]] = {
    Method.MEAN_56: lambda known: baselines.mean_of(known, 56),
    Method.MEAN_28: lambda known: baselines.mean_of(known, 28),
    Method.TSB: baselines.tsb,
    Method.SBA: baselines.sba,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """
    One origin tried.

    classes: (series,) as they were known then.  totals: method → (series,) forecast.  came: (series,) what happened.
    """

    moment: int
    classes: NDArray[np.str_]
    totals: dict[Method, Floats]
    came: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a method did on a class: wape = Σ|came − forecast| ÷ Σ came, bias = Σ(forecast − came) ÷ Σ came."""

    method: Method
    wape: float
    bias: float
    series: int


def totals(history: History, *, horizon: int, threads: int) -> dict[Method, Floats]:
    """This function will forecast the horizon by every method that has enough to go on; pieces per series."""
    known = demand(history)
    found = {method: rate(known) * horizon for method, rate in RATES.items()}
    series, days = history.sold.shape
    if model.can_learn(series=series, days=days, horizon=horizon):
        found[Method.MODEL] = model.predict_totals(history, horizon=horizon, threads=threads)
    return found


def trials(
    history: History, *, horizon: int, threads: int, classify: Callable[[Floats], NDArray[np.str_]]
) -> list[Trial]:
    """This function will try the last origins whose horizon is over, as many as the history allows, latest first."""
    sums = demand(history)
    found = []
    for number in range(1, ORIGINS + 1):
        moment = history.days - number * horizon
        if moment < 2 * horizon:
            break
        then = history.upto(moment)
        found.append(
            Trial(
                moment=moment,
                classes=classify(demand(then)),
                totals=totals(then, horizon=horizon, threads=threads),
                came=sums[:, moment : moment + horizon].sum(axis=1),
            )
        )
    return found


def verdicts(tried: Sequence[Trial], name: str) -> list[Verdict]:
    """This function will judge the methods on the series of one class over all origins, the best first."""
    chosen = [trial.classes == name for trial in tried]
    if not tried:
        return []
    came = np.concatenate([trial.came[mask] for trial, mask in zip(tried, chosen, strict=True)])
    whole = float(np.sum(came))
    if not whole:
        return []
    found = []
    for method in set.intersection(*(set(trial.totals) for trial in tried)):
        told = np.concatenate([trial.totals[method][mask] for trial, mask in zip(tried, chosen, strict=True)])
        found.append(
            Verdict(
                method=method,
                wape=float(np.abs(came - told).sum() / whole),
                bias=float((told - came).sum() / whole),
                series=int(max(mask.sum() for mask in chosen)),
            )
        )
    return sorted(found, key=lambda verdict: (verdict.wape, verdict.method))
