"""At which probabilities a forecast's quantiles are kept, and reading between them: all that a page needs of forecasts.

Plain numbers: pages and ordinary workers must not pay for numpy, which stands behind the rest of this folder.
"""

from bisect import bisect_right
from collections.abc import Sequence

LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)


def between(level: float, quantiles: Sequence[float]) -> float:
    """
    Pieces that are enough with probability `level`; beyond the outermost levels, as at them.

    quantiles: pieces at LEVELS, rising.
    """
    above = bisect_right(LEVELS, level)
    if above == 0 or above == len(LEVELS):
        return float(quantiles[max(above - 1, 0)])
    low, high = LEVELS[above - 1], LEVELS[above]
    return quantiles[above - 1] + (level - low) / (high - low) * (quantiles[above] - quantiles[above - 1])
