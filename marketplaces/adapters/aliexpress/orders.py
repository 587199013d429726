"""Orders: their list is asked by page, by change and by number."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from marketplaces import dto
from marketplaces.adapters.aliexpress import build, codes, parse, wire
from marketplaces.adapters.aliexpress.talk import Talk
from marketplaces.errors import ContractBroken
from marketplaces.http import reading
from marketplaces.http.fields import whole_or_none
from marketplaces.http.paging import batches

T = TypeVar("T")
LIST = "/seller-api/v1/order/get-order-list"
NEW_FOR = timedelta(days=30)
# Whether every change moves `updated_at` is not known: a wide overlap, and open orders are asked for by number too.
OVERLAP = timedelta(minutes=10)
MOST_PAGES = 2000


class Orders:
    def __init__(self, talk: Talk, scheme: dto.Scheme) -> None:
        self.talk, self.scheme = talk, scheme

    def new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        wanted = {"date_start": build.moment(now - NEW_FOR), "order_statuses": list(build.TO_SHIP)}
        return self._pages(partial(parse.order, now=now, scheme=self.scheme), delivery_statuses=["Init"], **wanted)

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        wanted = {"update_at_from": build.moment(since - OVERLAP), "update_at_to": build.moment(now)}
        yield from self._pages(partial(parse.order, now=now, scheme=self.scheme), **wanted)
        yield dto.Page(items=[], upto=now)

    def by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        return self._named(numbers, partial(parse.order, now=now, scheme=self.scheme))

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        return self._named(numbers, lambda row: [parse.status_of(wire.Order.model_validate(row))])

    def shapes(self, numbers: Sequence[str]) -> dict[str, wire.Order]:
        """Orders by number, as they are now; those that are not there, or cannot be read, are absent."""
        page = self._named(numbers, lambda row: [wire.Order.model_validate(row)])
        return {shape.id: shape for shape in page.items}

    def _named(self, numbers: Sequence[str], read: Callable[[object], Iterable[T]]) -> dto.Page[T]:
        asked = [number for number in dict.fromkeys(numbers) if number.isascii() and number.isdigit()]
        items: list[T] = []
        broken: list[dto.Broken] = []
        for some in batches(asked, build.PAGE):
            ids = [build.number(number) for number in some]
            for page in self._pages(read, order_ids=ids):
                items += page.items
                broken += page.broken
        return dto.Page(items=items, broken=broken)

    def _pages(self, read: Callable[[object], Iterable[T]], **wanted: object) -> Iterator[dto.Page[T]]:
        """
        Until as many rows have come as there are: how long a page may be is not documented, so one may be cut short.
        `total_count` may change between two pages, and be absent: then a page that is not full is the last.
        """
        seen = 0
        for page in range(1, MOST_PAGES):
            payload = self.talk.ask(LIST, build.orders(page, **wanted), limits=codes.READS)
            rows = reading.rows(payload, "data", "orders")
            items, broken = reading.each(rows, read, "id")
            yield dto.Page(items=items, broken=broken)
            seen += len(rows)
            total = whole_or_none(reading.inside(payload, "data", "total_count"))
            if not rows or (len(rows) < build.PAGE if total is None else seen >= total):
                return
        raise ContractBroken(f"more than {MOST_PAGES} pages of orders")
