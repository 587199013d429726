"""One cabinet of a seller on Megamarket: one token, one merchant id, one scheme."""

from bisect import bisect_left, insort

from sandbox.goods import Good
from sandbox.megamarket.keys import FBS, schemes_of, shipping_point, token_of
from sandbox.megamarket.state import Lot, Shipment
from sandbox.sellers import Seller
from sandbox.world import World

GONE = frozenset({"MERCHANT_CANCELED", "CUSTOMER_CANCELED"})


class Cabinet:
    def __init__(self, world: World, seller: Seller, *, merchant_id: int, token: str, scheme: str) -> None:
        self.world, self.seller, self.catalogue = world, seller, seller.catalogue
        self.merchant_id, self.token, self.scheme = merchant_id, token, scheme
        self.clock, self.tempo = world.clock, world.tempo
        table, account = world.store.table, f"megamarket/{merchant_id}"
        self.stocks = table(f"{account}/stocks", int)
        self.prices = table(f"{account}/prices", int)
        self.shipments = table(f"{account}/shipments", Shipment)
        self.by_time = sorted((it.created, number) for number, it in self.shipments.items())

    @property
    def name(self) -> str:
        """How the cabinet is called among the letters: the seller for the first one, else seller and scheme."""
        return self.seller.code if self.scheme == FBS else f"{self.seller.code}-{self.scheme}"

    def sells(self, good: Good) -> bool:
        return good.on_ozon and good.on_wildberries

    def enter(self, it: Shipment) -> Shipment:
        self.shipments.put(it.number, it)
        insort(self.by_time, (it.created, it.number))
        return it

    def created_between(self, since: float, until: float) -> list[Shipment]:
        start, end = bisect_left(self.by_time, (since, "")), bisect_left(self.by_time, (until, "\uffff"))
        return [self.shipments[number] for _, number in self.by_time[start:end]]

    def keep(self, it: Shipment) -> None:
        self.shipments.touch(it.number)

    def pend(self, it: Shipment, lots: list[Lot], *, during: str, after: str) -> None:
        """This function will hold lots in PENDING_… for a while, then let them become what was asked."""
        for lot in lots:
            lot.status, lot.after = during, after
        self.keep(it)
        delay = self.world.between(self.tempo.lots_pending)
        indexes = [lot.index for lot in lots]
        self.world.agenda.later(delay, "mm.pended", merchant=self.merchant_id, number=it.number, lots=indexes)

    def price(self, good: Good) -> int:
        return self.prices.get(good.article, good.price)

    def amount(self, good: Good) -> int:
        return self.stocks.get(good.article, 0)

    @property
    def shipping_point(self) -> str:
        return shipping_point(self.merchant_id)


def cabinets_of(world: World, seller: Seller) -> list[Cabinet]:
    """This function will give the cabinets of a seller, one for each scheme."""
    return [
        Cabinet(world, seller, merchant_id=number, token=token_of(number), scheme=scheme)
        for scheme, number in schemes_of(seller).items()
    ]
