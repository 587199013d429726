"""
What goods earned: money of what was delivered less what came back, and every cost by where it is known from.

Reported: a commissioner's accepted report says it of the line.  From the order: the marketplace said in the order what
it will take (fees alone are told so).  Assumed: the tariff that a person entered for that day.
Where neither is there, the cost is not known, and neither is the profit; nothing is put in its place.

Every cost is rounded half up to the kopeck for each article, channel and day when facts are made, so that sums agree;
the cost of goods for each article of the period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.models import Tariff
from analytics.selectors import meter
from analytics.types import WITHHELD, Asked
from settlements.selectors import reported

ROWS = 100  # shown on a page, whose weight they are; the file has all
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """
    One kind of cost, by where it is known from.

    estimated: from the orders themselves.  known: from the catalog (cost, VAT).  missing: for some of the pieces nobody
    said it.
    """

    reported: Decimal = _NOTHING
    estimated: Decimal = _NOTHING
    assumed: Decimal = _NOTHING
    known: Decimal = _NOTHING
    missing: bool = False

    @property
    def whole(self) -> Decimal:
        """As far as it is known."""
        return self.reported + self.estimated + self.assumed + self.known

    @property
    def sources(self) -> list[str | Promise]:
        """Where it is known from, in words."""
        told = (
            (self.reported, _("reported")),
            (self.estimated, _("from the order")),
            (self.assumed, _("assumed")),
            (self.known, _("from the catalog")),
        )
        known: list[str | Promise] = [word for money, word in told if money]
        if not self.missing:
            return known
        return [*known, _("no data for a part")] if known else [_("no data")]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """articles: those delivered or come back, by what is left of their revenue, the most first; total: of all."""

    articles: Sequence[Earned]
    total: Earned


def report(asked: Asked, *, limit: int = ROWS) -> Report:
    """What the period earned; at most `limit` articles, the total counts all of them."""
    read, told = meter.articles(asked, _READ)
    total, *rows = meter.ask(_SQL.replace("{read}", read), {**told, "limit": limit})
    return Report(articles=[_earned(row) for row in rows], total=_earned(total))


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


def _earned(row: dict[str, Any]) -> Earned:
    return Earned(
        sku_id=row["key"],
        label=row["label"] or "",
        pieces=int(row["pieces"]),
        revenue=meter.money(row["revenue"]),
        costs={
            name: Cost(
                reported=meter.money(row.get(f"{name}_reported")),
                estimated=meter.money(row.get(f"{name}_estimated")),
                assumed=meter.money(None if name == "vat" else row.get(f"{name}_assumed")),
                known=meter.money(row.get("vat_assumed" if name == "vat" else f"{name}_known")),
                missing=bool(row.get(f"{name}_missing")),
            )
            for name in COSTS
        },
    )


_BY_TARIFF = ("fee", "logistics", "storage", "ads", "acquiring", "tax", "vat")
_SOLD = ("delivered_pieces", "delivered_amount", "returned_pieces", "returned_amount")
_PRICED = tuple(f"{name}_{what}" for what in ("assumed", "missing") for name in _BY_TARIFF)
_READ = (*_SOLD, *WITHHELD, *_PRICED, "fee_estimated")
_MONEY = (
    *(f"{name}_reported" for name in WITHHELD),
    "fee_estimated",
    *(f"{name}_assumed" for name in _BY_TARIFF),
    "cost_known",
)
_TOLD = ("pieces", "revenue", *_MONEY, *(f"{name}_missing" for name in (*_BY_TARIFF, "cost")))
_SQL = f"""
    WITH goods AS MATERIALIZED (SELECT id, cost FROM catalog_sku), read AS (
        SELECT sku, {", ".join(meter.summed(name) for name in _READ)}
        FROM {{read}} GROUP BY sku
    ), sold AS (
        SELECT nullif(sku, 0) AS key, delivered_pieces - returned_pieces AS pieces,
               delivered_amount - returned_amount AS revenue,
               {", ".join(f"{name} AS {name}_reported" for name in WITHHELD)}, fee_estimated,
               {", ".join(_PRICED)}
        FROM read WHERE {" OR ".join(f"{name} <> 0" for name in (*_SOLD, *WITHHELD))}
    ), counted AS (
        SELECT sold.*, coalesce(round(100 * pieces * s.cost), 0)::bigint AS cost_known,
               (pieces <> 0 AND s.cost IS NULL)::int AS cost_missing
        FROM sold LEFT JOIN goods s ON s.id = sold.key
    ), first AS (
        SELECT *, revenue - {" - ".join(_MONEY)} AS rest FROM counted ORDER BY rest DESC, key LIMIT %(limit)s
    )
    SELECT * FROM (
        SELECT 0 AS place, NULL::bigint AS key, NULL AS label, NULL::bigint AS rest,
               {", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in _TOLD)} FROM counted
        UNION ALL
        SELECT 1, key, s.code || ' · ' || p.name, rest, {", ".join(_TOLD)} FROM first
        LEFT JOIN catalog_sku s ON s.id = first.key LEFT JOIN catalog_product p ON p.id = s.product_id
    ) told ORDER BY place, rest DESC, key
"""  # noqa: S608  our own words


def tariffs() -> Sequence[Tariff]:
    """Everything entered, the newest first."""
    return list(Tariff.objects.select_related("channel", "category", "entered_by"))
