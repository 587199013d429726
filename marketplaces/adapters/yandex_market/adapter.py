"""Yandex Market: which call answers which question."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.yandex_market import operations, parse, wire
from marketplaces.adapters.yandex_market.cabinet import Cabinet
from marketplaces.adapters.yandex_market.cards import Cards
from marketplaces.adapters.yandex_market.codes import gettext_noop
from marketplaces.adapters.yandex_market.handover import Handovers
from marketplaces.adapters.yandex_market.hook import YandexMarketHook
from marketplaces.adapters.yandex_market.levels import Levels
from marketplaces.adapters.yandex_market.orders import Orders
from marketplaces.adapters.yandex_market.own_delivery import OwnDelivery
from marketplaces.adapters.yandex_market.packing import Packing
from marketplaces.adapters.yandex_market.returns import Returns
from marketplaces.adapters.yandex_market.talk import Talk
from marketplaces.composed import Composed
from marketplaces.errors import CredentialsRejected, Rejected
from marketplaces.hook import Hook
from marketplaces.ports import Can, Field, Limit, Poll, Send

LABEL_FORMATS = (
    ("A9_HORIZONTALLY", gettext_noop("58 × 40 mm")),
    ("A9", gettext_noop("40 × 58 mm, upright")),
    ("A7", gettext_noop("75 × 120 mm")),
    ("A4", gettext_noop("sheets of A4, as chosen in the cabinet")),
)
PRINTED_SIZES = {"A9_HORIZONTALLY": "58x40", "A9": "40x58", "A7": "75x120", "A4": "a4"}


class YandexMarket(Composed):
    """
    One cabinet of Yandex Market with all its stores: FBS, DBS and Express orders, stock, prices; FBY stock is read.

    An order's number is theirs; its boxes stay one parcel.  Cards are called by the seller's article everywhere.
    """

    code: ClassVar[str] = "yandex_market"
    name: ClassVar[str] = "Яндекс Маркет"
    former_names: ClassVar[Sequence[str]] = ("Beru", "Беру")
    production_url: ClassVar[str] = "https://api.partner.market.yandex.ru"
    fields: ClassVar[Sequence[Field]] = (
        Field(
            name="api_key",
            label=gettext_noop("Api-Key token"),
            secret=True,
            hint=gettext_noop(
                "Settings → API and modules → Api-Key token; rights: orders, goods and stock, prices; not read-only"
            ),
        ),
        Field(
            name="label_format",
            label=gettext_noop("Sticker size"),
            choices=LABEL_FORMATS,
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
            Can.BOXES,
            Can.FEWER_AT_COMMIT,
            Can.LABELS,
            Can.LABEL_DATA,
            Can.MARKS_BEFORE_COMMIT,
            Can.HANDOVER,
            Can.HANDOVER_DOCUMENTS,
            Can.CANCEL,
            Can.CANCEL_REQUESTS,
            Can.PROGRESS,
            Can.RETURNS,
            Can.RETURN_REASONS,
            Can.OWN_STOCK,
            Can.NOTICES,
        }
    )
    schemes: ClassVar[frozenset[dto.Scheme]] = frozenset(dto.Scheme)
    # Ten thousand lists of orders an hour: a cabinet with a thousand orders in work is asked every fifteen seconds.
    poll: ClassVar[Poll] = Poll(orders_s=15, statuses_s=60)
    stock_batch: ClassVar[int] = operations.STOCKS_WRITE
    stock_limits: ClassVar[Sequence[Limit]] = (*operations.SET_STOCKS.limits, *operations.SET_STOCKS_V3.limits)
    price_batch: ClassVar[int] = operations.PRICES_WRITE
    commit_batch: ClassVar[int] = 1
    label_batch: ClassVar[int] = 20
    changes_tell_statuses: ClassVar[bool] = True
    hook: ClassVar[Hook | None] = YandexMarketHook()

    cards: Cards
    orders: Orders
    levels: Levels
    packing: Packing
    handovers: Handovers

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self.label_format = credentials.get("label_format", "").strip() or LABEL_FORMATS[0][0]
        self.talk = Talk(credentials=credentials, send=send)
        self.cabinet = Cabinet(self.talk)
        self.cards = Cards(self.talk, self.cabinet)
        self.orders = Orders(self.talk, self.cabinet)
        self.levels = Levels(self.talk, self.cabinet)
        self.packing = Packing(self.talk, self.orders, form=self.label_format)
        self.handovers = Handovers(self.talk, self.orders)
        self.own_delivery = OwnDelivery(self.talk, self.orders)
        self.goods_back = Returns(self.talk, self.cabinet)

    # -- account and reference data
    def account(self) -> dto.Account:
        key = self.talk.result(wire.Token, operations.KEY).apiKey
        facts = self.cabinet.read()
        try:
            told = self.talk.result(wire.Settings, operations.SETTINGS, body={}, businessId=facts.business.id)
        except (Rejected, CredentialsRejected):
            # The key is good, it only may not read the settings.
            told = wire.Settings()
        return dto.Account(
            external_id=facts.business.id,
            name=facts.business.name,
            currency=told.settings.currency if told.settings else "RUB",
            permissions=parse.permissions(key),
        )

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        size = PRINTED_SIZES.get(self.label_format, "")
        facts = self.cabinet.read_places()
        items = [parse.warehouse(place, label_format=size) for place in facts.places.values()]
        return dto.Page(items=items, broken=facts.broken)

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
    def mark_verdicts(self, numbers: Sequence[str]) -> Sequence[dto.MarkVerdict]:
        return [verdict for number in numbers for verdict in self.packing.verdicts(number)]

    def label_data(self, number: str) -> Sequence[dto.LabelData]:
        return self.packing.label_data(number)

    # -- handover
    def handover_documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        return self.handovers.documents(plan)

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        self.packing.cancel(number)

    def answer_cancel_request(
        self, number: str, *, accept: bool, why: dto.Decline | None = None, parts: Sequence[str] = ()
    ) -> None:
        self.own_delivery.answer(number, accept=accept, why=why)

    # -- own delivery and returns
    def report(self, progress: dto.Progress, *, now: datetime) -> None:
        self.own_delivery.report(progress, now=now)

    def returns(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        return self.goods_back.changed(since=since, now=now)
