"""A period is two readings and the days at its ends."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.selectors import meter, sales
from analytics.selectors.meter import Period, period
from analytics.services import facts
from analytics.types import SO_FAR, Asked, By
from catalog.models import Product
from tests.trade import NOON, Trade

_EPOCH = date(2024, 1, 1)  # a Monday
_DAYS = st.integers(0, 900).map(lambda number: _EPOCH + timedelta(number))
_MONDAYS = st.integers(0, 130).map(lambda number: _EPOCH + timedelta(7 * number))


def days_of(read: Period) -> Counter[date]:
    """How often each day is counted, days taken off being counted against it."""
    counted: Counter[date] = Counter(dict(read.days))
    for week, sign in read.weeks.items():
        before = (week - _EPOCH).days
        counted.update({_EPOCH + timedelta(number): sign for number in range(before)})
    return Counter({day: times for day, times in counted.items() if times})


@given(since=_DAYS, length=st.integers(0, 500), last=st.none() | _MONDAYS)
def test_every_day_of_the_period_is_counted_once_and_no_other(since: date, length: int, last: date | None) -> None:
    read = period(since, since + timedelta(length), last)
    assert days_of(read) == {since + timedelta(number): 1 for number in range(length + 1)}


@given(since=_DAYS, length=st.integers(0, 500), last=_MONDAYS, ahead=_DAYS)
def test_what_happened_so_far_is_read_for_what_happened_before_the_first_empty_day(
    since: date, length: int, last: date, ahead: date
) -> None:
    read = period(since, since + timedelta(length), last, ahead)
    weeks = {ahead if week == SO_FAR else week: sign for week, sign in read.weeks.items()}
    happened = {since + timedelta(number): 1 for number in range(length + 1) if since + timedelta(number) < ahead}
    counted = days_of(Period(weeks, read.days))
    assert {day: times for day, times in counted.items() if day < ahead} == happened


@given(length=st.integers(4, 500), ahead=_DAYS, over=st.integers(0, 1))
def test_up_to_now_nothing_is_read_day_by_day_but_at_the_beginning(length: int, ahead: date, over: int) -> None:
    until = ahead - timedelta(1 + over)  # today, or yesterday: today is not over
    last = ahead - timedelta(ahead.weekday())
    read = period(until - timedelta(length - 1), until, last, ahead)
    assert len(read.days) <= (3 + over if read.weeks else 5 + over)


@given(since=_DAYS, length=st.integers(0, 500))
def test_never_more_than_three_days_are_read_at_an_end(since: date, length: int) -> None:
    read = period(since, since + timedelta(length), date(2030, 1, 7))
    assert len(read.days) <= (6 if read.weeks else 8)
    assert all(week.weekday() == 0 for week in read.weeks)


def test_a_day_is_read_by_itself_and_not_as_the_difference_of_two_mondays() -> None:
    friday = date(2026, 11, 27)
    assert period(friday, friday, date(2026, 11, 30)) == Period({}, {friday: 1})


def test_what_comes_in_while_a_question_is_asked_is_no_part_of_it(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    thursday = NOON + timedelta(2)
    trade.sku("mug", pieces=999)
    Product.objects.filter(skus__code="mug").update(brand="Гжель")
    for day in range(30):
        trade.order(("mug", 1 + day), ordered_at=thursday - timedelta(days=day))
    facts.refresh(merchant_id=trade.merchant.pk, now=thursday)
    yesterday = thursday.date() - timedelta(1)
    asked = Asked(since=yesterday - timedelta(19), until=yesterday, currency="RUB")
    last = yesterday - timedelta(yesterday.weekday())
    kept = meter._kept
    for unseen in range(3):  # days that the look at what there is did not find yet
        ahead = thursday.date() + timedelta(1 - unseen)
        assert SO_FAR in period(asked.since, asked.until, last, ahead).weeks
        monkeypatch.setattr(meter, "_kept", lambda asked, ahead=ahead: (ahead, kept(asked)[1]))
        for by in (By.SKU, By.BRAND):
            (row,) = sales.table(asked, by)
            assert row.sums.ordered_pieces == sum(range(2, 22)), (by, unseen)
