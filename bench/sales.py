"""The database of dashboards: two years of order lines, made once and kept; every run lets one more day happen."""

from datetime import UTC, datetime, timedelta

from bench import dashboard_rows, place, trade
from embedded.state import State

OF_A_DAY = 5_480  # orders of two and a half lines: ten million lines in two years
FULL_DAYS = 730
# The quick size has the same days, only fewer of them: what a page of thirty days reads is as large as at full size.
QUICK_DAYS = 70


def database(*, quick: bool) -> str:
    return place.SALES + ("_quick" if quick else "")


def make_if_needed(here: State, *, quick: bool) -> None:
    """Make the orders, unless those made by this very code are there."""
    shape = dashboard_rows.Shape(
        of_a_day=OF_A_DAY,
        days=QUICK_DAYS if quick else FULL_DAYS,
        until=datetime.now(tz=UTC).date() - timedelta(1),
    )
    trade.keep(here, database(quick=quick), dashboard_rows, lambda load: dashboard_rows.fill(load, shape))
