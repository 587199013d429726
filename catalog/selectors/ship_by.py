"""When an order must leave, where the marketplace does not say: by the calendar of its channel warehouse."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from catalog.models import ChannelWarehouse

_HORIZON_DAYS = 60


def ship_by_dates(orders: Iterable[tuple[int, datetime]]) -> Mapping[tuple[int, datetime], datetime]:
    """Latest time to hand over for each (channel warehouse id, time of order)."""
    asked = set(orders)
    warehouses = ChannelWarehouse.objects.in_bulk({pk for pk, _ in asked})
    days: dict[tuple[int, date], date] = {}
    due = {}
    for pk, ordered_at in asked:
        if (warehouse := warehouses.get(pk)) is None:
            continue
        first = _first_day(warehouse, ordered_at)
        if (pk, first) not in days:
            days[pk, first] = _ship_day(warehouse, first)
        due[pk, ordered_at] = _cut_off(warehouse, days[pk, first])
    return due


def ship_by(warehouse: ChannelWarehouse, ordered_at: datetime) -> datetime:
    """
    The cut-off on the first working day whose cut-off the order still makes, plus `days_to_ship` working days.

    With no working day within two months, the cut-off of the day after the order.
    """
    return _cut_off(warehouse, _ship_day(warehouse, _first_day(warehouse, ordered_at)))


def _first_day(warehouse: ChannelWarehouse, ordered_at: datetime) -> date:
    local = ordered_at.astimezone(ZoneInfo(warehouse.zone))
    return local.date() + timedelta(days=local.time() >= warehouse.cut_off)


def _cut_off(warehouse: ChannelWarehouse, day: date) -> datetime:
    return datetime.combine(day, warehouse.cut_off, tzinfo=ZoneInfo(warehouse.zone))


def _ship_day(warehouse: ChannelWarehouse, first: date) -> date:
    """The first working day from `first` on, and `days_to_ship` working days after it."""
    left = warehouse.days_to_ship
    holidays = set(warehouse.holidays)
    for offset in range(_HORIZON_DAYS):
        day = first + timedelta(days=offset)
        if day.isoweekday() in warehouse.working_days and day not in holidays:
            if left == 0:
                return day
            left -= 1
    return first + timedelta(days=1)
