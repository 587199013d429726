"""Postings: listed by state or by what changed, read by their number, cancelled."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from marketplaces import dto
from marketplaces.adapters.ozon import build, codes, postings, wire
from marketplaces.adapters.ozon.reading import next_cursor
from marketplaces.adapters.ozon.talk import Talk
from marketplaces.errors import ContractBroken, Rejected
from marketplaces.http import reading, redact
from marketplaces.http.paging import by_cursor

# The change of a posting may become visible a little after its time; what is read twice is absorbed.
OVERLAP = timedelta(minutes=2)


class Orders:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def new(self, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        return self._pages("/v4/posting/fbs/unfulfilled/list", partial(build.unfulfilled, now=now), now=now)

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        for made_from, made_to, changed_from in build.windows(since - OVERLAP, now):
            body = partial(build.changed, made_from=made_from, made_to=made_to, changed_from=changed_from)
            yield from self._pages("/v4/posting/fbs/list", body, now=now)
        yield dto.Page(items=[], upto=now)

    def _pages(self, path: str, body: build.Paged, *, now: datetime) -> Iterator[dto.Page[dto.RemoteOrder]]:
        """A posting whose status changes while we read may stand on two pages: the same state is told once."""
        seen: dict[str, tuple[str, str]] = {}

        def page(cursor: str) -> tuple[dto.Page[dto.RemoteOrder], str | None]:
            payload = self.talk.ask(path, body(cursor), limits=codes.ORDERS)
            rows = reading.rows(payload, "postings")
            orders, broken = reading.each(rows, partial(postings.order_of_list, now=now), "posting_number")
            items = []
            for order in orders:
                state = (order.status.status, order.status.substatus)
                if seen.get(order.number) != state:
                    seen[order.number] = state
                    items.append(order)
            return dto.Page(items=items, broken=broken), next_cursor(payload, rows_seen=len(rows))

        return by_cursor(page)

    def by_number(self, numbers: Sequence[str], *, now: datetime) -> dto.Page[dto.RemoteOrder]:
        found, strange = self._rows(numbers)
        items, broken = reading.each(found, partial(postings.order_of_get, now=now), "posting_number")
        return dto.Page(items=items, broken=[*strange, *broken])

    def statuses(self, numbers: Sequence[str]) -> dto.Page[dto.RemoteStatus]:
        def read(row: object) -> Sequence[dto.RemoteStatus]:
            return [postings.status_of(wire.Posting.model_validate(row))]

        found, strange = self._rows(numbers)
        items, broken = reading.each(found, read, "posting_number")
        return dto.Page(items=items, broken=[*strange, *broken])

    def _rows(self, numbers: Sequence[str]) -> tuple[list[object], list[dto.Broken]]:
        found: list[object] = []
        broken: list[dto.Broken] = []
        for number in dict.fromkeys(numbers):
            try:
                payload = self.talk.ask("/v3/posting/fbs/get", build.posting(number), limits=codes.ORDERS)
                row = reading.inside(payload, "result")
                if not isinstance(row, dict) or "posting_number" not in row:
                    raise ContractBroken("the answer holds no posting", payload=redact.value(payload))
                found.append(row)
            except Rejected as refusal:
                if refusal.code != dto.Code.NOT_FOUND:
                    raise
            except ContractBroken as trouble:
                broken.append(dto.Broken(key=number, reason=trouble.text, payload=trouble.payload))
        return found, broken

    def cancel(self, number: str, *, reason: str, text: str = "") -> None:
        reason_id = self._reason(number, reason)
        body = build.cancel(number, reason_id, text or codes.CANCEL_TEXTS.get(reason, codes.CANCEL_TEXTS["other"]))
        try:
            payload = self.talk.ask("/v2/posting/fbs/cancel", body, write=True)
        except Rejected as refusal:
            if refusal.code != dto.Code.CANCELLED:
                raise
            return
        if reading.inside(payload, "result") is False:
            raise Rejected(codes.NOT_CANCELLED, code=dto.Code.OTHER)

    def cancel_lines(self, number: str, lines: Sequence[dto.PackLine], *, reason: str, text: str) -> None:
        reason_id = self._reason(number, reason)
        said = text or codes.CANCEL_TEXTS.get(reason, codes.CANCEL_TEXTS["other"])
        self.talk.ask("/v2/posting/fbs/product/cancel", build.cancel_lines(number, lines, reason_id, said), write=True)

    def _reason(self, number: str, reason: str) -> int:
        """The reason's number; when Ozon does not offer it for this posting, "other"."""
        wanted = codes.CANCEL_REASONS.get(reason, codes.OTHER_REASON)
        payload = self.talk.ask("/v1/posting/fbs/cancel-reason", {"related_posting_numbers": [number]})
        rows, _ = reading.each(
            reading.rows(payload, "result"), lambda row: [wire.ReasonsOf.model_validate(row)], "posting_number"
        )
        offered = {offer.id for row in rows for offer in row.reasons}
        return wanted if not offered or wanted in offered else codes.OTHER_REASON
