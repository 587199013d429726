"""AliExpress Russia: which part answers which question."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.aliexpress import codes, own_delivery
from marketplaces.adapters.aliexpress.cards import Cards
from marketplaces.adapters.aliexpress.codes import gettext_noop
from marketplaces.adapters.aliexpress.handover import Handovers
from marketplaces.adapters.aliexpress.levels import Levels
from marketplaces.adapters.aliexpress.orders import Orders
from marketplaces.adapters.aliexpress.packing import Packing
from marketplaces.adapters.aliexpress.parse import WAREHOUSE
from marketplaces.adapters.aliexpress.talk import Talk
from marketplaces.composed import Composed
from marketplaces.ports import Can, Field, Limit, Poll, Send


class AliExpress(Composed):
    """
    One shop on AliExpress Russia.

    There is no official specification.  What is not proven is a setting: the prefix before "/api/…", and whether a
    handover list is closed from here.
    """

    code: ClassVar[str] = "aliexpress"
    name: ClassVar[str] = "AliExpress"
    former_names: ClassVar[Sequence[str]] = ("AliExpress Russia", "AliExpress Россия", "Tmall")
    production_url: ClassVar[str] = "https://openapi.aliexpress.ru"
    fields: ClassVar[Sequence[Field]] = (
        Field(
            name="scheme",
            label=gettext_noop("Scheme"),
            hint=gettext_noop("Where the order itself does not tell who delivers"),
            choices=(
                ("fbs", gettext_noop("FBS: the platform's carriers")),
                ("dbs", gettext_noop("DBS: you deliver")),
            ),
        ),
        Field(
            name="prefix",
            label=gettext_noop("Address of the product methods"),
            hint=gettext_noop("Not proven: change it if AliExpress answers that a method is not found"),
            choices=(("", "/api/…"), ("/public", "/public/api/…")),
            required=False,
        ),
        Field(
            name="transfer",
            label=gettext_noop("Close handover lists from here"),
            hint=gettext_noop("Not proven: switched off, you close them in the cabinet"),
            choices=(("off", gettext_noop("No")), ("on", gettext_noop("Yes"))),
        ),
        Field(
            name="token",
            label=gettext_noop("API token"),
            secret=True,
            hint=gettext_noop("x-auth-token, made in the seller cabinet"),
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
            Can.COMMIT,
            Can.BOXES,
            Can.BOXES_ANEW,
            Can.LABELS,
            Can.FEES,
            Can.HANDOVER,
            Can.HANDOVER_DOCUMENTS,
            Can.PROGRESS,
        }
    )
    schemes: ClassVar[frozenset[dto.Scheme]] = frozenset({dto.Scheme.FBS, dto.Scheme.DBS})
    poll: ClassVar[Poll] = Poll(orders_s=10, statuses_s=60)
    stock_batch: ClassVar[int] = 100
    stock_limits: ClassVar[Sequence[Limit]] = codes.WRITES
    price_batch: ClassVar[int] = 100
    commit_batch: ClassVar[int] = 1
    label_batch: ClassVar[int] = 10
    changes_tell_statuses: ClassVar[bool] = True

    cards: Cards
    orders: Orders
    levels: Levels
    packing: Packing
    handovers: Handovers

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        scheme = codes.SCHEMES.get(credentials.get("scheme", "").strip().lower(), dto.Scheme.FBS)
        prefix = "/public" if credentials.get("prefix", "").strip() == "/public" else ""
        self.scheme, self.token = scheme, credentials.get("token", "").strip()
        self.talk = Talk(credentials=credentials, send=send, prefix=prefix)
        self.orders = Orders(self.talk, scheme)
        self.cards = Cards(self.talk)
        self.levels = Levels(self.talk, self.cards)
        self.packing = Packing(self.talk, self.orders)
        self.handovers = Handovers(self.talk, self.orders, transfers=credentials.get("transfer") == "on")

    # -- account and reference data
    def account(self) -> dto.Account:
        """
        Check the token by the cheapest question.

        The owner of the goods names the shop; one without goods is known by a digest of its token.
        """
        owner = self.cards.owner()
        digest = hashlib.sha256(self.token.encode()).hexdigest()[:16]
        return dto.Account(external_id=owner or f"token-{digest}", name=f"AliExpress {owner}".strip())

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        """One stock for the whole shop, and no list of warehouses to be asked for."""
        return dto.Page(items=[dto.RemoteWarehouse(external_id=WAREHOUSE, name="AliExpress", scheme=self.scheme)])

    # -- levels
    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        return self.levels.read_stock(levels)

    def price_verdict(self, token: str, levels: Sequence[dto.PriceLevel] = ()) -> dto.Receipt:
        return self.levels.price_verdict(token, levels)

    # -- handover
    def handover_documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        return self.handovers.documents(plan)

    # -- orders that the seller brings himself
    def report(self, progress: dto.Progress, *, now: datetime) -> None:
        own_delivery.report(self.talk, progress)
