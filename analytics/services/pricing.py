"""
What a day of an article is assumed to cost, by the tariffs and VAT rates of that day.

Kept with the sums of the day, so that a period's costs are a sum like every other.  When a tariff, a rate, a category
or a tax mode changes, what hangs on it is priced anew at the next refresh.
"""

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper

_RATES = ("fee_percent", "acquiring_percent", "ads_percent", "tax_percent", "logistics_a_piece", "storage_a_piece")
BY_TARIFF = ("fee", "logistics", "storage", "ads", "acquiring", "tax", "vat")
PRICED = (*(f"{name}_assumed" for name in BY_TARIFF), *(f"{name}_missing" for name in BY_TARIFF))

# Ranges of days, both ends counted, in which a rate holds.  A product's first rate holds from ever.
_BOOK = (
    f"""
    CREATE TEMPORARY TABLE book_rate ON COMMIT DROP AS
    SELECT channel_id, coalesce(category_id, 0) AS category_id, valid_from AS since,
           coalesce(lead(valid_from) OVER (PARTITION BY channel_id, category_id ORDER BY valid_from) - 1, 'infinity')
               AS until, {", ".join(_RATES)}
    FROM analytics_tariff WHERE merchant_id = %(merchant)s
    """,  # noqa: S608  our own words
    """
    CREATE TEMPORARY TABLE book_vat ON COMMIT DROP AS
    WITH goods AS (
        SELECT product_id, vat_code,
               CASE WHEN row_number() OVER own = 1 THEN '-infinity'::date ELSE valid_from END AS since,
               coalesce(lead(valid_from) OVER own - 1, 'infinity') AS until
        FROM catalog_productvat WHERE merchant_id = %(merchant)s
        WINDOW own AS (PARTITION BY product_id ORDER BY valid_from)
    ), percents AS (
        SELECT code, coalesce(percent, 0) AS percent, valid_from AS since,
               least(coalesce(valid_to - 1, 'infinity'),
                     coalesce(lead(valid_from) OVER (PARTITION BY code ORDER BY valid_from) - 1, 'infinity')) AS until
        FROM catalog_vatrate
    )
    SELECT product_id, percent, greatest(g.since, r.since) AS since, least(g.until, r.until) AS until
    FROM goods g JOIN percents r ON r.code = g.vat_code AND r.since <= g.until AND r.until >= g.since
    """,
    """
    CREATE TEMPORARY TABLE book_channel ON COMMIT DROP AS
    SELECT c.id AS channel_id,
           CASE e.vat_mode WHEN 'none' THEN 0 WHEN 'reduced_5' THEN 5 WHEN 'reduced_7' THEN 7 END AS special
    FROM catalog_channel c JOIN merchants_legalentity e ON e.id = c.legal_entity_id
    WHERE c.merchant_id = %(merchant)s
    """,
    """
    CREATE TEMPORARY TABLE book_sku ON COMMIT DROP AS
    SELECT s.id AS sku_id, s.product_id, p.category_id
    FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id WHERE s.merchant_id = %(merchant)s
    """,
)

# A category matters where a tariff names one.
_TURNED = """
    CREATE TEMPORARY TABLE turned ON COMMIT DROP AS
    WITH told AS (
        SELECT 'channel' AS subject, c.channel_id AS ref, md5(concat(c.special, '|', (
            SELECT string_agg(r::text, ';' ORDER BY category_id, since) FROM book_rate r
            WHERE r.channel_id = c.channel_id)))::uuid AS said
        FROM book_channel c
        UNION ALL
        SELECT 'sku', s.sku_id, md5(concat(
            CASE WHEN EXISTS (SELECT FROM book_rate WHERE category_id <> 0) THEN s.category_id END, '|', v.said))::uuid
        FROM book_sku s LEFT JOIN (
            SELECT product_id, string_agg(v::text, ';' ORDER BY since) AS said FROM book_vat v GROUP BY product_id
        ) v USING (product_id)
    )
    SELECT t.* FROM told t LEFT JOIN analytics_pricedby k
    ON k.merchant_id = %(merchant)s AND k.subject = t.subject AND k.ref = t.ref
    WHERE k.said IS DISTINCT FROM t.said
"""
_REMEMBERED = """
    INSERT INTO analytics_pricedby (merchant_id, subject, ref, said) SELECT %(merchant)s, subject, ref, said FROM turned
    ON CONFLICT (merchant_id, subject, ref) DO UPDATE SET said = excluded.said
"""


def open_book(cursor: CursorWrapper, told: Mapping[str, Any]) -> set[str]:
    """
    Read every rate of the merchant; leaves the tables that `priced` reads.

    Returns of which subjects ('channel', 'sku') some have other rates than their facts were priced by, and remembers
    the new ones; they stand in the temporary table `turned`.
    """
    cursor.execute("DROP TABLE IF EXISTS book_rate, book_vat, book_channel, book_sku, turned")
    for statement in _BOOK:
        cursor.execute(statement, told)
    cursor.execute("ANALYZE book_rate, book_vat, book_channel, book_sku")
    cursor.execute(_TURNED, told)
    cursor.execute(_REMEMBERED, told)
    cursor.execute("SELECT DISTINCT subject FROM turned")
    return {subject for (subject,) in cursor.fetchall()}


_OPEN = (
    "(coalesce(f.delivered_amount, 0) - coalesce(f.covered_amount, 0)"
    " - coalesce(f.returned_amount, 0) + coalesce(f.back_amount, 0))"
)
_ESTIMATED = "coalesce(f.estimated_amount, 0)"  # of what is open, the order itself says the fee of this
_SENT = "(coalesce(f.delivered_pieces, 0) - coalesce(f.covered_pieces, 0))"
_REVENUE = "(coalesce(f.delivered_amount, 0) - coalesce(f.returned_amount, 0))"
_COUNTED: Mapping[str, tuple[str, str, str]] = {  # what it is counted on, the rate, and what both come to
    "fee": ("untold", "fee_percent", "untold * fee_percent / 100"),
    "logistics": ("sent", "logistics_a_piece", "100 * sent * logistics_a_piece"),
    "storage": ("sent", "storage_a_piece", "100 * sent * storage_a_piece"),
    "ads": ("open", "ads_percent", "open * ads_percent / 100"),
    "acquiring": ("open", "acquiring_percent", "open * acquiring_percent / 100"),
    "tax": ("revenue", "tax_percent", "revenue * tax_percent / 100"),
    "vat": ("revenue", "vat_percent", "revenue * vat_percent / (100 + vat_percent)"),
}


def priced(days: str, columns: str) -> str:
    """
    SQL: the rows of `days` with what they are assumed to cost; money in hundredths.

    days: a relation with the measures of `DailyFact`; columns: what of it is given on.
    """
    assumed = ", ".join(f"nullif(round({comes_to}), 0)::bigint AS {name}_assumed" for name, (_, _, comes_to) in _NAMED)
    missing = ", ".join(
        f"CASE WHEN {basis} <> 0 AND {rate} IS NULL THEN 1 END AS {name}_missing" for name, (basis, rate, _) in _NAMED
    )
    rates = ", ".join(f"coalesce(own.{rate}, whole.{rate}) AS {rate}" for rate in _RATES)
    return f"""
        SELECT {columns}, {assumed}, {missing} FROM (
            SELECT f.*, {_OPEN} AS open, {_OPEN} - {_ESTIMATED} AS untold, {_SENT} AS sent, {_REVENUE} AS revenue,
                   {rates},
                   coalesce(c.special, v.percent) AS vat_percent
            FROM {days} f LEFT JOIN book_sku s ON s.sku_id = f.sku_id
            LEFT JOIN book_rate own ON own.channel_id = f.channel_id AND own.category_id = s.category_id
                AND f.day BETWEEN own.since AND own.until
            LEFT JOIN book_rate whole ON whole.channel_id = f.channel_id AND whole.category_id = 0
                AND f.day BETWEEN whole.since AND whole.until
            LEFT JOIN book_channel c ON c.channel_id = f.channel_id
            LEFT JOIN book_vat v ON v.product_id = s.product_id AND f.day BETWEEN v.since AND v.until
        ) rated
    """  # noqa: S608  our own words


_NAMED = tuple(_COUNTED.items())
