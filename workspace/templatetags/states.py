"""The words and tones of states: one table, so that a state looks the same on every page."""

from typing import NamedTuple

from django.template import Library
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from workspace.templatetags.icons import icon

register = Library()


class Look(NamedTuple):
    tone: str
    word: str | Promise
    icon: str


GREY, BLUE, GREEN, YELLOW, RED, VIOLET = "grey", "blue", "green", "yellow", "red", "violet"

STATES: dict[str, dict[str, Look]] = {
    "order": {
        "new": Look(BLUE, pgettext_lazy("order", "New"), "spark"),
        "confirmed": Look(BLUE, pgettext_lazy("order", "In work"), "check"),
        "picking": Look(VIOLET, pgettext_lazy("order", "Picking"), "cart"),
        "packed": Look(GREEN, pgettext_lazy("order", "Packed"), "box"),
        "handed_over": Look(GREEN, pgettext_lazy("order", "Handed over"), "truck"),
        "delivering": Look(GREY, pgettext_lazy("order", "On the way"), "truck"),
        "delivered": Look(GREY, pgettext_lazy("order", "Delivered"), "flag"),
        "ready_for_pickup": Look(GREEN, pgettext_lazy("order", "Waits for the buyer"), "shop"),
        "cancelled": Look(RED, pgettext_lazy("order", "Cancelled"), "cross"),
        "returning": Look(YELLOW, pgettext_lazy("order", "Coming back"), "return"),
        "returned": Look(GREY, pgettext_lazy("order", "Returned"), "return"),
        "disputed": Look(RED, pgettext_lazy("order", "Disputed"), "warning"),
    },
    "sync": {
        "ok": Look(GREEN, pgettext_lazy("sync", "In order"), "check"),
        "lagging": Look(YELLOW, pgettext_lazy("sync", "Lagging"), "clock"),
        "failing": Look(RED, pgettext_lazy("sync", "Failing"), "warning"),
        "parked": Look(RED, pgettext_lazy("sync", "Parked"), "stop"),
        "waiting": Look(GREY, pgettext_lazy("sync", "Waiting"), "clock"),
        "sending": Look(BLUE, pgettext_lazy("sync", "Sending"), "sync"),
        "sent": Look(GREEN, pgettext_lazy("sync", "Sent"), "check"),
        "unknown": Look(YELLOW, pgettext_lazy("sync", "Outcome unknown"), "question"),
        "refused": Look(RED, pgettext_lazy("sync", "Refused"), "cross"),
        "never": Look(GREY, pgettext_lazy("sync", "Not yet"), "clock"),
        "paused": Look(YELLOW, pgettext_lazy("channel", "Paused"), "pause"),
    },
    "channel": {
        "active": Look(GREEN, pgettext_lazy("channel", "Active"), "check"),
        "paused": Look(YELLOW, pgettext_lazy("channel", "Paused"), "pause"),
        "broken": Look(RED, pgettext_lazy("channel", "Keys refused"), "warning"),
        "draft": Look(GREY, pgettext_lazy("channel", "Not connected"), "question"),
    },
    "exchange": {
        "ok": Look(GREEN, pgettext_lazy("exchange", "In order"), "check"),
        "lagging": Look(YELLOW, pgettext_lazy("exchange", "Silent for a day"), "clock"),
        "failing": Look(RED, pgettext_lazy("exchange", "Last package refused"), "warning"),
        "waiting": Look(YELLOW, pgettext_lazy("exchange", "Waits for you"), "question"),
        "never": Look(GREY, pgettext_lazy("exchange", "1C has not come yet"), "clock"),
        "off": Look(GREY, pgettext_lazy("exchange", "Switched off"), "pause"),
    },
    "package": {
        "waiting": Look(GREY, pgettext_lazy("package", "Waits for its turn"), "clock"),
        "running": Look(BLUE, pgettext_lazy("package", "Is being read"), "sync"),
        "done": Look(GREEN, pgettext_lazy("package", "Applied"), "check"),
        "refused": Look(RED, pgettext_lazy("package", "Refused"), "cross"),
        "held": Look(YELLOW, pgettext_lazy("package", "Waits for a person"), "question"),
        "dry": Look(BLUE, pgettext_lazy("package", "Tried, nothing changed"), "eye"),
        "dropped": Look(GREY, pgettext_lazy("package", "Set aside"), "cross"),
    },
    "job": {
        "queued": Look(GREY, pgettext_lazy("job", "Queued"), "clock"),
        "running": Look(BLUE, pgettext_lazy("job", "Running"), "sync"),
        "done": Look(GREEN, pgettext_lazy("job", "Done"), "check"),
        "done_with_errors": Look(YELLOW, pgettext_lazy("job", "Done with errors"), "warning"),
        "failed": Look(RED, pgettext_lazy("job", "Failed"), "warning"),
        "cancelled": Look(GREY, pgettext_lazy("job", "Stopped"), "cross"),
    },
    "wave": {
        "draft": Look(GREY, pgettext_lazy("wave", "Draft"), "edit"),
        "planned": Look(GREY, pgettext_lazy("wave", "Planned"), "clock"),
        "released": Look(BLUE, pgettext_lazy("wave", "In work"), "check"),
        "picking": Look(VIOLET, pgettext_lazy("wave", "Picking"), "cart"),
        "paused": Look(YELLOW, pgettext_lazy("wave", "Paused"), "pause"),
        "done": Look(GREEN, pgettext_lazy("wave", "Done"), "flag"),
        "cancelled": Look(RED, pgettext_lazy("wave", "Cancelled"), "cross"),
    },
    "handover": {
        "open": Look(BLUE, pgettext_lazy("handover", "Open"), "box"),
        "closing": Look(VIOLET, pgettext_lazy("handover", "Being closed"), "sync"),
        "closed": Look(GREEN, pgettext_lazy("handover", "Handed over"), "truck"),
        "failed": Look(RED, pgettext_lazy("handover", "Refused"), "warning"),
        "cancelled": Look(RED, pgettext_lazy("handover", "Cancelled"), "cross"),
    },
    "supply": {
        "draft": Look(GREY, pgettext_lazy("supply", "Draft"), "edit"),
        "agreed": Look(BLUE, pgettext_lazy("supply", "Agreed"), "check"),
        "picking": Look(VIOLET, pgettext_lazy("supply", "Being picked"), "cart"),
        "shipped": Look(BLUE, pgettext_lazy("supply", "On its way"), "truck"),
        "accepted": Look(GREEN, pgettext_lazy("supply", "Accepted"), "check"),
        "differs": Look(YELLOW, pgettext_lazy("supply", "Closed with differences"), "warning"),
        "cancelled": Look(GREY, pgettext_lazy("supply", "Cancelled"), "cross"),
    },
    "report": {
        "accepted": Look(GREEN, pgettext_lazy("report", "Accepted"), "check"),
        "reversed": Look(GREY, pgettext_lazy("report", "Reversed"), "return"),
    },
    "receipt": {
        "expected": Look(BLUE, pgettext_lazy("receipt", "Expected"), "clock"),
        "receiving": Look(VIOLET, pgettext_lazy("receipt", "Being received"), "scan"),
        "closed": Look(GREEN, pgettext_lazy("receipt", "Received"), "check"),
        "cancelled": Look(GREY, pgettext_lazy("receipt", "Cancelled"), "cross"),
    },
    "task": {
        "open": Look(BLUE, pgettext_lazy("task", "Open"), "clock"),
        "done": Look(GREEN, pgettext_lazy("task", "Done"), "check"),
        "short": Look(YELLOW, pgettext_lazy("task", "Not found"), "warning"),
        "cancelled": Look(GREY, pgettext_lazy("task", "Cancelled"), "cross"),
    },
    "commit": {
        "": Look(GREY, pgettext_lazy("commit", "Not told yet"), "clock"),
        "owed": Look(BLUE, pgettext_lazy("commit", "Being told"), "sync"),
        "pending": Look(BLUE, pgettext_lazy("commit", "The marketplace is working on it"), "sync"),
        "done": Look(GREEN, pgettext_lazy("commit", "Accepted"), "check"),
        "failed": Look(RED, pgettext_lazy("commit", "Refused"), "cross"),
    },
    "print": {
        "queued": Look(GREY, pgettext_lazy("print", "Queued"), "clock"),
        "taken": Look(BLUE, pgettext_lazy("print", "On its way to the printer"), "printer"),
        "sent": Look(BLUE, pgettext_lazy("print", "Sent to printer"), "printer"),
        "confirmed": Look(GREEN, pgettext_lazy("print", "Confirmed"), "check"),
        "printed": Look(GREEN, pgettext_lazy("print", "Printed"), "check"),
        "failed": Look(RED, pgettext_lazy("print", "Not printed"), "warning"),
        "replaced": Look(GREY, pgettext_lazy("print", "Printed anew"), "repeat"),
    },
    "import": {
        "uploaded": Look(GREY, pgettext_lazy("import", "Columns to choose"), "edit"),
        "checking": Look(BLUE, pgettext_lazy("import", "Being checked"), "sync"),
        "checked": Look(YELLOW, pgettext_lazy("import", "Waits for your word"), "eye"),
        "applying": Look(BLUE, pgettext_lazy("import", "Being written"), "sync"),
        "applied": Look(GREEN, pgettext_lazy("import", "Written"), "check"),
        "failed": Look(RED, pgettext_lazy("import", "Not written"), "warning"),
        "cancelled": Look(GREY, pgettext_lazy("import", "Cancelled"), "cross"),
    },
    "verdict": {
        "new": Look(GREEN, pgettext_lazy("verdict", "New"), "plus"),
        "changed": Look(BLUE, pgettext_lazy("verdict", "Changed"), "edit"),
        "unchanged": Look(GREY, pgettext_lazy("verdict", "Unchanged"), "check"),
        "wrong": Look(RED, pgettext_lazy("verdict", "Wrong"), "warning"),
    },
    "listing": {
        "active": Look(GREEN, pgettext_lazy("listing", "On sale"), "check"),
        "hidden": Look(GREY, pgettext_lazy("listing", "Hidden"), "eye-off"),
        "archived": Look(GREY, pgettext_lazy("listing", "Archived"), "box"),
        "moderation": Look(YELLOW, pgettext_lazy("listing", "In moderation"), "clock"),
        "error": Look(RED, pgettext_lazy("listing", "Has complaints"), "warning"),
        "unmatched": Look(YELLOW, pgettext_lazy("listing", "Not matched"), "question"),
    },
}


@register.simple_tag
def badge(tone: str, word: object, icon_name: str = "") -> SafeString:
    """This function will show a word in a tone: grey, blue, green, yellow, red or violet; never colour alone."""
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge-tone tone-{}">{}{}</span>', tone, picture, word)


@register.simple_tag
def state(kind: str, value: object) -> SafeString:
    """This function will show a state by the table; an unknown one appears as it is written, never guessed."""
    code = str(getattr(value, "value", value) or "")
    look = STATES.get(kind, {}).get(code)
    if look is None:
        return badge(GREY, code or "—", "question")
    return badge(look.tone, look.word, look.icon)


_MARKETPLACES = {
    "ozon": ("O", "Ozon"),
    "wildberries": ("W", "Wildberries"),
    "wb": ("W", "Wildberries"),
    "yandex_market": ("Я", "Яндекс Маркет"),
    "megamarket": ("М", "Мегамаркет"),
    "aliexpress": ("A", "AliExpress"),
}


@register.filter
def marketplace_name(code: object) -> str:
    """This function will name a marketplace by its code; a code from another package is shown as it is."""
    return _MARKETPLACES.get(str(code), ("", str(code)))[1]


@register.simple_tag
def marketplace(code: object, name: object = "") -> SafeString:
    """This function will show the chip of a marketplace: letter, colour and the name (or `name`, say the channel's)."""
    text = str(code)
    known = text if text in _MARKETPLACES else "other"
    letter, title = _MARKETPLACES.get(text, (text[:1].upper() or "?", text))
    return format_html(
        '<span class="mp mp-{}"><span class="mp-letter" aria-hidden="true">{}</span>{}</span>',
        known,
        letter,
        name or title,
    )
