"""
One gradient-boosted model for all series of a merchant: the sum over the horizon, with the Tweedie loss.

Each series enters with its own level as the base margin, so trees learn only the correction; that is what makes one
model serve goods that sell a hundred a day and one a month.  Chosen in `docs/performance.md`, row `forecast_wape`.
"""

from collections.abc import Sequence

import numpy as np

from analytics.forecast.features import Features
from analytics.forecast.history import Floats, History

LEAST_DAYS = 84  # a moment to learn from has at least this much behind it
_STEP = 7  # days between the moments to learn from
_MOST_ROWS = 200_000
_LEAST_ROWS = 400
_ROUNDS = 150
_SEED = 20261125
_PARAMETERS = {
    "objective": "reg:tweedie",
    "tweedie_variance_power": 1.3,
    "eta": 0.05,
    "max_depth": 6,
    "min_child_weight": 20,
    "subsample": 0.7,
    "colsample_bytree": 0.6,
    "lambda": 5,
    "tree_method": "hist",
    "seed": _SEED,
}


def moments_to_learn(*, series: int, days: int, horizon: int) -> Sequence[int]:
    """Moments whose horizon is over, the latest first, no more than memory and a minute allow."""
    found = list(range(days - horizon, LEAST_DAYS - 1, -_STEP))
    return found[: max(4, _MOST_ROWS // max(series, 1))]


def can_learn(*, series: int, days: int, horizon: int) -> bool:
    """Whether there is enough to learn from; else a plain method serves."""
    return series * len(moments_to_learn(series=series, days=days, horizon=horizon)) >= _LEAST_ROWS


def predict_totals(history: History, *, horizon: int, threads: int) -> Floats:
    """This function will learn from the whole history and give (series,) expected pieces over the horizon."""
    import xgboost  # half a second and 60 MiB, wanted by forecasts alone

    series, days = history.sold.shape
    learn = moments_to_learn(series=series, days=days, horizon=horizon)
    features = Features(history, horizon, {*learn, days})
    data = xgboost.DMatrix(
        np.concatenate([features.at(moment) for moment in learn]),
        np.concatenate([features.total(moment) for moment in learn]),
        base_margin=np.concatenate([_margin(features, moment, horizon) for moment in learn]),
    )
    booster = xgboost.train({**_PARAMETERS, "nthread": threads}, data, _ROUNDS)
    now = xgboost.DMatrix(features.at(days), base_margin=_margin(features, days, horizon))
    return np.asarray(booster.predict(now), dtype=np.float32)


def _margin(features: Features, moment: int, horizon: int) -> Floats:
    return np.log(features.base(moment) * horizon)
