"""A merchant with something to sell: the smallest whole set-up on which stock, orders and the floor can be tried."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from catalog.models import Barcode, Channel, ChannelWarehouse, KitItem, Listing, Product, Sku
from floor.models import PackPhoto
from floor.services import wave
from merchants.models import LegalEntity, Merchant
from merchants.scope import scope
from orders.models import Order
from orders.services import ingest
from orders.types import LineDraft, OrderDraft, State, StatusDraft
from shipping.services import handover
from stock.models import ExpectedReceipt, Feed, Location, StockRow, Supplier, Warehouse, WarehouseMerchant
from stock.services import expected, shelf, stocktake
from tests import make

_number = count(1)

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # Tuesday, 12:00 in Moscow


@dataclass
class Trade:
    """One merchant, one warehouse with cells, channels on two marketplaces, and shorthand for what tests need."""

    merchant: Merchant
    warehouse: Warehouse
    cell: Location
    ozon: ChannelWarehouse
    wildberries: ChannelWarehouse
    skus: dict[str, Sku] = field(default_factory=dict)
    numbers: int = 0

    def scope(self) -> Any:
        return scope([self.merchant.pk])

    def sku(self, code: str, *, pieces: int = 0, location: Location | None = None, **fields: Any) -> Sku:
        """A SKU listed on both channels (stock id = code), with `pieces` in the cell."""
        product = Product.objects.create(merchant=self.merchant, name=f"Товар {code}")
        sku = Sku.objects.create(merchant=self.merchant, product=product, code=code, **fields)
        Barcode.objects.create(merchant=self.merchant, sku=sku, value=f"INT-{code}", kind="internal")
        for place in (self.ozon, self.wildberries):
            self.listing(place, code, sku)
        if pieces:
            self.receive(sku, pieces, location)
        self.skus[code] = sku
        return sku

    def place(self, marketplace: str) -> ChannelWarehouse:
        """One more channel with a warehouse that shares ours; SKUs are listed there by `listing`."""
        return _place(self.merchant, self.ozon.channel.legal_entity_id, marketplace, self.warehouse)

    def listing(self, place: ChannelWarehouse, stock_id: str, sku: Sku | None, **fields: Any) -> Listing:
        return Listing.objects.create(
            **{
                "merchant": self.merchant,
                "channel_id": place.channel_id,
                "sku": sku,
                "offer_id": stock_id,
                "stock_external_id": stock_id,
                **fields,
            }
        )

    def kit(self, code: str, **components: int) -> Sku:
        """A kit of the named SKUs: `kit("set", mug=2)`."""
        kit = self.sku(code, is_kit=True)
        for component, pieces in components.items():
            KitItem.objects.create(merchant=self.merchant, kit=kit, component=self.skus[component], pieces=pieces)
        return kit

    def receive(self, sku: Sku, pieces: int, location: Location | None = None) -> None:
        shelf.receive(
            merchant_id=self.merchant.pk,
            lines=[(sku.pk, (location or self.cell).pk, pieces)],
            now=NOON,
            person_id=None,
        )

    def draft(self, *lines: tuple[str, int], place: ChannelWarehouse | None = None, **fields: Any) -> OrderDraft:
        """An arriving order: `draft(("mug", 2))`."""
        self.numbers += 1
        return OrderDraft(
            **{
                "number": f"N-{self.numbers}",
                "scheme": "fbs",
                "warehouse_external_id": (place or self.ozon).external_id,
                "status": StatusDraft(status="awaiting_packaging", state=State.NEW),
                "ordered_at": NOON,
                "lines": [
                    LineDraft(
                        external_id=code,
                        offer_id=code,
                        stock_external_id=code,
                        title=f"Товар {code}",
                        pieces=pieces,
                        price=Decimal("100.00"),
                    )
                    for code, pieces in lines
                ],
                **fields,
            }
        )

    def take_in(self, *drafts: OrderDraft, place: ChannelWarehouse | None = None) -> list[Order]:
        """Let orders arrive; returns them in the order given."""
        channel_id = (place or self.ozon).channel_id
        ingest.take_in(merchant_id=self.merchant.pk, channel_id=channel_id, drafts=drafts, now=NOON)
        stored = {
            order.external_number: order
            for order in Order.objects.filter(
                channel_id=channel_id, external_number__in=[draft.number for draft in drafts]
            )
        }
        return [stored[draft.number] for draft in drafts]

    def order(self, *lines: tuple[str, int], place: ChannelWarehouse | None = None, **fields: Any) -> Order:
        """One arrived order."""
        return self.take_in(self.draft(*lines, place=place, **fields), place=place)[0]

    def row(self, code: str) -> tuple[int, int]:
        """(on hand, reserved) of a SKU."""
        row = StockRow.objects.get(warehouse=self.warehouse, sku=self.skus[code])
        return row.on_hand, row.reserved


def open_trade(merchant: Merchant | None = None) -> Trade:
    """A merchant ready to trade; call inside no scope, then work in `trade.scope()`."""
    merchant = merchant or make.merchant()
    with scope([merchant.pk]):
        entity = LegalEntity.objects.first() or make.legal_entity(merchant)
        warehouse = Warehouse.objects.create(name=f"Warehouse {next(_number)}")
        WarehouseMerchant.objects.create(merchant=merchant, warehouse=warehouse)
        cell = Location.objects.create(warehouse=warehouse, code="A-01-01", x=1, y=1)
        ozon, wildberries = (_place(merchant, entity.pk, code, warehouse) for code in ("ozon", "wildberries"))
    return Trade(merchant, warehouse, cell, ozon, wildberries)


def _free_name(marketplace: str) -> str:
    return marketplace if not Channel.objects.filter(name=marketplace).exists() else f"{marketplace} {next(_number)}"


def _place(merchant: Merchant, legal_entity_id: int, marketplace: str, warehouse: Warehouse) -> ChannelWarehouse:
    channel = Channel.objects.create(
        merchant=merchant, legal_entity_id=legal_entity_id, marketplace=marketplace, name=_free_name(marketplace)
    )
    place = ChannelWarehouse.objects.create(
        merchant=merchant, channel=channel, external_id=f"{marketplace}-1", name=marketplace, scheme="fbs"
    )
    Feed.objects.create(merchant=merchant, channel_warehouse=place, warehouse=warehouse)
    return place


@make.foreign(
    *(f"orders:{name}" for name in ("detail", "detail-inside", "buyer", "cancel", "commit", "dismiss", "give-up")),
)
def _order(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        trade.sku("mug", pieces=1)
        return {"pk": trade.order(("mug", 1)).pk}


@make.foreign(
    *(f"floor:{name}" for name in ("wave", "wave-inside", "pause", "take-over")),
    *(f"floor:{name}" for name in ("pick-wave", "pick-scan", "pick-known", "pass-on")),
)
def _wave(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        trade.sku("mug", pieces=1)
        order = trade.order(("mug", 1))
        run = wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=make.person().pk)
        return {"pk": run.pk}


@make.foreign("floor:photos")
def _photographed(merchant: Merchant) -> dict[str, Any]:
    return {"order_id": _photo(merchant).order_id}


@make.foreign("floor:photo")
def _photo_of(merchant: Merchant) -> dict[str, Any]:
    return {"pk": _photo(merchant).pk}


def _photo(merchant: Merchant) -> PackPhoto:
    trade = open_trade(merchant)
    with trade.scope():
        trade.sku("mug", pieces=1)
        order = trade.order(("mug", 1))
        return PackPhoto.objects.create(merchant=merchant, order=order, person=make.person(), file="box.jpg", at=NOON)


@make.foreign("shipping:handover", "shipping:handover-inside", "shipping:close")
def _handover(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        opened = handover.open_handover(merchant_id=merchant.pk, channel_warehouse_id=trade.ozon.pk, cargo="", now=NOON)
        return {"pk": opened.pk}


@make.foreign("shipping:document")
def _document(merchant: Merchant) -> dict[str, Any]:
    pk = _handover(merchant)["pk"]
    with make.within(merchant):
        paper = handover.attach_document(
            merchant_id=merchant.pk,
            handover_id=pk,
            kind="act",
            content=b"%PDF-1.4",
            content_type="application/pdf",
            now=NOON,
        )
        return {"pk": paper.pk}


@make.foreign("stock:sku", "stock:sku-panel", "stock:set-pieces", "stock:move", "stock:minimum", "stock:write-off")
def _sku(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        return {"pk": trade.sku("mug", pieces=1).pk}


def delivery(trade: Trade, **lines: int) -> ExpectedReceipt:
    """A delivery that the trade's supplier is to bring: `delivery(trade, mug=5)`; call inside its scope."""
    supplier, _made = Supplier.objects.get_or_create(merchant=trade.merchant, name="Завод")
    return expected.announce(
        merchant_id=trade.merchant.pk,
        supplier_id=supplier.pk,
        warehouse_id=trade.warehouse.pk,
        number=f"D-{next(_number)}",
        expected_on=NOON.date(),
        lines={trade.skus[code].pk: pieces for code, pieces in lines.items()},
        now=NOON,
    )


@make.foreign("stock:receipt", "stock:receipt-close", "floor:receive-document", "floor:receive-scan")
def _delivery(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        trade.sku("mug")
        return {"pk": delivery(trade, mug=1).pk}


@make.foreign("floor:count-round", "floor:count-scan", "floor:count-review", "floor:count-again")
def _count(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        made = stocktake.begin(warehouse_id=trade.warehouse.pk, blind=True, person_id=make.person().pk, now=NOON)
        return {"pk": made.pk}


@make.foreign("floor:desk-issue", "floor:desk-refuse", "floor:desk-keep")
def _waiting(merchant: Merchant) -> dict[str, Any]:
    trade = open_trade(merchant)
    with trade.scope():
        trade.sku("mug", pieces=1)
        return {"pk": trade.order(("mug", 1), scheme="pickup").pk}


@make.foreign("stock:supplier")
def _supplier(merchant: Merchant) -> dict[str, Any]:
    with make.within(merchant):
        return {"pk": Supplier.objects.create(merchant=merchant, name=f"Завод {next(_number)}").pk}


@make.foreign("stock:warehouse", "stock:zone")
def _warehouse(merchant: Merchant) -> dict[str, Any]:
    return {"pk": open_trade(merchant).warehouse.pk}


@make.foreign("stock:rule")
def _channel_warehouse(merchant: Merchant) -> dict[str, Any]:
    return {"pk": open_trade(merchant).ozon.pk}
