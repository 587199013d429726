"""Channels and their warehouses."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from backoffice.kernel import live
from backoffice.kernel.errors import Refusal
from catalog.events import ChannelChanged, PriceChanged, WarehousesSeen
from catalog.models import Channel, ChannelWarehouse, Listing
from catalog.types import ChannelState, WarehouseDraft

_PRICE_FIELDS = frozenset({"price_type_id", "price_step", "price_max_drop_percent"})


@transaction.atomic
def create_channel(
    *,
    merchant_id: int,
    marketplace: str,
    name: str,
    legal_entity_id: int,
    now: datetime,
    base_url: str = "",
    external_id: str = "",
    price_type_id: int | None = None,
) -> Channel:
    """Make a channel; :raises Refusal: the merchant has one of this name, or this account is connected already."""
    if Channel.objects.filter(merchant_id=merchant_id, name=name).exists():
        raise Refusal(_("There is a channel of this name already."), extra={"name": _("Choose another name.")})
    if (
        external_id
        and Channel.objects.filter(
            merchant_id=merchant_id, marketplace=marketplace, external_id=external_id, base_url=base_url
        ).exists()
    ):
        raise Refusal(_("This seller account is connected already."))
    channel = Channel.objects.create(
        merchant_id=merchant_id,
        marketplace=marketplace,
        name=name,
        legal_entity_id=legal_entity_id,
        base_url=base_url,
        external_id=external_id,
        price_type_id=price_type_id,
    )
    _tell(channel, now)
    return channel


@transaction.atomic
def change_channel(*, merchant_id: int, channel_id: int, now: datetime, **fields: object) -> Channel:
    """Set fields of a channel; a changed price rule makes all its prices be looked at anew."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    changed = {name: value for name, value in fields.items() if getattr(channel, name) != value}
    others = Channel.objects.filter(merchant_id=merchant_id).exclude(pk=channel_id)
    if "name" in changed and others.filter(name=changed["name"]).exists():
        raise Refusal(_("There is a channel of this name already."), extra={"name": _("Choose another name.")})
    for name, value in changed.items():
        setattr(channel, name, value)
    if not changed:
        return channel
    channel.save(update_fields=[*changed, "changed_at"])
    _tell(channel, now)
    if _PRICE_FIELDS & set(changed):
        sku_ids = Listing.objects.filter(channel=channel, sku__isnull=False).values_list("sku_id", flat=True)
        bus.publish(PriceChanged(merchant_id=merchant_id, sku_ids=frozenset(sku_ids), at=now))
    return channel


def pause(*, merchant_id: int, channel_id: int, because: str, now: datetime) -> None:
    """Stop speaking to the marketplace; what is owed stays owed."""
    change_channel(
        merchant_id=merchant_id,
        channel_id=channel_id,
        now=now,
        state=ChannelState.PAUSED,
        paused_because=because[:500],
    )


def resume(*, merchant_id: int, channel_id: int, now: datetime) -> None:
    """Speak to the marketplace again."""
    change_channel(
        merchant_id=merchant_id, channel_id=channel_id, now=now, state=ChannelState.ACTIVE, paused_because=""
    )


@transaction.atomic
def apply_warehouses(
    *,
    merchant_id: int,
    channel_id: int,
    warehouses: Sequence[WarehouseDraft],
    now: datetime,
    complete: bool = True,
) -> frozenset[int]:
    """
    Store the channel's warehouses as the marketplace tells them; returns ids of those that are new or changed.

    What a person has set (calendar, zone, when to commit) stays; one that is no longer told becomes inactive, if
    these are all of them (`complete`).
    """
    known = {row.external_id: row for row in ChannelWarehouse.objects.select_for_update().filter(channel_id=channel_id)}
    changed = set()
    for draft in warehouses:
        row = known.pop(draft.external_id, None)
        if row is None:
            row = ChannelWarehouse(merchant_id=merchant_id, channel_id=channel_id, external_id=draft.external_id)
        told = {
            "name": draft.name[:200],
            "scheme": draft.scheme,
            "active": draft.active,
            "cargo_type": draft.cargo_type,
            "label_format": draft.label_format,
        }
        if row.pk is None or any(getattr(row, name) != value for name, value in told.items()):
            for name, value in told.items():
                setattr(row, name, value)
            row.save()
            changed.add(row.pk)
    for row in known.values():
        if complete and row.active:
            row.active = False
            row.save(update_fields=["active"])
            changed.add(row.pk)
    if changed:
        bus.publish(
            WarehousesSeen(
                merchant_id=merchant_id, channel_id=channel_id, channel_warehouse_ids=frozenset(changed), at=now
            )
        )
        live.touch("channels", merchant_id)
    return frozenset(changed)


def _tell(channel: Channel, now: datetime) -> None:
    bus.publish(ChannelChanged(merchant_id=channel.merchant_id, channel_id=channel.pk, at=now))
    live.touch("channels", channel.merchant_id)


@transaction.atomic
def change_warehouse(*, merchant_id: int, channel_warehouse_id: int, now: datetime, **fields: object) -> None:
    """Set what a person decides of a channel warehouse: calendar, zone, when to commit, whether to publish stock."""
    place = ChannelWarehouse.objects.select_for_update().get(pk=channel_warehouse_id, merchant_id=merchant_id)
    changed = {name: value for name, value in fields.items() if getattr(place, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(place, name, value)
    place.save(update_fields=list(changed))
    if "push_stock" in changed:
        places = frozenset({place.pk})
        bus.publish(
            WarehousesSeen(merchant_id=merchant_id, channel_id=place.channel_id, channel_warehouse_ids=places, at=now)
        )
    live.touch("channels", merchant_id)
