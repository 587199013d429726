"""Returns and what buyers did not take."""

from collections.abc import Iterator
from datetime import datetime

from marketplaces import dto
from marketplaces.adapters.ozon import build, parse
from marketplaces.adapters.ozon.talk import Talk
from marketplaces.errors import ContractBroken
from marketplaces.http import reading, redact
from marketplaces.http.paging import by_cursor


class Returns:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        def page(cursor: str) -> tuple[dto.Page[dto.RemoteReturn], str | None]:
            payload = self.talk.ask("/v1/returns/list", build.returns(cursor, since=since, until=now))
            rows = reading.rows(payload, "returns")
            items, broken = reading.each(rows, parse.goods_return, "id")
            return dto.Page(items=items, broken=broken), _last_id(payload, rows)

        yield from by_cursor(page)
        yield dto.Page(items=[], upto=now)


def _last_id(payload: object, rows: list[object]) -> str | None:
    """The last row's number goes on, where there is more."""
    if reading.inside(payload, "has_next") is not True:
        return None
    last = rows[-1].get("id") if rows and isinstance(rows[-1], dict) else None
    if isinstance(last, bool) or not isinstance(last, int | str) or not str(last).isdecimal():
        raise ContractBroken("there is more, and the last return has no id", payload=redact.value(rows[-1:]))
    return str(last)
