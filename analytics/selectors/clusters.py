"""What to send to the marketplace's own warehouses, cluster by cluster, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from operator import itemgetter
from typing import NamedTuple

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from analytics.models import Forecast, RegionTotal
from catalog.models import Channel
from shipping.models import SupplyLine
from shipping.types import SupplyState
from stock.models import StockRow

CLUSTERS = 10  # the regions that most pieces go to; the rest is served from our own shelf
ROWS = 20
_LOOKED_AT = 90  # days whose orders say where pieces go
_DAYS, _LONGEST = 28, 120  # to last, without a word, and at most
_OPEN = (SupplyState.DRAFT, SupplyState.AGREED, SupplyState.PICKING, SupplyState.SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """
    Pieces of a SKU for a cluster.  wanted: what it sells there in the days asked for, as it is expected.

    share: the percent of the channel's pieces that go there; coming: pieces on the way; cut: more was not free.
    """

    sku_id: int
    code: str
    name: str
    pieces: int
    wanted: int
    share: Decimal
    coming: int
    days: int
    cut: bool

    @property
    def why(self) -> str:
        """In words, said when it is shown: there may be a hundred thousand of them."""
        told = _("%(share)s percent of the channel's pieces go there: %(wanted)d are expected in %(days)d days.") % {
            "share": f"{self.share:n}",
            "wanted": self.wanted,
            "days": self.days,
        }
        if self.coming:
            told += " " + _("%(coming)d are on the way there.") % {"coming": self.coming}
        if self.cut:
            told += " " + _("No more is free here: the rest is expected to be sold by other channels, or is not there.")
        return told


class _Goods(NamedTuple):
    sku_id: int
    code: str
    name: str
    free: int


class _Part(NamedTuple):
    """Of a line, what is worked out for every one: a whole `Sent` of each takes ten times as long."""

    pieces: int
    wanted: int
    coming: int
    cut: bool
    goods: _Goods


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A region, the percent of the channel's pieces that go there, and what to send for how many days."""

    name: str
    share: Decimal
    days: int
    parts: Sequence[_Part]

    @property
    def lines(self) -> Iterator[Sent]:
        """All of them, those with most pieces first."""
        return map(self._line, self.parts)

    @property
    def first(self) -> Sequence[Sent]:
        """What a page shows of them; files and drafts have all."""
        return [self._line(part) for part in self.parts[:ROWS]]

    @property
    def pieces(self) -> int:
        return sum(part.pieces for part in self.parts)

    def _line(self, part: _Part) -> Sent:
        sku_id, code, name, _free = part.goods
        told = {"pieces": part.pieces, "wanted": part.wanted, "coming": part.coming, "days": self.days}
        return Sent(sku_id=sku_id, code=code, name=name, share=self.share, cut=part.cut, **told)


def asked_of(query: Mapping[str, str]) -> tuple[int | None, int]:
    """(channel, days to last) out of an address; what is wrong there is left out."""
    channel, days = query.get("channel", ""), query.get("days", "")
    known = channel.isascii() and channel.isdigit() and len(channel) < 18
    found = Channel.objects.filter(pk=int(channel)).exists() if known else False
    right = days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= _LONGEST
    return int(channel) if found else None, int(days) if right else _DAYS


def proposal(*, channel_id: int, days: int, today: date) -> list[Cluster]:
    """
    What to send so that each cluster lasts `days`: expected there − on the way there, while our own free stock lasts.

    Goods that other channels are expected to sell in the same days stay here; what a cluster holds already is not known
    to us, so it is not taken off.  The clusters that most goes to are served first.
    """
    mine, others = _expected(channel_id)
    if not mine:
        return []
    shares = _shares(channel_id, today)
    coming = _on_the_way(channel_id)
    goods = sorted((each for each in _on_the_shelf() if each.sku_id in mine), key=lambda each: each.code)
    a_day = [mine[each.sku_id] for each in goods]
    left = [max(0, each.free - ceil(others.get(each.sku_id, 0.0) * days)) for each in goods]
    found = []
    for name, share in shares:
        parts = []
        under_way = coming.get(name, {})
        factor = days * float(share) / 100
        for number, expected in enumerate(a_day):
            wanted = round(expected * factor)
            comes = under_way.get(goods[number].sku_id, 0) if under_way else 0
            short, free = wanted - comes, left[number]
            pieces = min(short, free)
            if pieces > 0:
                left[number] = free - pieces
                parts.append(_Part(pieces, wanted, comes, pieces < short, goods[number]))
        if parts:
            parts.sort(key=itemgetter(0), reverse=True)
            found.append(Cluster(name=name, share=share, days=days, parts=parts))
    return found


def _shares(channel_id: int, today: date) -> list[tuple[str, Decimal]]:
    """(region, percent of pieces ordered), those that are told, the most first."""
    counted = RegionTotal.objects.filter(channel_id=channel_id, day__gt=today - timedelta(_LOOKED_AT), day__lt=today)
    rows = list(counted.values_list("region").annotate(n=Sum("ordered_pieces")).order_by("-n", "region"))
    whole = sum(pieces for _region, pieces in rows)
    told = [(region, pieces) for region, pieces in rows if region and pieces]
    return [(region, (Decimal(100 * pieces) / whole).quantize(Decimal("0.1"))) for region, pieces in told[:CLUSTERS]]


def _on_the_shelf() -> list[_Goods]:
    """What is free in all warehouses; kits apart: their parts are sent."""
    rows = StockRow.objects.filter(sku__is_kit=False).values_list("sku_id", "sku__code", "sku__product__name")
    counted = rows.annotate(pieces=Sum(F("on_hand") - F("reserved"))).filter(pieces__gt=0)
    return [_Goods(*row) for row in counted.order_by()]


def _expected(channel_id: int) -> tuple[dict[int, float], dict[int, float]]:
    """Pieces a day by SKU: of this channel, and of all others together."""
    mine: dict[int, float] = {}
    others: dict[int, float] = {}
    rows = Forecast.objects.filter(channel__isnull=False).values_list("sku_id", "channel_id", "total", "horizon")
    for sku, channel, total, horizon in rows:
        if channel == channel_id:
            mine[sku] = total / horizon
        else:
            others[sku] = others.get(sku, 0.0) + total / horizon
    return mine, others


def _on_the_way(channel_id: int) -> Mapping[str, Mapping[int, int]]:
    """Pieces by cluster and SKU that supplies not closed yet are to bring."""
    rows = SupplyLine.objects.filter(supply__channel_id=channel_id, supply__state__in=_OPEN)
    found: dict[str, dict[int, int]] = {}
    counted = rows.values_list("supply__destination", "sku_id").annotate(n=Sum(F("planned")))
    for destination, sku, pieces in counted.order_by():
        found.setdefault(destination, {})[sku] = pieces
    return found
