"""The demonstration: a merchant with goods on shelves and a channel per marketplace of the sandbox."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.services import assortment
from catalog.services import channel as channels
from catalog.services.assortment import SkuDraft
from catalog.services.channel import apply_warehouses
from catalog.services.listing import apply_listings
from marketplaces import registry
from marketplaces.errors import ContractBroken
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from marketplaces.models import Credential
from marketplaces.sync import connect, decide
from marketplaces.sync.connection import open_with, refuse_inside_transaction
from merchants.models import LegalEntity, Merchant
from merchants.scope import scope
from merchants.services.first_start import DEMO_NAME
from stock.services import premises, sharing, shelf

log = logging.getLogger(__name__)

SELLER = "demo"
MARKETPLACES = ("ozon", "wildberries", "yandex_market", "megamarket", "aliexpress")
# Later runs may have grown the sandbox for measuring; the demonstration stays small.
MOST_GOODS = 500
PIECES = (24, 60, 36, 90, 18, 48)
LEVELS = 4
CELLS_PER_RACK = 6
RACKS_PER_AISLE = 5
AISLE_M, RACK_M, CELL_M = 3.0, 6.5, 1.0


@dataclass(frozen=True, slots=True)
class Good:
    """A thing of the sandbox's catalogue."""

    told: Mapping[str, object]

    def text(self, name: str) -> str:
        return str(self.told.get(name) or "")

    def whole(self, name: str) -> int | None:
        value = self.told.get(name)
        return int(value) if isinstance(value, int | float) and value else None

    @property
    def price(self) -> Decimal:
        return Decimal(str(self.told.get("price") or 0)).quantize(Decimal("0.01"))


def stand_up(*, now: datetime) -> bool:
    """
    This function will make the demonstration whole, or bring its addresses up to date; tells whether it did anything.

    Idempotent; called outside any transaction, while a sandbox is set.
    :raises RemoteError: the sandbox does not answer
    """
    merchant = Merchant.objects.filter(name=DEMO_NAME).order_by("pk").first()
    if not settings.SANDBOX_URL or merchant is None:
        return False
    with scope([merchant.pk]):
        connected = {row.channel.marketplace: row.channel for row in Credential.objects.select_related("channel")}
        moved = [
            channel
            for channel in connected.values()
            if _is_sandbox(channel.base_url, channel.marketplace) and channel.base_url != _address(channel.marketplace)
        ]
        for channel in moved:
            channels.change_channel(
                merchant_id=merchant.pk, channel_id=channel.pk, now=now, base_url=_address(channel.marketplace)
            )
    if connected:
        return bool(moved) or _finish(merchant.pk, connected, now)
    goods, keys = _ask_sandbox()
    price_type_id = _fill_shelves(merchant.pk, goods, now)
    for marketplace in MARKETPLACES:
        _connect(merchant.pk, marketplace, keys[marketplace], price_type_id, now)
    log.info("the demonstration stands: %s goods", len(goods))
    return True


def _finish(merchant_id: int, connected: Mapping[str, object], now: datetime) -> bool:
    """A start that broke off between two channels goes on with the missing one."""
    absent = [marketplace for marketplace in MARKETPLACES if marketplace not in connected]
    if not absent or any(not _is_sandbox(channel.base_url, code) for code, channel in connected.items()):  # type: ignore[attr-defined]
        return False
    goods, keys = _ask_sandbox()
    price_type_id = _fill_shelves(merchant_id, goods, now)
    for marketplace in absent:
        _connect(merchant_id, marketplace, keys[marketplace], price_type_id, now)
    return True


def _address(marketplace: str) -> str:
    return f"{settings.SANDBOX_URL.rstrip('/')}/{marketplace}"


def _is_sandbox(base_url: str, marketplace: str) -> bool:
    return base_url.startswith(("http://127.0.0.1", "http://localhost")) and base_url.endswith(f"/{marketplace}")


def _ask_sandbox() -> tuple[list[Good], Mapping[str, Mapping[str, str]]]:
    """The sandbox's goods, and the keys of their seller by marketplace and field."""
    refuse_inside_transaction("the sandbox")
    send = Client(
        resolve=addresses(settings.SANDBOX_URL, "https://sandbox.invalid"), throttle=NoThrottle(), key="sandbox"
    )
    catalogue = send("GET", "/admin/catalogue", limits=[], query={"seller": SELLER, "limit": MOST_GOODS}).json()
    accounts = send("GET", "/admin/accounts", limits=[]).json()
    try:
        goods = [Good(good) for good in catalogue["goods"]]  # type: ignore[index]
        account = next(row for row in accounts["accounts"] if row["seller"] == SELLER)  # type: ignore[index]
        keys = {
            code: {field.name: str(account[code][field.name]) for field in registry.adapter_class(code).fields}
            for code in MARKETPLACES
        }
    except (LookupError, TypeError, StopIteration) as reason:
        raise ContractBroken("the sandbox tells no catalogue or no keys", payload=catalogue) from reason
    return goods, keys


def _fill_shelves(merchant_id: int, goods: Sequence[Good], now: datetime) -> int:
    """Products, cells and stock, all once; gives the price type."""
    with scope([merchant_id]):
        skus = assortment.add_skus(merchant_id=merchant_id, drafts=[_draft(good) for good in goods])
        price_type = assortment.price_type(merchant_id=merchant_id, name=_("Retail"))
        assortment.set_prices(
            merchant_id=merchant_id,
            price_type_id=price_type.pk,
            prices={skus[good.text("article")]: good.price for good in goods if good.price},
            now=now,
        )
        warehouse = premises.make_warehouse(name=_("Main warehouse"), merchant_ids=[merchant_id])
        cells = premises.make_cells(warehouse_id=warehouse.pk, cells=list(_cells(len(goods))))
        if not premises.holds_goods(merchant_id=merchant_id):
            codes = [code for code, *_ in _cells(len(goods))]
            shelf.receive(
                merchant_id=merchant_id,
                lines=[
                    (skus[good.text("article")], cells[codes[place]], PIECES[place % len(PIECES)])
                    for place, good in enumerate(goods)
                ],
                now=now,
                person_id=None,
                reference="demo",
                note=_("Goods of the demonstration"),
            )
        return price_type.pk


def _draft(good: Good) -> SkuDraft:
    name = good.text("model_name") or good.text("name")
    return SkuDraft(
        product_key=good.text("vendor_code") or good.text("article"),
        product_name=name,
        code=good.text("article"),
        variant=" ".join(filter(None, (good.text("colour"), good.text("size")))),
        brand=good.text("brand"),
        category=good.text("category"),
        barcodes=[(good.text("barcode"), "ean13")] if good.text("barcode") else [],
        length_mm=good.whole("length_mm"),
        width_mm=good.whole("width_mm"),
        height_mm=good.whole("height_mm"),
        weight_g=good.whole("weight_g"),
        cost=(good.price * Decimal("0.55")).quantize(Decimal("0.0001")) or None,
        is_marked=good.text("marking") == "required",
    )


def _cells(count: int) -> list[tuple[str, float, float, int]]:
    """Addresses such as A-01-03-2 (aisle, rack, cell, level) with coordinates, one for each thing."""
    found = []
    per_rack = CELLS_PER_RACK * LEVELS
    for place in range(count):
        aisle, rest = divmod(place, per_rack * RACKS_PER_AISLE)
        rack, rest = divmod(rest, per_rack)
        cell, level = divmod(rest, LEVELS)
        code = f"{chr(ord('A') + aisle % 26)}-{rack + 1:02}-{cell + 1:02}-{level + 1}"
        found.append((code, 2 + aisle * AISLE_M, 2 + rack * RACK_M + cell * CELL_M, level))
    return found


def _connect(
    merchant_id: int, marketplace: str, credentials: Mapping[str, str], price_type_id: int, now: datetime
) -> None:
    """A channel with its warehouses fed and its cards matched before the first order is asked for."""
    address = _address(marketplace)
    checked = connect.check(marketplace=marketplace, credentials=credentials, base_url=address)
    adapter = open_with(
        marketplace=marketplace, credentials=credentials, base_url=address, account=checked.account.external_id
    ).adapter
    warehouses = decide.warehouse_drafts(adapter.warehouses().items)
    pages = list(adapter.listings())
    with scope([merchant_id]):
        entity = LegalEntity.objects.order_by("pk").first()
        if entity is None:
            return
        channel_id = connect.connect(
            merchant_id=merchant_id,
            checked=checked,
            name=registry.label(marketplace),
            legal_entity_id=entity.pk,
            price_type_id=price_type_id,
            now=now,
        )
        places = apply_warehouses(merchant_id=merchant_id, channel_id=channel_id, warehouses=warehouses, now=now)
        warehouse = premises.make_warehouse(name=_("Main warehouse"), merchant_ids=[merchant_id])
        for place in sorted(places):
            sharing.set_feeds(
                merchant_id=merchant_id, channel_warehouse_id=place, warehouse_ids=[warehouse.pk], now=now
            )
        for page in pages:
            drafts = decide.listing_drafts(page.items)
            apply_listings(merchant_id=merchant_id, channel_id=channel_id, listings=drafts, now=now)
