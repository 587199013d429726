"""
What goods earned: money of what was delivered less what came back, and every cost by where it is known from.

Reported: a commissioner's accepted report says it of the line.  Assumed: the tariff that a person entered for that day.
Where neither is there, the cost is not known, and neither is the profit; nothing is put in its place.

Rounded half up to the kopeck for each article, channel and stretch of days with the same tariffs and rates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.models import Tariff
from analytics.selectors import spans
from analytics.types import Asked
from catalog.models import ProductVat, VatRate
from settlements.selectors import reported

ROWS = 500
COSTS: dict[str, str | Promise] = {
    "fee": _("Fee"),
    "logistics": _("Logistics"),
    "storage": _("Storage"),
    "ads": _("Advertising"),
    "other": _("Other withheld"),
    "acquiring": _("Acquiring"),
    "vat": _("VAT"),
    "tax": _("Tax"),
    "cost": _("Cost of goods"),
}
_NOTHING = Decimal(0)
_LONGEST = 60  # stretches of days


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One kind of cost.  known: from the catalog (cost, VAT).  missing: for some of the pieces nobody said it."""

    reported: Decimal = _NOTHING
    assumed: Decimal = _NOTHING
    known: Decimal = _NOTHING
    missing: bool = False

    @property
    def whole(self) -> Decimal:
        """As far as it is known."""
        return self.reported + self.assumed + self.known

    @property
    def sources(self) -> list[str | Promise]:
        """Where it is known from, in words."""
        told = ((self.reported, _("reported")), (self.assumed, _("assumed")), (self.known, _("from the catalog")))
        return [*(word for money, word in told if money), *([_("no data")] if self.missing else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """An article, or all of them (key None).  profit: None while any cost is missing."""

    sku_id: int | None
    label: str
    pieces: int
    revenue: Decimal
    costs: dict[str, Cost]

    @property
    def missing(self) -> bool:
        return any(cost.missing for cost in self.costs.values())

    @property
    def left(self) -> Decimal:
        """Revenue less the costs that are known."""
        return self.revenue - sum((cost.whole for cost in self.costs.values()), _NOTHING)

    @property
    def profit(self) -> Decimal | None:
        return None if self.missing else self.left

    @property
    def a_piece(self) -> Decimal | None:
        """What a piece earns."""
        if self.profit is None or self.pieces <= 0:
            return None
        return (self.profit / self.pieces).quantize(Decimal("0.01"))

    @property
    def margin(self) -> Decimal | None:
        """Profit in percent of revenue."""
        if self.profit is None or self.revenue <= 0:
            return None
        return (100 * self.profit / self.revenue).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What accepted reports say of no order of ours: sales from the marketplace's warehouse, storage, advertising."""

    sold: Decimal
    returned: Decimal
    withheld: Decimal
    payable: Decimal


def articles(asked: Asked) -> list[Earned]:
    """Articles that were delivered or came back, by what is left of their revenue, the most first."""
    return _read(asked, "sku_id", limit=ROWS)


def total(asked: Asked) -> Earned:
    """All articles together."""
    rows = _read(asked, "NULL::bigint", limit=1)
    empty = {name: Cost() for name in COSTS}
    return rows[0] if rows else Earned(sku_id=None, label="", pieces=0, revenue=_NOTHING, costs=empty)


def apart(asked: Asked) -> Apart:
    """What reports that end within the period say beyond our orders."""
    since, until, channels = asked.since, asked.until, asked.channels or None
    rows = [
        row
        for found in (
            reported.of_skus(period_from=since, period_to=until, channel_ids=channels),
            reported.of_nothing(period_from=since, period_to=until, channel_ids=channels),
        )
        for row in found.values()
        if row.currency == asked.currency
    ]
    return Apart(
        sold=sum((row.sold for row in rows), _NOTHING),
        returned=sum((row.returned for row in rows), _NOTHING),
        withheld=sum((row.withheld for row in rows), _NOTHING),
        payable=sum((row.payable for row in rows), _NOTHING),
    )


def stretches(since: date, until: date) -> list[tuple[date, date]]:
    """The period cut where a tariff or a VAT rate changes; a product's first rate holds from ever."""
    changed = ProductVat.objects.values("product").annotate(n=Count("pk")).filter(n__gt=1).values("product")
    days = {
        *Tariff.objects.values_list("valid_from", flat=True).distinct(),
        *VatRate.objects.values_list("valid_from", flat=True),
        *ProductVat.objects.filter(product__in=changed).values_list("valid_from", flat=True).distinct(),
    }
    starts = [since, *sorted(day for day in days if since < day <= until)][:_LONGEST]
    ends = [*(day - timedelta(1) for day in starts[1:]), until]
    return list(zip(starts, ends, strict=True))


def _read(asked: Asked, key: str, *, limit: int) -> list[Earned]:
    parts = stretches(asked.since, asked.until)
    told: dict[str, Any] = {
        "starts": [start for start, _end in parts],
        "parts": [number for number, (start, end) in enumerate(parts) for _run in spans.cover(start, end)],
        "runs": [run for start, end in parts for run in spans.cover(start, end)],
        "currency": asked.currency,
        "channels": list(asked.channels) or None,
        "scheme": asked.scheme,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL.replace("{key}", key), told)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [
        Earned(
            sku_id=row["key"],
            label=row["label"] or "",
            pieces=row["pieces"],
            revenue=row["revenue"],
            costs={
                name: Cost(
                    reported=row.get(f"{name}_reported") or _NOTHING,
                    assumed=row.get(f"{name}_assumed") or _NOTHING,
                    known=row.get(f"{name}_known") or _NOTHING,
                    missing=bool(row.get(f"{name}_missing")),
                )
                for name in COSTS
            },
        )
        for row in rows
    ]


def _assumed(name: str, basis: str, rate: str) -> str:
    """A cost by tariff: what it comes to, and whether it is wanted but not said."""
    return f"round({basis} * {rate}, 2) AS {name}_assumed, ({basis} <> 0 AND {rate} IS NULL) AS {name}_missing"


_RATES = ("fee_percent", "acquiring_percent", "ads_percent", "tax_percent", "logistics_a_piece", "storage_a_piece")
_WITHHELD = ("fee", "logistics", "storage", "ads", "other")
_OPEN = "(delivered_amount - covered_amount - returned_amount + back_amount)"
_SENT = "(delivered_pieces - covered_pieces)"
_REVENUE = "(delivered_amount - returned_amount)"
_PIECES = "(delivered_pieces - returned_pieces)"
_BY_TARIFF = ("fee", "logistics", "storage", "ads", "acquiring", "tax")
_SQL = f"""
    WITH parts AS (
        SELECT number - 1 AS part, start FROM unnest(%(starts)s::date[]) WITH ORDINALITY AS p (start, number)
    ), rates AS MATERIALIZED (
        SELECT DISTINCT ON (part, channel_id, category_id) part, channel_id, category_id, {", ".join(_RATES)}
        FROM parts JOIN analytics_tariff ON valid_from <= start
        ORDER BY part, channel_id, category_id, valid_from DESC
    ), vat AS MATERIALIZED (
        SELECT DISTINCT ON (part, product_id) part, product_id, vat_code FROM parts, catalog_productvat
        ORDER BY part, product_id, valid_from <= start DESC, abs(valid_from - start)
    ), percents AS MATERIALIZED (
        SELECT part, code, coalesce(percent, 0) AS percent FROM parts JOIN catalog_vatrate
        ON valid_from <= start AND (valid_to IS NULL OR valid_to > start)
    ), sums AS MATERIALIZED (
        SELECT part, sku_id, channel_id, sum(delivered_pieces) AS delivered_pieces,
               sum(delivered_amount) AS delivered_amount, sum(returned_pieces) AS returned_pieces,
               sum(returned_amount) AS returned_amount, sum(covered_pieces) AS covered_pieces,
               sum(covered_amount) AS covered_amount, sum(back_pieces) AS back_pieces, sum(back_amount) AS back_amount,
               {", ".join(f"sum({name}) AS {name}" for name in _WITHHELD)}
        FROM unnest(%(parts)s::int[], %(runs)s::int[]) AS r (part, run) JOIN analytics_spanfact f ON f.span = r.run
        WHERE channel_id IS NOT NULL AND currency = %(currency)s
          AND (%(channels)s::bigint[] IS NULL OR channel_id = ANY(%(channels)s::bigint[]))
          AND (%(scheme)s = '' OR scheme = %(scheme)s)
        GROUP BY part, sku_id, channel_id
    ), priced AS (
        SELECT f.*, s.cost, {", ".join(f"coalesce(own.{rate}, whole.{rate}) AS {rate}" for rate in _RATES)},
               CASE e.vat_mode WHEN 'none' THEN 0 WHEN 'reduced_5' THEN 5 WHEN 'reduced_7' THEN 7
                    ELSE percents.percent END AS vat_percent
        FROM sums f LEFT JOIN catalog_sku s ON s.id = f.sku_id LEFT JOIN catalog_product p ON p.id = s.product_id
        JOIN catalog_channel c ON c.id = f.channel_id JOIN merchants_legalentity e ON e.id = c.legal_entity_id
        LEFT JOIN rates own
          ON own.part = f.part AND own.channel_id = f.channel_id AND own.category_id = p.category_id
        LEFT JOIN rates whole
          ON whole.part = f.part AND whole.channel_id = f.channel_id AND whole.category_id IS NULL
        LEFT JOIN vat ON vat.part = f.part AND vat.product_id = p.id
        LEFT JOIN percents ON percents.part = f.part AND percents.code = vat.vat_code
    ), counted AS (
        SELECT sku_id, {_PIECES} AS pieces, {_REVENUE} AS revenue,
               {", ".join(f"{name} AS {name}_reported" for name in _WITHHELD)},
               {_assumed("fee", _OPEN, "fee_percent / 100")}, {_assumed("acquiring", _OPEN, "acquiring_percent / 100")},
               {_assumed("ads", _OPEN, "ads_percent / 100")}, {_assumed("tax", _REVENUE, "tax_percent / 100")},
               {_assumed("logistics", _SENT, "logistics_a_piece")}, {_assumed("storage", _SENT, "storage_a_piece")},
               round({_REVENUE} * vat_percent / (100 + vat_percent), 2) AS vat_known,
               ({_REVENUE} <> 0 AND vat_percent IS NULL) AS vat_missing,
               round({_PIECES} * cost, 2) AS cost_known, ({_PIECES} <> 0 AND cost IS NULL) AS cost_missing
        FROM priced
    ), summed AS (
        SELECT {{key}} AS key, sum(pieces) AS pieces, sum(revenue) AS revenue,
               {", ".join(f"sum({name}_reported) AS {name}_reported" for name in _WITHHELD)},
               {", ".join(f"sum({name}_assumed) AS {name}_assumed" for name in _BY_TARIFF)},
               {", ".join(f"sum({name}_known) AS {name}_known" for name in ("vat", "cost"))},
               {", ".join(f"bool_or({name}_missing) AS {name}_missing" for name in (*_BY_TARIFF, "vat", "cost"))}
        FROM counted GROUP BY 1
    ), first AS (
        SELECT *, revenue - {" - ".join(f"coalesce({name}_reported, 0)" for name in _WITHHELD)}
               - {" - ".join(f"coalesce({name}_assumed, 0)" for name in _BY_TARIFF)}
               - coalesce(vat_known, 0) - coalesce(cost_known, 0) AS rest
        FROM summed ORDER BY rest DESC, key LIMIT %(limit)s
    )
    SELECT first.*, s.code || ' · ' || p.name AS label FROM first
    LEFT JOIN catalog_sku s ON s.id = first.key LEFT JOIN catalog_product p ON p.id = s.product_id
    ORDER BY rest DESC, key
"""  # noqa: S608  our own words


def tariffs() -> Sequence[Tariff]:
    """Everything entered, the newest first."""
    return list(Tariff.objects.select_related("channel", "category", "entered_by"))
