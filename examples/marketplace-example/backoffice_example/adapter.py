"""Example: which call answers which question, and how it is paged."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from backoffice_example import build, parse
from marketplaces import dto
from marketplaces.errors import ContractBroken, CredentialsRejected, Rejected
from marketplaces.ports import Answer, Can, Field, Limit, Marketplace, Poll, Send

# Ten requests a second for everything; the client waits for its turn by itself.
LIMITS = (Limit(group="all", requests=10, period_s=1.0, burst=10),)
MOST_PAGES = 1000


class Example(Marketplace):
    """One shop: orders, stock, packing, stickers, cancellation."""

    code: ClassVar[str] = "example"
    name: ClassVar[str] = "Example"
    production_url: ClassVar[str] = "https://api.example.com"
    fields: ClassVar[Sequence[Field]] = (Field(name="token", label="Token", secret=True),)
    can: ClassVar[frozenset[Can]] = frozenset(
        {
            *(Can.ACCOUNT, Can.WAREHOUSES, Can.LISTINGS, Can.ORDERS, Can.STATUSES, Can.STOCK_WRITE, Can.STOCK_READ),
            *(Can.COMMIT, Can.LABELS, Can.CANCEL),
        }
    )
    poll: ClassVar[Poll] = Poll(orders_s=10)
    stock_batch: ClassVar[int] = 100
    stock_limits: ClassVar[Sequence[Limit]] = LIMITS
    changes_tell_statuses: ClassVar[bool] = True

    def __init__(self, *, credentials: Mapping[str, str], send: Send) -> None:
        self._token, self._send = credentials["token"], send

    def account(self) -> dto.Account:
        return parse.account(self._ask("GET", "/shop"))

    def warehouses(self) -> dto.Page[dto.RemoteWarehouse]:
        return parse.each(parse.rows(self._ask("GET", "/warehouses"), "warehouses"), parse.warehouse)

    def listings(self) -> Iterator[dto.Page[dto.RemoteListing]]:
        for told in self._pages("/goods", {}):
            yield parse.each(parse.rows(told, "goods"), parse.listing)

    def orders_new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        for told in self._pages("/orders", {"state": "new"}):
            yield parse.each(parse.rows(told, "orders"), parse.order)

    def orders_changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        for told in self._pages("/orders", {"since": since.isoformat()}):
            yield parse.each(parse.rows(told, "orders"), parse.order)
        yield dto.Page(items=[], upto=now)

    def orders_by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        told = self._ask("POST", "/orders/find", json={"numbers": list(numbers)})
        return parse.each(parse.rows(told, "orders"), parse.order)

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        told = self._ask("POST", "/orders/find", json={"numbers": list(numbers)})
        return parse.each(parse.rows(told, "orders"), parse.status)

    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        # Levels are absolute: sending them again is harmless, but a lost answer is still not a success.
        told = self._ask("PUT", "/stock", json=build.stock(levels), write=True)
        return parse.receipt(told, levels)

    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        return parse.stock(self._ask("POST", "/stock/read", json=build.names(levels)), levels)

    def commit(self, parcels: Sequence[dto.Parcel]) -> Sequence[dto.Committed]:
        return [self._commit(parcel) for parcel in parcels]

    def _commit(self, parcel: dto.Parcel) -> dto.Committed:
        try:
            told = self._ask("POST", f"/orders/{build.quoted(parcel.number)}/pack", json=build.pack(parcel), write=True)
        except Rejected as refusal:
            code = dto.Code(refusal.code)
            if code == dto.Code.ALREADY_DONE:
                return dto.Committed(number=parcel.number, state=dto.CommitState.DONE, numbers=[parcel.number])
            state = dto.CommitState.FAILED
            return dto.Committed(number=parcel.number, state=state, code=code, text=refusal.text)
        return parse.committed(told, parcel.number)

    def look_up_commit(self, parcel: dto.Parcel) -> dto.Committed:
        told = self._ask("POST", "/orders/find", json={"numbers": [parcel.number]})
        return parse.looked_up(told, parcel.number)

    def labels(self, numbers: Sequence[str], *, token: str = "") -> dto.Labels:
        return parse.labels(self._ask("POST", "/stickers", json={"numbers": list(numbers)}), numbers)

    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        body = {"reason": reason, "text": text}
        self._ask("POST", f"/orders/{build.quoted(number)}/cancel", json=body, write=True)

    # -- the wire
    def _ask(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        write: bool = False,
        query: Mapping[str, str] | None = None,
    ) -> object:
        """One call; the client turns 429, 5xx and lost connections into words itself, other refusals are ours."""
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = self._send(method, path, limits=LIMITS, headers=headers, query=query, json=json, write=write)
        if answer.status in (401, 403):
            raise CredentialsRejected(_words(answer))
        if not 200 <= answer.status < 300:
            raise Rejected(_words(answer), code=parse.code(_told(answer)).value)
        return answer.json()

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[object]:
        """Pages by cursor; one that turns in a circle ends it."""
        cursor, seen = "", set()
        for _page in range(MOST_PAGES):
            told = self._ask("GET", path, query={**query, **({"cursor": cursor} if cursor else {})})
            yield told
            cursor = parse.cursor(told)
            if not cursor or cursor in seen:
                return
            seen.add(cursor)


def _told(answer: Answer) -> object:
    try:
        return answer.json()
    except ContractBroken:
        return None


def _words(answer: Answer) -> str:
    told = _told(answer)
    words = told.get("message") if isinstance(told, dict) else None
    return f"{answer.status}: {words}" if isinstance(words, str) and words else f"refused with {answer.status}"
