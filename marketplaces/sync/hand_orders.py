"""Orders of channels that nobody speaks for: entered by a person, or taken from a table after a look at it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from catalog.models import Channel, Sku
from catalog.selectors import sku as skus
from catalog.types import BY_HAND
from marketplaces.sync import hand_file
from orders.selectors import outbound
from orders.services.by_hand import HandLine, HandOrder


@dataclass(slots=True)
class Preview:
    """What a table would do.  wrong: place of the row → why its order is not taken; known: numbers that are there."""

    orders: list[HandOrder] = field(default_factory=list)
    wrong: dict[int, str] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)


def channels() -> list[Channel]:
    """Channels whose orders people enter, in the open scope."""
    return list(Channel.objects.filter(marketplace__in=BY_HAND).order_by("name", "pk"))


def find_sku(text: str, *, merchant_id: int) -> Sku | None:
    """The only article or barcode of the merchant that is written so."""
    text = text.strip()
    found = [sku for sku in (*skus.by_code(text), *skus.by_barcode(text)) if sku.merchant_id == merchant_id]
    return found[0] if len({sku.pk for sku in found}) == 1 else None


def new_number(now: datetime) -> str:
    """A number for an order that has none of its own."""
    return f"{now:%y%m%d}-{secrets.randbelow(1_000_000):06}"


def look(table: hand_file.Table, *, channel: Channel, now: datetime) -> Preview:
    """This function will say what a table would do; nothing is stored.  One wrong row keeps its order out."""
    preview = Preview(wrong=dict(table.wrong))
    grouped = hand_file.by_number(table.rows)
    known = outbound.ids_by_number(channel_id=channel.pk, numbers=list(grouped))
    cache: dict[str, Sku | None] = {}
    for number, rows in grouped.items():
        if number in known:
            preview.known.append(number)
            continue
        lines, clean = [], True
        for row in rows:
            if row.article not in cache:
                cache[row.article] = find_sku(row.article, merchant_id=channel.merchant_id)
            sku = cache[row.article]
            if sku is None:
                preview.wrong[row.place] = _("no article or barcode «%(text)s»") % {"text": row.article}
                clean = False
            else:
                lines.append(HandLine(sku=sku, pieces=row.pieces, price=row.price))
        if clean:
            first = rows[0]
            preview.orders.append(
                HandOrder(number=number, lines=lines, buyer=first.buyer, ordered_at=first.ordered_at or now)
            )
    return preview
