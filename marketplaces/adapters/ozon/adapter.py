"""Ozon: which part answers which question."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.ozon import build, codes, parse, wire
from marketplaces.adapters.ozon.cards import Cards
from marketplaces.adapters.ozon.codes import gettext_noop
from marketplaces.adapters.ozon.handover import Handovers
from marketplaces.adapters.ozon.hook import OzonHook
from marketplaces.adapters.ozon.levels import Levels
from marketplaces.adapters.ozon.orders import Orders
from marketplaces.adapters.ozon.packing import Packing
from marketplaces.adapters.ozon.returns import Returns
from marketplaces.adapters.ozon.talk import Talk
from marketplaces.composed import Composed
from marketplaces.errors import CredentialsRejected
from marketplaces.hook import Hook
from marketplaces.http import reading
from marketplaces.ports import Can, Field, Limit, Poll, Send


class Ozon(Composed):
    """One cabinet of Ozon: FBS, rFBS and Express orders, stock, prices; the stock of FBO is read."""

    code: ClassVar[str] = "ozon"
    name: ClassVar[str] = "Ozon"
    production_url: ClassVar[str] = "https://api-seller.ozon.ru"
    fields: ClassVar[Sequence[Field]] = (
        Field(name="client_id", label=gettext_noop("Client-Id"), hint=gettext_noop("Settings → API keys")),
        Field(
            name="api_key",
            label=gettext_noop("Api-Key"),
            secret=True,
            hint=gettext_noop("A key with the roles of products, stock, prices, orders and handover"),
        ),
    )
    can: ClassVar[frozenset[Can]] = frozenset(
        {
            Can.ACCOUNT,
            Can.WAREHOUSES,
            Can.LISTINGS,
            Can.ORDERS,
            Can.STATUSES,
            Can.STOCK_WRITE,
            Can.STOCK_READ,
            Can.PRICE_WRITE,
            Can.PRICE_READ,
            Can.COMMIT,
            Can.SPLIT,
            Can.LABELS,
            Can.FEES,
            Can.MARKS_BEFORE_COMMIT,
            Can.HANDOVER,
            Can.HANDOVER_DOCUMENTS,
            Can.CANCEL,
            Can.CANCEL_LINE,
            Can.RETURNS,
            Can.RETURN_REASONS,
            Can.OWN_STOCK,
            Can.NOTICES,
        }
    )
    schemes: ClassVar[frozenset[dto.Scheme]] = frozenset(dto.Scheme)
    poll: ClassVar[Poll] = Poll(orders_s=5, statuses_s=30)
    stock_batch: ClassVar[int] = 100
    stock_limits: ClassVar[Sequence[Limit]] = codes.STOCKS
    price_batch: ClassVar[int] = 1000
    commit_batch: ClassVar[int] = 1
    label_batch: ClassVar[int] = 20
    same_stock_pair_s: ClassVar[float] = codes.SAME_PAIR_S
    changes_tell_statuses: ClassVar[bool] = True
    label_delay_s: ClassVar[float] = 45.0
    hook: ClassVar[Hook | None] = OzonHook()

    cards: Cards
    orders: Orders
    levels: Levels
    packing: Packing
    handovers: Handovers

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self.talk = Talk(credentials=credentials, send=send)
        self.orders = Orders(self.talk)
        self.cards = Cards(self.talk)
        self.levels = Levels(self.talk, self.cards)
        self.packing = Packing(self.talk)
        self.handovers = Handovers(self.talk)
        self.goods_back = Returns(self.talk)

    # -- account and reference data
    def account(self) -> dto.Account:
        roles = self.talk.one(wire.Roles, "/v1/roles")
        try:
            company = self.talk.one(wire.Seller, "/v1/seller/info").company or wire.Company()
        except CredentialsRejected:
            # The key is good, it only may not read about the company.
            company = wire.Company()
        return dto.Account(
            external_id=self.talk.client_id,
            name=company.name or company.legal_name,
            inn=company.inn,
            currency=company.currency,
            key_expires_at=roles.expires_at,
            permissions=parse.permissions(roles),
        )

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        path = "/v2/warehouse/list"
        found = [row for page in self.talk.pages(path, {"limit": build.WAREHOUSES}, "warehouses") for row in page]
        shapes, broken = reading.each(found, lambda row: [wire.Warehouse.model_validate(row)], "warehouse_id")
        methods, bad = self._delivery_methods() if any(shape.is_rfbs for shape in shapes) else ([], [])
        # Which warehouse a method is of that was not understood is not known: then none is judged by its methods.
        known = None if bad else methods
        return dto.Page(items=[parse.warehouse(shape, methods=known) for shape in shapes], broken=[*broken, *bad])

    def _delivery_methods(self) -> tuple[Sequence[wire.DeliveryMethod], Sequence[dto.Broken]]:
        path = "/v2/delivery-method/list"
        found = [row for page in self.talk.pages(path, {"limit": build.METHODS}, "delivery_methods") for row in page]
        return reading.each(found, lambda row: [wire.DeliveryMethod.model_validate(row)], "id")

    # -- levels
    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        return self.levels.read_stock(levels)

    def read_prices(self, keys: Sequence[dto.PriceLevel]) -> dto.Page[dto.PriceLevel]:
        return self.levels.read_prices(keys)

    def own_stock(self) -> Iterator[dto.Page[dto.OwnStock]]:
        return self.levels.own_stock()

    # -- packing
    def mark_verdicts(self, numbers: Sequence[str]) -> Sequence[dto.MarkVerdict]:
        return [verdict for number in numbers for verdict in self.packing.verdicts(number)]

    # -- handover
    def handover_documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        return self.handovers.documents(plan)

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        self.orders.cancel(number, reason=reason, text=text)

    def cancel_lines(self, number: str, lines: Sequence[dto.PackLine], *, reason: str, text: str) -> None:
        self.orders.cancel_lines(number, lines, reason=reason, text=text)

    # -- returns
    def returns(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        return self.goods_back.changed(since=since, now=now)
