"""A channel whose key is refused is left alone until its owner has done something; nothing owed is dropped."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.services import channel as channels
from marketplaces.selectors.channels import ChannelFacts
from workspace.services import notices
from workspace.types import Level

KEY_REFUSED = "channel.key_refused"
KEY_EXPIRES = "channel.key_expires"


def refused(channel: ChannelFacts, *, text: str, now: datetime) -> None:
    """This function will pause the channel and tell its people, in the open scope."""
    channels.pause(merchant_id=channel.merchant_id, channel_id=channel.id, because=text[:500], now=now)
    notices.raise_notice(
        merchant_id=channel.merchant_id,
        kind=KEY_REFUSED,
        key=str(channel.id),
        level=Level.DANGER,
        what=_("%(channel)s: the marketplace refuses the key: %(text)s") % {"channel": channel.name, "text": text},
        we_did=_("The channel is paused. What is owed to it waits and will be sent."),
        you_do=_("Enter a new key, then resume the channel."),
        url=reverse("marketplaces:channel", args=[channel.id]),
        now=now,
    )


def expires(channel: ChannelFacts, *, at: datetime, days: int, now: datetime) -> None:
    """This function will warn that a key ends soon, in the open scope."""
    notices.raise_notice(
        merchant_id=channel.merchant_id,
        kind=KEY_EXPIRES,
        key=str(channel.id),
        level=Level.WARNING,
        what=_("%(channel)s: the key ends in %(days)d days") % {"channel": channel.name, "days": days},
        we_did="",
        you_do=_("Make a new key in the cabinet and enter it here."),
        url=reverse("marketplaces:channel", args=[channel.id]),
        now=now,
    )


def cured(*, merchant_id: int, channel_id: int, now: datetime) -> None:
    """This function will take the notices about a channel's key back, in the open scope."""
    for kind in (KEY_REFUSED, KEY_EXPIRES):
        notices.clear_notice(merchant_id=merchant_id, kind=kind, key=str(channel_id), now=now)
