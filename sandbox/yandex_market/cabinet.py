"""One seller's cabinet on Yandex Market: its stores and warehouses, its tables and the indexes over them."""

from collections.abc import Iterable
from typing import Any

from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.world import World
from sandbox.yandex_market import notices
from sandbox.yandex_market.state import Campaign, Order, Price, Return, Shipment, Stock, Warehouse

OPEN = ("PENDING", "PROCESSING")


class Cabinet:
    def __init__(self, world: World, seller: Seller) -> None:
        self.world, self.seller, self.catalogue = world, seller, seller.catalogue
        self.clock, self.tempo = world.clock, world.tempo
        self.business_id = 5_900_000 + seller.ozon_id % 1000
        table, account = world.store.table, f"yandex/{seller.code}"
        self.stocks = table(f"{account}/stocks", Stock)
        self.prices = table(f"{account}/prices", Price)
        self.quarantine = table(f"{account}/quarantine", Price)
        self.orders = table(f"{account}/orders", Order)
        self.shipments = table(f"{account}/shipments", Shipment)
        self.returns = table(f"{account}/returns", Return)
        self.campaigns = {one.campaign_id: one for one in campaigns_of(seller)}
        self.warehouses = {one.warehouse_id: one for one in warehouses_of(seller)}
        self.open = {number for number, order in self.orders.items() if order.status in OPEN}

    @property
    def grouped(self) -> bool:
        return any(place.group for place in self.warehouses.values())

    # -- stock
    def shelf(self, warehouse_id: int) -> int:
        """Where the stock of a warehouse stands: with the first one of its group."""
        group = self.warehouses[warehouse_id].group
        return min(one for one, place in self.warehouses.items() if place.group == group) if group else warehouse_id

    def stock(self, warehouse_id: int, offer_id: str) -> Stock:
        found = self.stocks.get((self.shelf(warehouse_id), offer_id))
        return found if found is not None else Stock()

    def keep_stock(self, warehouse_id: int, offer_id: str, stock: Stock) -> None:
        stock.updated = self.clock.now()
        self.stocks.put((self.shelf(warehouse_id), offer_id), stock)

    def release(self, order: Order, *, sold: bool) -> None:
        """This function will end the reserve of an order; what was not sold is free again."""
        for item in order.items:
            stock = self.stock(order.warehouse_id, item.offer_id)
            stock.reserved = max(0, stock.reserved - item.count)
            if not sold:
                stock.free += item.count
            self.keep_stock(order.warehouse_id, item.offer_id, stock)

    def fby_present(self, good: Good) -> int:
        """Every fourth good lies at the market's own warehouse too."""
        return good.index * 5 % 30 + 1 if good.index % 4 == 0 else 0

    def price(self, good: Good) -> Price:
        found = self.prices.get(good.article)
        return found if found is not None else Price(float(good.price), round(good.price * 1.25))

    # -- orders
    def enter(self, order: Order) -> Order:
        self.orders.put(order.order_id, order)
        self._index(order)
        self.tell(notices.arrived(order))
        return order

    def move(self, order: Order, status: str, substatus: str) -> None:
        """This function will change the state of an order and tell the seller."""
        order.status, order.substatus = status, substatus
        self.touch(order)
        self.tell(notices.moved(order))

    def tell(self, notice: dict[str, Any]) -> None:
        """This function will have the seller told, where they have entered an address."""
        self.world.post.tell(notices.CODE, self.seller.code, notices.PATH, notice)

    def touch(self, order: Order) -> None:
        order.updated = self.clock.now()
        self._index(order)
        self.orders.touch(order.order_id)

    def _index(self, order: Order) -> None:
        (self.open.add if order.status in OPEN else self.open.discard)(order.order_id)

    def named(self, numbers: Iterable[int]) -> list[Order]:
        return [self.orders[number] for number in numbers if number in self.orders]

    def next(self, name: str, *, start: int) -> int:
        return self.world.sequences.next(f"yandex/{name}", start=start)


def campaigns_of(seller: Seller) -> list[Campaign]:
    base = 7_210_000 + seller.ozon_id % 1000 * 10
    stores = [Campaign(base + 1, f"{seller.name} FBS", "FBS", "FBS")]
    stores.append(Campaign(base + 2, f"{seller.name} Экспресс", "FBS", "EXPRESS"))
    if seller.code == "demo":
        stores.append(Campaign(base + 3, f"{seller.name} DBS", "DBS", "DBS"))
        stores.append(Campaign(base + 4, f"{seller.name} FBY", "FBY", "FBY"))
    return stores


def warehouses_of(seller: Seller) -> list[Warehouse]:
    """The demo has no groups (third generation); the second company's two warehouses share their stock."""
    base, places = 880_000 + seller.ozon_id % 1000 * 10, campaigns_of(seller)
    if seller.code == "demo":
        return [
            Warehouse(base + 1, "Подольск ЯМ", places[0].campaign_id, "Подольск"),
            Warehouse(base + 2, "Москва Экспресс", places[1].campaign_id, "Москва"),
            Warehouse(base + 3, "Своя доставка", places[2].campaign_id, "Москва"),
        ]
    group = 99_000 + seller.ozon_id % 1000
    return [
        Warehouse(base + 1, "Светлица ЯМ", places[0].campaign_id, "Тула", group),
        Warehouse(base + 2, "Светлица Экспресс", places[1].campaign_id, "Тула", group),
    ]
