"""What streams, lanes, commands and reasons are called."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

STREAMS: dict[str, str | Promise] = {
    "orders": _("New orders"),
    "changes": _("Changed orders"),
    "statuses": _("Statuses"),
    "warehouses": _("Warehouses"),
    "listings": _("Listings"),
    "prices": _("Prices in force"),
    "read_back": _("Read-back of stock"),
    "sweep": _("Full push of stock"),
    "own_stock": _("Stock at the marketplace (FBO)"),
    "returns": _("Goods that come back"),
    "account": _("Check of the key"),
    "inbox": _("Notifications of the marketplace"),
}
RETURNS: dict[str, str | Promise] = {
    "": _("new to us"),
    "asked": _("asked for"),
    "coming": _("on its way back"),
    "ready_for_pickup": _("may be fetched"),
    "received": _("received"),
    "kept": _("stays there"),
    "lost": _("lost"),
    "disposed": _("disposed of"),
    "cancelled": _("withdrawn"),
    "return": _("Return"),
    "unredeemed": _("Not taken by the buyer"),
    "other": _("Sent back by the marketplace"),
}
OPS: dict[str, str | Promise] = {
    "stock": pgettext_lazy("outbox", "Stock"),
    "price": pgettext_lazy("outbox", "Prices"),
    "commands": pgettext_lazy("outbox", "Commands"),
    "open_handover": _("Open a handover"),
    "cancel": _("Cancel an order"),
    "marks": _("Send marking codes"),
    "confirm": _("Confirm an order"),
    "commit": _("Commit an order"),
    "label": _("Fetch a sticker"),
    "move": _("Move a parcel to another handover"),
    "close_handover": _("Close a handover"),
    "documents": _("Fetch papers"),
    "verdicts": _("Check marking codes"),
    "answer_cancel": _("Answer the buyer's wish to cancel"),
    "progress": _("Say how far the order is"),
    "reload": _("Reload orders"),
    "points": _("Shipping points"),
    **STREAMS,
}
REASONS: dict[str, str | Promise] = {
    "not_found": _("The marketplace does not know it"),
    "wrong_state": _("Not possible in its present state"),
    "marks_needed": _("Marking codes are needed"),
    "mark_refused": _("A marking code was refused"),
    "wrong_quantity": _("Wrong quantity"),
    "warehouse": _("Cannot lie in this warehouse"),
    "price_refused": _("The price was refused"),
    "price_drop": _("The price falls too much at once"),
    "card_incomplete": _("The card is not complete"),
    "shipping_method_needed": _("Choose how it is brought"),
    "empty": _("Nothing is in it"),
    "invalid": _("The marketplace finds it wrong"),
    "other": _("Refused"),
    "cancelled": _("Cancelled there"),
    "already_done": _("Done already"),
    "unsupported": _("The marketplace cannot do this"),
    "contract_broken": _("The answer makes no sense: a developer must look"),
    "defect": _("A defect of the program: a developer must look"),
    "killer": _("The worker died each time it was tried"),
    "label_too_long": _("The sticker does not come"),
    "pending_too_long": _("The marketplace does not finish packing"),
    "not_ready": _("Not ready there"),
    "code_refused": _("The buyer's code does not fit"),
    "too_often": _("Sent too often"),
}

# What the connection itself says, before any marketplace has spoken: `marketplaces.http`, which knows no languages.
TROUBLES: dict[str, str | Promise] = {
    "no connection": _("no connection"),
    "no answer": _("no answer came"),
    "limited": _("too many requests, it asks us to wait"),
    "the limiter does not answer": _("the counter of requests (Redis) does not answer"),
    "left alone after several failures": _("left alone for a while after several failures"),
    "another request is trying whether it answers again": _("another request is trying whether it answers again"),
}
_LIMIT_USED = re.compile(r"the limit of \S+ is used up")


def stream(code: str) -> str:
    """What a stream is called."""
    return str(STREAMS.get(code, code))


def op(code: str) -> str:
    """What a lane, a command or a stream is called."""
    return str(OPS.get(code, code))


def reason(code: str) -> str:
    """What a reason is called; one that is new to us is shown as it is."""
    return str(REASONS.get(code, code))


def returned(code: str) -> str:
    """What a kind of return, or where its goods are, is called."""
    return str(RETURNS.get(code, code))


def trouble(text: str) -> str:
    """What a request failed by: our own words in the person's language, those of a marketplace as they are."""
    if _LIMIT_USED.fullmatch(text):
        return gettext("the allowed requests are used up for now, it goes on by itself")
    return str(TROUBLES.get(text, text))
