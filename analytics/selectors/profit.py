"""
What goods earned: money of what was delivered less what came back, and every cost by where it is known from.

Reported: a commissioner's accepted report says it of the line.  From the order: the marketplace said in the order what
it will take (fees alone are told so).  Assumed: the tariff that a person entered for that day.
Where neither is there, the cost is not known, and neither is the profit; nothing is put in its place.

Every cost is rounded half up to the kopeck for each article, channel and day when facts are made, so that sums agree;
the cost of goods for each article of the period.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.models import CostTotal, Tariff
from analytics.selectors import meter, sales
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
    """An article, or all of them (key None).  pieces: those left with buyers; profit: None while a cost is missing."""

    sku_id: int | None
    label: str
    pieces: int
    delivered: Decimal
    returned: Decimal
    costs: dict[str, Cost]

    @property
    def revenue(self) -> Decimal:
        return self.delivered - self.returned

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
class Report:
    """articles: those delivered or come back, by what is left of their revenue, the most first; total: of all."""

    articles: Sequence[Earned]
    total: Earned


def report(asked: Asked, *, limit: int = ROWS) -> Report:
    """What the period earned; at most `limit` articles, the total counts all of them."""
    read, told = meter.articles(asked, _RANKED)
    ranked = meter.ask(_RANKING.replace("{read}", read), {**told, "limit": limit})
    of_goods = {name: ranked[0][f"all_{name}"] if ranked else 0 for name in _OF_GOODS}
    summed = sales.within(CostTotal, asked).aggregate(**{name: Sum(name) for name in _READ})
    total = {name: value if name.endswith(_COUNTS) else _hundredths(value) for name, value in summed.items()}
    return Report(
        articles=[_earned({**row, **known}) for row, known in _told_of(asked, ranked)],
        total=_earned({**total, **of_goods, "key": None, "label": None}),
    )


def _told_of(asked: Asked, ranked: Sequence[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Everything that is known of articles in their order; there may be far more articles than are shown."""
    shown = [row["sku"] for row in ranked]
    read, told = meter.articles(asked, _READ, meter.these(shown) if len(shown) <= ROWS else meter.EVERY)
    known = {row["sku"]: row for row in meter.ask(_TOLD.replace("{read}", read), {**told, "shown": shown})}
    return ((row, known[row["sku"]]) for row in ranked)


def apart(asked: Asked) -> reported.Apart:
    """What reports that end within the period say beyond our orders."""
    return reported.apart(
        period_from=asked.since, period_to=asked.until, currency=asked.currency, channel_ids=asked.channels
    )


def _hundredths(money: Decimal | None) -> int:
    return int((money or _NOTHING).scaleb(2))


def _earned(row: dict[str, Any]) -> Earned:
    return Earned(
        sku_id=row["key"],
        label=row["label"] or "",
        pieces=int((row["delivered_pieces"] or 0) - (row["returned_pieces"] or 0)),
        delivered=meter.money(row["delivered_amount"]),
        returned=meter.money(row["returned_amount"]),
        costs={
            name: Cost(
                reported=meter.money(row.get(name)),
                estimated=meter.money(row.get(f"{name}_estimated")),
                assumed=meter.money(None if name == "vat" else row.get(f"{name}_assumed")),
                known=meter.money(row.get("vat_assumed" if name == "vat" else f"{name}_known")),
                missing=bool(row.get(f"{name}_missing")),
            )
            for name in COSTS
        },
    )


_BY_TARIFF = ("fee", "logistics", "storage", "ads", "acquiring", "tax", "vat")
_COUNTS = ("_pieces", "_missing")
_SOLD = ("delivered_pieces", "delivered_amount", "returned_pieces", "returned_amount")
_PRICED = tuple(f"{name}_{what}" for what in ("assumed", "missing") for name in _BY_TARIFF)
_READ = (*_SOLD, *WITHHELD, *_PRICED, "fee_estimated")
_OF_GOODS = ("cost_known", "cost_missing")
# All articles are ranked by as few sums as that takes: two dozen sums of twenty thousand articles are most of the work.
_RANKED = ("delivered_pieces", "returned_pieces", "rest")
_RANKING = f"""
    WITH goods AS MATERIALIZED (SELECT id, cost FROM catalog_sku), read AS MATERIALIZED (
        SELECT sku, {", ".join(meter.summed(name) for name in _RANKED)} FROM {{read}} GROUP BY sku
    ), counted AS (
        SELECT sku, rest, coalesce(round(100 * (delivered_pieces - returned_pieces) * cost), 0)::bigint AS cost_known,
               (delivered_pieces <> returned_pieces AND cost IS NULL)::int AS cost_missing
        FROM read LEFT JOIN goods ON goods.id = sku WHERE {" OR ".join(f"{name} <> 0" for name in _RANKED)}
    )
    SELECT sku, cost_known, cost_missing, {", ".join(f"sum({name}) OVER () AS all_{name}" for name in _OF_GOODS)}
    FROM counted ORDER BY rest - cost_known DESC, nullif(sku, 0) LIMIT %(limit)s
"""  # noqa: S608  our own words
_TOLD = f"""
    WITH known AS (
        SELECT sku, {", ".join(meter.summed(name) for name in _READ)} FROM {{read}} GROUP BY sku
    )
    SELECT known.*, nullif(sku, 0) AS key, s.code || ' · ' || p.name AS label
    FROM known LEFT JOIN catalog_sku s ON s.id = known.sku LEFT JOIN catalog_product p ON p.id = s.product_id
    WHERE sku = ANY(%(shown)s)
"""  # noqa: S608  our own words


def tariffs() -> Sequence[Tariff]:
    """Everything entered, the newest first."""
    return list(Tariff.objects.select_related("channel", "category", "entered_by"))
