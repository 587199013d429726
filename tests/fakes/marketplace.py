"""
A marketplace in memory: an ordinary implementation of the port whose whole state can be looked at.

It can be told to fail in any of the six ways, before or after the effect, and to die with the worker.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from marketplaces import dto
from marketplaces.adapters.ozon.hook import OzonHook
from marketplaces.errors import Rejected
from marketplaces.hook import Hook
from marketplaces.http.throttle import NoThrottle
from marketplaces.ports import Can, Field, Marketplace, Poll, Throttle
from marketplaces.sync.connection import Connection, refuse_inside_transaction


class Killed(BaseException):
    """The worker died: nothing after this point ran."""


T = TypeVar("T")


@dataclass
class Trouble:
    """What happens to the next call: `error` is raised before the effect or after it."""

    error: BaseException
    after: bool = False


@dataclass
class Supply:
    """A handover as the fake keeps it."""

    id: str
    name: str
    warehouse_id: str = ""
    numbers: list[str] = field(default_factory=list)
    closed: bool = False


class FakeMarketplace(Marketplace):
    """One cabinet.  Everything it was told is in its attributes; `calls` counts methods."""

    code: ClassVar[str] = "ozon"
    name: ClassVar[str] = "Fake"
    production_url: ClassVar[str] = "https://fake.example"
    fields: ClassVar[Sequence[Field]] = (Field(name="key", label="Key", secret=True),)
    can: ClassVar[frozenset[Can]] = frozenset(Can)
    hook: ClassVar[Hook | None] = OzonHook()
    poll: ClassVar[Poll] = Poll(orders_s=10, statuses_s=60)
    stock_batch: ClassVar[int] = 3
    price_batch: ClassVar[int] = 3
    commit_batch: ClassVar[int] = 2
    label_batch: ClassVar[int] = 2

    def __init__(
        self,
        *,
        credentials: Mapping[str, str] | None = None,
        send: Any = None,
        draw_sticker: Callable[[str], bytes] = lambda number: b"%PDF-sticker " + number.encode(),
    ) -> None:
        self.draw_sticker = draw_sticker
        self.stock: dict[tuple[str, str], int] = {}
        self.prices: dict[str, Decimal] = {}
        self.pages: list[dto.Page[dto.RemoteOrder]] = []
        self.orders: dict[str, dto.RemoteOrder] = {}
        self.cards: list[dto.Page[dto.RemoteListing]] = []
        self.committed: dict[str, str] = {}
        self.commits_told: dict[str, int] = defaultdict(int)
        self.supplies: list[Supply] = []
        self.cancelled: list[str] = []
        self.taken_off: list[tuple[str, dict[str, int]]] = []  # (number, line → pieces)
        self.confirmed: list[str] = []
        self.answered: list[tuple[Any, ...]] = []  # (number, accept, why, *parts)
        self.reported: list[dto.Progress] = []
        self.goods_back: list[dto.Page[dto.RemoteReturn]] = []
        self.returns_since: list[datetime] = []
        self.marks: dict[str, list[str]] = {}
        self.stickers_after: int = 0
        self.stickers_refused: dict[str, dto.Refused] = {}
        self.label_rows: dict[str, Sequence[dto.LabelData]] = {}
        self.stickers_asked: dict[str, int] = defaultdict(int)
        self.refused_levels: dict[str, dto.Refused] = {}
        self.poison: set[str] = set()  # stock ids for which the whole batch is refused
        self.pending_commits: bool = False
        self.throttle: Throttle = NoThrottle()
        self.calls: dict[str, int] = defaultdict(int)
        self.pushes: list[list[tuple[str, str, int]]] = []
        self.troubles: dict[str, list[Trouble]] = defaultdict(list)
        self.during: dict[str, Callable[[], object]] = {}

    def connect(self, *_: object) -> Connection:
        """What the sync layer takes for a connection."""
        return Connection(self, throttle=self.throttle)

    def trouble(self, method: str, *errors: BaseException, after: bool = False) -> None:
        """The next calls of the method fail so, in this order."""
        self.troubles[method] += [Trouble(error, after) for error in errors]

    def _call(self, method: str, effect: Callable[[], T]) -> T:
        refuse_inside_transaction(method)
        self.calls[method] += 1
        trouble = self.troubles[method].pop(0) if self.troubles[method] else None
        if trouble and not trouble.after:
            raise trouble.error
        answer = effect()
        if method in self.during:
            self.during.pop(method)()
        if trouble:
            raise trouble.error
        return answer

    # -- account and reference data
    def account(self) -> dto.Account:
        return self._call("account", lambda: dto.Account(external_id="fake-1", name="Fake seller"))

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        return self._call("warehouses", lambda: dto.Page(items=[]))

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        yield from self._call("listings", lambda: self.cards)

    # -- orders
    def orders_new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        yield from self._call("orders_new", lambda: self.pages)

    def orders_changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        yield from self._call("orders_changed", lambda: [*self.pages, dto.Page(items=[], upto=now)])

    def orders_by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        found = [self.orders[number] for number in numbers if number in self.orders]
        return self._call("orders_by_number", lambda: dto.Page(items=found))

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        def read() -> dto.Page[dto.RemoteStatus]:
            return dto.Page(items=[self._status(number) for number in numbers if self._status(number)])

        return self._call("statuses", read)

    def _is_dead(self, number: str) -> bool:
        status = self._status(number)
        return status is not None and status.stage == dto.Stage.CANCELLED

    def _status(self, number: str) -> Any:
        if number in self.cancelled:
            return dto.RemoteStatus(
                number=number, status="cancelled", stage=dto.Stage.CANCELLED, actor=dto.Actor.SELLER
            )
        return self.orders[number].status if number in self.orders else None

    # -- levels
    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        assert len(levels) <= self.stock_batch
        assert len({level.warehouse_id for level in levels}) == 1

        def take() -> dto.Receipt:
            if bad := self.poison & {level.stock_id for level in levels}:
                raise Rejected(f"the whole batch is refused because of {sorted(bad)}", code=dto.Code.INVALID)
            self.pushes.append([(level.warehouse_id, level.stock_id, level.pieces) for level in levels])
            accepted = [level for level in levels if level.key not in self.refused_levels]
            for level in accepted:
                self.stock[level.warehouse_id, level.stock_id] = level.pieces
            return dto.Receipt(
                accepted=[level.key for level in accepted],
                refused=[self.refused_levels[level.key] for level in levels if level.key in self.refused_levels],
            )

        return self._call("push_stock", take)

    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        def read() -> dto.Page[dto.StockLevel]:
            held = [
                replace(level, pieces=self.stock[level.warehouse_id, level.stock_id])
                for level in levels
                if (level.warehouse_id, level.stock_id) in self.stock
            ]
            return dto.Page(items=held)

        return self._call("read_stock", read)

    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        def take() -> dto.Receipt:
            self.prices |= {level.key: level.price for level in levels}
            return dto.Receipt(accepted=[level.key for level in levels])

        return self._call("push_prices", take)

    def read_prices(self, keys: Sequence[dto.PriceLevel]) -> dto.Page[dto.PriceLevel]:
        def read() -> dto.Page[dto.PriceLevel]:
            return dto.Page(items=[replace(key, price=self.prices[key.key]) for key in keys if key.key in self.prices])

        return self._call("read_prices", read)

    def own_stock(self) -> Iterator[dto.Page[dto.OwnStock]]:
        yield from self._call("own_stock", list)

    # -- packing
    def confirm(self, numbers: Sequence[str]) -> Sequence[dto.Committed]:
        def take() -> Sequence[dto.Committed]:
            fresh = [number for number in numbers if number not in self.confirmed]
            self.confirmed += fresh
            return [
                dto.Committed(number=number, state=dto.CommitState.PENDING if number in fresh else dto.CommitState.DONE)
                for number in numbers
            ]

        return self._call("confirm", take)

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        assert len(parcels) <= self.commit_batch

        def take() -> Sequence[dto.Committed]:
            for parcel in parcels:
                self.commits_told[parcel.number] += 1
                self.committed[parcel.number] = parcel.handover_id
                for supply in self.supplies:
                    if supply.id == parcel.handover_id and parcel.number not in supply.numbers:
                        supply.numbers.append(parcel.number)
                    elif supply.id != parcel.handover_id and parcel.number in supply.numbers:
                        supply.numbers.remove(parcel.number)
            state = dto.CommitState.PENDING if self.pending_commits else dto.CommitState.DONE
            return [dto.Committed(number=parcel.number, state=state) for parcel in parcels]

        return self._call("commit", take)

    def look_up_commit(self, parcel: dto.Parcel) -> dto.Committed:
        done = parcel.number in self.committed
        state = dto.CommitState.DONE if done else dto.CommitState.NOT_STARTED
        return self._call("look_up_commit", lambda: dto.Committed(number=parcel.number, state=state))

    def labels(self, numbers: Sequence[str], *, token: str = "") -> dto.Labels:
        def read() -> dto.Labels:
            ready, pending = [], []
            for number in (one for one in numbers if one not in self.stickers_refused):
                self.stickers_asked[number] += 1
                if self.stickers_asked[number] > self.stickers_after:
                    ready.append(
                        dto.RemoteLabel(
                            number=number, content=self.draw_sticker(number), content_type="application/pdf"
                        )
                    )
                else:
                    pending.append(number)
            refused = [self.stickers_refused[number] for number in numbers if number in self.stickers_refused]
            return dto.Labels(ready=ready, pending=pending, refused=refused, token="t1" if pending else "")

        return self._call("labels", read)

    def label_data(self, number: str) -> Sequence[dto.LabelData]:
        return self._call("label_data", lambda: self.label_rows.get(number, []))

    def send_marks(self, parcel: dto.Parcel) -> None:
        def take() -> None:
            self.marks[parcel.number] = [mark.value for mark in parcel.marks]

        self._call("send_marks", take)

    def mark_verdicts(self, numbers: Sequence[str]) -> Sequence[dto.MarkVerdict]:
        return self._call("mark_verdicts", list)

    # -- handover
    def open_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        def make() -> dto.RemoteHandover:
            supply = Supply(f"S-{len(self.supplies) + 1}", plan.our_key, plan.warehouse_id)
            self.supplies.append(supply)
            return self._remote(supply)

        return self._call("open_handover", make)

    def find_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        def find() -> dto.RemoteHandover | None:
            for supply in self.supplies:
                if supply.id == plan.external_id or supply.name == plan.our_key:
                    return self._remote(supply)
            return None

        return self._call("find_handover", find)

    def close_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        def close() -> dto.RemoteHandover:
            supply = next(supply for supply in self.supplies if supply.id == plan.external_id)
            if supply.closed:
                raise Rejected("closed already", code=dto.Code.WRONG_STATE)
            if {number for number in supply.numbers if not self._is_dead(number)} != set(plan.numbers):
                raise Rejected(f"it holds {supply.numbers}, not {list(plan.numbers)}", code=dto.Code.WRONG_STATE)
            supply.closed = True
            return self._remote(supply)

        return self._call("close_handover", close)

    def _remote(self, supply: Supply) -> dto.RemoteHandover:
        state = dto.HandoverState.CLOSED if supply.closed else dto.HandoverState.OPEN
        return dto.RemoteHandover(external_id=supply.id, state=state, numbers=list(supply.numbers))

    def handover_documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        paper = dto.RemoteDocument(
            kind=dto.DocumentKind.BARCODE, content=b"\x89PNG", content_type="image/png", number=plan.external_id
        )
        return self._call("handover_documents", lambda: [paper])

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        def take() -> None:
            if number in self.cancelled:
                raise Rejected("cancelled already", code=dto.Code.CANCELLED)
            self.cancelled.append(number)

        self._call("cancel", take)

    def cancel_lines(self, number: str, lines: Sequence[dto.PackLine], *, reason: str, text: str) -> None:
        def take() -> None:
            gone = {line.external_id: line.pieces for line in lines}
            self.taken_off.append((number, gone))
            order = self.orders[number]
            left = [replace(line, pieces=line.pieces - gone.get(line.external_id, 0)) for line in order.lines]
            self.orders[number] = replace(order, lines=[line for line in left if line.pieces])

        self._call("cancel_lines", take)

    def answer_cancel_request(
        self, number: str, *, accept: bool, why: dto.Decline | None = None, parts: Sequence[str] = ()
    ) -> None:
        self._call("answer_cancel_request", lambda: self.answered.append((number, accept, why, *parts)))

    # -- returns
    def returns(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        self.returns_since.append(since)
        yield from self._call("returns", lambda: [*self.goods_back, dto.Page(items=[], upto=now)])

    # -- own delivery
    def report(self, progress: dto.Progress, *, now: datetime) -> None:
        self._call("report", lambda: self.reported.append(progress))


def remote_order(number: str, *lines: tuple[str, int], warehouse_id: str = "ozon-1", **fields: Any) -> dto.RemoteOrder:
    """An order as an adapter gives it."""
    return dto.RemoteOrder(
        **{
            "number": number,
            "scheme": dto.Scheme.FBS,
            "warehouse_id": warehouse_id,
            "status": dto.RemoteStatus(number=number, status="awaiting_packaging", stage=dto.Stage.NEW),
            "ordered_at": datetime.fromisoformat("2026-11-24T09:00:00+00:00"),
            "lines": [
                dto.RemoteLine(
                    external_id=code, offer_id=code, stock_id=code, title=code, pieces=pieces, price=Decimal(100)
                )
                for code, pieces in lines
            ],
            "raw": {"posting_number": number, "customer": {"name": "Иван", "phone": "+79990000000"}},
            **fields,
        }
    )
