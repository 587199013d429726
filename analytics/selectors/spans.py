"""
Runs of days of fixed lengths, so that a long period is the sum of a few rows per article instead of hundreds.

A run of `size` days begins where the number of its first day is a multiple of `size`; its name is one whole number, the
level in front and the run's place behind, so that a period is a list of names that one index answers.
"""

from datetime import date

SIZES = (1, 4, 16, 64, 256)
_EPOCH = date(1900, 1, 1)
_LEVEL = 10_000_000


def cover(since: date, until: date) -> list[int]:
    """The fewest runs that together are the days from `since` to `until`, both counted."""
    found = []
    day, end = (since - _EPOCH).days, (until - _EPOCH).days + 1
    while day < end:
        level = max(level for level, size in enumerate(SIZES) if day % size == 0 and day + size <= end)
        found.append(level * _LEVEL + day // SIZES[level])
        day += SIZES[level]
    return found


def names_of(day: str) -> str:
    """SQL: the names of every run that the day of this column lies in."""
    runs = (f"{level * _LEVEL} + ({day} - DATE '{_EPOCH}') / {size}" for level, size in enumerate(SIZES))
    return f"unnest(ARRAY[{', '.join(runs)}])"
