from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from workspace.templatetags import formats

NOW = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_moscow_and_russian():
    with timezone.override(ZoneInfo("Europe/Moscow")), translation.override("ru"):
        yield


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1234.56"), "1\xa0234,56\xa0₽"),
        (0, "0,00\xa0₽"),
        (Decimal("-1234567.005"), "\u22121\xa0234\xa0567,01\xa0₽"),
        ("12", "12,00\xa0₽"),
        (None, "—"),
        ("", "—"),
        ("nonsense", "—"),
    ],
)
def test_money_is_written_the_russian_way(value, written):
    assert formats.money(value) == written


@pytest.mark.parametrize(("currency", "sign"), [("RUR", "₽"), ("KZT", "₸"), ("BYN", "Br"), ("USD", "USD")])
def test_money_carries_the_sign_of_its_currency(currency, sign):
    assert formats.money(5, currency) == f"5,00\xa0{sign}"


def test_money_in_english_has_commas_and_a_point():
    with translation.override("en"):
        assert formats.money(Decimal("1234.5")) == "1,234.50\xa0₽"


def test_numbers_keep_their_digits_unless_told():
    assert formats.number(1234567) == "1\xa0234\xa0567"
    assert formats.number(Decimal("0.1250")) == "0,1250"
    assert formats.number(2.5, 0) == "3"
    assert formats.number(0) == "0"
    assert formats.percent(12.54) == "12,5\xa0%"


def test_a_difference_has_its_sign():
    assert [formats.signed(value) for value in (12, -3, 0, None)] == ["+12", "\u22123", "0", "—"]


def test_dates_are_written_with_dots_in_the_local_zone():
    assert formats.day(date(2026, 11, 3)) == "03.11.2026"
    assert formats.day(datetime(2026, 11, 23, 22, 0, tzinfo=UTC)) == "24.11.2026"
    assert formats.moment(NOW) == "23.11.2026 14:05"
    assert formats.clock(NOW) == "14:05"
    assert formats.iso(NOW) == "2026-11-23T11:05:00+00:00"
    assert [formats.day(None), formats.moment(None), formats.clock(None), formats.when(None)] == ["—"] * 4


def test_a_moment_elsewhere_is_told_with_moscow_beside_it():
    with translation.override("en"):
        assert "23.11.2026 16:05 (UTC+5) · 14:05 MSK" in formats.when(NOW, zone="Asia/Yekaterinburg")
        assert "23.11.2026 14:05 MSK<" in formats.when(NOW, zone="Europe/Moscow")
        late = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
        assert "24.11.2026 06:30 (UTC+10) · 23.11.2026 23:30 MSK" in formats.when(late, zone="Asia/Vladivostok")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5, seconds=59), "5 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "16.11.2026"),
        (timedelta(minutes=-43), "in 43 min"),
    ],
)
def test_how_long_ago_is_told_in_words(before, words):
    with translation.override("en"):
        assert formats.ago_words(NOW - before, now=NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45, "45 s"), (720, "12 min"), (3900, "1 h 05 min"), (timedelta(days=2, hours=3), "2 days 3 h"), (None, "—")],
)
def test_a_span_of_time_is_told_in_words(seconds, words):
    with translation.override("en"):
        assert formats.duration(seconds) == words


def test_weight_changes_to_kilograms_at_a_thousand_grams():
    with translation.override("en"):
        assert [formats.weight(grams) for grams in (850, 999, 1000, 1250, None)] == [
            "850\xa0g",
            "999\xa0g",
            "1\xa0kg",
            "1.25\xa0kg",
            "—",
        ]
