"""How numbers, money, dates and spans of time are written, in the language of the page."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.template import Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from backoffice.kernel.zones import MOSCOW

register = Library()

NOTHING = "—"
NBSP = "\xa0"
MINUS = "\u2212"
_SIGNS = {"RUB": "₽", "RUR": "₽", "KZT": "₸", "BYN": "Br"}


def _is_russian() -> bool:
    return (get_language() or "ru").startswith("ru")


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def write_number(value: Decimal | int, *, places: int | None) -> str:
    """This function will write a number with grouped thousands; `places` None keeps the digits that it has."""
    if places is not None:
        value = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(value):,}" if isinstance(value, int) else f"{abs(value):,f}"
    if _is_russian():
        text = text.replace(",", NBSP).replace(".", ",")
    return f"{MINUS}{text}" if value < 0 else text


@register.filter
def number(value: object, places: int | None = None) -> str:
    if type(value) is int and places is None:  # hundreds of counts on a page
        return write_number(value, places=None)
    found = _decimal(value)
    return NOTHING if found is None else write_number(found, places=places)


@register.filter
def money(value: object, currency: str = "RUB") -> str:
    """This function will write an amount with two places and the sign of its currency: `1 234,56 ₽`."""
    found = _decimal(value)
    if found is None:
        return NOTHING
    return f"{write_number(found, places=2)}{NBSP}{_SIGNS.get(currency, currency)}"


@register.filter
def percent(value: object, places: int = 1) -> str:
    found = _decimal(value)
    return NOTHING if found is None else f"{write_number(found, places=places)}{NBSP}%"


@register.filter
def signed(value: object, places: int | None = None) -> str:
    """This function will write a difference with its sign: `+12`, `−3`, `0`."""
    found = _decimal(value)
    if found is None:
        return NOTHING
    return ("+" if found > 0 else "") + write_number(found, places=places)


@register.filter
def weight(grams: object) -> str:
    """This function will write a weight given in grams: `850 г`, `1,25 кг`."""
    found = _decimal(grams)
    if found is None:
        return NOTHING
    if abs(found) < 1000:
        return write_number(found, places=0) + NBSP + _("g")
    return write_number((found / 1000).normalize(), places=None) + NBSP + _("kg")


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """This function will write a date: `23.11.2026`."""
    if not value:
        return NOTHING
    return f"{_local(value) if isinstance(value, dt.datetime) else value:%d.%m.%Y}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """This function will write a moment in the current zone: `23.11.2026 14:05`."""
    return f"{_local(value):%d.%m.%Y %H:%M}" if value else NOTHING


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    if not value:
        return NOTHING
    return f"{_local(value) if isinstance(value, dt.datetime) else value:%H:%M}"


@register.filter
def iso(value: dt.datetime | None) -> str:
    """This function will write a moment for programs, in UTC: what the `datetime` attribute and scripts read."""
    return value.astimezone(dt.UTC).isoformat(timespec="seconds") if value else ""


@register.simple_tag
def when(value: dt.datetime | None, zone: str = "") -> str | SafeString:
    """
    This function will write a moment in `zone` and, where they differ, Moscow time beside it.

    `23.11.2026 16:05 (UTC+5) · 14:05 МСК`; without `zone`, in the current zone alone.
    """
    if not value:
        return NOTHING
    if not zone:
        return format_html('<time datetime="{}">{}</time>', iso(value), moment(value))
    there, moscow = value.astimezone(ZoneInfo(zone)), value.astimezone(MOSCOW)
    msk = _("MSK")
    if there.utcoffset() == moscow.utcoffset():
        text = f"{there:%d.%m.%Y %H:%M} {msk}"
    else:
        text = f"{there:%d.%m.%Y %H:%M} ({_offset(there)}) · {_beside(moscow, there)} {msk}"
    return format_html('<time datetime="{}">{}</time>', iso(value), text)


def _beside(other: dt.datetime, first: dt.datetime) -> str:
    return f"{other:%H:%M}" if other.date() == first.date() else f"{other:%d.%m.%Y %H:%M}"


def _offset(value: dt.datetime) -> str:
    minutes = int((value.utcoffset() or dt.timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = MINUS if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


@register.filter
def ago(value: dt.datetime | None) -> str | SafeString:
    """This function will say how long ago a moment was, with the exact moment as the tooltip."""
    if not value:
        return NOTHING
    words = ago_words(value, now=timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', iso(value), moment(value), words)


def ago_words(value: dt.datetime, *, now: dt.datetime) -> str:
    """This function will write the distance to `now`: `5 мин назад`, `через 2 ч`; beyond a week, the date."""
    seconds = int((now - value).total_seconds())
    if abs(seconds) < 60:
        return _("just now")
    if abs(seconds) >= 7 * 86400:
        return day(value)
    span = _span(abs(seconds))
    return _("%(span)s ago") % {"span": span} if seconds > 0 else _("in %(span)s") % {"span": span}


def _span(seconds: int) -> str:
    if seconds < 3600:
        return _("%(count)d min") % {"count": seconds // 60}
    if seconds < 86400:
        return _("%(count)d h") % {"count": seconds // 3600}
    days = seconds // 86400
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


@register.filter
def duration(seconds: float | dt.timedelta | None) -> str:
    """This function will write a span of time: `45 с`, `12 мин`, `1 ч 05 мин`, `2 дня 3 ч`."""
    if seconds is None:
        return NOTHING
    total = int(seconds.total_seconds() if isinstance(seconds, dt.timedelta) else seconds)
    if total < 60:
        return _("%(count)d s") % {"count": total}
    if total < 3600:
        return _("%(count)d min") % {"count": total // 60}
    if total < 86400:
        return _("%(hours)d h %(minutes)02d min") % {"hours": total // 3600, "minutes": total % 3600 // 60}
    days = total // 86400
    days_text = ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return days_text + " " + _("%(count)d h") % {"count": total % 86400 // 3600}
