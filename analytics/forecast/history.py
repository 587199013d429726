"""What was sold, day by day, and the demand behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

# How quickly the expected sales of a closed day follow what was sold on open ones.
_PACE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """
    sold: (series, days) pieces, never negative; the last column is yesterday.
    open: (series, days) whether the series could be bought that day at all.
    revenue, discount: (series, days) money, or None where prices are not known.
    groups: arrays of (series,) codes 0…n, the widest first, such as brand and category.
    holidays: (days + horizon,) 1 on days off and gift days, or None.
    """

    sold: Floats
    open: NDArray[np.bool_] | None = None
    revenue: Floats | None = None
    discount: Floats | None = None
    groups: Sequence[NDArray[np.int64]] = ()
    holidays: Floats | None = None

    @property
    def days(self) -> int:
        return int(self.sold.shape[1])

    def upto(self, day: int) -> "History":
        """This function will give what was known after `day` days; nothing later is in it, holidays excepted."""
        return History(
            sold=self.sold[:, :day],
            open=None if self.open is None else self.open[:, :day],
            revenue=None if self.revenue is None else self.revenue[:, :day],
            discount=None if self.discount is None else self.discount[:, :day],
            groups=self.groups,
            holidays=self.holidays,
        )


def demand(history: History) -> Floats:
    """
    This function will give what would have been sold: a closed day counts as an expected one, never as zero.

    The expectation uses earlier open days alone, so that nothing of the future leaks into it.  Returns (series, days).
    """
    if history.open is None or history.open.all():
        return history.sold
    wanted = history.sold.copy()
    level = np.zeros(len(wanted), dtype=np.float32)
    seen = np.zeros(len(wanted), dtype=np.float32)
    for day in range(history.days):
        is_open, sold = history.open[:, day], history.sold[:, day]
        wanted[:, day] = np.where(is_open, sold, np.maximum(sold, level))
        seen += is_open
        # A plain mean at first, so that the level does not start from nothing.
        pace = np.maximum(_PACE, 1 / np.maximum(seen, 1))
        level = np.where(is_open, level + pace * (sold - level), level).astype(np.float32)
    return wanted
