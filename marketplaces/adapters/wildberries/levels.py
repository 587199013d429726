"""Stock and prices, theirs in our warehouses and ours in theirs."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from marketplaces import dto
from marketplaces.adapters.wildberries import build, codes, reading, receipts, wire
from marketplaces.adapters.wildberries.talk import Refused, Talk
from marketplaces.errors import OutcomeUnknown, Unavailable
from marketplaces.http.paging import batches, by_offset
from marketplaces.http.reading import each

# Each refusal costs ten requests, so a batch is not thinned out for ever.
MOST_REPEATS = 5
REPEAT_AFTER_S = 15
STOCK_BATCH = 1000
PRICE_BATCH = 1000
GOODS_PAGE = 1000
# A larger page is allowed, but an answer must stay within what the client takes.
OWN_PAGE = 50_000
# Its limiter lets one request through in twenty seconds.
OWN_TIMEOUT_S = 90


class Levels:
    """Stock levels by chrtId, prices by nmID."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    # -- stock
    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        """
        Set stock by size; absolute values.

        A refused batch names its bad rows; whether the good ones were applied is not documented, so the named rows are
        dropped and the rest is sent again.
        """
        refused = [_not_a_size(level) for level in levels if not build.is_whole(level.stock_id)]
        accepted: list[str] = []
        for warehouse, good in _by_warehouse(levels).items():
            done, bad = self._push_to(warehouse, good)
            accepted += done
            refused += bad
        return dto.Receipt(accepted=accepted, refused=refused)

    def _push_to(self, warehouse: str, levels: Sequence[dto.StockLevel]) -> tuple[Sequence[str], Sequence[dto.Refused]]:
        refused: list[dto.Refused] = []
        for _ in range(MOST_REPEATS):
            try:
                bad = self._put(warehouse, levels)
            except (Unavailable, OutcomeUnknown) as trouble:
                if not refused:
                    raise
                # Who is refused is known already; the others may simply be sent again.
                return [], [*refused, *_later(levels, trouble.text)]
            if not bad:
                return [level.key for level in levels], refused
            refused += bad
            named = {row.key for row in bad}
            levels = [level for level in levels if level.key not in named]
            if not levels:
                return [], refused
        return [], [*refused, *_later(levels, codes.REFUSED_OFTEN)]

    def _put(self, warehouse: str, levels: Sequence[dto.StockLevel]) -> Sequence[dto.Refused]:
        """
        Send one batch; returns the rows for which it was refused.

        A refusal of the whole (an unknown warehouse, a banned seller) is told of every row: were it raised, the batch
        would be halved and asked again, at ten requests for each refusal.
        """
        path, body = f"/api/v3/stocks/{build.whole(warehouse)}", build.stocks(levels)
        try:
            self.talk.ask("PUT", path, limit=codes.STOCKS, body=body, write=True)
        except Refused as refusal:
            return receipts.refused_stock(refusal, levels)
        return []

    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        held: list[dto.StockLevel] = []
        broken: list[dto.Broken] = []
        for warehouse, known in _by_warehouse(levels).items():
            for some in batches(known, STOCK_BATCH):
                payload = self.talk.ask(
                    "POST",
                    f"/api/v3/stocks/{build.whole(warehouse)}",
                    limit=codes.STOCKS,
                    body=build.stock_keys(level.stock_id for level in some),
                )
                page = receipts.held_stock(reading.rows(payload, "stocks"), some)
                held += page.items
                broken += page.broken
        return dto.Page(items=held, broken=broken)

    def own_stock(self) -> Iterator[dto.Page[dto.OwnStock]]:
        """What lies in Wildberries' warehouses, one row per size and warehouse; refreshed there every half hour."""

        def fetch(offset: int) -> tuple[dto.Page[dto.OwnStock], int]:
            payload = self.talk.ask(
                "POST",
                "/api/analytics/v1/stocks-report/wb-warehouses",
                host=codes.ANALYTICS,
                limit=codes.OWN_STOCK,
                timeout_s=OWN_TIMEOUT_S,
                body=build.own_stock(limit=OWN_PAGE, offset=offset),
            )
            found = reading.rows(reading.data(payload), "items")
            items, broken = each(found, receipts.own_stock, "chrtId")
            return dto.Page(items=items, broken=broken), len(found)

        return by_offset(fetch, page_size=OWN_PAGE)

    # -- prices
    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        """
        Upload prices by card; the verdict comes later by `price_verdict(token)`.

        How price and crossed-out price become Wildberries' price and discount stands at `build.price`.  A card has one
        price for all its sizes: two different ones are refused here.  "The same as already set" is taken as done.
        """
        wanted, refused = _by_card(levels)
        if not wanted:
            return dto.Receipt(refused=refused)
        keys = [level.key for level in wanted]
        try:
            payload = self.talk.ask(
                "POST",
                "/api/v2/upload/task",
                host=codes.PRICES,
                limit=codes.PRICE,
                body=build.prices(wanted),
                write=True,
            )
        except Refused as refusal:
            if codes.SAME_PRICE in refusal.text and codes.NO_SUCH_CARD not in refusal.text:
                return dto.Receipt(accepted=keys, refused=refused)
            if codes.SAME_PRICE in refusal.text:
                done, unknown = self._same_or_unknown(wanted, refusal.text)
                return dto.Receipt(accepted=done, refused=[*refused, *unknown])
            raise
        return dto.Receipt(pending=keys, refused=refused, token=receipts.upload_id(payload))

    def _same_or_unknown(
        self, levels: Sequence[dto.PriceLevel], text: str
    ) -> tuple[Sequence[str], Sequence[dto.Refused]]:
        """One refusal stands for two reasons; what the marketplace holds tells them apart."""
        held = {level.key for level in self.read_prices(levels).items}
        unknown = [
            dto.Refused(key=level.key, code=dto.Code.NOT_FOUND, text=text) for level in levels if level.key not in held
        ]
        return [level.key for level in levels if level.key in held], unknown

    def price_verdict(self, token: str, levels: Sequence[dto.PriceLevel] = ()) -> dto.Receipt:
        """
        What became of an upload.

        While it is not processed the receipt is empty but for the token: all its keys are still pending.  A card in
        price quarantine (three times cheaper than before) keeps its old price and counts as refused.
        """
        upload = build.whole(token)
        payload = self.talk.ask(
            "GET", "/api/v2/history/tasks", host=codes.PRICES, limit=codes.PRICE, query={"uploadID": upload}
        )
        data = reading.data(payload)
        if not data:
            return dto.Receipt(token=token)
        state = reading.one(data, wire.TaskState).status
        if state not in codes.TASK_DONE:
            return dto.Receipt(token=token)
        receipt = receipts.task_receipt(self._task_goods(upload), token=token, cancelled=state == codes.TASK_CANCELLED)
        return self._without_quarantined(receipt)

    def _task_goods(self, upload: int) -> Iterator[object]:
        return self._goods("/api/v2/history/goods/task", "historyGoods", {"uploadID": upload})

    def _goods(self, path: str, key: str, query: Mapping[str, str | int]) -> Iterator[object]:
        def fetch(offset: int) -> tuple[Sequence[object], int]:
            payload = self.talk.ask(
                "GET",
                path,
                host=codes.PRICES,
                limit=codes.PRICE,
                query={**query, "limit": GOODS_PAGE, "offset": offset},
            )
            found = reading.rows(reading.data(payload), key)
            return found, len(found)

        return chain.from_iterable(by_offset(fetch, page_size=GOODS_PAGE))

    def _without_quarantined(self, receipt: dto.Receipt) -> dto.Receipt:
        if not receipt.accepted:
            return receipt
        rows = self._goods("/api/v2/quarantine/goods", "quarantineGoods", {})
        return receipts.without_quarantined(receipt, rows)

    def read_prices(self, keys: Sequence[dto.PriceLevel]) -> dto.Page[dto.PriceLevel]:
        """Prices in force: of several sizes the cheapest, as the card is shown "from" it."""
        known = {level.product_id: level for level in keys if build.is_whole(level.product_id)}
        prices: list[dto.PriceLevel] = []
        broken: list[dto.Broken] = []
        for some in batches([*known], PRICE_BATCH):
            payload = self.talk.ask(
                "POST",
                "/api/v2/list/goods/filter",
                host=codes.PRICES,
                limit=codes.PRICE,
                body={"nmList": [build.whole(product) for product in some]},
            )
            found, bad = receipts.prices(reading.rows(reading.data(payload), "listGoods"), known)
            prices += found
            broken += bad
        return dto.Page(items=prices, broken=broken)


def _by_warehouse(levels: Sequence[dto.StockLevel]) -> Mapping[str, Sequence[dto.StockLevel]]:
    """Rows that can be sent, the last of repeated ones, in their order."""
    rows: dict[str, dict[str, dto.StockLevel]] = {}
    for level in levels:
        if build.is_whole(level.stock_id):
            rows.setdefault(level.warehouse_id, {})[level.stock_id] = level
    return {warehouse: [*found.values()] for warehouse, found in rows.items()}


def _later(levels: Sequence[dto.StockLevel], text: str) -> list[dto.Refused]:
    return [
        dto.Refused(key=level.key, code=dto.Code.TOO_OFTEN, text=text, retry_after_s=REPEAT_AFTER_S) for level in levels
    ]


def _not_a_size(level: dto.StockLevel) -> dto.Refused:
    return dto.Refused(key=level.key, code=dto.Code.INVALID, text=codes.NOT_AN_ID)


def _by_card(levels: Sequence[dto.PriceLevel]) -> tuple[Sequence[dto.PriceLevel], list[dto.Refused]]:
    wanted: dict[str, dto.PriceLevel] = {}
    refused: dict[str, dto.Refused] = {}
    for level in levels:
        first = wanted.setdefault(level.key, level)
        if not build.is_whole(level.product_id):
            refused[level.key] = dto.Refused(key=level.key, code=dto.Code.INVALID, text=codes.NOT_AN_ID)
        elif (first.price, first.old_price) != (level.price, level.old_price):
            refused[level.key] = dto.Refused(key=level.key, code=dto.Code.PRICE_REFUSED, text=codes.TWO_PRICES)
    return [level for key, level in wanted.items() if key not in refused], [*refused.values()]
