"""Wildberries: which part answers which question."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.wildberries import codes, parse, reading, wire
from marketplaces.adapters.wildberries.cards import Cards
from marketplaces.adapters.wildberries.handover import Handovers
from marketplaces.adapters.wildberries.levels import Levels
from marketplaces.adapters.wildberries.orders import Orders
from marketplaces.adapters.wildberries.packing import Packing
from marketplaces.adapters.wildberries.returns import Returns
from marketplaces.adapters.wildberries.talk import Talk
from marketplaces.composed import Composed
from marketplaces.errors import ContractBroken, CredentialsRejected, Unavailable
from marketplaces.http.reading import each
from marketplaces.ports import Can, Field, Limit, Poll, Send


class Wildberries(Composed):
    """
    One Wildberries cabinet.

    An assembly order is one unit of one size; committing it means joining an open supply (`Parcel.handover_id`).
    Orders from `orders_changed` carry no status and no marks (their list has none): ask `orders_by_number` for those
    that were not known before.
    """

    code: ClassVar[str] = "wildberries"
    name: ClassVar[str] = "Wildberries"
    production_url: ClassVar[str] = "https://wildberries.ru"
    fields: ClassVar[Sequence[Field]] = (
        Field(
            name="token",
            label=codes.gettext_noop("API token"),
            secret=True,
            hint=codes.gettext_noop("Categories: Content, Prices and discounts, Marketplace, Analytics; not read-only"),
        ),
    )
    can: ClassVar[frozenset[Can]] = frozenset({
        Can.ACCOUNT, Can.WAREHOUSES, Can.LISTINGS, Can.ORDERS, Can.STATUSES, Can.STOCK_WRITE, Can.STOCK_READ,
        Can.PRICE_WRITE, Can.PRICE_READ, Can.COMMIT, Can.LABELS, Can.MARKS_AFTER_COMMIT, Can.HANDOVER_BEFORE_COMMIT,
        Can.HANDOVER, Can.HANDOVER_DOCUMENTS, Can.SHIPPING_POINTS, Can.CONTAINERS, Can.CANCEL,
        Can.OWN_STOCK, Can.RETURNS, Can.RETURN_REASONS,
    })  # fmt: skip
    schemes: ClassVar[frozenset[dto.Scheme]] = frozenset({dto.Scheme.FBS, dto.Scheme.FBO})
    # One bucket of 300 requests a minute serves orders, supplies and stickers: asking every 5 s is 4 % of it.
    poll: ClassVar[Poll] = Poll(orders_s=5, statuses_s=60)
    stock_batch: ClassVar[int] = 1000
    stock_limits: ClassVar[Sequence[Limit]] = (codes.STOCKS,)
    price_batch: ClassVar[int] = 1000
    commit_batch: ClassVar[int] = 100
    label_batch: ClassVar[int] = 100

    cards: Cards
    orders: Orders
    levels: Levels
    packing: Packing
    handovers: Handovers

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self.claims = parse.claims(credentials.get("token", "").strip())
        self.talk = Talk(credentials=credentials, send=send, kind=self.claims.acc)
        self.orders = Orders(self.talk)
        self.cards = Cards(self.talk)
        self.levels = Levels(self.talk)
        self.packing = Packing(self.talk, self.orders)
        self.handovers = Handovers(self.talk, self.orders)
        self.goods_back = Returns(self.talk)

    # -- account and reference data
    def account(self) -> dto.Account:
        """
        Check the token live: seller-info, then a ping of each host whose category the token names.

        A host takes three pings in half a minute and blocks those who automate them: this is for a person who
        connects a channel, not for a health check.
        """
        payload = self.talk.ask("GET", "/api/v1/seller-info", host=codes.COMMON, limit=codes.SELLER_INFO)
        info = reading.one(payload, wire.SellerInfo)
        seller = info.sid or self.claims.sid
        if not seller:
            raise ContractBroken("seller-info: no sid", payload=payload)
        return dto.Account(
            external_id=seller,
            name=info.tradeMark or info.name,
            inn=info.tin,
            key_expires_at=parse.expiry(self.claims.exp),
            permissions=[*self._permissions()],
        )

    def _permissions(self) -> Iterator[dto.Permission]:
        mask = self.claims.s
        for category in codes.CATEGORIES:
            named = mask is None or bool(mask >> category.bit & 1)
            yield dto.Permission(
                name=category.name,
                granted=named and self._admitted(category.host),
                needed=category.needed,
                methods=category.methods,
            )
        if mask is not None:
            writes = not mask >> codes.READ_ONLY_BIT & 1
            yield dto.Permission(name=codes.WRITE_ACCESS, granted=writes, methods=codes.WRITE_METHODS)

    def _admitted(self, host: str) -> bool:
        try:
            self.talk.ask("GET", "/ping", host=host, limit=codes.ping(host))
        except CredentialsRejected:
            return False
        except Unavailable:
            # The host is silent, which says nothing of the key.
            return True
        return True

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        payload = self.talk.ask("GET", "/api/v3/warehouses", limit=codes.WAREHOUSES)
        items, broken = each(reading.rows(payload), parse.warehouse, "id")
        return dto.Page(items=items, broken=broken)

    # -- levels
    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        return self.levels.read_stock(levels)

    def price_verdict(self, token: str, levels: Sequence[dto.PriceLevel] = ()) -> dto.Receipt:
        return self.levels.price_verdict(token, levels)

    def read_prices(self, keys: Sequence[dto.PriceLevel]) -> dto.Page[dto.PriceLevel]:
        return self.levels.read_prices(keys)

    def own_stock(self) -> Iterator[dto.Page[dto.OwnStock]]:
        return self.levels.own_stock()

    # -- packing
    def send_marks(self, parcel: dto.Parcel) -> None:
        self.packing.send_marks(parcel)

    def mark_verdicts(self, numbers: Sequence[str]) -> Sequence[dto.MarkVerdict]:
        return self.orders.mark_verdicts(numbers)

    # -- handover
    def open_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        return self.handovers.open(plan)

    def handover_documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        return self.handovers.documents(plan)

    def shipping_points(self, *, city: str, cargo: str) -> Sequence[dto.ShippingPoint]:
        return self.handovers.shipping_points(city=city, cargo=cargo)

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        self.packing.cancel(number, reason=reason, text=text)

    # -- returns
    def returns(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        return self.goods_back.changed(since=since, now=now)
