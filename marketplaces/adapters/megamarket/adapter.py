"""Megamarket: which part answers which question."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.megamarket import codes
from marketplaces.adapters.megamarket.cards import Cards
from marketplaces.adapters.megamarket.codes import gettext_noop
from marketplaces.adapters.megamarket.handover import Handovers
from marketplaces.adapters.megamarket.hook import MegamarketHook
from marketplaces.adapters.megamarket.levels import Levels
from marketplaces.adapters.megamarket.orders import Orders
from marketplaces.adapters.megamarket.packing import Packing
from marketplaces.adapters.megamarket.shipments import Place
from marketplaces.adapters.megamarket.talk import Talk
from marketplaces.composed import Composed
from marketplaces.errors import CredentialsRejected
from marketplaces.hook import Hook
from marketplaces.ports import Can, Field, Limit, Poll, Send

LONGEST_ID = 20


class Megamarket(Composed):
    """
    One cabinet of Megamarket: one token, one merchantId, one scheme.

    A shipment consists of lots, each one unit.  Its statuses are asked for by number, for there is no list of changes.
    """

    code: ClassVar[str] = "megamarket"
    name: ClassVar[str] = "Мегамаркет"
    former_names: ClassVar[Sequence[str]] = ("SberMegaMarket", "СберМегаМаркет", "Goods", "goods.ru")
    production_url: ClassVar[str] = "https://api.megamarket.tech"
    fields: ClassVar[Sequence[Field]] = (
        Field(
            name="merchant_id",
            label=gettext_noop("Merchant id"),
            hint=gettext_noop("The number of the shop in the cabinet; box codes are made of it"),
        ),
        Field(
            name="scheme",
            label=gettext_noop("Scheme"),
            choices=(
                ("fbs", gettext_noop("FBS: Megamarket delivers")),
                ("dbs", gettext_noop("DBS: you deliver")),
                ("cnc", gettext_noop("Click & collect: the buyer comes to you")),
            ),
        ),
        Field(
            name="warehouse_ids",
            label=gettext_noop("Warehouse or shop ids"),
            required=False,
            hint=gettext_noop("As in the cabinet, separated by commas. Empty: one for the whole cabinet"),
        ),
        Field(
            name="token",
            label=gettext_noop("Authorization token"),
            secret=True,
            hint=gettext_noop("Settings → API integration; the test contour has a token of its own"),
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
            Can.PRICE_WRITE,
            Can.CONFIRM,
            Can.COMMIT,
            Can.BOXES,
            Can.BOXES_ANEW,
            Can.LABELS,
            Can.MARKS_BEFORE_COMMIT,
            Can.HANDOVER,
            Can.CANCEL,
            Can.CANCEL_LINE,
            Can.CANCEL_REQUESTS,
            Can.PROGRESS,
            Can.NOTICES,
        }
    )
    schemes: ClassVar[frozenset[dto.Scheme]] = frozenset({dto.Scheme.FBS, dto.Scheme.DBS, dto.Scheme.PICKUP})
    poll: ClassVar[Poll] = Poll(orders_s=5, statuses_s=60)
    stock_batch: ClassVar[int] = 300
    stock_limits: ClassVar[Sequence[Limit]] = codes.OTHERS
    price_batch: ClassVar[int] = 300
    commit_batch: ClassVar[int] = 50
    label_batch: ClassVar[int] = 20
    hook: ClassVar[Hook | None] = MegamarketHook()

    cards: Cards
    orders: Orders
    levels: Levels
    packing: Packing
    handovers: Handovers

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self.place = place_of(credentials)
        # At the door nobody knows the channel's settings; whoever handles what came in does.
        self.hook = MegamarketHook(self.place)  # type: ignore[misc]
        self.talk = Talk(credentials=credentials, send=send)
        self.orders = Orders(self.talk, self.place)
        self.cards = Cards(self.talk)
        self.levels = Levels(self.talk, self.place)
        self.packing = Packing(self.talk, self.orders, self.place)
        self.handovers = Handovers(self.talk, self.orders, self.place)

    # -- account and reference data
    def account(self) -> dto.Account:
        """
        Check the token by the cheapest question.

        Megamarket never says whose token it is: the merchant id is what the seller typed.
        """
        if not valid_id(self.place.merchant_id):
            raise CredentialsRejected("the merchant id is a number")
        self.talk.ask(f"{codes.ORDER}/order/search", {"count": 1}, limits=codes.ORDERS)
        merchant_id = self.place.merchant_id
        return dto.Account(external_id=merchant_id, name=f"Megamarket {merchant_id}")

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        """What the seller named: there is no list to be asked for."""
        items = [
            dto.RemoteWarehouse(external_id=one, name=f"Megamarket {one}", scheme=self.place.scheme)
            for one in self.place.warehouse_ids
        ]
        return dto.Page(items=items)

    # -- packing
    def confirm(self, numbers: Sequence[str]) -> Sequence[dto.Committed]:
        return self.packing.confirm(numbers)

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        self.packing.cancel(number, reason=reason, text=text)

    def cancel_lines(self, number: str, lines: Sequence[dto.PackLine], *, reason: str, text: str) -> None:
        self.packing.cancel_lines(number, lines, reason=reason, text=text)

    def answer_cancel_request(
        self, number: str, *, accept: bool, why: dto.Decline | None = None, parts: Sequence[str] = ()
    ) -> None:
        self.packing.cancel_result(number, accept=accept, indexes=parts)

    # -- orders that the seller delivers or gives out himself
    def report(self, progress: dto.Progress, *, now: datetime) -> None:
        """
        Megamarket hears of two steps only: packed (which is the commit) and that the buyer has it.

        On its way and ready in the shop are our own knowledge; there is nothing to say about them.
        """
        if progress.stage is dto.Stage.DELIVERED:
            self.packing.close(progress.number, at=progress.at)


def place_of(credentials: Mapping[str, str]) -> Place:
    """This function will read what the seller typed about the cabinet."""
    merchant_id = credentials.get("merchant_id", "").strip()
    named = [part.strip() for part in credentials.get("warehouse_ids", "").split(",")]
    scheme = codes.SCHEMES.get(credentials.get("scheme", "").strip().lower(), dto.Scheme.FBS)
    warehouse_ids = [part for part in dict.fromkeys(named) if part] or [merchant_id]
    return Place(merchant_id=merchant_id, scheme=scheme, warehouse_ids=warehouse_ids)


def valid_id(text: str) -> bool:
    """Whether a person typed a number, as box codes need it."""
    return text.isascii() and text.isdigit() and 0 < len(text) <= LONGEST_ID
