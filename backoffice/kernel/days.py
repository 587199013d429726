"""
The days that we work with.

What lies outside is a slip of a key, and a trap: a day's arithmetic leaves the calendar of Python, and a moment that
has left it in UTC or in the reader's zone is stored by Postgres and read by nobody again.
"""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
IN_DAYS = [MinValueValidator(FIRST), MaxValueValidator(LAST)]


def is_ours(day: date) -> bool:
    """Whether a day, or a moment, is one that we work with."""
    return FIRST.year <= day.year <= LAST.year
