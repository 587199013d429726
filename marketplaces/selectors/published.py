"""One SKU as every marketplace shows it: what we publish, why, when it was sent and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from marketplaces.models import Debt, Publication
from stock.selectors.availability import available
from stock.types import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A listing of the SKU in one channel warehouse.  debt: owed since, or parked with the reason."""

    channel_id: int
    channel: str
    marketplace: str
    warehouse: str
    offer_id: str
    stock_id: str
    pieces: int
    steps: Sequence[Step]
    pushed: int | None
    pushed_at: datetime | None
    waited_s: float | None
    read_pieces: int | None
    read_at: datetime | None
    drifted_at: datetime | None
    owed_since: datetime | None
    parked: str
    parked_text: str

    @property
    def state(self) -> str:
        if self.parked:
            return "parked"
        if self.owed_since is not None:
            return "waiting"
        return "sent" if self.pushed is not None else "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuName:
    """What the SKU is called."""

    id: int
    code: str
    name: str


def sku_name(sku_id: int) -> SkuName | None:
    """The SKU in the open scope, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.id, s.code, p.name || CASE WHEN s.variant <> '' THEN ', ' || s.variant ELSE '' END
              FROM catalog_sku s JOIN catalog_product p ON p.id = s.product_id WHERE s.id = %s
            """,
            [sku_id],
        )
        row = cursor.fetchone()
    return SkuName(id=row[0], code=row[1], name=row[2]) if row else None


def published(sku_id: int) -> list[Published]:
    """Every offer of the SKU with the way to its number, in the open scope; five queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT w.id, l.id, c.id, c.name, c.marketplace, w.name, l.offer_id, l.stock_external_id
              FROM catalog_listing l JOIN catalog_channel c ON c.id = l.channel_id
              JOIN catalog_channelwarehouse w ON w.channel_id = c.id AND w.active AND w.push_stock AND w.scheme <> 'fbo'
             WHERE l.sku_id = %s AND NOT l.archived ORDER BY c.name, w.name, l.id
            """,
            [sku_id],
        )
        places = cursor.fetchall()
    pairs = [(row[0], row[1]) for row in places]
    numbers = available(pairs=pairs, explain=True)
    listings = [pair[1] for pair in pairs]
    pushes = {
        (row.channel_warehouse_id, row.listing_id): row for row in Publication.objects.filter(listing_id__in=listings)
    }
    debts = {
        (row.channel_warehouse_id, row.listing_id): row
        for row in Debt.objects.filter(listing_id__in=listings, op="stock")
    }
    return [
        _one(row, number.pieces, number.steps, pushes.get((row[0], row[1])), debts.get((row[0], row[1])))
        for row, number in zip(places, numbers, strict=True)
    ]


def _one(
    row: tuple,
    pieces: int,
    steps: Sequence[Step],
    push: Publication | None,
    debt: Debt | None,
) -> Published:
    _warehouse_id, _listing_id, channel_id, channel, marketplace, warehouse, offer_id, stock_id = row
    return Published(
        channel_id=channel_id,
        channel=channel,
        marketplace=marketplace,
        warehouse=warehouse,
        offer_id=offer_id,
        stock_id=stock_id,
        pieces=pieces,
        steps=steps,
        pushed=push.pieces if push else None,
        pushed_at=push.pushed_at if push else None,
        waited_s=push.waited_s if push else None,
        read_pieces=push.read_pieces if push else None,
        read_at=push.read_at if push else None,
        drifted_at=push.drifted_at if push else None,
        owed_since=debt.owed_since if debt else None,
        parked=debt.parked if debt else "",
        parked_text=debt.parked_text if debt else "",
    )
