"""
The menu: groups of pages by URL name.

A page that does not exist yet is left out, and so is one whose view's action (`merchants.roles.needs`) is not among
the permitted ones in the template's `can`.  The menu is half of the work of drawing a page and the same on all of them,
so it is drawn once for each set of permitted actions; what is left for a page is to mark where it lies.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import Context, Library
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, Resolver404, get_urlconf, resolve, reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

register = Library()


@dataclass(frozen=True)
class Item:
    name: str
    label: str | Promise
    icon: str
    url: str = ""


@dataclass(frozen=True)
class Group:
    label: str | Promise
    items: tuple[Item, ...]


MENU: tuple[Group, ...] = (
    Group(
        "",
        (
            Item("workspace:today", _("Today"), "today"),
            Item("orders:list", _("Orders"), "orders"),
            Item("orders:attention", _("Needs attention"), "warning"),
            Item("marketplaces:returns", _("Coming back"), "return"),
        ),
    ),
    Group(
        _("Floor"),
        (
            Item("floor:board", _("Floor board"), "flag"),
            Item("floor:waves", _("Waves"), "wave"),
            Item("floor:pick", _("Pick"), "cart"),
            Item("floor:wall", _("Put-wall"), "grid"),
            Item("floor:pack", _("Pack"), "box"),
            Item("floor:put-back", _("Put back"), "return"),
            Item("floor:receive", _("Receive"), "plus"),
            Item("floor:carry", _("Put away and move"), "grid"),
            Item("floor:kits", _("Kits"), "box"),
            Item("floor:count", _("Count"), "rules"),
            Item("floor:returns", _("Returns desk"), "return"),
            Item("floor:desk", _("Pickup desk"), "shop"),
            Item("floor:people", _("Work of people"), "people"),
            Item("shipping:handovers", _("Handovers"), "truck"),
            Item("shipping:supplies", _("Supplies (FBO)"), "box"),
        ),
    ),
    Group(
        _("Stock and catalog"),
        (
            Item("stock:balances", _("Stock"), "stock"),
            Item("stock:receipts", _("Deliveries"), "truck"),
            Item("stock:suppliers", _("Suppliers"), "people"),
            Item("stock:cells", _("Cells"), "grid"),
            Item("catalog:products", _("Products"), "tag"),
            Item("catalog:listings", _("Listings"), "card"),
            Item("catalog:unmatched", _("Unmatched"), "question"),
            Item("catalog:prices", _("Prices"), "money"),
            Item("labels:index", _("Labels"), "barcode"),
        ),
    ),
    Group(
        _("Analytics"),
        (
            Item("analytics:overview", _("Overview"), "chart"),
            Item("analytics:sales", _("Sales"), "money"),
            Item("analytics:hours", _("Hours of ordering"), "clock"),
            Item("analytics:profit", _("Profit"), "money"),
            Item("analytics:classes", _("ABC and XYZ"), "chart"),
            Item("analytics:trends", _("Trends"), "spark"),
            Item("analytics:losses", _("Cancelled and returned"), "repeat"),
            Item("analytics:operations", _("Warehouse work"), "clock"),
            Item("analytics:forecast", _("Forecast"), "spark"),
            Item("analytics:stock", _("Cover and surplus"), "stock"),
            Item("analytics:buying", _("What to buy"), "cart"),
            Item("analytics:sending", _("Send to the marketplace"), "truck"),
        ),
    ),
    Group(
        _("Settlements"),
        (
            Item("settlements:debts", _("Debts"), "money"),
            Item("settlements:reports", _("Commissioner reports"), "card"),
            Item("settlements:payments", _("Payments"), "repeat"),
            Item("settlements:reconciliation", _("Reconciliation"), "rules"),
            Item("settlements:agreements", _("Agreements"), "people"),
        ),
    ),
    Group(
        _("Exchange"),
        (
            Item("marketplaces:health", _("Synchronisation"), "sync"),
            Item("exchange:desk", _("Exchange with 1C"), "repeat"),
            Item("exchange:programs", _("Programs (API)"), "plug"),
            Item("workspace:jobs", _("Jobs"), "jobs"),
        ),
    ),
    Group(
        _("Settings"),
        (
            Item("marketplaces:channels", _("Channels"), "plug"),
            Item("stock:rules", _("Stock rules"), "rules"),
            Item("labels:stations", _("Stations and printers"), "printer"),
            Item("merchants:people", _("People"), "people"),
            Item("merchants:merchants", _("Merchants"), "shop"),
            Item("merchants:audit", _("Audit"), "history"),
        ),
    ),
)


def url_or_nothing(name: str, *args: object, **kwargs: object) -> str:
    """This function will give the address of a URL name, or "" while no app answers to it."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


@register.simple_tag
def nav_url(name: str, *args: object, **kwargs: object) -> str:
    return url_or_nothing(name, *args, **kwargs)


@lru_cache(maxsize=256)
def _action_of(path: str, urlconf: str | None) -> str | None:
    """The action that the view behind a path is marked with; None when it carries no mark."""
    try:
        view: Any = resolve(path, urlconf).func
    except Resolver404:
        return None
    view_class = getattr(view, "view_class", None)
    for bearer in (getattr(view_class, "get", None), view_class, view):
        action = getattr(bearer, "action", None)
        if action is not None:
            return str(action)
    return None


def permitted(path: str, can: Collection[str]) -> bool:
    """This function will tell whether a person with these permitted actions may open the path."""
    action = _action_of(path, get_urlconf())
    return action is None or action in can


@register.simple_tag(takes_context=True)
def may_open(context: Context, name: str, *args: object) -> str:
    """This function will give the address of a URL name when it exists and the person may open it, else ""."""
    url = url_or_nothing(name, *args)
    return url if url and permitted(url, context.get("can") or ()) else ""


def menu(can: Collection[str]) -> tuple[Group, ...]:
    """This function will give the groups and pages that the person may open."""
    return _menu(frozenset(can), get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=64)
def _menu(can: frozenset[str], urlconf: str) -> tuple[Group, ...]:
    shown = (Group(group.label, tuple(_shown(group.items, can))) for group in MENU)
    return tuple(group for group in shown if group.items)


def _shown(items: tuple[Item, ...], can: Collection[str]) -> Iterator[Item]:
    for item in items:
        url = url_or_nothing(item.name)
        if url and permitted(url, can):
            yield replace(item, url=url)


def current(groups: Collection[Group], *, path: str) -> Item | None:
    """This function will give the nearest page that `path` lies in."""
    found = [item for group in groups for item in group.items if _lies_in(path, item.url)]
    return max(found, key=lambda item: len(item.url), default=None)


def _lies_in(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> SafeString:
    can = frozenset(context.get("can") or ())
    drawn = _drawn(can, get_urlconf() or settings.ROOT_URLCONF, get_language() or "")
    here = current(menu(can), path=getattr(context.get("request"), "path", ""))
    if here is not None:
        link = f'<a href="{escape(here.url)}"'
        drawn = drawn.replace(link, link + ' aria-current="page"', 1)
    return mark_safe(drawn)  # noqa: S308  drawn by a template, and an attribute of ours


@lru_cache(maxsize=64)
def _drawn(can: frozenset[str], urlconf: str, language: str) -> str:
    return render_to_string("_menu.html", {"groups": _menu(can, urlconf)})
