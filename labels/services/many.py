"""
Stickers of many packed orders at once: queued at a table with an agent, else one file in the order of the list.

Each goes the same way as alone: of a packed order, once, and again only with a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from labels.errors import UnknownFile, WrongMedia
from labels.models import Station
from labels.render.place import place
from labels.selectors.printing import label_of_item, station
from labels.services import delivery, printing, raw
from labels.services.setup import placing_at
from labels.types import Way
from merchants.scope import scope
from orders.selectors import brief
from workspace.services.jobs import Run

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LetOut:
    """items: print items in the order asked; refused: (order number, why) of those that are not to be printed."""

    items: Sequence[int] = field(default_factory=list)
    refused: Sequence[tuple[str, str]] = field(default_factory=list)


@transaction.atomic
def let_out(*, order_ids: Iterable[int], person_id: int, station: Station | None, now: datetime) -> LetOut:
    """
    Let the stickers of these orders out to the printer of a station; to a file where it has no agent.

    One that may not be printed is named and holds up no other.  The same person asking again within a minute gets the
    same printings.
    """
    asked = list(dict.fromkeys(order_ids))[:MOST]
    numbers = brief.number_of(asked)
    items: list[int] = []
    refused: list[tuple[str, str]] = []
    for order_id in (pk for pk in asked if pk in numbers):
        try:
            with transaction.atomic():
                one = printing.print_order_label(order_id=order_id, person_id=person_id, now=now, station=station)
        except Refusal as why:
            refused.append((numbers[order_id], str(why)))
        else:
            items.append(one.item_id)
    return LetOut(items=items, refused=refused)


def build(run: Run) -> None:
    """One file with the stickers of a job; one that cannot be placed becomes an error row, and has not come out."""
    items = [int(pk) for pk in run.params["items"]]  # type: ignore[attr-defined]
    made: list[bytes] = []
    with scope(run.merchants):
        at = station(str(run.params.get("station") or ""))
        placing = placing_at(at)
    zebra = at.printer if at is not None and at.way == Way.FILE else None
    for row, item_id in enumerate(items, start=1):
        run.progress(row, len(items))
        with scope(run.merchants):
            label, _found = label_of_item(item_id)
            number = brief.number_of([label.order_id or 0]).get(label.order_id or 0, "")
        try:
            made.append(raw.sticker(label, profile=zebra) if zebra else place([raw.stored(label)], placing))
        except (WrongMedia, UnknownFile) as why:
            delivery.did_not_come_out(item_id=item_id, label=label, why=why, merchant_ids=run.merchants)
            run.error(row=row, field=number, message=str(why))
            continue
        with scope(run.merchants):
            printing.sent(item_id=item_id, now=timezone.now())
    if made:
        content = b"".join(made) if zebra else place(made, None)
        run.keep(name=f"stickers.{'zpl' if zebra else 'pdf'}", content=content)
    run.say(_("%(made)d of %(wanted)d stickers are ready.") % {"made": len(made), "wanted": len(items)})
