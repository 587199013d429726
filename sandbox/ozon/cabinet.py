"""One seller's cabinet on Ozon: its tables and the indexes over them."""

from bisect import bisect_left, insort
from typing import Any

from sandbox.goods import Good
from sandbox.ozon import notices
from sandbox.ozon.state import Carriage, LabelTask, Line, Pass, Posting, Price, Return, Stock, Warehouse
from sandbox.sellers import Seller
from sandbox.world import World

UNFULFILLED = frozenset(
    {
        "awaiting_registration",
        "acceptance_in_progress",
        "awaiting_approve",
        "awaiting_packaging",
        "awaiting_deliver",
        "arbitration",
        "client_arbitration",
        "delivering",
        "driver_pickup",
        "not_accepted",
    }
)
TO_BE_DONE = frozenset({"awaiting_approve", "awaiting_packaging", "awaiting_deliver", "awaiting_registration"})


class Cabinet:
    def __init__(self, world: World, seller: Seller) -> None:
        self.world, self.seller, self.catalogue = world, seller, seller.catalogue
        self.clock, self.tempo = world.clock, world.tempo
        table, account = world.store.table, f"ozon/{seller.ozon_id}"
        self.stocks = table(f"{account}/stocks", Stock)
        self.prices = table(f"{account}/prices", Price)
        self.postings = table(f"{account}/postings", Posting)
        self.label_tasks = table(f"{account}/labels", LabelTask)
        self.carriages = table(f"{account}/carriages", Carriage)
        self.returns = table(f"{account}/returns", Return)
        self.passes = table(f"{account}/passes", Pass)
        self.archived: set[int] = set()
        self.warehouses = {place.warehouse_id: place for place in warehouses_of(seller)}
        self.by_time = sorted((posting.created, number) for number, posting in self.postings.items())
        self.open = {number for number, posting in self.postings.items() if posting.status in UNFULFILLED}

    @property
    def client_id(self) -> str:
        return str(self.seller.ozon_id)

    def enter(self, posting: Posting) -> Posting:
        """This function will add a new posting to the table and its indexes."""
        self.postings.put(posting.number, posting)
        insort(self.by_time, (posting.created, posting.number))
        if posting.status in UNFULFILLED:
            self.open.add(posting.number)
        self.tell(notices.arrived(posting, self.seller.ozon_id))
        return posting

    def move(self, posting: Posting, status: str, substatus: str) -> None:
        """This function will change the state of a posting and everything that follows from its name."""
        posting.previous_substatus = posting.substatus
        posting.status, posting.substatus = status, substatus
        posting.changed = self.clock.now()
        if status in UNFULFILLED:
            self.open.add(posting.number)
        else:
            self.open.discard(posting.number)
        self.postings.touch(posting.number)
        self.tell(notices.changed(posting, self.seller.ozon_id))

    def tell(self, notice: dict[str, Any] | None) -> None:
        """This function will have the seller told, where they have entered an address."""
        if notice is not None:
            self.world.post.tell(notices.CODE, self.seller.code, "", notice)

    def created_between(self, since: float, to: float) -> list[str]:
        start = bisect_left(self.by_time, (since, ""))
        end = bisect_left(self.by_time, (to, "\uffff"))
        return [number for _, number in self.by_time[start:end]]

    def stock(self, warehouse_id: int, product_id: int) -> Stock:
        found = self.stocks.get((warehouse_id, product_id))
        return found if found is not None else Stock()

    def keep_stock(self, warehouse_id: int, product_id: int, stock: Stock) -> None:
        self.stocks.put((warehouse_id, product_id), stock)

    def release(self, posting: Posting, *, sold: bool) -> None:
        """This function will end the reserve of a posting; what was not sold is free again."""
        for line in posting.lines:
            self.release_line(posting.warehouse_id, line, line.quantity, sold=sold)

    def release_line(self, warehouse_id: int, line: Line, quantity: int, *, sold: bool) -> None:
        good = self.catalogue.by_sku[line.sku]
        stock = self.stock(warehouse_id, good.product_id)
        stock.reserved = max(0, stock.reserved - quantity)
        if not sold:
            stock.free += quantity
        self.keep_stock(warehouse_id, good.product_id, stock)

    def price(self, good: Good) -> Price:
        found = self.prices.get(good.product_id)
        return found if found is not None else Price(str(good.price), str(round(good.price * 1.25)))

    def fbo_present(self, good: Good) -> int:
        """Every third good lies at Ozon's own warehouse too."""
        return good.index * 7 % 40 + 1 if good.index % 3 == 0 else 0


FBO_WAREHOUSE = (22655170176000, "ХОРУГВИНО_РФЦ")


def warehouses_of(seller: Seller) -> list[Warehouse]:
    base = 1_020_005_000_000_000 + seller.ozon_id * 100
    if seller.code == "demo":
        return [
            Warehouse(base + 1, "Подольск FBS", "Подольск", "SMALL", 15),
            Warehouse(base + 2, "Казань FBS", "Казань", "BIG", 13),
        ]
    return [Warehouse(base + 1, "Светлица FBS", "Тула", "SMALL", 14)]
