"""One shop on AliExpress: its tables, and the numbers of its goods."""

from sandbox.aliexpress.state import HandoverList, Order, Shipment, Task
from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.world import World

FIRST_PRODUCT, FIRST_SKU = 1_005_000_000_000, 12_000_000_000_000_000
LONGEST = 20


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

    def by_product(self, number: object) -> Good | None:
        """The good whose card has this number, as the platform writes it."""
        return self._sold(self.catalogue.by_product.get(_number(number) - FIRST_PRODUCT))

    def by_sku(self, number: object) -> Good | None:
        return self._sold(self.catalogue.by_sku.get(_number(number) - FIRST_SKU))

    def _sold(self, good: Good | None) -> Good | None:
        return good if good is not None and self.sells(good) else None

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
    return FIRST_PRODUCT + good.product_id


def sku_id(good: Good) -> int:
    return FIRST_SKU + good.sku


def _number(told: object) -> int:
    """The number in a text; 0, which nothing has, where there is none."""
    text = str(told)
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST else 0
