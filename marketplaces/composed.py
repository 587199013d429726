"""What the marketplaces that we speak to have in common: the same parts answer the same questions."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Protocol

from marketplaces import dto
from marketplaces.ports import Can, Marketplace


class Cards(Protocol):
    """What is for sale there."""

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]: ...


class Orders(Protocol):
    """What buyers want."""

    def new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]: ...
    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]: ...
    def by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]: ...
    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]: ...


class Levels(Protocol):
    """How much there is, and what it costs."""

    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt: ...
    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt: ...


class Packing(Protocol):
    """From an order to a parcel with its sticker."""

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]: ...
    def look_up(self, parcel: dto.Parcel) -> dto.Committed: ...
    def labels(self, numbers: Sequence[str], *, token: str) -> dto.Labels: ...


class Handovers(Protocol):
    """Parcels that leave together."""

    def find(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None: ...
    def close(self, plan: dto.HandoverPlan) -> dto.RemoteHandover: ...


class Composed(Marketplace):
    """
    A marketplace made of parts that its `__init__` makes: whoever read one finds everything in another.

    Handed on is only what every one of them can; the rest an adapter hands on itself, so that it has no capability
    by accident.
    """

    EVERYBODY: ClassVar[frozenset[Can]] = frozenset(
        {
            Can.LISTINGS,
            Can.ORDERS,
            Can.STATUSES,
            Can.STOCK_WRITE,
            Can.PRICE_WRITE,
            Can.COMMIT,
            Can.LABELS,
            Can.HANDOVER,
        }
    )
    cards: Cards
    orders: Orders
    levels: Levels
    packing: Packing
    handovers: Handovers

    def __init_subclass__(cls, **how: Any) -> None:
        super().__init_subclass__(**how)
        if missing := Composed.EVERYBODY - cls.can:
            raise TypeError(f"{cls.__name__} is composed of parts and does not declare {', '.join(sorted(missing))}")

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        return self.cards.listings()

    def orders_new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        return self.orders.new(now=now)

    def orders_changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        return self.orders.changed(since=since, now=now)

    def orders_by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        return self.orders.by_number(numbers, now=now)

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        return self.orders.statuses(numbers)

    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        return self.levels.push_stock(levels)

    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        return self.levels.push_prices(levels)

    def price_verdict(self, token: str, levels: Sequence[dto.PriceLevel] = ()) -> dto.Receipt:
        """Where prices are judged at once, none is ever pending; who judges them later says it himself."""
        return dto.Receipt()

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        return self.packing.commit(parcels)

    def look_up_commit(self, parcel: dto.Parcel) -> dto.Committed:
        return self.packing.look_up(parcel)

    def labels(self, numbers: Sequence[str], *, token: str = "") -> dto.Labels:
        return self.packing.labels(numbers, token=token)

    def find_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        return self.handovers.find(plan)

    def close_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        return self.handovers.close(plan)
