"""Forecasts as arithmetic: what leaks, what counts as demand, which method is chosen and how wide the interval is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.forecast import baselines, levels
from analytics.forecast.backtest import Method, Trial, verdicts
from analytics.forecast.classes import DemandClass, classify
from analytics.forecast.features import Features
from analytics.forecast.history import History, demand
from analytics.forecast.predict import LEVELS, predict


def sold(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=np.float32)


def assortment(series: int = 60, days: int = 200, seed: int = 7) -> History:
    """Goods that sell steadily, each at a pace of its own."""
    random = np.random.default_rng(seed)
    pace = np.exp(random.normal(0, 1, series))
    return History(
        sold=random.poisson(pace[:, None], (series, days)).astype(np.float32),
        groups=[np.arange(series, dtype=np.int64) % 3],
    )


def test_a_day_out_of_stock_is_not_a_day_without_demand() -> None:
    history = History(sold=sold([2, 2, 2, 0, 0, 2]), open=np.array([[1, 1, 1, 0, 0, 1]], dtype=bool))
    assert demand(history).tolist() == [[2, 2, 2, 2, 2, 2]]


def test_a_day_in_stock_without_sales_is_a_day_without_demand() -> None:
    assert demand(History(sold=sold([2, 0, 2]), open=np.ones((1, 3), dtype=bool))).tolist() == [[2, 0, 2]]


def test_goods_that_were_never_open_have_no_demand() -> None:
    assert demand(History(sold=sold([0, 0]), open=np.zeros((1, 2), dtype=bool))).tolist() == [[0, 0]]


@settings(max_examples=25, deadline=None)
@given(moment=st.integers(90, 150), later=st.integers(0, 1000))
def test_features_know_nothing_of_later(moment: int, later: int) -> None:
    history = assortment(series=5, days=200)
    changed = history.sold.copy()
    changed[:, moment:] = later
    before = Features(history, 28, {moment}).at(moment)
    after = Features(History(sold=changed, groups=history.groups), 28, {moment}).at(moment)
    assert np.array_equal(before, after, equal_nan=True)


def test_days_off_are_told_once_a_year_of_moments_is_learnt_from() -> None:
    history = assortment(series=5, days=500)
    holidays = np.zeros(528, dtype=np.float32)
    holidays[100:128] = 1
    known = History(sold=history.sold, groups=history.groups, holidays=holidays)
    for first, told in ((136, []), (135, [0.0, 0.75]), (100, [1.0, 0.0])):
        without, with_days_off = (Features(each, 28, {first, 500}).at(first)[0] for each in (history, known))
        assert with_days_off[len(without) :].tolist() == told


def test_a_steady_seller_is_forecast_by_its_mean_by_every_plain_method() -> None:
    steady = np.full((1, 120), 3, dtype=np.float32)
    for rate in (baselines.mean_of(steady, 28), baselines.mean_of(steady, 56), baselines.tsb(steady)):
        assert rate.tolist() == pytest.approx([3.0], rel=1e-4)
    assert baselines.sba(steady, pace=0.1).tolist() == pytest.approx([3 * 0.95], rel=1e-4)


def test_a_young_series_is_not_divided_by_days_before_its_life() -> None:
    young = np.zeros((1, 60), dtype=np.float32)
    young[0, -14:] = 2
    assert baselines.mean_of(young, 56).tolist() == [2.0]


def test_what_died_is_forgotten_by_tsb_and_kept_by_sba() -> None:
    dead = np.concatenate([np.full((1, 100), 4), np.zeros((1, 100))], axis=1).astype(np.float32)
    assert baselines.tsb(dead)[0] < 0.01 < 1 < baselines.sba(dead)[0]


def test_classes_of_demand() -> None:
    days = 168
    smooth = np.full(days, 5)
    erratic = np.where(np.arange(days) % 5 == 0, 40, 1)
    intermittent = np.where(np.arange(days) % 4 == 0, 1, 0)
    lumpy = np.where(np.arange(days) % 4 == 0, np.where(np.arange(days) % 8 == 0, 1, 30), 0)
    new = np.where(np.arange(days) >= days - 10, 3, 0)
    silent = np.where(np.arange(days) < 20, 3, 0)
    assert classify(np.stack([smooth, erratic, intermittent, lumpy, new, silent]).astype(np.float32)).tolist() == [
        *(DemandClass.SMOOTH, DemandClass.ERRATIC, DemandClass.INTERMITTENT),
        *(DemandClass.LUMPY, DemandClass.NEW, DemandClass.SILENT),
    ]


def test_the_best_method_of_a_class_is_the_one_that_was_least_wrong() -> None:
    trial = Trial(
        moment=100,
        classes=np.array(["smooth", "smooth", "lumpy"]),
        totals={Method.TSB: np.array([8.0, 12, 0]), Method.MEAN_28: np.array([10.0, 20, 9])},
        came=np.array([10.0, 10, 9]),
    )
    best, other = verdicts([trial], "smooth")
    assert (best.method, other.method) == (Method.TSB, Method.MEAN_28)
    assert (best.wape, best.bias, other.wape, other.bias) == pytest.approx((0.2, 0.0, 0.5, 0.5))
    assert verdicts([trial], "lumpy")[0].method == Method.MEAN_28
    assert verdicts([trial], "erratic") == []


def test_a_whole_forecast_is_near_the_truth_with_an_interval_that_covers_it() -> None:
    history = assortment(series=80, days=320)
    known = history.upto(292)
    found = predict(known, threads=1)
    came = history.sold[:, 292:].sum(axis=1)
    assert np.abs(found.total - came).sum() / came.sum() < 0.25
    assert (np.diff(found.quantiles, axis=1) >= 0).all()
    inside = (came >= np.floor(found.quantile(0.05))) & (came <= np.ceil(found.quantile(0.95)))
    assert inside.mean() >= 0.8
    assert found.rhythm.sum(axis=1).tolist() == pytest.approx([1.0] * 80, rel=1e-4)
    assert found.verdicts[DemandClass.SMOOTH]


def test_a_short_history_is_forecast_plainly_with_a_wide_interval() -> None:
    found = predict(History(sold=np.full((2, 20), 1, dtype=np.float32)), threads=1)
    assert found.methods.tolist() == [Method.TSB, Method.TSB]
    assert found.total.tolist() == pytest.approx([28.0, 28.0], rel=1e-3)
    assert found.quantiles[0, 0] < 28 < found.quantiles[0, -1]


def test_a_short_history_is_forecast_by_what_suits_its_kind() -> None:
    random = np.random.default_rng(3)
    pace = np.exp(random.normal(0, 1.2, (300, 1)))
    drawn = random.negative_binomial(2, 2 / (2 + pace), (300, 98)).astype(np.float32)
    known, came = drawn[:, :70], drawn[:, 70:].sum(axis=1)
    found = predict(History(sold=known), threads=1)
    assert {(str(kind), str(method)) for kind, method in zip(found.classes, found.methods, strict=True)} == {
        ("smooth", "mean_56"),
        ("erratic", "mean_56"),
        ("intermittent", "sba"),
        ("lumpy", "sba"),
        ("new", "tsb"),
    }
    assert np.abs(found.total - came).sum() < 0.95 * np.abs(28 * baselines.tsb(known) - came).sum()


def test_what_is_silent_is_not_forecast_to_wake() -> None:
    rows = assortment(series=60, days=200).sold
    rows[0, 40:] = 0
    found = predict(History(sold=rows), threads=1)
    assert found.classes[0] == DemandClass.SILENT
    assert found.total[0] < 0.05


def test_a_quantile_between_the_kept_ones_lies_between_them() -> None:
    found = predict(History(sold=np.full((1, 20), 4, dtype=np.float32)), threads=1)
    assert found.quantile(float(LEVELS[2])) == found.quantiles[:, 2]
    assert found.quantiles[0, 3] < found.quantile(0.6)[0] < found.quantiles[0, 4]


@pytest.mark.parametrize("level", [0.0, 0.05, 0.07, 0.1, 0.42, 0.5, 0.95, 0.979, 0.98, 1.0])
def test_pages_read_between_levels_as_the_arithmetic_does(level: float) -> None:
    pieces = [0.0, 0.5, 3.0, 3.0, 9.5, 20.0, 31.0, 80.0]
    assert levels.between(level, pieces) == pytest.approx(float(np.interp(level, levels.LEVELS, pieces)))
