"""The question of a dashboard out of its address; whatever is wrong there is left out."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils import timezone

from analytics.selectors import sales
from analytics.types import Asked
from catalog.models import Channel
from catalog.types import Scheme
from merchants.models import Merchant

_LONGEST = timedelta(1100)
_FIRST = date(2000, 1, 1)
_ROLLING = frozenset({"1", "7", "30", "90", "365"})


def today_of(merchants: Collection[int], *, now: datetime) -> date:
    """The day by the clocks of these merchants; where they differ, the day that is behind: yesterday is over."""
    zones = Merchant.objects.filter(pk__in=merchants).values_list("zone", flat=True).distinct()
    return min((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=timezone.localdate(now))


def asked_of(query: QueryDict, *, today: date, merchants: frozenset[int]) -> Asked:
    """
    Read days, channels, scheme and currency; without a word, the last thirty days in the merchant's own currency.

    Rolling periods end yesterday, because today is not over.
    """
    since, until = _days(query, today)
    return Asked(
        since=max(since, until - _LONGEST),
        until=until,
        currency=_currency(query.get("currency", ""), merchants),
        channels=_channels(query.getlist("channel")),
        scheme=query.get("scheme", "") if query.get("scheme") in Scheme.values else "",
    )


def _channels(said: Sequence[str]) -> Sequence[int]:
    """Those that there are: a view saved for one that is gone, or of another merchant, is not shown as nothing sold."""
    wanted = {int(pk) for pk in said if pk.isascii() and pk.isdigit() and len(pk) < 18}
    return sorted(Channel.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else []


def _days(query: QueryDict, today: date) -> tuple[date, date]:
    period, since, until = query.get("period", ""), _date(query, "since"), _date(query, "until")
    if period == "own" or (not period and (since or until)):
        last = min(max(until or today, _FIRST), today)
        return min(max(since or last, _FIRST), last), last
    if period == "month":
        return today.replace(day=1), today
    return today - timedelta(int(period) if period in _ROLLING else 30), today - timedelta(1)


def _date(query: QueryDict, name: str) -> date | None:
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None


def _currency(wanted: str, merchants: frozenset[int]) -> str:
    found = sales.currencies()
    if wanted in found:
        return wanted
    home = Merchant.objects.filter(pk__in=merchants).order_by("pk").values_list("currency", flat=True).first() or "RUB"
    return home if home in found or not found else found[0]
