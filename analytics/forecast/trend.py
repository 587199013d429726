"""
Whether sales changed or only swung: a test per article, and the share of false finds held over all of them.

Two spans of four weeks are compared.  Pieces come in bursts, so a week's variance is not its mean: it is taken as
φ × mean, and φ from the article's own eight weeks, drawn towards what all articles together show and never under it.
Given their sum, the pieces of the later span (divided by φ) are binomial when nothing changed, with the share of days
on which there was something to sell; Student's t stands for the normal, because φ is estimated.
Benjamini–Hochberg then lets at most one find in ten be false on average, and none at all nine times of ten where
nothing changed anywhere (`tests/analytics/test_trend.py` tries both on noise).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, log1p, sqrt

FALSE_FINDS = 0.10
WEEKS = 4
_FREEDOM = 2 * WEEKS - 2  # of what eight weeks say of φ
_PRIOR = 18  # so many degrees of freedom is the opinion of all other articles worth
_FEWEST = 10  # pieces in both spans: under it nothing can be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """Pieces of eight weeks, the oldest first; former_days, recent_days: of each span, days with something to sell."""

    pieces: Sequence[int]
    former_days: int = 28
    recent_days: int = 28

    @property
    def former(self) -> int:
        return sum(self.pieces[:WEEKS])

    @property
    def recent(self) -> int:
        return sum(self.pieces[WEEKS:])


def p_values(rows: Sequence[Weeks]) -> list[float]:
    """How likely chance alone would change each as much; 1 where too little was sold to tell."""
    own = [_dispersion(row) for row in rows]
    told = sorted(phi for row, phi in zip(rows, own, strict=True) if row.former + row.recent >= _FEWEST)
    usual = max(1.0, sum(told) / len(told)) if told else 1.0
    drawn = [(_FREEDOM * phi + _PRIOR * usual) / (_FREEDOM + _PRIOR) for phi in own]
    return [_p(row, max(phi, usual)) for row, phi in zip(rows, drawn, strict=True)]


def findings(p: Sequence[float], rate: float = FALSE_FINDS) -> list[bool]:
    """Which of them are found at this rate of false finds (Benjamini & Hochberg 1995)."""
    order = sorted(range(len(p)), key=p.__getitem__)
    last = max((rank for rank, place in enumerate(order, start=1) if p[place] <= rate * rank / len(p)), default=0)
    found = set(order[:last])
    return [place in found for place in range(len(p))]


def _dispersion(row: Weeks) -> float:
    """Variance of weeks to their mean, within the two spans: Pearson's χ² over its six degrees of freedom."""
    chi = 0.0
    for span in (row.pieces[:WEEKS], row.pieces[WEEKS:]):
        mean = sum(span) / WEEKS
        if mean:
            chi += sum((week - mean) ** 2 for week in span) / mean
    return chi / _FREEDOM


def _p(row: Weeks, phi: float) -> float:
    whole = row.former + row.recent
    days = row.former_days + row.recent_days
    if whole < _FEWEST or not row.former_days or not row.recent_days:
        return 1.0
    share = row.recent_days / days
    # Half a piece towards the middle: pieces are whole, the curve is not.
    off = max(0.0, abs(row.recent - whole * share) - 0.5)
    return _two_sided(off / sqrt(phi * whole * share * (1 - share)))


def _two_sided(z: float) -> float:
    """P(|t| > z) by Wallace's transformation of Student's t to the normal (1959)."""
    freedom = _FREEDOM + _PRIOR
    normal = (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log1p(z * z / freedom))
    return erfc(normal / sqrt(2))
