"""One shop on AliExpress: its tables, and the numbers of its goods."""

from sandbox.aliexpress.state import HandoverList, Order, Shipment, Task
from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.world import World


class Cabinet:
    def __init__(self, world: World, seller: Seller) -> None:
        self.world, self.seller, self.catalogue = world, seller, seller.catalogue
        self.clock, self.tempo = world.clock, world.tempo
        table, account = world.store.table, f"aliexpress/{seller.code}"
        self.stocks = table(f"{account}/stocks", int)
        self.prices = table(f"{account}/prices", str)
        self.orders = table(f"{account}/orders", Order)
        self.lists = table(f"{account}/lists", HandoverList)
        self.tasks = table(f"{account}/tasks", Task)

    def sells(self, good: Good) -> bool:
        return good.on_ozon and good.on_wildberries

    def goods(self) -> list[Good]:
        return [good for good in self.catalogue.goods if self.sells(good)]

    def amount(self, good: Good) -> int:
        return self.stocks.get(good.article, 0)

    def price(self, good: Good) -> str:
        return self.prices.get(good.article, f"{good.price}.00")

    def touch(self, order: Order) -> None:
        order.changed = self.clock.now()
        self.orders.touch(order.order_id)

    def shipment(self, number: int) -> tuple[Order, Shipment] | None:
        for order in self.orders.values():
            for shipment in order.shipments:
                if shipment.shipment_id == number:
                    return order, shipment
        return None


def product_id(good: Good) -> int:
    return 1_005_000_000_000 + good.product_id


def sku_id(good: Good) -> int:
    return 12_000_000_000_000_000 + good.sku
