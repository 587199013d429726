"""Goods that come back to the seller."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from marketplaces import dto
from marketplaces.adapters.wildberries import build, codes, parse, reading
from marketplaces.adapters.wildberries.talk import Talk
from marketplaces.http.reading import each

# A report covers 31 days at most, the first and the last one included.
WINDOW = timedelta(days=30)


class Returns:
    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def changed(self, *, since: datetime, now: datetime) -> Iterator[dto.Page[dto.RemoteReturn]]:
        """
        The last month whole, and what was missed before it.

        A report is by the day of the return, not by that of its change: a shorter one would not tell how the older
        ones go on.
        """
        start = min(since, now - WINDOW)
        while start < now:
            end = min(start + WINDOW, now)
            payload = self.talk.ask(
                "GET",
                "/api/v1/analytics/goods-return",
                host=codes.ANALYTICS,
                limit=codes.RETURNS,
                query=build.returns(start, end),
            )
            items, broken = each(reading.rows(payload, "report"), parse.goods_return, "srid")
            yield dto.Page(items=items, broken=broken, upto=end)
            start = end
