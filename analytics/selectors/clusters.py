"""What to send to the marketplace's own warehouses, cluster by cluster, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from analytics.models import RegionTotal
from catalog.models import Channel
from shipping.types import SupplyState

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """
    A region, the percent of the channel's pieces that go there, and what to send for how many days.

    articles, pieces: of all lines; rows: those that were asked for, with most pieces first.
    """

    name: str
    share: Decimal
    days: int
    articles: int
    pieces: int
    rows: Sequence[Mapping[str, Any]]

    @property
    def lines(self) -> Iterator[Sent]:
        return (Sent(share=self.share, days=self.days, **row) for row in self.rows)


def asked_of(query: Mapping[str, str]) -> tuple[int | None, int]:
    """(channel, days to last) out of an address; what is wrong there is left out."""
    channel, days = query.get("channel", ""), query.get("days", "")
    known = channel.isascii() and channel.isdigit() and len(channel) < 18
    found = Channel.objects.filter(pk=int(channel)).exists() if known else False
    right = days.isascii() and days.isdigit() and len(days) < 5 and 1 <= int(days) <= _LONGEST
    return int(channel) if found else None, int(days) if right else _DAYS


def proposal(
    *, channel_id: int, days: int, today: date, limit: int | None = None, only: str | None = None
) -> list[Cluster]:
    """
    What to send so that each cluster lasts `days`: expected there − on the way there, while our own free stock lasts.

    Goods that other channels are expected to sell in the same days stay here; what a cluster holds already is not known
    to us, so it is not taken off.  The clusters that most goes to are served first.
    limit: so many lines of each cluster alone; only: the cluster of that name alone.
    """
    shares = _shares(channel_id, today)
    told: dict[str, Any] = {
        "channel": channel_id,
        "days": days,
        "names": [name for name, _share in shares],
        "factors": [days * float(share) / 100 for _name, share in shares],
        "open": list(_OPEN),
        "only": only,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # two hundred thousand lines are looked at
        cursor.execute(_PROPOSAL, told)
        rows = cursor.fetchall()
    found = []
    for (number, articles, pieces), lines in groupby(rows, key=itemgetter(0, 1, 2)):
        name, share = shares[number - 1]
        named = [dict(zip(_LINE, line[3:], strict=True)) for line in lines]
        found.append(Cluster(name=name, share=share, days=days, articles=articles, pieces=pieces, rows=named))
    return found


_LINE = ("sku_id", "code", "name", "pieces", "wanted", "coming", "cut")
# What a cluster is short of it gets as long as anything is left by those before it.  Kits apart: their parts are sent.
_PROPOSAL = """
    WITH expected AS (
        SELECT sku_id, sum(total / horizon) FILTER (WHERE channel_id = %(channel)s) AS mine,
               coalesce(sum(total / horizon) FILTER (WHERE channel_id <> %(channel)s), 0) AS others
        FROM analytics_forecast WHERE channel_id IS NOT NULL GROUP BY sku_id
    ), shelf AS (
        SELECT sku_id, sum(on_hand - reserved) AS free FROM stock_stockrow GROUP BY sku_id
    ), goods AS (
        SELECT s.id AS sku_id, s.code, s.product_id, e.mine, f.free - ceil(e.others * %(days)s)::bigint AS free
        FROM expected e JOIN shelf f ON f.sku_id = e.sku_id JOIN catalog_sku s ON s.id = e.sku_id AND NOT s.is_kit
        WHERE e.mine > 0 AND f.free > ceil(e.others * %(days)s)
    ), coming AS (
        SELECT u.destination AS name, l.sku_id, sum(l.planned) AS pieces
        FROM shipping_supplyline l JOIN shipping_supply u ON u.id = l.supply_id
        WHERE u.channel_id = %(channel)s AND u.state = ANY(%(open)s) GROUP BY u.destination, l.sku_id
    ), wanted AS (
        SELECT g.*, r.number, r.name AS cluster, round(g.mine * r.factor)::bigint AS wanted,
               coalesce(c.pieces, 0) AS coming,
               greatest(0, round(g.mine * r.factor)::bigint - coalesce(c.pieces, 0)) AS short
        FROM goods g
        CROSS JOIN unnest(%(names)s::text[], %(factors)s::float8[]) WITH ORDINALITY r (name, factor, number)
        LEFT JOIN coming c ON c.sku_id = g.sku_id AND c.name = r.name
    ), served AS (
        SELECT *, least(short, free + short - sum(short) OVER (PARTITION BY sku_id ORDER BY number)) AS pieces
        FROM wanted
    ), ranked AS (
        SELECT *, row_number() OVER (PARTITION BY number ORDER BY pieces DESC, code) AS place,
               count(*) OVER (PARTITION BY number) AS articles, sum(pieces) OVER (PARTITION BY number) AS whole
        FROM served WHERE pieces > 0 AND (%(only)s::text IS NULL OR cluster = %(only)s::text)
    )
    SELECT number, articles, whole::bigint, sku_id, code, p.name, pieces::bigint, wanted, coming::bigint, pieces < short
    FROM ranked JOIN catalog_product p ON p.id = product_id
    WHERE %(limit)s::int IS NULL OR place <= %(limit)s::int ORDER BY number, place
"""


def _shares(channel_id: int, today: date) -> list[tuple[str, Decimal]]:
    """(region, percent of pieces ordered), those that are told, the most first."""
    counted = RegionTotal.objects.filter(channel_id=channel_id, day__gt=today - timedelta(_LOOKED_AT), day__lt=today)
    rows = list(counted.values_list("region").annotate(n=Sum("ordered_pieces")).order_by("-n", "region"))
    whole = sum(pieces for _region, pieces in rows)
    told = [(region, pieces) for region, pieces in rows if region and pieces]
    return [(region, (Decimal(100 * pieces) / whole).quantize(Decimal("0.1"))) for region, pieces in told[:CLUSTERS]]
