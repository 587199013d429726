"""What to buy, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, sqrt

from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from analytics.forecast import levels
from analytics.selectors.shelves import Shelf


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


def without_money(terms: Terms) -> Terms:
    """Terms of a person who may not see costs: a budget would tell them."""
    return replace(terms, budget=None)
