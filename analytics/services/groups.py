"""
Which brand and category an article counts for.

The sums by brand and category are moved by what moved of articles.  What the catalog said of an article the last time
is remembered: where it says another now, the article's sums leave the one and come to the other.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.backends.utils import CursorWrapper

from analytics.types import EVENTS

MEASURES = ("facts", *(f"{event}_{what}" for event in EVENTS for what in ("pieces", "amount")))
_KEYS = "merchant_id, day, channel_id, scheme, currency"
_PART = timedelta(28)  # days of which articles leave their group at once

_REGROUPED = (
    "DROP TABLE IF EXISTS regrouped",
    # An article that is no more, and lines of none (0), have neither.
    """
    CREATE TEMPORARY TABLE regrouped ON COMMIT DROP AS
    SELECT coalesce(s.sku_ref, g.sku_ref) AS sku_ref, coalesce(s.brand, '') AS brand,
           coalesce(s.category, '') AS category, g.brand AS was_brand, g.category AS was_category
    FROM (
        SELECT s.id AS sku_ref, p.brand, coalesce(p.category_id::text, '') AS category
        FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id WHERE s.merchant_id = %(merchant)s
        UNION ALL SELECT 0, '', ''
    ) s FULL JOIN (SELECT * FROM analytics_groupedby WHERE merchant_id = %(merchant)s) g ON g.sku_ref = s.sku_ref
    WHERE (coalesce(s.brand, ''), coalesce(s.category, '')) IS DISTINCT FROM (g.brand, g.category)
    """,
    """
    INSERT INTO analytics_groupedby (merchant_id, sku_ref, brand, category)
    SELECT %(merchant)s, sku_ref, brand, category FROM regrouped
    ON CONFLICT (merchant_id, sku_ref) DO UPDATE SET brand = excluded.brand, category = excluded.category
    """,
    "ANALYZE regrouped",
)
_DAYS = """
    SELECT min(day), max(day) FROM analytics_dailyfact WHERE merchant_id = %(merchant)s AND EXISTS (
        SELECT FROM regrouped)
"""
# Articles that moved and were not in the catalog a moment ago: they come to their group when they are seen there.
_UNSEEN = """
    INSERT INTO analytics_groupedby (merchant_id, sku_ref, brand, category)
    SELECT DISTINCT merchant_id, coalesce(sku_id, 0), '', '' FROM moved ON CONFLICT DO NOTHING
"""


def _grouped(articles: str, groups: str) -> str:
    """SQL: make the table `grouped`, what moves of groups; `groups` gives kind, name and sign of each article."""
    sums = ", ".join(f"sum(sign * coalesce(m.{name}, 0)) AS {name}" for name in MEASURES)
    happened = " OR ".join(f"sum(sign * coalesce(m.{name}, 0)) <> 0" for name in MEASURES)
    keys = ", ".join(f"m.{key}" for key in _KEYS.split(", "))
    return f"""
        CREATE TEMPORARY TABLE grouped ON COMMIT DROP AS
        SELECT {keys}, g.kind, g.name, {sums} FROM {articles}, LATERAL (VALUES {groups}) g (kind, name, sign)
        WHERE g.name IS NOT NULL GROUP BY {keys}, g.kind, g.name HAVING {happened}
    """  # noqa: S608  our own words


_MOVED = _grouped(
    "moved m JOIN analytics_groupedby b ON b.merchant_id = m.merchant_id AND b.sku_ref = coalesce(m.sku_id, 0)",
    "('brand', b.brand, 1), ('category', b.category, 1)",
)
_LEFT = _grouped(
    """(
        SELECT d.*, r.* FROM analytics_dailyfact d JOIN regrouped r ON r.sku_ref = d.sku_id
        WHERE d.merchant_id = %(merchant)s AND d.day >= %(since)s AND d.day < %(over)s
        UNION ALL
        SELECT d.*, r.* FROM analytics_dailyfact d JOIN regrouped r ON r.sku_ref = 0
        WHERE d.merchant_id = %(merchant)s AND d.day >= %(since)s AND d.day < %(over)s AND d.sku_id IS NULL
    ) m""",
    "('brand', m.brand, 1), ('category', m.category, 1), ('brand', m.was_brand, -1), ('category', m.was_category, -1)",
)


def compare(cursor: CursorWrapper, told: Mapping[str, Any]) -> list[tuple[date, date]]:
    """
    Remember what the catalog says now; leaves the articles of which that is another in the table `regrouped`.

    Returns the days on which such articles have sums, in parts from a day up to, and without, another.
    """
    for statement in _REGROUPED:
        cursor.execute(statement, told)
    cursor.execute(_DAYS, told)
    first, last = cursor.fetchone()
    if first is None:
        return []
    parts = range((last - first) // _PART + 1)
    return [(first + part * _PART, first + (part + 1) * _PART) for part in parts]


def leave(cursor: CursorWrapper, told: Mapping[str, Any], *, since: date, over: date) -> None:
    """Make the table `grouped` of what regrouped articles take from one group to the other in a part of the days."""
    _make(cursor, _LEFT, {**told, "since": since, "over": over})


def follow(cursor: CursorWrapper, told: Mapping[str, Any]) -> None:
    """Make the table `grouped` of what moved of articles."""
    cursor.execute(_UNSEEN, told)
    _make(cursor, _MOVED, told)


def _make(cursor: CursorWrapper, sql: str, told: Mapping[str, Any]) -> None:
    cursor.execute("DROP TABLE IF EXISTS grouped")
    cursor.execute(sql, told)
    cursor.execute("INSERT INTO stale_group SELECT kind, name, min(day) FROM grouped GROUP BY 1, 2")
