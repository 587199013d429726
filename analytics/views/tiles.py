"""The first row of the overview."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.types import Event, Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """before, year: change in percent against the days before and the same days last year; None: nothing then."""

    label: str | Promise
    event: Event
    value: int | Decimal | None
    is_money: bool
    before: Decimal | None
    year: Decimal | None


_TILES: tuple[tuple[str | Promise, Event, str, bool], ...] = (
    (_("Orders"), Event.ORDERED, "ordered_orders", False),
    (_("Ordered, amount"), Event.ORDERED, "ordered_amount", True),
    (_("Average order"), Event.ORDERED, "average", True),
    (_("Cancelled, amount"), Event.CANCELLED, "cancelled_amount", True),
    (_("Handed over, amount"), Event.SHIPPED, "shipped_amount", True),
    (_("Delivered, amount"), Event.DELIVERED, "delivered_amount", True),
    (_("Returned, amount"), Event.RETURNED, "returned_amount", True),
)


def tiles(now: Sums, before: Sums, year: Sums) -> list[Tile]:
    """The seven numbers of the period."""
    return [
        Tile(
            label=label,
            event=event,
            value=getattr(now, name),
            is_money=is_money,
            before=change(getattr(now, name), getattr(before, name)),
            year=change(getattr(now, name), getattr(year, name)),
        )
        for label, event, name, is_money in _TILES
    ]


def change(now: int | Decimal | None, then: int | Decimal | None) -> Decimal | None:
    """Percent by which `now` is above `then`."""
    if not then:
        return None
    return (100 * (Decimal(now or 0) - then) / then).quantize(Decimal("0.1"))
