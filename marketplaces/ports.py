"""The port: everything the product may ask of a marketplace.  One object speaks for one channel."""

import json
from abc import ABC
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from marketplaces import dto
from marketplaces.errors import ContractBroken, Unsupported
from marketplaces.hook import Hook


class Can(StrEnum):
    """What an adapter declares that it can do; the interface shows only what a channel can."""

    ACCOUNT = "account"
    WAREHOUSES = "warehouses"
    LISTINGS = "listings"
    ORDERS = "orders"
    STATUSES = "statuses"
    STOCK_WRITE = "stock_write"
    STOCK_READ = "stock_read"
    PRICE_WRITE = "price_write"
    PRICE_READ = "price_read"
    CONFIRM = "confirm"  # it cancels orders that the seller does not confirm in time, long before they are packed
    COMMIT = "commit"
    SPLIT = "split"  # told of several boxes, it makes an order of each
    BOXES = "boxes"  # told of several boxes, it keeps them as one order with a sticker for each
    BOXES_ANEW = "boxes_anew"  # told of other boxes after a commit, it takes them in the place of the first
    LABELS = "labels"
    LABEL_DATA = "label_data"  # what must stand on a sticker, for drawing it ourselves
    MARKS_BEFORE_COMMIT = "marks_before_commit"
    MARKS_AFTER_COMMIT = "marks_after_commit"
    HANDOVER_BEFORE_COMMIT = "handover_before_commit"  # an open handover must exist to commit into (WB supply)
    HANDOVER = "handover"
    HANDOVER_DOCUMENTS = "handover_documents"
    SHIPPING_POINTS = "shipping_points"
    CONTAINERS = "containers"  # parcels brought to a pick-up point go in boxes that are told and have stickers
    CANCEL = "cancel"
    CANCEL_LINE = "cancel_line"
    FEWER_AT_COMMIT = "fewer_at_commit"  # pieces left out of a commit are taken off the order
    CANCEL_REQUESTS = "cancel_requests"  # the buyer asks us to cancel, and we accept or decline
    PROGRESS = "progress"  # orders that we deliver or give out ourselves: we say where they stand
    RETURNS = "returns"
    RETURN_REASONS = "return_reasons"  # a return says why
    FEES = "fees"  # an order says what the marketplace expects to take
    OWN_STOCK = "own_stock"
    FEED = "feed"  # a file of offers is fetched from us
    BY_HAND = "by_hand"  # nobody speaks for it: people enter orders and say where they stand
    NOTICES = "notices"  # the marketplace tells us of events by itself: `Marketplace.hook`


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """
    One thing a person types to connect a channel.  secret: shown masked, stored encrypted.

    choices: (value, words) to choose from, the usual one first.  required: it may not be left empty.
    """

    name: str
    label: str
    secret: bool = False
    hint: str = ""
    choices: Sequence[tuple[str, str]] = ()
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """
    A documented limit of a group of methods.

    requests per period_s, not closer than interval_s, at most burst at once.  cost_4xx: what an answer 4xx counts as.
    reserve: share of the group's budget that this request leaves to those with reserve 0, while such are asked.
    """

    group: str
    requests: int
    period_s: float
    interval_s: float = 0.0
    burst: int = 1
    cost_4xx: int = 1
    reserve: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request and its answer, secrets and personal data masked."""

    method: str
    url: str
    group: str
    started_at: datetime
    seconds: float
    status: int | None
    request: str
    answer: str
    error: str = ""


class Throttle(Protocol):
    """Asks leave before each request and hears what it cost."""

    def wait(self, limits: Sequence[Limit], *, deadline_s: float) -> None:
        """Return when all limits allow one request now; :raises Unavailable: not before the deadline."""

    def due_in_s(self, limits: Sequence[Limit], *, evenly: bool = False) -> float:
        """Tell how long a request would have to wait now, or does well to wait `evenly`; nothing is counted."""

    def sleep(self, seconds: float, /) -> None:
        """Return when so much time has passed."""

    def landed(self, limits: Sequence[Limit]) -> None:
        """Hear that the request this thread was allowed last has been answered: it is counted from now on."""

    def penalise(self, limits: Sequence[Limit], *, requests: int, pause_s: float | None = None) -> None:
        """Count `requests` more, and stay silent for `pause_s` when the marketplace asked so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """How often the product asks for a stream by itself, in seconds, towards the documented limit."""

    orders_s: float = 30
    statuses_s: float = 120
    listings_s: float = 1800
    stock_sweep_s: float = 3600
    read_back_s: float = 900
    own_stock_s: float = 3600


class Marketplace(ABC):
    """
    One channel.  Methods may raise only `marketplaces.errors.RemoteError` subclasses.

    An adapter is plain Python: no Django, no database, no clock of its own (times come in as arguments), no other
    adapter.  A capability is overridden and declared in `can`, or refuses loudly.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    former_names: ClassVar[Sequence[str]] = ()
    production_url: ClassVar[str]
    fields: ClassVar[Sequence[Field]]
    can: ClassVar[frozenset[Can]]
    # How its orders reach buyers; FBO where the stock in its own warehouses is read: those orders need no work of ours.
    schemes: ClassVar[frozenset[dto.Scheme]] = frozenset({dto.Scheme.FBS})
    poll: ClassVar[Poll] = Poll()
    stock_batch: ClassVar[int] = 100
    price_batch: ClassVar[int] = 100
    commit_batch: ClassVar[int] = 1
    label_batch: ClassVar[int] = 20
    stock_limits: ClassVar[Sequence[Limit]] = ()  # what `push_stock` may be held by: a batch that waits is filled up
    same_stock_pair_s: ClassVar[float] = 0.0  # the same listing × warehouse may be written once in this window
    changes_tell_statuses: ClassVar[bool] = False  # `orders_changed` also names orders whose status alone changed
    label_delay_s: ClassVar[float] = 0.0  # a sticker is not asked for sooner after commit
    hook: ClassVar[Hook | None] = None  # how it calls us, where it does; declared together with Can.NOTICES

    # -- account and reference data
    def account(self) -> dto.Account:
        """Check the key live: whose it is, until when, and what it may do."""
        raise self._unsupported(Can.ACCOUNT)

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        """All warehouses of the seller."""
        raise self._unsupported(Can.WAREHOUSES)

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        """All cards, archived ones included."""
        raise self._unsupported(Can.LISTINGS)

    # -- orders
    def orders_new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        """What waits for us right now; the quick poll."""
        raise self._unsupported(Can.ORDERS)

    def orders_changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        """Orders made or changed since; the sweep.  Where the answer carries no status, `status.status` is ""."""
        raise self._unsupported(Can.ORDERS)

    def orders_by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        """These orders as they are now; those not found are absent."""
        raise self._unsupported(Can.ORDERS)

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        """Statuses of these orders; those not found are absent."""
        raise self._unsupported(Can.STATUSES)

    # -- levels
    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        """Set stock levels; at most `stock_batch` of them, of one warehouse."""
        raise self._unsupported(Can.STOCK_WRITE)

    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        """What the marketplace holds for the same keys; a missing row counts as 0, unless some were not understood."""
        raise self._unsupported(Can.STOCK_READ)

    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        """Set prices; at most `price_batch`."""
        raise self._unsupported(Can.PRICE_WRITE)

    def price_verdict(self, token: str, levels: Sequence[dto.PriceLevel] = ()) -> dto.Receipt:
        """What became of pending prices, these among them; still pending ones stay in `pending`."""
        raise self._unsupported(Can.PRICE_WRITE)

    def read_prices(self, keys: Sequence[dto.PriceLevel]) -> dto.Page[dto.PriceLevel]:
        """The prices in force for these listings."""
        raise self._unsupported(Can.PRICE_READ)

    def own_stock(self) -> Iterator[dto.Page[dto.OwnStock]]:
        """What lies in the marketplace's own warehouses (FBO)."""
        raise self._unsupported(Can.OWN_STOCK)

    # -- packing
    def confirm(self, numbers: Sequence[str]) -> Sequence[dto.Committed]:
        """
        Say that these orders will be worked on; at most `commit_batch`.

        A repeat is no error and tells how it stands: DONE, also where nothing is left to confirm, PENDING or FAILED.
        """
        raise self._unsupported(Can.CONFIRM)

    def send_marks(self, parcel: dto.Parcel) -> None:
        """Send the codes of the parcel's units; a repeat replaces."""
        raise self._unsupported(Can.MARKS_AFTER_COMMIT)

    def mark_verdicts(self, numbers: Sequence[str]) -> Sequence[dto.MarkVerdict]:
        """What the marketplace says of the codes of these orders."""
        raise self._unsupported(Can.MARKS_AFTER_COMMIT)

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        """
        Say that these parcels will be so; at most `commit_batch` of one warehouse and one handover.

        Of a parcel told `anew` what stands there is replaced; FAILED where that is taken no more.
        """
        raise self._unsupported(Can.COMMIT)

    def look_up_commit(self, parcel: dto.Parcel) -> dto.Committed:
        """Find out what became of a commit whose answer was lost or which is asynchronous."""
        raise self._unsupported(Can.COMMIT)

    def labels(self, numbers: Sequence[str], *, token: str = "") -> dto.Labels:
        """Stickers of committed orders; at most `label_batch`."""
        raise self._unsupported(Can.LABELS)

    def label_data(self, number: str) -> Sequence[dto.LabelData]:
        """What must stand on the sticker of each box of a committed order."""
        raise self._unsupported(Can.LABEL_DATA)

    # -- handover
    def open_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """Make the handover (WB supply).  Not idempotent there: `find_handover` comes first when unsure."""
        raise self._unsupported(Can.HANDOVER_BEFORE_COMMIT)

    def find_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
        """The handover made for this plan, found by its id or by our key; None: there is none."""
        raise self._unsupported(Can.HANDOVER)

    def close_handover(self, plan: dto.HandoverPlan) -> dto.RemoteHandover:
        """Close it with exactly these orders; may answer CLOSING, then `find_handover` tells more."""
        raise self._unsupported(Can.HANDOVER)

    def handover_documents(self, plan: dto.HandoverPlan) -> Sequence[dto.RemoteDocument]:
        """Its papers; :raises Rejected: with Code.NOT_READY while they are being made."""
        raise self._unsupported(Can.HANDOVER_DOCUMENTS)

    def shipping_points(self, *, city: str, cargo: str) -> Sequence[dto.ShippingPoint]:
        """Where parcels of this kind may be brought."""
        raise self._unsupported(Can.SHIPPING_POINTS)

    # -- cancellation
    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        """Cancel a whole order; reason is one of `out_of_stock`, `defective`, `other`."""
        raise self._unsupported(Can.CANCEL)

    def cancel_lines(self, number: str, lines: Sequence[dto.PackLine], *, reason: str, text: str) -> None:
        """Cancel pieces of an order."""
        raise self._unsupported(Can.CANCEL_LINE)

    def answer_cancel_request(
        self, number: str, *, accept: bool, why: dto.Decline | None = None, parts: Sequence[str] = ()
    ) -> None:
        """
        Answer a buyer who asks to cancel; why: needed to decline.  A repeat of the same answer is no error.

        parts: as in `dto.CancelWish`; empty: the whole order.
        """
        raise self._unsupported(Can.CANCEL_REQUESTS)

    # -- orders that we deliver or give out ourselves (DBS, own pick-up points)
    def report(self, progress: dto.Progress, *, now: datetime) -> None:
        """
        Say how far an order is that we bring or give out ourselves.  A repeat of what stands already is no error.

        :raises Rejected: they do not allow this step, or refuse the buyer's code (Code.CODE_REFUSED)
        """
        raise self._unsupported(Can.PROGRESS)

    # -- returns
    def returns(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        """What buyers send back or did not take, changed since."""
        raise self._unsupported(Can.RETURNS)

    def _unsupported(self, what: Can) -> Unsupported:
        return Unsupported(f"{self.code} cannot {what}")


class Connect(Protocol):
    """How the registry makes an adapter for a channel; every adapter class is called so."""

    def __call__(self, *, credentials: Mapping[str, str], send: "Send") -> Marketplace: ...


class Send(Protocol):
    """
    One request on the wire: `marketplaces.http.client` implements it with limits, deadline and masking.

    path begins with "/" and is relative to the channel's base URL; `host` picks a subdomain where the marketplace has
    several.  A path that is a whole address (a file to fetch) is asked for without the headers.  write: the request
    changes something there, so a lost answer is OutcomeUnknown.
    """

    def __call__(
        self,
        method: str,
        path: str,
        *,
        limits: Sequence[Limit],
        host: str = "",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        json: object = None,
        write: bool = False,
        timeout_s: float = 30.0,
    ) -> "Answer": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer, whole.  The client itself raises for 429, 5xx and lost connections; other statuses come back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body as JSON with big numbers kept; :raises ContractBroken: not JSON."""
        if not self.body:
            return None
        try:
            # What is not UTF-8 in a text spoils that text alone.
            return json.loads(self.body.decode("utf-8-sig", "replace"))
        except (ValueError, RecursionError) as reason:
            raise ContractBroken(
                "the answer is not JSON", payload=self.body[:2000].decode("utf-8", "replace")
            ) from reason
