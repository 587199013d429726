"""Small parts that pages are made of."""

import datetime as dt
from collections.abc import Collection, Iterable
from decimal import Decimal
from html import escape
from typing import Any, cast

from django.template import Context, Library, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from workspace.errors import NoSuchExport
from workspace.services.export import registered
from workspace.templatetags.formats import NOTHING, iso, number, signed
from workspace.templatetags.icons import icon
from workspace.templatetags.navigation import url_or_nothing

register = Library()
_EMPTY = mark_safe("")


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """This function will give the theme that the person chose: light, dark, or "" to follow the system."""
    chosen = getattr(context.get("request"), "COOKIES", {}).get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


@register.simple_tag(takes_context=True)
def panel(context: Context, *names: str) -> SafeString:
    """This function will render the first of these templates that exists, with the page's context; else nothing."""
    for name in names:
        try:
            found = get_template(name)
        except TemplateDoesNotExist:
            continue
        return cast(SafeString, found.render(cast(dict[str, Any], context.flatten()), context.get("request")))
    return _EMPTY


@register.simple_tag
def fact(label: object, value: object, hint: object = "") -> SafeString:
    """This function will write one row of a `<dl class="facts">`; nothing known is a dash, zero is zero."""
    shown = NOTHING if value is None or value == "" else value
    note = format_html('<div class="hint">{}</div>', hint) if hint else _EMPTY
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, shown, note)


@register.simple_tag
def tile(
    label: object, value: object, url: str = "", delta: object = None, tone: str = "", hint: object = ""
) -> SafeString:
    """
    This function will show a number as a card, a link when `url` is given.

    value: int or Decimal (grouped), or text as it is; delta: difference against the previous period, with its sign.
    """
    shown = number(value) if isinstance(value, int | Decimal) else value
    css = f"tile tone-edge-{tone}" if tone else "tile"
    inner = format_html('<span class="tile-label">{}</span><span class="tile-value">{}</span>', label, shown)
    if delta is not None:
        inner += format_html('<span class="tile-delta">{}</span>', signed(delta))
    if hint:
        inner += format_html('<span class="tile-hint">{}</span>', hint)
    if url:
        return format_html('<a class="{}" href="{}">{}</a>', css, url, inner)
    return format_html('<div class="{}">{}</div>', css, inner)


@register.simple_tag
def progress(done: int, total: int, label: object = "") -> SafeString:
    """This function will show a bar with its words; an unknown total (0 or None) shows a moving bar."""
    name = label or _("Progress")
    if not total:
        return format_html('<div class="progress-line"><progress aria-label="{}"></progress></div>', name)
    share = round(100 * done / total)
    return format_html(
        '<div class="progress-line"><progress value="{}" max="{}" aria-label="{}"></progress>'
        "<span>{}\xa0/\xa0{} · {}\xa0%</span></div>",
        done,
        total,
        name,
        number(done),
        number(total),
        share,
    )


@register.simple_tag
def places(rows: Iterable[tuple[str, str, str]]) -> SafeString:
    """This function will list places: address, what lies there, pieces.  Quicker than loops: each scan shows them."""
    line = '<li><span class="address">{}</span><span>{}</span><span class="pieces">{}</span></li>'
    return SafeString("".join(line.format(*map(escape, row)) for row in rows))


@register.simple_tag
def copy(text: object, shown: object = None) -> SafeString:
    """This function will show a text with a button that copies it."""
    return format_html(
        '<span class="copyable"><code>{}</code>'
        '<button type="button" class="icon-button" data-copy="{}" aria-label="{}" hidden>{}</button></span>',
        text if shown is None else shown,
        text,
        _("Copy %(text)s") % {"text": text},
        icon("copy"),
    )


@register.simple_tag
def empty_state(
    title: object, text: object = "", url: str = "", button: object = "", picture: str = "box"
) -> SafeString:
    """This function will say that there is nothing here, what this place is, and offer one button."""
    action = format_html('<a class="btn btn-primary" href="{}">{}</a>', url, button) if url and button else _EMPTY
    return format_html(
        '<div class="empty-state">{}<p class="empty-head">{}</p><p class="empty-text">{}</p>{}</div>',
        icon(picture, size="huge"),
        title,
        text,
        action,
    )


@register.simple_tag(takes_context=True)
def tabs(context: Context, current: str, *pairs: Any) -> SafeString:
    """
    This function will show tabs as links `?tab=code`.

    pairs: code, word, code, word, …; `current` is the open code, the first one when empty.
    """
    couples = list(zip(pairs[::2], pairs[1::2], strict=True))
    chosen = current or (couples[0][0] if couples else "")
    links = format_html_join(
        "",
        '<a href="?tab={}"{}>{}</a>',
        ((code, mark_safe(' aria-current="page"') if code == chosen else "", word) for code, word in couples),
    )
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', _("Sections"), links)


def _may_export(listing: str, can: Collection[str]) -> bool:
    try:
        return registered(listing).action in can
    except NoSuchExport:
        return False


@register.simple_tag(takes_context=True)
def export_button(context: Context, listing: str, label: object = "") -> SafeString | str:
    """
    This function will offer the list as a file, exactly as it is filtered now: a POST to `workspace:export`.

    The view gets `list` (the key of a registered export, else there is no button), `query` (the page's own), and
    `shape`: a workbook, or CSV.
    """
    url = url_or_nothing("workspace:export")
    if not url or not _may_export(listing, context.get("can") or ()):
        return ""
    query = context["request"].GET.urlencode()
    return format_html(
        '<form method="post" action="{}" class="inline"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="list" value="{}"><input type="hidden" name="query" value="{}">'
        '<button class="btn" type="submit" name="shape" value="xlsx">{}{}</button>'
        '<button class="btn" type="submit" name="shape" value="csv" title="{}">CSV</button></form>',
        url,
        context.get("csrf_token", ""),
        listing,
        query,
        icon("download"),
        label or _("Export"),
        _("The same as a CSV file"),
    )


@register.simple_tag
def countdown(until: dt.datetime | None, label: object = "") -> SafeString:
    """This function will show the time left to a moment, counted on by the page: `2:05:09`, `−0:04:00` when late."""
    if until is None:
        return _EMPTY
    now = timezone.now()
    left = round((until - now).total_seconds())
    minutes, seconds = divmod(abs(left), 60)
    return format_html(
        '<span class="countdown" data-countdown="{}" data-now="{}">{} <strong>{}</strong></span>',
        iso(until),
        iso(now),
        label,
        f"{'−' if left < 0 else ''}{minutes // 60}:{minutes % 60:02}:{seconds:02}",
    )
