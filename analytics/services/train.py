"""Forecasts of a merchant, made every night from its facts."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db import connection, transaction
from django.db.models import Sum
from holidays import country_holidays
from numpy.typing import NDArray

from analytics.forecast.history import History
from analytics.forecast.predict import HORIZON, predict
from analytics.forecast.predict import Forecast as Expected
from analytics.models import Backtest, DailyFact, Forecast
from catalog.selectors.sku import components
from stock.types import ON_HAND

_LONGEST = 730
Key = tuple[int, int | None]


@dataclass(frozen=True)
class Known:
    """
    What is known of the series of a merchant: keys (SKU, channel or None for all), and their history.

    recent: pieces that orders named in the last 28 days; the history counts the parts of kits as well.
    """

    last_day: date
    keys: list[Key]
    history: History
    recent: NDArray[np.int64]


def gather(*, merchant_id: int, today: date) -> Known | None:
    """
    Read what was sold up to yesterday; None where nothing ever was.

    A kit is a demand for its parts too, as it is composed now.  A day on which no warehouse had a piece in the evening
    and nothing was sold is closed: it says nothing of demand.
    """
    last_day = today - timedelta(1)
    sold = DailyFact.objects.filter(
        merchant_id=merchant_id,
        sku__isnull=False,
        ordered_pieces__isnull=False,
        day__lte=last_day,
        day__gt=last_day - timedelta(_LONGEST),
    )
    rows = list(sold.values_list("sku_id", "channel_id", "day").annotate(Sum("ordered_pieces")).order_by("day"))
    if not rows:
        return None
    first = rows[0][2]
    days = (last_day - first).days + 1
    kits = components({row[0] for row in rows})
    places: dict[Key, int] = {}
    cells: list[tuple[int, int, int]] = []
    recent: Counter[int] = Counter()
    for sku, channel, day, pieces in rows:
        for part, number in ((sku, 1), *kits.get(sku, {}).items()):
            for key in ((part, None), (part, channel)):
                place = places.setdefault(key, len(places))
                cells.append((place, (day - first).days, pieces * number))
                if part == sku and day > last_day - timedelta(HORIZON):
                    recent[place] += pieces
    demand = np.zeros((len(places), days), dtype=np.float32)
    place_of, day_of, count = (np.array(column) for column in zip(*cells, strict=True))
    np.add.at(demand, (place_of, day_of), count)
    keys = list(places)
    opened = _open(merchant_id, keys, first, demand)
    history = History(sold=demand, open=opened, holidays=_days_off(first, days + HORIZON))
    return Known(last_day, keys, history, np.array([recent[place] for place in range(len(keys))]))


def _days_off(first: date, days: int) -> NDArray[np.float32]:
    """(days,) 1 on Russian days off."""
    russian = country_holidays("RU", years=range(first.year, (first + timedelta(days)).year + 1))
    return np.array([first + timedelta(day) in russian for day in range(days)], dtype=np.float32)


def _open(merchant_id: int, keys: list[Key], first: date, sold: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(series, days) whether there was something to sell; a SKU that the ledger does not know is always open."""
    days = sold.shape[1]
    skus = {sku: number for number, sku in enumerate(dict.fromkeys(sku for sku, _channel in keys))}
    change = np.zeros((len(skus), days + 1), dtype=np.int64)
    ledger = np.zeros(len(skus), dtype=np.bool_)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT m.sku_id, greatest(timezone(p.zone, m.at)::date, %(first)s::date - 1) AS day,
                   sum(m.pieces * ((t.kind = ANY(%(lies)s))::int - (f.kind = ANY(%(lies)s))::int))
            FROM stock_move m JOIN stock_location f ON f.id = m.from_location_id
            JOIN stock_location t ON t.id = m.to_location_id JOIN merchants_merchant p ON p.id = m.merchant_id
            WHERE m.merchant_id = %(merchant)s GROUP BY 1, 2
            """,
            {"merchant": merchant_id, "first": first, "lies": sorted(ON_HAND)},
        )
        for sku, day, pieces in cursor.fetchall():
            place = (day - first).days + 1
            if sku in skus and place <= days:
                change[skus[sku], place] += pieces
                ledger[skus[sku]] = True
    evening = change.cumsum(axis=1)
    # In the evening or in the morning before: what sold out during the day was open.
    lay = (evening[:, 1:] > 0) | (evening[:, :-1] > 0) | ~ledger[:, None]
    found: NDArray[np.bool_] = lay[[skus[sku] for sku, _channel in keys]] | (sold > 0)
    return found


def expect(known: Known) -> Expected:
    """The arithmetic alone, outside any transaction and on one core."""
    return predict(known.history, horizon=HORIZON, threads=1)


@transaction.atomic
def keep(*, merchant_id: int, known: Known, expected: Expected) -> int:
    """Put the forecasts in the place of the former ones; returns how many there are."""
    Forecast.objects.filter(merchant_id=merchant_id).delete()
    Backtest.objects.filter(merchant_id=merchant_id).delete()
    Forecast.objects.bulk_create(
        (
            Forecast(
                merchant_id=merchant_id,
                sku_id=sku,
                channel_id=channel,
                last_day=known.last_day,
                horizon=expected.horizon,
                total=float(expected.total[place]),
                quantiles=[float(value) for value in expected.quantiles[place]],
                kind=str(expected.classes[place]),
                method=str(expected.methods[place]),
                sold=int(known.recent[place]),
            )
            for place, (sku, channel) in enumerate(known.keys)
        ),
        batch_size=2000,
    )
    Backtest.objects.bulk_create(
        Backtest(
            merchant_id=merchant_id,
            kind=kind,
            rank=rank,
            method=str(verdict.method),
            wape=verdict.wape,
            bias=verdict.bias,
            series=verdict.series,
        )
        for kind, verdicts in expected.verdicts.items()
        for rank, verdict in enumerate(verdicts, start=1)
        if np.isfinite(verdict.wape) and np.isfinite(verdict.bias)
    )
    return len(known.keys)
