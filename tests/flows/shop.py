"""One merchant with both marketplaces in memory, and the people of its warehouse."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf

from backoffice.kernel import seal
from catalog.models import ChannelWarehouse
from floor.models import Wave
from floor.services import pack, pick, put_back, wave
from floor.types import Answer, ScanIn
from labels.models import LabelFile
from marketplaces import dto
from marketplaces.models import Command, Credential, Debt
from marketplaces.sync import drain, lanes, pull, streams
from merchants.models import Person
from orders.models import Order
from orders.services import cure
from shipping.models import Handover
from shipping.services import handover
from stock.models import Balance
from stock.selectors import proof
from tests import make
from tests.fakes.marketplace import FakeMarketplace, Killed, remote_order
from tests.trade import NOON, Trade

LANES = ("commands", "stock")


@dataclass
class Side:
    """One channel and its marketplace."""

    place: ChannelWarehouse
    fake: FakeMarketplace = field(default_factory=lambda: FakeMarketplace(draw_sticker=sticker))

    def sells(self, *orders: dto.RemoteOrder) -> None:
        """Buyers order; the marketplace lowers what it offers by itself."""
        for order in orders:
            self.fake.orders[order.number] = order
            for line in order.lines:
                key = (self.place.external_id, line.stock_id)
                self.fake.stock[key] = max(0, self.fake.stock.get(key, 0) - line.pieces)
        self.fake.pages = [dto.Page(items=list(orders))]

    def order(self, number: str, *lines: tuple[str, int], **fields: Any) -> dto.RemoteOrder:
        return remote_order(number, *lines, warehouse_id=self.place.external_id, **fields)


@dataclass
class Shop:
    """The trade, its two sides, one picker, and the clock."""

    trade: Trade
    ozon: Side
    wildberries: Side
    person: Person
    now: datetime = NOON + timedelta(hours=1)
    survived: tuple[type[BaseException], ...] = ()

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.ozon, self.wildberries

    # -- the machine
    def survive(self) -> None:
        """From here on a killed worker is followed by the next one."""
        self.survived = (Killed,)

    def pull(self, *names: str) -> None:
        """Both channels are read."""
        for side in self.sides:
            for name in names or ("orders",):
                with suppress(*self.survived):
                    pull.run(
                        merchant_id=self.trade.merchant.pk,
                        channel_id=side.place.channel_id,
                        stream=name,
                        kinds=streams.STREAMS,
                        connect=side.fake.connect,
                        clock=lambda: self.now,
                    )

    def drain(self) -> None:
        """What is due is sent, lane by lane."""
        for side in self.sides:
            for lane in LANES:
                with suppress(*self.survived):
                    drain.run(
                        merchant_id=self.trade.merchant.pk,
                        channel_id=side.place.channel_id,
                        lane=lane,
                        steps=lanes.STEPS,
                        connect=side.fake.connect,
                        clock=lambda: self.now,
                    )

    def settle(self, rounds: int = 2, *, minutes: int = 1) -> None:
        """Time passes; whatever is due is read, sent, and cured."""
        for _ in range(rounds):
            self.pull("orders", "statuses")
            cure.fill_shortages(merchant_id=self.trade.merchant.pk, now=self.now)
            self.drain()
            self.now += timedelta(minutes=minutes)

    def cancelled_by_buyer(self, order: Order) -> None:
        """The marketplace says so at the next look."""
        side = self.ozon if order.channel_id == self.ozon.place.channel_id else self.wildberries
        side.fake.orders[order.external_number] = _with_status(side.fake.orders[order.external_number])

    # -- people
    def order(self, number: str) -> Order:
        return Order.objects.get(external_number=number)

    def release(self, *numbers: str) -> Wave:
        ids = [self.order(number).pk for number in numbers]
        return wave.release(warehouse_id=self.trade.warehouse.pk, order_ids=ids, now=self.now, person_id=self.person.pk)

    def _scan(self, code: str) -> ScanIn:
        return ScanIn(code=code, nonce=uuid4(), scanned_at=self.now, person_id=self.person.pk)

    def picks(self, run: Wave, *codes: str) -> list[Answer]:
        return [
            pick.scan(wave=Wave.objects.get(pk=run.pk), scan=self._scan(code), cell_id=None, now=self.now)
            for code in codes
        ]

    def packs(self, *codes: str) -> list[Answer]:
        return [pack.scan(warehouse_id=self.trade.warehouse.pk, scan=self._scan(code), now=self.now) for code in codes]

    def puts_back(self, *codes: str) -> list[Answer]:
        cell = self.trade.cell.pk
        return [
            put_back.scan(warehouse_id=self.trade.warehouse.pk, scan=self._scan(code), cell_id=cell, now=self.now)
            for code in codes
        ]

    def closes(self, gathered: Handover, *, leave_behind: bool = False) -> None:
        handover.close(
            merchant_id=self.trade.merchant.pk,
            handover_id=gathered.pk,
            now=self.now,
            person_id=self.person.pk,
            leave_behind=leave_behind,
        )

    # -- the whole state
    def states(self) -> dict[str, str]:
        """Every order and where it stands."""
        return dict(Order.objects.order_by("external_number").values_list("external_number", "state"))

    def offered(self, code: str) -> tuple[int, int]:
        """What (Ozon, Wildberries) offer of an article."""
        ozon, wildberries = (side.fake.stock[side.place.external_id, code] for side in self.sides)
        return ozon, wildberries

    def left(self) -> dict[str, int]:
        """Pieces that left with buyers, by article."""
        rows = Balance.objects.filter(location__kind="customer").exclude(pieces=0)
        return dict(rows.values_list("sku__code", "pieces"))

    def stickers(self) -> dict[str, str]:
        """Order → its stored sticker."""
        ready = LabelFile.objects.filter(state="ready").select_related("order")
        return {str(label.order): title_of(label) for label in ready}

    def owes_nothing(self) -> bool:
        """No debt, no command, parked or not, and a ledger that proves itself."""
        return not Debt.objects.exists() and not Command.objects.exists() and proof.differences() == []


def sticker(number: str) -> bytes:
    """A PDF of one page that bears the number as its title."""
    drawn, written = pikepdf.new(), BytesIO()
    drawn.add_blank_page(page_size=(164, 113))
    drawn.docinfo["/Title"] = number
    drawn.save(written)
    return written.getvalue()


def title_of(label: LabelFile) -> str:
    with label.file.open() as file, pikepdf.open(BytesIO(file.read())) as opened:
        return str(opened.docinfo["/Title"])


def _with_status(order: dto.RemoteOrder) -> dto.RemoteOrder:
    gone = dto.RemoteStatus(number=order.number, status="cancelled", stage=dto.Stage.CANCELLED, actor=dto.Actor.BUYER)
    return replace(order, status=gone)


def open_shop(trade: Trade) -> Shop:
    """Both channels connected, an empty shelf."""
    for place in (trade.ozon, trade.wildberries):
        Credential.objects.create(
            merchant=trade.merchant, channel=place.channel, sealed=seal.seal({"key": "hush-hush"})
        )
    return Shop(trade, Side(trade.ozon), Side(trade.wildberries), make.person(full_name="Сборщик"))
