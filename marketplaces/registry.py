"""Which marketplaces there are: built-in ones by name, others by the entry point group `backoffice.marketplaces`."""

from functools import lru_cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from marketplaces.ports import Can, Marketplace

GROUP = "backoffice.marketplaces"

BUILT_IN: dict[str, tuple[str, str]] = {
    "ozon": ("Ozon", "marketplaces.adapters.ozon.adapter:Ozon"),
    "wildberries": ("Wildberries", "marketplaces.adapters.wildberries.adapter:Wildberries"),
    "yandex_market": ("Яндекс Маркет", "marketplaces.adapters.yandex_market.adapter:YandexMarket"),
    "megamarket": ("Мегамаркет", "marketplaces.adapters.megamarket.adapter:Megamarket"),
    "aliexpress": ("AliExpress", "marketplaces.adapters.aliexpress.adapter:AliExpress"),
}

# Sites that nobody speaks to: no keys, no queue, no clock of their own.
BY_FEED: dict[str, tuple[str, str]] = {
    "youla": ("Юла", "marketplaces.adapters.by_feed.adapter:Youla"),
    "avito": ("Авито", "marketplaces.adapters.by_feed.adapter:Avito"),
    "feed": ("Другая площадка", "marketplaces.adapters.by_feed.adapter:OtherSite"),
}


class UnknownMarketplace(LookupError):
    """No adapter is registered under this code."""


def codes() -> tuple[str, ...]:
    """Every marketplace that we speak to, built-in ones first; nothing is imported."""
    return (*BUILT_IN, *(name for name in sorted(_brought()) if name not in BUILT_IN))


def all_codes() -> tuple[str, ...]:
    """Every code a channel may have: those we speak to, and those that only read a feed."""
    return (*codes(), *BY_FEED)


def label(code: str) -> str:
    """What people call the marketplace."""
    known = BUILT_IN | BY_FEED
    return known[code][0] if code in known else adapter_class(code).name


def former_names(code: str) -> tuple[str, ...]:
    """What people still call the marketplace."""
    return tuple(adapter_class(code).former_names)


def find(text: str) -> list[str]:
    """Codes of the marketplaces whose present or former name, or code, has this text; all for an empty one."""
    wanted = text.strip().casefold()
    return [
        code for code in codes() if any(wanted in name.casefold() for name in (code, label(code), *former_names(code)))
    ]


@lru_cache(maxsize=64)
def adapter_class(code: str) -> type[Marketplace]:
    """
    This function will import the adapter of a marketplace at its first use.

    :raises UnknownMarketplace: no such code, or what is registered is no adapter
    """
    if code in BUILT_IN or code in BY_FEED:
        module, _, name = (BUILT_IN | BY_FEED)[code][1].partition(":")
        found = getattr(import_module(module), name)
    elif code in _brought():
        found = _brought()[code].load()
    else:
        raise UnknownMarketplace(code)
    if not (isinstance(found, type) and issubclass(found, Marketplace)):
        raise UnknownMarketplace(f"{code}: {found!r} is no Marketplace")
    return found


def can(code: str, *what: Can) -> bool:
    """Whether the marketplace can do all of this."""
    return set(what) <= adapter_class(code).can


@lru_cache(maxsize=1)
def _brought() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}
