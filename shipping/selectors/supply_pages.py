"""Supplies as the pages and papers show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from catalog.models import Channel, ChannelWarehouse
from shipping.models import Supply, SupplyLine
from shipping.types import SUPPLY_OVER
from stock.selectors import place
from stock.types import LocationKind

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRow:
    """A supply with the sums of its lines."""

    supply: Supply
    planned: int
    packed: int
    accepted: int | None


def supplies(*, over: bool = False) -> Sequence[SupplyRow]:
    """Supplies in work, or the last that are over; the newest first."""
    rows = Supply.objects.select_related("channel", "channel_warehouse", "warehouse")
    rows = rows.filter(state__in=SUPPLY_OVER) if over else rows.exclude(state__in=SUPPLY_OVER)
    found = list(rows.order_by("-pk")[: 50 if over else MOST])
    sums = SupplyLine.objects.filter(supply__in=found).order_by().values_list("supply_id")
    of = {pk: rest for pk, *rest in sums.annotate(Sum("planned"), Sum("packed"), Sum("accepted"))}
    return [
        SupplyRow(supply=row, planned=planned, packed=packed, accepted=accepted)
        for row in found
        for planned, packed, accepted in [of.get(row.pk, (0, 0, None))]
    ]


def supply(pk: int) -> Supply | None:
    """A supply of the open scope."""
    rows = Supply.objects.select_related("channel__legal_entity", "channel_warehouse", "warehouse", "made_by")
    return rows.filter(pk=pk).first()


def lines(pk: int) -> Sequence[SupplyLine]:
    """Its lines in their order."""
    return list(SupplyLine.objects.filter(supply_id=pk).select_related("sku__product").order_by("pk"))


def places() -> Sequence[ChannelWarehouse]:
    """Warehouses of marketplaces to which goods are supplied."""
    rows = ChannelWarehouse.objects.filter(scheme="fbo", active=True).select_related("channel")
    return list(rows.order_by("channel__name", "name"))


def channels() -> Sequence[Channel]:
    return list(Channel.objects.order_by("name"))


def where_lies(supply: Supply, sku_ids: Sequence[int]) -> dict[int, str]:
    """SKU id → cells of the supply's warehouse in which it lies, with pieces, for who gathers it."""
    kinds = [LocationKind.CELL, LocationKind.DOCK]
    found: dict[int, list[str]] = {}
    for shelf in place.shelves(warehouse_id=supply.warehouse_id, sku_ids=sku_ids, kinds=kinds):
        if shelf.merchant_id == supply.merchant_id:
            found.setdefault(shelf.sku_id, []).append(f"{shelf.code} ({shelf.pieces})")
    return {sku_id: ", ".join(codes[:4]) for sku_id, codes in found.items()}
