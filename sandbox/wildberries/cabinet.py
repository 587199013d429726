"""One seller's account on Wildberries: its tables and the indexes over them."""

from bisect import bisect_left

from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.wildberries.state import Office, Order, Pass, Price, Return, Supply, Upload, Warehouse
from sandbox.world import World

OFFICES = [
    Office(
        507, "Коледино", "Подольск", "Московская обл., Подольск, д. Коледино, ул. Троицкая, 20", "Центральный", 1, True
    ),
    Office(
        117986, "Казань", "Казань", "Республика Татарстан, Зеленодольск, пр. Строителей, 1", "Приволжский", 1, False
    ),
    Office(218623, "Подольск КГТ", "Подольск", "Московская обл., Подольск, Поклонная ул., 3", "Центральный", 3, False),
]
ALIVE = ("new", "confirm")


class Cabinet:
    def __init__(self, world: World, seller: Seller) -> None:
        self.world, self.seller, self.catalogue = world, seller, seller.catalogue
        self.clock, self.tempo = world.clock, world.tempo
        table, account = world.store.table, f"wb/{seller.code}"
        self.stocks = table(f"{account}/stocks", int)
        self.prices = table(f"{account}/prices", Price)
        self.quarantine = table(f"{account}/quarantine", Price)
        self.uploads = table(f"{account}/uploads", Upload)
        self.orders = table(f"{account}/orders", Order)
        self.supplies = table(f"{account}/supplies", Supply)
        self.returns = table(f"{account}/returns", Return)
        self.passes = table(f"{account}/passes", Pass)
        self.offices = {office.office_id: office for office in OFFICES}
        self.warehouses = {place.warehouse_id: place for place in warehouses_of(seller)}
        self.processing: set[int] = set()
        self.by_id = sorted(self.orders)
        self.new = {number for number, order in self.orders.items() if order.supplier_status == "new"}

    def enter(self, order: Order) -> Order:
        self.orders.put(order.order_id, order)
        self.by_id.append(order.order_id)
        self.new.add(order.order_id)
        return order

    def move(self, order: Order, *, supplier: str | None = None, wb: str | None = None) -> None:
        """This function will change one or both states of an order."""
        order.supplier_status = supplier or order.supplier_status
        order.wb_status = wb or order.wb_status
        order.changed = self.clock.now()
        if order.supplier_status == "new" and order.wb_status == "waiting":
            self.new.add(order.order_id)
        else:
            self.new.discard(order.order_id)
        self.orders.touch(order.order_id)

    def orders_after(self, order_id: int) -> list[int]:
        return self.by_id[bisect_left(self.by_id, order_id + 1) :]

    def good(self, order: Order) -> Good:
        return self.catalogue.by_chrt[order.chrt_id]

    def amount(self, warehouse_id: int, chrt_id: int) -> int:
        return self.stocks.get((warehouse_id, chrt_id), 0)

    def price(self, good: Good) -> Price:
        found = self.prices.get(good.nm_id)
        # The price before the discount is set so that the buyer pays about what he pays elsewhere.
        return found if found is not None else Price(round(good.price * 1.25), 20)


def warehouses_of(seller: Seller) -> list[Warehouse]:
    if seller.code == "demo":
        return [
            Warehouse(700101, "Подольск FBS", 507, 1),
            Warehouse(700102, "Казань FBS", 117986, 1),
            Warehouse(700103, "Подольск FBS КГТ", 218623, 3),
        ]
    return [Warehouse(700201, "Светлица FBS", 507, 1)]
