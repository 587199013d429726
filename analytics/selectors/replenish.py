"""What lies on the shelf against what is expected to be sold: cover, surplus, dead stock, and what to buy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, sqrt

from django.db import models
from django.db.models import F, Sum
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from analytics.forecast import levels
from analytics.models import Forecast
from analytics.selectors import meter
from analytics.types import Asked
from catalog.models import Sku
from stock.models import ExpectedLine, StockRow
from stock.types import RECEIPT_OPEN

_SURPLUS_DAYS = 120
_DEAD_DAYS = 90


class Standing(models.TextChoices):
    """What a SKU's stock is like."""

    OUT = "out", _("Sold out")
    LOW = "low", _("Running out")
    FINE = "fine", _("Enough")
    SURPLUS = "surplus", _("Surplus")
    DEAD = "dead", _("Dead stock")
    YOUNG = "young", _("Too early to say")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How goods are bought: days until they come and between two orders, pieces in a pack, the least, the money."""

    lead_days: int = 14
    review_days: int = 14
    service: float = 0.95
    pack: int = 1
    least: int = 1
    budget: Decimal | None = None

    @property
    def days(self) -> int:
        return self.lead_days + self.review_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """
    A SKU on the shelf.

    a_day: pieces expected per day.  cover: days until it is gone, None when nothing is expected to sell.
    surplus: pieces beyond 120 days of cover.  money: None where the cost is not known.  coming: pieces that suppliers
    are to bring yet.
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

    @property
    def money(self) -> Decimal | None:
        return None if self.cost is None else (self.cost * self.on_hand).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Pieces to buy, and why."""

    shelf: Shelf
    pieces: int
    money: Decimal | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What to buy, the most urgent first; left: lines that the budget does not reach; unpriced: bought by no budget."""

    lines: Sequence[Purchase]
    left: int
    money: Decimal


def terms_of(query: QueryDict) -> Terms:
    """Terms out of an address; what is wrong there is left out."""

    def number(name: str, usual: int, lowest: int, highest: int) -> int:
        text = query.get(name, "")
        return min(max(int(text), lowest), highest) if text.isascii() and text.isdigit() and len(text) < 12 else usual

    budget = number("budget", 0, 0, 10**11)
    return Terms(
        lead_days=number("lead", 14, 0, 180),
        review_days=number("review", 14, 1, 90),
        service=number("service", 95, 50, 98) / 100,
        pack=number("pack", 1, 1, 10_000),
        least=number("least", 1, 1, 100_000),
        budget=Decimal(budget) if budget else None,
    )


def shelves(*, today: date, lead_days: int = 14) -> list[Shelf]:
    """Every SKU that lies somewhere or is expected to sell, kits apart: they are bought as their parts."""
    stock = {
        sku: (on_hand, on_hand - reserved)
        for sku, on_hand, reserved in StockRow.objects.values_list("sku_id").annotate(Sum("on_hand"), Sum("reserved"))
    }
    expected: Mapping[int, Forecast] = {row.sku_id: row for row in Forecast.objects.filter(channel__isnull=True)}
    recent = _ordered(today - timedelta(_DEAD_DAYS - 1), today)
    under_way = coming()
    wanted = {sku for sku, (on_hand, _free) in stock.items() if on_hand} | expected.keys()
    goods = Sku.objects.filter(pk__in=wanted, is_kit=False).select_related("product").order_by("code")
    found = []
    for sku in goods:
        on_hand, free = stock.get(sku.pk, (0, 0))
        forecast = expected.get(sku.pk)
        a_day = forecast.total / forecast.horizon if forecast else 0.0
        cover = int(max(free, 0) / a_day) if a_day >= 0.001 else None
        found.append(
            Shelf(
                sku_id=sku.pk,
                code=sku.code,
                name=sku.product.name,
                on_hand=on_hand,
                free=free,
                sold=forecast.sold if forecast else 0,
                a_day=Decimal(a_day).quantize(Decimal("0.01")),
                cover=cover,
                standing=_standing(
                    on_hand,
                    cover,
                    sold_lately=sku.pk in recent,
                    old=sku.created_at.date() <= today - timedelta(_DEAD_DAYS),
                    forecast=forecast is not None,
                    lead_days=lead_days,
                ),
                surplus=max(0, free - ceil(a_day * _SURPLUS_DAYS)),
                cost=sku.cost,
                quantiles=forecast.quantiles if forecast else (),
                coming=under_way.get(sku.pk, 0),
            )
        )
    return found


def _ordered(since: date, until: date) -> set[int]:
    """SKUs that anybody ordered in these days."""
    read, told = meter.articles(Asked(since=since, until=until, currency=""), ("ordered_pieces",))
    sql = f"SELECT sku FROM {read} GROUP BY sku HAVING sum(ordered_pieces) > 0"  # noqa: S608  our own words
    return {row["sku"] for row in meter.ask(sql, told)}


def coming() -> dict[int, int]:
    """Pieces by SKU that open deliveries of suppliers are to bring yet."""
    rows = ExpectedLine.objects.filter(receipt__state__in=RECEIPT_OPEN, pieces__gt=F("received"))
    return dict(rows.values_list("sku_id").annotate(n=Sum(F("pieces") - F("received"))).order_by())


def _standing(
    on_hand: int, cover: int | None, *, sold_lately: bool, old: bool, forecast: bool, lead_days: int
) -> Standing:
    """Goods that came lately, or of which no forecast has been made yet, are not judged."""
    if on_hand and not sold_lately and old:
        return Standing.DEAD
    if not forecast:
        return Standing.YOUNG
    if cover is None:
        return Standing.FINE if not on_hand else Standing.SURPLUS
    if not on_hand:
        return Standing.OUT
    if cover < lead_days:
        return Standing.LOW
    return Standing.SURPLUS if cover > _SURPLUS_DAYS else Standing.FINE


def enough(shelf: Shelf, terms: Terms, horizon: int = 28) -> float:
    """
    Pieces that last for the lead time and the review with the wanted probability.

    The mean grows with the days, what it may be off by with their root, as for independent days.
    """
    if not shelf.quantiles:
        return 0.0
    mean = float(shelf.a_day) * horizon
    top = levels.between(terms.service, shelf.quantiles)
    ratio = terms.days / horizon
    # Without rounding, forty pieces could be a trace above forty, and cost one more.
    return round(max(0.0, mean * ratio + (top - mean) * sqrt(ratio)), 3)


def proposal(found: Sequence[Shelf], terms: Terms) -> Proposal:
    """
    What to buy so that it lasts until the next but one delivery: enough − free − coming, in whole packs, not under the
    least.

    With a budget the most urgent lines are taken while it lasts; a line of unknown cost is not taken then.
    """
    lines, left, spent = [], 0, Decimal(0)
    for shelf in sorted(found, key=lambda row: (row.cover is None, row.cover, -row.a_day, row.code)):
        lasting = enough(shelf, terms)
        short = lasting - shelf.free - shelf.coming
        if short <= 0 or shelf.cover is None:
            continue
        pieces = ceil(max(short, terms.least) / terms.pack) * terms.pack
        money = None if shelf.cost is None else (shelf.cost * pieces).quantize(Decimal("0.01"))
        if terms.budget is not None and (money is None or spent + money > terms.budget):
            left += 1
            continue
        spent += money or 0
        lines.append(Purchase(shelf=shelf, pieces=pieces, money=money, why=_why(shelf, terms, ceil(lasting))))
    return Proposal(lines=lines, left=left, money=spent)


def _why(shelf: Shelf, terms: Terms, lasting: int) -> str:
    told = ngettext(
        "Free stock lasts %(cover)d day; for %(days)d days with %(service)d %% certainty %(lasting)d pieces"
        " are needed, %(free)d are free.",
        "Free stock lasts %(cover)d days; for %(days)d days with %(service)d %% certainty %(lasting)d pieces"
        " are needed, %(free)d are free.",
        shelf.cover or 0,
    ) % {
        "cover": shelf.cover or 0,
        "days": terms.days,
        "service": round(terms.service * 100),
        "lasting": lasting,
        "free": shelf.free,
    }
    if shelf.coming:
        told += " " + gettext("%(coming)d are under way.") % {"coming": shelf.coming}
    return told


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All SKUs of one standing: how many, how many pieces lie, the money in them as far as costs are known."""

    standing: Standing
    skus: int
    pieces: int
    money: Decimal


def groups(found: Sequence[Shelf]) -> list[Group]:
    """The shelf in a few numbers; they come to the whole."""
    return [
        Group(
            standing=standing,
            skus=len(own),
            pieces=sum(shelf.on_hand for shelf in own),
            money=sum((shelf.money or Decimal(0) for shelf in own), Decimal(0)),
        )
        for standing in Standing
        for own in [[shelf for shelf in found if shelf.standing == standing]]
    ]


def without_money(terms: Terms) -> Terms:
    """Terms of a person who may not see costs: a budget would tell them."""
    return replace(terms, budget=None)
