"""Youla, Avito and whatever else reads a feed: no keys, no calls."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from marketplaces.dto import Scheme
from marketplaces.ports import Can, Field, Marketplace, Send


class ByFeed(Marketplace):
    """A site without an interface of its own: a file is fetched from us, the rest is done by people."""

    production_url: ClassVar[str] = ""
    fields: ClassVar[Sequence[Field]] = ()
    can: ClassVar[frozenset[Can]] = frozenset({Can.FEED, Can.BY_HAND})
    schemes: ClassVar[frozenset[Scheme]] = frozenset({Scheme.DBS, Scheme.PICKUP})

    def __init__(self, *, credentials: Mapping[str, str] | None = None, send: Send | None = None) -> None:
        pass


class Youla(ByFeed):
    """Classifieds of VK; whether its loading of feeds still works is for the seller to check."""

    code: ClassVar[str] = "youla"
    name: ClassVar[str] = "Юла"


class Avito(ByFeed):
    """Avito: autoload by a file."""

    code: ClassVar[str] = "avito"
    name: ClassVar[str] = "Авито"


class OtherSite(ByFeed):
    """Any other site that reads YML, or none: orders by phone, from a shop of one's own."""

    code: ClassVar[str] = "feed"
    name: ClassVar[str] = "Другая площадка"
