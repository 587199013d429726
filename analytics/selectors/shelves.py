"""What lies on the shelf against what is expected to be sold: cover, surplus, dead stock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, Min, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.models import Article, ShelfLook, Shelved
from analytics.selectors import meter
from analytics.types import Asked
from merchants.scope import current_scope
from stock.types import RECEIPT_OPEN

_SURPLUS_DAYS = 120
_DEAD_DAYS = 90
LEAD_DAYS = 14
TURNOVER_DAYS = 28
_STALE = timedelta(hours=1)  # the clock comes every five minutes; when it does not, pages look by themselves


class Standing(models.TextChoices):
    """What a SKU's stock is like."""

    OUT = "out", _("Sold out")
    LOW = "low", _("Running out")
    FINE = "fine", _("Enough")
    SURPLUS = "surplus", _("Surplus")
    DEAD = "dead", _("Dead stock")
    YOUNG = "young", _("Too early to say")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """
    A SKU on the shelf.

    a_day: pieces expected per day.  cover: days until it is gone, None when nothing is expected to sell.
    surplus: pieces beyond 120 days of cover.  money: None where the cost is not known.  coming: pieces that suppliers
    are to bring yet.  turnover: days in which what lies on average goes out once, None when nothing went.
    """

    sku_id: int
    code: str
    name: str
    on_hand: int
    free: int
    sold: int
    a_day: Decimal
    cover: int | None
    standing: Standing
    surplus: int
    cost: Decimal | None
    quantiles: Sequence[float]
    coming: int = 0
    turnover: int | None = None

    @property
    def money(self) -> Decimal | None:
        return None if self.cost is None else (self.cost * self.on_hand).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All SKUs of one standing: how many, how many pieces lie, the money in them as far as costs are known."""

    standing: Standing
    skus: int
    pieces: int
    money: Decimal


def shelves(
    *,
    today: date,
    lead_days: int = LEAD_DAYS,
    standing: str = "",
    short_in: int | None = None,
) -> list[Shelf]:
    """
    SKUs that lie somewhere or are expected to sell, by code; kits apart: they are bought as their parts.

    standing: of this one only; what is none is left out.  short_in: those alone that may not last so many days, with
    the most that was ever thought certain enough.
    """
    sql, told = _shelves(today, lead_days, unexpected=short_in is None)
    wanted = standing if standing in Standing.values else ""
    rows = meter.ask(sql + _LISTED, {**told, "wanted": wanted, "days": short_in})
    return [_shelf(row) for row in rows]


def everything(*, today: date) -> tuple[str, dict[str, Any]]:
    """SQL: `WITH … shelf` of all articles of the open scope, and what it names."""
    return _shelves(today, LEAD_DAYS)


def judged_at(*, now: datetime) -> datetime | None:
    """
    Up to when `overview` may be `kept`: the clock judged the shelf of each merchant of the open scope (`Shelved`) then.

    None: of one of them it never did, or stands still.
    """
    opened = current_scope()
    looks = ShelfLook.objects.aggregate(merchants=Count("pk"), at=Min("at"))
    known = opened is not None and looks["merchants"] == len(opened.merchants)
    at: datetime | None = looks["at"]
    return at if known and at is not None and at > now - _STALE else None


def overview(
    *, today: date, standing: str = "", first: int = 0, limit: int, kept: bool = False
) -> tuple[list[Group], list[Shelf]]:
    """
    The shelf in a few numbers, which come to the whole, and a page of it by code.

    standing: the page is of this one only; what is none is left out.  first: of the page; past the end, the last page.
    kept: numbers, and which articles are on the page, as of `judged_at`; else from a look at all articles.  What is
    told of each on the page is of now.
    """
    wanted = standing if standing in Standing.values else ""
    groups, page = _kept(wanted, first, limit) if kept else _looked(today, wanted, first, limit)
    sql, told = _shelves(today, LEAD_DAYS, only=page)
    return groups, [_shelf(row) for row in meter.ask(sql + _LISTED, {**told, "wanted": "", "days": None})]


def turnover(*, kept: bool) -> int | None:
    """
    Days in which all goods of the open scope go out once, at cost; None when nothing went.

    kept: as of `judged_at`, else from a look at all articles.
    """
    looks = ShelfLook.objects.aggregate(stood=Sum("stood"), gone=Sum("gone"))
    stood, gone = (looks["stood"] or Decimal(0), looks["gone"] or Decimal(0)) if kept else turned_over()
    return round(stood * TURNOVER_DAYS / gone) if gone else None


def turned_over() -> tuple[Decimal, Decimal]:
    """At cost, of the articles whose cost is known: what lay on average of 28 days, and what went in these."""
    costs = Article.objects.aggregate(stood=Sum(F("stood") * F("sku__cost")), gone=Sum(F("gone") * F("sku__cost")))
    stood, gone = (Decimal(costs[name] or 0).quantize(Decimal("0.01")) for name in ("stood", "gone"))
    return stood, gone


def _looked(today: date, wanted: str, first: int, limit: int) -> tuple[list[Group], list[int]]:
    """The groups and the articles of a page, of now."""
    sql, told = _shelves(today, LEAD_DAYS)
    (found,) = meter.ask(sql + _OVERVIEW, {**told, "wanted": wanted, "first": first, "limit": limit})
    return _groups(found["groups"] or ()), found["page"]


def _kept(wanted: str, first: int, limit: int) -> tuple[list[Group], list[int]]:
    """The same as of `judged_at`."""
    groups = _groups(meter.ask(_KEPT, {}))
    articles = Shelved.objects.filter(standing=wanted) if wanted else Shelved.objects.all()
    last = max(sum(group.skus for group in groups if wanted in ("", group.standing)) - 1, 0) // limit * limit
    page = articles.order_by("code", "sku_id").values_list("sku_id", flat=True)
    return groups, list(page[min(first, last) :][:limit])


_KEPT = """
    SELECT standing, count(*)::int AS skus, sum(on_hand)::int AS pieces, coalesce(sum(money), 0)::text AS money
      FROM analytics_shelved GROUP BY standing
"""


def _groups(rows: Iterable[dict[str, Any]]) -> list[Group]:
    said = {row["standing"]: row for row in rows}
    nothing = {"skus": 0, "pieces": 0, "money": "0"}
    groups = []
    for one in Standing:
        row = said.get(one, nothing)
        groups.append(Group(standing=one, skus=row["skus"], pieces=row["pieces"], money=Decimal(row["money"])))
    return groups


def _shelf(row: dict[str, Any]) -> Shelf:
    return Shelf(**{**row, "standing": Standing(row["standing"])})


# Who asks what is short works it out to the hundredth; here a little too many are let through.
_LISTED = """
    SELECT sku_id, code, name, cost, on_hand, free, coming, sold, quantiles, cover, round(a_day::numeric, 2) AS a_day,
           turnover, surplus, standing
      FROM shelf
     WHERE %(wanted)s IN ('', standing)
       AND (%(days)s::int IS NULL OR (cover IS NOT NULL AND free + coming < (a_day + 0.01) * %(days)s::int + 1
            + greatest(quantiles[array_upper(quantiles, 1)] - a_day * 28, 0) * sqrt(%(days)s::int / 28.0)))
     ORDER BY code, sku_id
"""
# Nothing but standings is worked out for all articles; what a page shows of them is read of its own alone.
_OVERVIEW = """
    , narrow AS MATERIALIZED (
        SELECT sku_id, code, cost, on_hand, standing FROM shelf
    ), groups AS (
        SELECT standing, count(*)::int AS skus, sum(on_hand)::int AS pieces,
               coalesce(sum(round(cost * on_hand, 2)), 0)::text AS money FROM narrow GROUP BY standing
    )
    SELECT (SELECT json_agg(groups) FROM groups) AS groups,
           ARRAY(SELECT sku_id FROM narrow WHERE %(wanted)s IN ('', standing) ORDER BY code, sku_id LIMIT %(limit)s
                 OFFSET least(%(first)s::bigint,
                              (SELECT greatest(sum(skus) - 1, 0) / %(limit)s::int * %(limit)s::int FROM groups
                                WHERE %(wanted)s IN ('', standing)))) AS page
"""


def _shelves(
    today: date, lead_days: int, *, unexpected: bool = True, only: Sequence[int] | None = None
) -> tuple[str, dict[str, Any]]:
    """unexpected: goods of which nothing is expected to sell, too.  only: these articles, if they are on the shelf."""
    asked = Asked(since=today - timedelta(_DEAD_DAYS - 1), until=today, currency="")
    narrow = meter.EVERY if only is None else meter.these(only)
    read, told = meter.articles(asked, ("ordered_pieces",), narrow)
    more = {
        "lead": lead_days,
        "unexpected": unexpected,
        "surplus": _SURPLUS_DAYS,
        "turnover": TURNOVER_DAYS,
        "old": datetime.combine(asked.since, time(), UTC),
        "dead": asked.since,
        "open": sorted(RECEIPT_OPEN),
    }
    sql = _SQL.replace("{read}", read).replace("{stock}", narrow.sql.format(sku="sku_id"))
    sql = sql.replace("{part}", narrow.sql.format(sku="i.component_id"))
    return sql.replace("{sku}", narrow.sql.format(sku="s.id")), {**told, **more}


# Goods that came lately, or of which no forecast has been made yet, are not judged.  What is ordered as part of a kit
# is not forgotten.
_SQL = """
    WITH stock AS (
        -- With the merchant, as the indexes are: articles, stock and forecasts are then read side by side in one order.
        SELECT merchant_id, sku_id, sum(on_hand)::int AS on_hand, sum(on_hand - reserved)::int AS free
        FROM stock_stockrow WHERE {stock} GROUP BY merchant_id, sku_id
    ), coming AS (
        SELECT l.sku_id, sum(l.pieces - l.received)::int AS coming
        FROM stock_expectedline l JOIN stock_expectedreceipt r ON r.id = l.receipt_id
        WHERE r.state = ANY(%(open)s) AND l.pieces > l.received GROUP BY l.sku_id
    ), recent AS (
        SELECT sku AS sku_id FROM {read} GROUP BY sku HAVING sum(ordered_pieces) > 0
        UNION ALL
        SELECT i.component_id FROM catalog_kititem i
        WHERE {part} AND EXISTS (
            SELECT FROM analytics_dailyfact d WHERE d.merchant_id = i.merchant_id AND d.sku_id = i.kit_id
                AND d.day >= %(dead)s AND d.ordered_pieces > 0)
    ), known AS (
        SELECT s.id AS sku_id, s.code, p.name, s.cost, coalesce(k.on_hand, 0) AS on_hand, coalesce(k.free, 0) AS free,
               coalesce(c.coming, 0) AS coming, coalesce(e.sold, 0) AS sold, coalesce(e.quantiles, '{}') AS quantiles,
               coalesce(e.total / e.horizon, 0) AS a_day, e.sku_id IS NOT NULL AS expected,
               CASE WHEN a.gone > 0 THEN round(a.stood * %(turnover)s / a.gone)::int END AS turnover,
               NOT EXISTS (SELECT FROM recent WHERE recent.sku_id = s.id) AND s.created_at < %(old)s AS forgotten
        FROM catalog_sku s
        -- Each has one; said so, Postgres leaves it out where nobody wants the name.
        LEFT JOIN catalog_product p ON p.id = s.product_id
        LEFT JOIN stock k ON k.merchant_id = s.merchant_id AND k.sku_id = s.id LEFT JOIN coming c ON c.sku_id = s.id
        LEFT JOIN analytics_forecast e ON e.merchant_id = s.merchant_id AND e.sku_id = s.id AND e.channel_id IS NULL
        LEFT JOIN analytics_article a ON a.merchant_id = s.merchant_id AND a.sku_id = s.id
        WHERE {sku} AND NOT s.is_kit AND (e.sku_id IS NOT NULL OR (k.on_hand > 0 AND %(unexpected)s))
    ), covered AS (
        SELECT *, CASE WHEN a_day >= 0.001 THEN floor(greatest(free, 0) / a_day)::int END AS cover FROM known
    ), shelf AS (
        SELECT sku_id, code, name, cost, on_hand, free, coming, sold, quantiles, cover, a_day, turnover,
               greatest(free - ceil(a_day * %(surplus)s), 0)::int AS surplus,
               CASE WHEN on_hand > 0 AND forgotten THEN 'dead'
                    WHEN NOT expected THEN 'young'
                    WHEN cover IS NULL THEN CASE WHEN on_hand > 0 THEN 'surplus' ELSE 'fine' END
                    WHEN on_hand = 0 THEN 'out'
                    WHEN cover < %(lead)s THEN 'low'
                    WHEN cover > %(surplus)s THEN 'surplus'
                    ELSE 'fine' END AS standing
        FROM covered
    )
"""


def words(standing: Standing) -> str | Promise:
    """What to do about it."""
    return {
        Standing.OUT: _("buy, or stop showing it"),
        Standing.LOW: _("buy"),
        Standing.FINE: _("nothing"),
        Standing.SURPLUS: _("stop buying, mark down"),
        Standing.DEAD: _("mark down or take out"),
        Standing.YOUNG: _("wait: forecasts are made at night"),
    }[standing]


def reason(shelf: Shelf) -> str:
    """Why that is to be done, in numbers; nothing where nothing is to be done."""
    told = {"days": _DEAD_DAYS, "most": _SURPLUS_DAYS, "cover": shelf.cover or 0, "surplus": shelf.surplus}
    if shelf.standing == Standing.DEAD:
        return gettext("Nobody ordered it for %(days)d days.") % told
    if shelf.standing == Standing.SURPLUS and shelf.cover is None:
        return gettext("No sales are expected.") % told
    if shelf.standing == Standing.SURPLUS:
        return gettext("Lasts %(cover)d days, %(most)d are enough: %(surplus)d pieces too many.") % told
    if shelf.standing == Standing.LOW:
        return gettext("Lasts %(cover)d days, less than a delivery takes.") % told
    return ""
