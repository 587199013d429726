"""Returns and what buyers did not take, store by store."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from marketplaces import dto
from marketplaces.adapters.yandex_market import operations, parse
from marketplaces.adapters.yandex_market.cabinet import Cabinet
from marketplaces.adapters.yandex_market.orders import MOSCOW
from marketplaces.adapters.yandex_market.talk import Talk
from marketplaces.http import reading


class Returns:
    def __init__(self, talk: Talk, cabinet: Cabinet) -> None:
        self.talk = talk
        self.cabinet = cabinet

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        """Asked for by days: the first and the last one whole."""
        query: dict[str, str | int] = {
            "fromDate": since.astimezone(MOSCOW).date().isoformat(),
            "toDate": (now.astimezone(MOSCOW).date() + timedelta(days=1)).isoformat(),
        }
        for campaign in self.cabinet.campaigns():
            pages = self.talk.pages(
                operations.GET_RETURNS,
                "result",
                "returns",
                limit=operations.RETURNS_PAGE,
                query=query,
                campaignId=campaign.id,
            )
            for rows in pages:
                items, broken = reading.each(rows, parse.goods_return, "id")
                yield dto.Page(items=items, broken=broken)
        yield dto.Page(items=[], upto=now)
