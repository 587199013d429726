"""Channels as their owner sets them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.db import connection
from django.db.models import Count, Q

from catalog.models import Channel, ChannelWarehouse, PriceType
from marketplaces.models import Credential
from merchants.models import LegalEntity


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A channel in the list."""

    id: int
    merchant: str
    marketplace: str
    name: str
    state: str
    paused_because: str
    legal_entity: str
    key_expires_at: datetime | None
    missing: Sequence[str]
    warehouses: int
    listings: int
    unmatched: int
    sandbox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSettings:
    """What a person may change of a channel, and what they see beside it."""

    id: int
    merchant_id: int
    marketplace: str
    name: str
    state: str
    paused_because: str
    external_id: str
    base_url: str
    legal_entity_id: int
    price_type_id: int | None
    price_step: Decimal
    price_max_drop_percent: int
    key_expires_at: datetime | None
    checked_at: datetime | None
    missing: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseRow:
    """A channel warehouse with its calendar; feeds: names of the warehouses that serve it."""

    id: int
    merchant_id: int
    channel_id: int
    external_id: str
    name: str
    scheme: str
    zone: str
    cut_off: time
    days_to_ship: int
    working_days: Sequence[int]
    holidays: Sequence[date]
    commit_at: str
    active: bool
    push_stock: bool
    cargo_type: str
    shipping_point_id: str
    shipping_point_name: str
    shipping_type: str
    feeds: Sequence[str]


def channel_rows() -> list[ChannelRow]:
    """All channels of the open scope."""
    keys = {row.channel_id: row for row in Credential.objects.all()}
    rows = (
        Channel.objects.select_related("legal_entity", "merchant")
        .annotate(
            places=Count("warehouses", distinct=True, filter=Q(warehouses__active=True)),
        )
        .order_by("merchant__name", "name", "pk")
    )
    cards = _cards()
    return [
        ChannelRow(
            id=row.pk,
            merchant=row.merchant.name,
            marketplace=row.marketplace,
            name=row.name,
            state=row.state,
            paused_because=row.paused_because,
            legal_entity=row.legal_entity.name,
            key_expires_at=keys[row.pk].expires_at if row.pk in keys else None,
            missing=keys[row.pk].missing if row.pk in keys else [],
            warehouses=row.places,
            listings=cards.get(row.pk, (0, 0))[0],
            unmatched=cards.get(row.pk, (0, 0))[1],
            sandbox=bool(row.base_url),
        )
        for row in rows
    ]


def _cards() -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT channel_id, count(*), count(*) FILTER (WHERE sku_id IS NULL)
              FROM catalog_listing WHERE NOT archived GROUP BY channel_id
            """
        )
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


def channel_settings(channel_id: int) -> ChannelSettings | None:
    """One channel of the open scope."""
    row = Channel.objects.filter(pk=channel_id).first()
    if row is None:
        return None
    key = Credential.objects.filter(channel_id=channel_id).first()
    return ChannelSettings(
        id=row.pk,
        merchant_id=row.merchant_id,
        marketplace=row.marketplace,
        name=row.name,
        state=row.state,
        paused_because=row.paused_because,
        external_id=row.external_id,
        base_url=row.base_url,
        legal_entity_id=row.legal_entity_id,
        price_type_id=row.price_type_id,
        price_step=row.price_step,
        price_max_drop_percent=row.price_max_drop_percent,
        key_expires_at=key.expires_at if key else None,
        checked_at=key.checked_at if key else None,
        missing=key.missing if key else [],
    )


def warehouse_rows(*, channel_id: int = 0, warehouse_id: int = 0) -> list[WarehouseRow]:
    """The channel's warehouses, or one of them, in the open scope."""
    wanted = Q(channel_id=channel_id) if channel_id else Q(pk=warehouse_id)
    rows = (
        ChannelWarehouse.objects.filter(wanted).prefetch_related("feeds__warehouse").order_by("-active", "name", "pk")
    )
    return [
        WarehouseRow(
            id=row.pk,
            merchant_id=row.merchant_id,
            channel_id=row.channel_id,
            external_id=row.external_id,
            name=row.name,
            scheme=row.get_scheme_display(),
            zone=row.zone,
            cut_off=row.cut_off,
            days_to_ship=row.days_to_ship,
            working_days=row.working_days,
            holidays=row.holidays,
            commit_at=row.commit_at,
            active=row.active,
            push_stock=row.push_stock,
            cargo_type=row.cargo_type,
            shipping_point_id=row.shipping_point_id,
            shipping_point_name=row.shipping_point_name,
            shipping_type=row.shipping_type,
            feeds=[feed.warehouse.name for feed in row.feeds.all()],
        )
        for row in rows
    ]


def legal_entities() -> list[tuple[int, int, str]]:
    """(id, merchant id, name) of the open scope."""
    return list(LegalEntity.objects.order_by("name", "pk").values_list("pk", "merchant_id", "name"))


def price_types(merchant_id: int) -> list[tuple[int, str]]:
    """(id, name) of a merchant's price types."""
    return list(PriceType.objects.filter(merchant_id=merchant_id).order_by("name", "pk").values_list("pk", "name"))
