"""Shipments: found by when they were made, read by their number."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from pydantic import TypeAdapter

from marketplaces import dto
from marketplaces.adapters.megamarket import build, codes, shipments, wire
from marketplaces.adapters.megamarket.shipments import Place
from marketplaces.adapters.megamarket.talk import Talk
from marketplaces.errors import ContractBroken
from marketplaces.http import reading
from marketplaces.http.fields import Id
from marketplaces.http.paging import batches

T = TypeVar("T")
ID: TypeAdapter[str] = TypeAdapter(Id)

# What waits for the seller: its deadline to confirm is far shorter.
NEW_FOR = timedelta(days=7)
# A shipment may be found a little after its time; what is read twice is absorbed.
OVERLAP = timedelta(minutes=2)
SHORTEST = timedelta(seconds=2)


class Orders:
    def __init__(self, talk: Talk, place: Place) -> None:
        self.talk, self.place = talk, place

    def new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        return self._named(self._found(now - NEW_FOR, now + OVERLAP, statuses=("NEW",)), now=now)

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        """Made since; there is no "changed since", so the statuses of open orders are asked for by their numbers."""
        yield from self._named(self._found(since - OVERLAP, now + OVERLAP), now=now)
        yield dto.Page(items=[], upto=now)

    def _named(self, found: Iterable[dto.Page[str]], *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        for numbers in found:
            page = self.by_number(numbers.items, now=now)
            yield replace(page, broken=[*numbers.broken, *page.broken])

    def by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        return self._read(numbers, partial(shipments.order_of_get, place=self.place, now=now))

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        return self._read(numbers, lambda row: [shipments.status_of(wire.Shipment.model_validate(row))])

    def shapes(self, numbers: Sequence[str]) -> dict[str, wire.Shipment]:
        """Shipments by number, as they are now; those that are not there, or cannot be read, are absent."""
        page = self._read(numbers, lambda row: [wire.Shipment.model_validate(row)])
        return {shape.shipmentId: shape for shape in page.items}

    def _read(self, numbers: Sequence[str], read: Callable[[object], Iterable[T]]) -> dto.Page[T]:
        items: list[T] = []
        broken: list[dto.Broken] = []
        asked = [number for number in dict.fromkeys(numbers) if number.isascii() and number.isdigit()]
        for some in batches(asked, build.AT_ONCE):
            body = build.shipments(some)
            data = self.talk.ask(f"{codes.ORDER}/order/get", body, limits=codes.ORDERS)
            found, bad = reading.each(reading.rows(data, "shipments"), read, "shipmentId")
            items += found
            broken += bad
        return dto.Page(items=items, broken=broken)

    def _found(self, since: datetime, until: datetime, statuses: Sequence[str] = ()) -> Iterator[dto.Page[str]]:
        """Numbers in chunks.  A full answer may be a cut one: its span is halved, for there is no cursor."""
        body = build.search(since=since, until=until, statuses=statuses)
        data = self.talk.ask(f"{codes.ORDER}/order/search", body, limits=codes.ORDERS)
        rows = reading.rows(data, "shipments")
        if len(rows) >= build.PAGE and until - since > SHORTEST:
            middle = since + (until - since) / 2
            yield from self._found(since, middle, statuses)
            yield from self._found(middle, until, statuses)
            return
        if len(rows) >= build.PAGE:
            raise ContractBroken("the search gives a full page for two seconds", payload={"count": len(rows)})
        for some in batches(rows, build.AT_ONCE):
            ids, broken = reading.each(some, lambda row: [ID.validate_python(row)], "")
            yield dto.Page(items=ids, broken=broken)
