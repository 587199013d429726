"""Methods that fit in a few lines; each gives pieces a day for every row of (series, days)."""

import numpy as np

from analytics.forecast.history import Floats

_START = 28


def mean_of(demand: Floats, days: int) -> Floats:
    """The mean of the last `days` days; a series younger than that is divided by its age."""
    ever = demand > 0
    age = np.where(ever.any(axis=1), demand.shape[1] - ever.argmax(axis=1), days)
    span = np.minimum(np.minimum(days, demand.shape[1]), np.maximum(age, 7))
    rate: Floats = (demand[:, -days:].sum(axis=1) / span).astype(np.float32)
    return rate


def tsb(demand: Floats, *, chance_pace: float = 0.1, size_pace: float = 0.05) -> Floats:
    """Teunter, Syntetos and Babai (2011): chance of a sale × its size; unlike Croston's it forgets what died."""
    chance, size = _beginning(demand)
    for day in range(demand.shape[1]):
        chance, size = _step(demand[:, day], chance, size, chance_pace, size_pace)
    return (chance * size).astype(np.float32)


def sba(demand: Floats, *, pace: float = 0.1) -> Floats:
    """Syntetos and Boylan's (2005) correction of Croston: size ÷ interval × (1 − pace ÷ 2)."""
    _, size = _beginning(demand)
    interval = np.full(len(demand), demand.shape[1] / np.maximum((demand > 0).sum(axis=1), 1), dtype=np.float64)
    since = np.ones(len(demand))
    for day in range(demand.shape[1]):
        sold = demand[:, day] > 0
        size = np.where(sold, size + pace * (demand[:, day] - size), size)
        interval = np.where(sold, interval + pace * (since - interval), interval)
        since = np.where(sold, 1, since + 1)
    rate = (1 - pace / 2) * size / np.maximum(interval, 1)
    return np.where((demand > 0).any(axis=1), rate, 0).astype(np.float32)


def _beginning(demand: Floats) -> tuple[Floats, Floats]:
    first = demand[:, :_START]
    count = (first > 0).sum(axis=1)
    chance = (count / max(first.shape[1], 1)).astype(np.float32)
    size = np.maximum(first.sum(axis=1) / np.maximum(count, 1), 1).astype(np.float32)
    return chance, size


def _step(sold: Floats, chance: Floats, size: Floats, chance_pace: float, size_pace: float) -> tuple[Floats, Floats]:
    happened = sold > 0
    size = np.where(happened, size + size_pace * (sold - size), size)
    return chance + chance_pace * (happened - chance), size
