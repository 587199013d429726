"""Changes of stock, and when each marketplace had answered the request that told it of them."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from bench.database import rows
from bench.push_shop import CHANNELS, MERCHANT
from merchants.scope import scope
from stock.services import shelf


@dataclass(frozen=True)
class Change:
    """Stock of these SKUs changed: begun at `since`, seen by others from about `at` on."""

    sku_ids: Sequence[int]
    since: datetime
    at: datetime


def articles(count: int, *, after: int = 0) -> list[int]:
    """The first SKUs that are listed, behind some."""
    with scope([MERCHANT]):
        found = rows(
            "SELECT sku_id FROM catalog_listing WHERE channel_id = %s ORDER BY 1 LIMIT %s OFFSET %s",
            [CHANNELS["ozon"], count, after],
        )
    return [pk for (pk,) in found]


def change(sku_ids: Sequence[int]) -> Change:
    since = timezone.now()
    with scope([MERCHANT]):
        cells = rows(
            "SELECT DISTINCT ON (sku_id) sku_id, location_id FROM stock_balance"
            " WHERE sku_id = ANY(%s) AND bounded ORDER BY 1, 2",
            [list(sku_ids)],
        )
        lines = [(sku_id, cell_id, 1) for sku_id, cell_id in cells]
        shelf.receive(merchant_id=MERCHANT, lines=lines, now=since, person_id=None)
    # A worker may have told it before this process is given its turn again.
    return Change(sku_ids, since, timezone.now())


def told_after(
    changes: Sequence[Change], *, patience_s: float, codes: Collection[str] = CHANNELS
) -> dict[str, list[float]]:
    """
    Seconds from each change until each marketplace had answered the request with the new level.

    :raises RuntimeError: one was not told at all.
    """
    end = time.monotonic() + patience_s
    while True:
        found: dict[str, list[float]] = {code: [] for code in codes}
        missing = 0
        with scope([MERCHANT]):
            for change in changes:
                for code, channel in [(code, CHANNELS[code]) for code in codes]:
                    pushed = rows(
                        """
                        SELECT p.pushed_at FROM catalog_listing l
                          LEFT JOIN marketplaces_publication p ON p.listing_id = l.id AND p.pushed_at >= %s
                         WHERE l.sku_id = ANY(%s) AND l.channel_id = %s
                        """,
                        [change.since, list(change.sku_ids), channel],
                    )
                    for (at,) in pushed:
                        missing += at is None
                        if at is not None:
                            found[code].append(max((at - change.at).total_seconds(), 0.0))
        if not missing:
            return found
        if time.monotonic() > end:
            raise RuntimeError(f"{missing} levels were not told in {patience_s} s")
        time.sleep(0.2)
