"""What each marketplace can do, as the adapters declare it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from marketplaces import registry
from marketplaces.dto import Scheme
from marketplaces.ports import Can

# In the order in which people meet them; a capability that is new to this list still gets a row, by its code.
WORDS: dict[Can, str] = {
    Can.ACCOUNT: gettext_noop("Key checked live, with its rights"),
    Can.WAREHOUSES: gettext_noop("Warehouses are read"),
    Can.LISTINGS: gettext_noop("Cards are read"),
    Can.ORDERS: gettext_noop("Orders arrive by themselves"),
    Can.STATUSES: gettext_noop("Statuses are followed"),
    Can.NOTICES: gettext_noop("It notifies us of events"),
    Can.STOCK_WRITE: gettext_noop("Stock is sent"),
    Can.STOCK_READ: gettext_noop("Stock is read back and repaired"),
    Can.OWN_STOCK: gettext_noop("Stock in its own warehouses is read"),
    Can.PRICE_WRITE: gettext_noop("Prices are sent"),
    Can.PRICE_READ: gettext_noop("Prices in force are read"),
    Can.CONFIRM: gettext_noop("Orders are confirmed before its deadline"),
    Can.COMMIT: gettext_noop("It is told how parcels are packed"),
    Can.SPLIT: gettext_noop("An order may be split into parcels"),
    Can.BOXES: gettext_noop("An order may go in several boxes"),
    Can.BOXES_ANEW: gettext_noop("Boxes may change after packing is told"),
    Can.LABELS: gettext_noop("Stickers are fetched"),
    Can.LABEL_DATA: gettext_noop("Stickers can be drawn from its data"),
    Can.MARKS_BEFORE_COMMIT: gettext_noop("Marking codes go before packing is told"),
    Can.MARKS_AFTER_COMMIT: gettext_noop("Marking codes go after packing is told"),
    Can.HANDOVER_BEFORE_COMMIT: gettext_noop("Parcels join an open handover"),
    Can.HANDOVER: gettext_noop("Handovers are closed there"),
    Can.HANDOVER_DOCUMENTS: gettext_noop("Papers of a handover are fetched"),
    Can.SHIPPING_POINTS: gettext_noop("A place to bring parcels is chosen"),
    Can.CONTAINERS: gettext_noop("Boxes to a pick-up point are told and get stickers"),
    Can.CANCEL: gettext_noop("An order can be cancelled"),
    Can.CANCEL_LINE: gettext_noop("Pieces of an order can be cancelled"),
    Can.FEWER_AT_COMMIT: gettext_noop("Pieces may be left out when packing is told"),
    Can.CANCEL_REQUESTS: gettext_noop("Buyers who ask to cancel are answered"),
    Can.PROGRESS: gettext_noop("Own delivery is reported"),
    Can.RETURNS: gettext_noop("Returns are read"),
    Can.RETURN_REASONS: gettext_noop("Returns say why"),
    Can.FEES: gettext_noop("Orders say the fee that it expects to take"),
    Can.FEED: gettext_noop("A feed is fetched from us"),
    Can.BY_HAND: gettext_noop("Orders by hand or from a table"),
}
SCHEMES: dict[Scheme, str] = {
    Scheme.FBS: gettext_noop("FBS: from our shelf, by its couriers"),
    Scheme.FBO: gettext_noop("FBO: from its warehouse; the stock there is read"),
    Scheme.DBS: gettext_noop("DBS: from our shelf, by our couriers"),
    Scheme.EXPRESS: gettext_noop("Express: within hours"),
    Scheme.PICKUP: gettext_noop("Click & collect: given out by us"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One scheme or capability; has: for each marketplace of the columns."""

    code: str
    words: str
    has: Sequence[bool]


def columns() -> list[str]:
    """The marketplaces by name, those that only read a feed last."""
    return [registry.label(code) for code in registry.all_codes()]


def rows() -> list[Row]:
    """Every scheme, then every capability of the port."""
    adapters = [registry.adapter_class(code) for code in registry.all_codes()]
    ordered = [*WORDS, *(can for can in Can if can not in WORDS)]
    return [
        Row(code=scheme.value, words=_(words), has=[scheme in it.schemes for it in adapters])
        for scheme, words in SCHEMES.items()
    ] + [
        Row(code=can.value, words=_(WORDS[can]) if can in WORDS else can.value, has=[can in it.can for it in adapters])
        for can in ordered
    ]
