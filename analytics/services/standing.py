"""Every night: what lay when the day ended, and what each article is to the merchant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from analytics.forecast.trend import WEEKS, Weeks, findings, p_values
from analytics.models import Article, StockDay
from analytics.types import Demand, Trend, Worth
from stock.types import GOODS_LIE, ON_HAND, LocationKind

_LONGEST = 400  # days of stock stated at first
_WEEKS = 26  # weeks that ABC and XYZ look at


@transaction.atomic
def close_days(*, merchant_id: int, upto: date) -> int:
    """
    State what lay at the end of each day up to `upto` that is not stated yet; returns how many days those were.

    A day is the evening before and the moves of the day.  Where the last evening is not what the ledger says of it now
    (the merchant has moved to another time zone, a move came late), all days are stated anew.
    """
    own = StockDay.objects.filter(merchant_id=merchant_id)
    last = own.order_by("-day").values_list("day", flat=True).first()
    if last is not None and _differs(merchant_id, last):
        own.delete()
        last = None
    day = upto - timedelta(_LONGEST) if last is None else last + timedelta(1)
    days = 0
    with connection.cursor() as cursor:
        while day <= upto:
            told: dict[str, Any] = {"merchant": merchant_id, "day": day, "first": last is None, "lies": sorted(ON_HAND)}
            cursor.execute(_EVENING, told)
            last, day, days = day, day + timedelta(1), days + 1
    return days


def _differs(merchant_id: int, day: date) -> bool:
    """Whether what lies now, less what moved since, is not what is stated of the evening of a day."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECKED, {"merchant": merchant_id, "day": day, "lies": sorted(ON_HAND)})
        return bool(cursor.fetchone()[0])


_EVENING = """
    INSERT INTO analytics_stockday (merchant_id, sku_id, day, pieces)
    SELECT %(merchant)s, sku_id, %(day)s, sum(pieces) FROM (
        SELECT sku_id, pieces FROM analytics_stockday
        WHERE merchant_id = %(merchant)s AND day = %(day)s::date - 1 AND NOT %(first)s
        UNION ALL
        SELECT m.sku_id, m.pieces * ((t.kind = ANY(%(lies)s))::int - (f.kind = ANY(%(lies)s))::int)
        FROM stock_move m JOIN stock_location f ON f.id = m.from_location_id
        JOIN stock_location t ON t.id = m.to_location_id JOIN merchants_merchant p ON p.id = m.merchant_id
        WHERE m.merchant_id = %(merchant)s AND m.at < timezone(p.zone, (%(day)s::date + 1)::timestamp)
          AND (%(first)s OR m.at >= timezone(p.zone, %(day)s::timestamp))
    ) moved GROUP BY sku_id
"""
_CHECKED = """
    SELECT EXISTS (SELECT FROM (
        SELECT sku_id, pieces FROM analytics_stockday WHERE merchant_id = %(merchant)s AND day = %(day)s
        UNION ALL
        SELECT b.sku_id, -b.pieces FROM stock_balance b JOIN stock_location l ON l.id = b.location_id
        WHERE b.merchant_id = %(merchant)s AND l.kind = ANY(%(lies)s)
        UNION ALL
        SELECT m.sku_id, m.pieces * ((t.kind = ANY(%(lies)s))::int - (f.kind = ANY(%(lies)s))::int)
        FROM stock_move m JOIN stock_location f ON f.id = m.from_location_id
        JOIN stock_location t ON t.id = m.to_location_id JOIN merchants_merchant p ON p.id = m.merchant_id
        WHERE m.merchant_id = %(merchant)s AND m.at >= timezone(p.zone, (%(day)s::date + 1)::timestamp)
    ) told GROUP BY sku_id HAVING sum(pieces) <> 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sold:
    """An article: money and pieces of 26 weeks, pieces of the last eight, days out of each four, what lay and went."""

    sku: int
    revenue: Decimal
    pieces: int
    weeks: Sequence[int]
    is_new: bool
    swing: float | None
    out: int
    out_former: int
    stood: Decimal
    gone: int

    @property
    def judged(self) -> Weeks:
        return Weeks(pieces=self.weeks, former_days=28 - self.out_former, recent_days=28 - self.out)


@transaction.atomic
def judge(*, merchant_id: int, last_day: date) -> int:
    """Class every article that was sold or lay in the 26 weeks up to `last_day`; returns how many there are."""
    rows = _read(merchant_id, last_day)
    whole = sum((row.revenue for row in rows), Decimal(0))
    chances = p_values([row.judged for row in rows])
    found = findings(chances)
    Article.objects.filter(merchant_id=merchant_id).delete()
    made, so_far = [], Decimal(0)
    for row, chance, changed in zip(rows, chances, found, strict=True):
        before, so_far = so_far, so_far + row.revenue
        lost = _lost(row)
        made.append(
            Article(
                merchant_id=merchant_id,
                sku_id=row.sku,
                last_day=last_day,
                worth=_worth(row.revenue, before, whole),
                demand=_demand(row.swing),
                trend=_trend(row, changed=changed),
                revenue=row.revenue,
                share=100 * float(so_far / whole) if whole else 100.0,
                swing=row.swing,
                recent=row.judged.recent,
                former=row.judged.former,
                days_out=row.out,
                lost=lost,
                lost_amount=(Decimal(lost) * row.revenue / row.pieces if row.pieces else Decimal(0)).quantize(
                    Decimal("0.01")
                ),
                p=chance,
                stood=row.stood,
                gone=row.gone,
            )
        )
    Article.objects.bulk_create(made, batch_size=2000)
    return len(rows)


def _worth(revenue: Decimal, before: Decimal, whole: Decimal) -> Worth:
    """The article that crosses a bound still belongs to the better class."""
    if revenue <= 0 or before >= whole * Decimal("0.95"):
        return Worth.C
    return Worth.A if before < whole * Decimal("0.80") else Worth.B


def _demand(swing: float | None) -> Demand:
    if swing is None or swing >= 1:
        return Demand.Z
    return Demand.X if swing < 0.5 else Demand.Y


def _trend(row: _Sold, *, changed: bool) -> Trend:
    if row.is_new:
        return Trend.NEW
    if not changed:
        return Trend.EVEN
    now, then = row.judged.recent * row.judged.former_days, row.judged.former * row.judged.recent_days
    return Trend.RISING if now > then else Trend.FALLING


def _lost(row: _Sold) -> float:
    """Pieces not sold on days out of stock, at the pace of days with stock; without any, of the weeks before."""
    weeks = row.judged
    if weeks.recent_days > 0:
        return row.out * weeks.recent / weeks.recent_days
    return row.out * weeks.former / weeks.former_days if weeks.former_days > 0 else 0.0


def _read(merchant_id: int, last_day: date) -> list[_Sold]:
    with connection.cursor() as cursor:
        told: dict[str, Any] = {"merchant": merchant_id, "last": last_day, "weeks": _WEEKS, "lies": sorted(GOODS_LIE)}
        cursor.execute(_ARTICLES, {**told, "away": [LocationKind.CUSTOMER, LocationKind.COMMISSIONER]})
        names = [column.name for column in cursor.description]
        return [_Sold(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


_WEEK = ", ".join(f"coalesce(sum(s.pieces) FILTER (WHERE week = {n}), 0)::int" for n in reversed(range(2 * WEEKS)))
_ARTICLES = f"""
    WITH sold AS MATERIALIZED (
        SELECT f.sku_id, (%(last)s::date - f.day) / 7 AS week, sum(f.ordered_pieces) AS pieces,
               sum(f.ordered_amount) FILTER (WHERE f.currency = p.currency) AS amount, min(f.day) AS first
        FROM analytics_dailyfact f JOIN merchants_merchant p ON p.id = f.merchant_id
        WHERE f.merchant_id = %(merchant)s AND f.sku_id IS NOT NULL AND f.ordered_pieces > 0
          AND f.day > %(last)s::date - 7 * %(weeks)s AND f.day <= %(last)s GROUP BY 1, 2
    ), lay AS (
        SELECT sku_id, count(*) FILTER (WHERE pieces <= 0 AND day > %(last)s::date - 28) AS out,
               count(*) FILTER (WHERE pieces <= 0 AND day <= %(last)s::date - 28) AS out_former,
               bool_or(pieces > 0) AS lay,
               sum(greatest(pieces, 0)) FILTER (WHERE day > %(last)s::date - 28) / 28.0 AS stood
        FROM analytics_stockday WHERE merchant_id = %(merchant)s AND day > %(last)s::date - 56 AND day <= %(last)s
        GROUP BY sku_id
    ), gone AS (
        SELECT m.sku_id, sum(CASE WHEN f.kind = ANY(%(lies)s) THEN m.pieces ELSE -m.pieces END) AS pieces
        FROM stock_move m JOIN stock_location f ON f.id = m.from_location_id
        JOIN stock_location t ON t.id = m.to_location_id JOIN merchants_merchant p ON p.id = m.merchant_id
        WHERE m.merchant_id = %(merchant)s AND m.at >= timezone(p.zone, (%(last)s::date - 27)::timestamp)
          AND m.at < timezone(p.zone, (%(last)s::date + 1)::timestamp)
          AND (f.kind = ANY(%(lies)s) AND t.kind = ANY(%(away)s) OR f.kind = ANY(%(away)s) AND t.kind = ANY(%(lies)s))
        GROUP BY m.sku_id
    ), known AS (SELECT sku_id FROM sold UNION SELECT sku_id FROM lay WHERE lay)
    SELECT k.sku_id AS sku, (coalesce(sum(s.amount), 0) / 100)::numeric(18, 2) AS revenue,
           coalesce(sum(s.pieces), 0)::int AS pieces, ARRAY[{_WEEK}] AS weeks,
           coalesce(min(s.first) > %(last)s::date - 28, FALSE) AND NOT EXISTS (  -- what sells every winter is not new
               SELECT FROM analytics_dailyfact f WHERE f.merchant_id = %(merchant)s AND f.sku_id = k.sku_id
                   AND f.ordered_pieces > 0 AND f.day <= %(last)s::date - 28) AS is_new,
           (sqrt(greatest(sum(s.pieces ^ 2) / %(weeks)s - (sum(s.pieces) / %(weeks)s) ^ 2, 0))
            / (sum(s.pieces) / %(weeks)s))::float AS swing,
           coalesce(max(l.out), 0)::int AS out, coalesce(max(l.out_former), 0)::int AS out_former,
           coalesce(max(l.stood), 0)::numeric(12, 2) AS stood, greatest(coalesce(max(g.pieces), 0), 0)::int AS gone
    FROM known k LEFT JOIN sold s ON s.sku_id = k.sku_id LEFT JOIN lay l ON l.sku_id = k.sku_id
    LEFT JOIN gone g ON g.sku_id = k.sku_id
    GROUP BY k.sku_id ORDER BY revenue DESC, k.sku_id
"""  # noqa: S608  our own words
