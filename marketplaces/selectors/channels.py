"""What the sync layer must know of a channel, as a value that outlives its transaction."""

from dataclasses import dataclass
from datetime import datetime

from catalog.models import Channel
from marketplaces.models import Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """sealed: the credentials, still encrypted; None for a channel without any."""

    id: int
    merchant_id: int
    marketplace: str
    name: str
    state: str
    base_url: str
    external_id: str
    sealed: bytes
    expires_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.state == "active"

    @property
    def queue(self) -> str:
        return f"mp.{self.marketplace}"


def channel(channel_id: int) -> ChannelFacts | None:
    """One channel that has credentials, in the open scope."""
    return next(iter(_facts(channel_id=channel_id)), None)


def marketplace_of(channel_id: int) -> str:
    """The marketplace of a channel in the open scope, also of one without credentials; "" when it is not there."""
    return Channel.objects.filter(pk=channel_id).values_list("marketplace", flat=True).first() or ""


def channels(*, marketplace: str = "", active: bool = False) -> list[ChannelFacts]:
    """All channels with credentials in the open scope."""
    wanted = {"channel__marketplace": marketplace} if marketplace else {}
    if active:
        wanted["channel__state"] = "active"
    return _facts(**wanted)


def _facts(**wanted: object) -> list[ChannelFacts]:
    rows = Credential.objects.filter(**wanted).select_related("channel").order_by("channel_id")
    return [
        ChannelFacts(
            id=row.channel_id,
            merchant_id=row.merchant_id,
            marketplace=row.channel.marketplace,
            name=row.channel.name,
            state=row.channel.state,
            base_url=row.channel.base_url,
            external_id=row.channel.external_id,
            sealed=bytes(row.sealed),
            expires_at=row.expires_at,
        )
        for row in rows
    ]
