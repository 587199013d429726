"""What the model is told about a series at a moment: all of it relative to the series' own level, nothing of later."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analytics.forecast.baselines import _beginning, _step
from analytics.forecast.history import Floats, History, demand

_WINDOWS = (1, 3, 7, 14, 21, 28, 42, 56, 84, 112, 168)
_PACES = (0.02, 0.05, 0.1, 0.25)
_ALMOST_NOTHING = 0.02  # pieces a day: keeps logarithms of silent series finite
_LONGEST_SILENCE = 120
_OLDEST = 200
_YEAR = 365


def _running(values: Floats) -> Floats:
    """Sums from the beginning, with a column of zeros in front: a window is one subtraction."""
    return np.concatenate([np.zeros((len(values), 1)), values.cumsum(axis=1, dtype=np.float64)], axis=1)


@dataclass(slots=True)
class Features:
    """
    Tables from which the features at any of `moments` can be taken.

    A moment is a number of known days: features at moment m use columns 0…m−1.
    """

    history: History
    horizon: int
    moments: Iterable[int]
    demand: Floats = field(init=False)
    sums: Floats = field(init=False)
    _sales: Floats = field(init=False)
    _money: tuple[Floats, Floats] | None = field(init=False)
    _groups: list[tuple[NDArray[np.int64], Floats]] = field(init=False)
    _kept: dict[int, Floats] = field(init=False)
    _knows_seasons: bool = field(init=False)
    _first: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        history = self.history
        self.demand = demand(history)
        self.sums = _running(self.demand)
        sold = self.demand > 0
        self._sales = _running(sold.astype(np.float32))
        self._first = np.where(sold.any(axis=1), sold.argmax(axis=1), history.days)
        self._money = None
        if history.revenue is not None and history.discount is not None:
            self._money = _running(history.revenue), _running(history.discount)
        everything = np.zeros(len(self.demand), dtype=np.int64)
        self._groups = [(codes, self._group(codes)) for codes in (everything, *history.groups)]
        wanted = set(self.moments)
        self._kept = self._smoothed(wanted)
        self._knows_seasons = max(wanted) - min(wanted) >= _YEAR

    def base(self, moment: int) -> Floats:
        """Pieces a day that we would bet on without a model; what the model learns is how far that is off."""
        tsb = self._kept[moment][len(_PACES)]
        mean = partial(self._mean, self.sums, moment)
        blended: Floats = 0.5 * mean(56) + 0.3 * mean(28) + 0.2 * tsb + _ALMOST_NOTHING
        return blended

    def at(self, moment: int) -> Floats:
        """(series, features) as float32."""
        base = self.base(moment)
        columns = [np.log(base), *self._levels(moment, base), *self._rhythm(moment), *self._company(moment)]
        columns += [*self._prices(moment), *self._calendar(moment)]
        return np.stack(columns, axis=1).astype(np.float32)

    def total(self, moment: int) -> Floats:
        """What the horizon after a moment asked for: the value to learn."""
        found: Floats = self.sums[:, moment + self.horizon] - self.sums[:, moment]
        return found

    def _levels(self, moment: int, base: Floats) -> list[Floats]:
        rates = [self._mean(self.sums, moment, days) for days in _WINDOWS]
        rates += [self._mean(self.sums, moment - 7 * weeks, 7) for weeks in (1, 2, 3)]
        rates += [self._mean(self.sums, moment - 28 * months, 28) for months in (1, 2)]
        rates += list(self._kept[moment][:-1])
        return [np.log((rate + _ALMOST_NOTHING) / base) for rate in rates]

    def _rhythm(self, moment: int) -> list[Floats]:
        silence = np.minimum(self._kept[moment][-1], _LONGEST_SILENCE)
        age = np.clip(moment - self._first, 0, _OLDEST)
        return [silence, age, *(self._mean(self._sales, moment, days) for days in (7, 28, 56, 112))]

    def _company(self, moment: int) -> list[Floats]:
        """Where the groups of a series are going, and what the same weeks did a year ago."""
        found = []
        for codes, sums in self._groups:
            rate = partial(self._mean, sums, moment)
            trends = [(28, 112), (7, 56), (28, 56)]
            rows = [np.log((rate(short) + 0.1) / (rate(long) + 0.1)) for short, long in trends]
            rows.append(np.log(rate(56) + 0.1))
            rows.append(self._year_ago(sums, moment))
            found += [row[codes] for row in rows]
        return found

    def _year_ago(self, sums: Floats, moment: int) -> Floats:
        then = moment - _YEAR
        if then < 56:
            return np.full(len(sums), np.nan)
        after = (sums[:, then + self.horizon] - sums[:, then]) / self.horizon
        ratio: Floats = np.log((after + 0.1) / (self._mean(sums, then, 56) + 0.1))
        return ratio

    def _prices(self, moment: int) -> list[Floats]:
        if self._money is None:
            return []
        revenue, discount = self._money
        pieces, paid, let = (partial(self._mean, sums, moment) for sums in (self.sums, revenue, discount))

        def price(days: int) -> Floats:
            value: Floats = (paid(days) + 1e-6) / (pieces(days) + 1e-6)
            return value

        def share(days: int) -> Floats:
            value: Floats = let(days) / (paid(days) + let(days) + 1e-6)
            return value

        usual = np.maximum(price(112), 1e-3)
        moves = [np.log(price(28) / usual), np.log(price(7) / np.maximum(price(56), 1e-3))]
        return [
            *(np.clip(move, -2, 2) for move in moves),
            np.log(usual),
            *(share(days) for days in (7, 14, 28, 112)),
            share(7) - share(56),
        ]

    def _calendar(self, moment: int) -> list[Floats]:
        """Within a year no holiday comes twice: it is a name for its moment, by which trees learn noise."""
        if self.history.holidays is None or not self._knows_seasons:
            return []
        ahead = self.history.holidays[moment : moment + self.horizon].sum() / self.horizon
        behind = self.history.holidays[max(0, moment - 28) : moment].mean()
        return [np.full(len(self.demand), value) for value in (ahead, behind)]

    @staticmethod
    def _mean(sums: Floats, moment: int, days: int) -> Floats:
        if moment <= 0:
            return np.zeros(len(sums))
        begin = max(0, moment - days)
        mean: Floats = (sums[:, moment] - sums[:, begin]) / (moment - begin)
        return mean

    def _group(self, codes: NDArray[np.int64]) -> Floats:
        """Running sums of the groups; codes are 0…n."""
        by_day = np.zeros((int(codes.max(initial=0)) + 1, self.history.days), dtype=np.float64)
        np.add.at(by_day, codes, self.demand)
        return _running(by_day.astype(np.float32))

    def _smoothed(self, wanted: set[int]) -> dict[int, Floats]:
        """moment → rows: a smoothed level per pace, TSB at two paces, days since the last sale."""
        level = np.repeat(self.demand[:, :14].mean(axis=1)[None], len(_PACES), axis=0)
        paces = np.array(_PACES, dtype=np.float32)[:, None]
        quick = slow = _beginning(self.demand)
        silence = np.zeros(len(self.demand), dtype=np.float32)
        kept = {}
        for day in range(self.history.days):
            sold = self.demand[:, day]
            level = level + paces * (sold - level)
            quick, slow = _step(sold, *quick, 0.1, 0.05), _step(sold, *slow, 0.05, 0.05)
            silence = np.where(sold > 0, 0, silence + 1)
            if day + 1 in wanted:
                kept[day + 1] = np.stack([*level, quick[0] * quick[1], slow[0] * slow[1], silence])
        return kept
