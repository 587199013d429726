"""Stock and prices: written by card and article, answered by tasks whose end is told later."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError

from marketplaces import dto
from marketplaces.adapters.aliexpress import build, codes, wire
from marketplaces.adapters.aliexpress.cards import Cards
from marketplaces.adapters.aliexpress.parse import WAREHOUSE
from marketplaces.adapters.aliexpress.talk import Talk, code_of
from marketplaces.errors import Rejected
from marketplaces.http import reading

Level = TypeVar("Level", dto.StockLevel, dto.PriceLevel)
STOCK, PRICE, TASKS = "/api/v1/product/update-sku-stock", "/api/v1/product/update-sku-price", "/api/v1/tasks"


class Levels:
    def __init__(self, talk: Talk, cards: Cards) -> None:
        self.talk, self.cards = talk, cards

    def push_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Receipt:
        """This function will set stock; what its tasks come to is seen when it is read back."""
        here = [level for level in levels if level.warehouse_id == WAREHOUSE]
        elsewhere = [
            dto.Refused(key=level.key, code=dto.Code.WAREHOUSE, text=codes.ONE_STOCK)
            for level in levels
            if level.warehouse_id != WAREHOUSE
        ]
        cards, missing = self._by_card(here)
        taken, refused, _ = self._write(STOCK, build.stocks(cards), cards)
        return dto.Receipt(accepted=taken, refused=[*elsewhere, *missing, *refused])

    def push_prices(self, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        """This function will set prices in roubles; they are judged by tasks."""
        cards, missing = self._by_card(levels)
        taken, refused, group = self._write(PRICE, build.prices(cards), cards)
        refused = [*missing, *refused]
        return (
            dto.Receipt(pending=taken, refused=refused, token=group)
            if group
            else dto.Receipt(accepted=taken, refused=refused)
        )

    def price_verdict(self, token: str, levels: Sequence[dto.PriceLevel]) -> dto.Receipt:
        """This function will say what became of a group of tasks."""
        payload = self.talk.ask(TASKS, method="GET", query={"group_id": token}, limits=codes.WORK)
        tasks, _ = reading.each(reading.rows(payload, "data"), lambda row: [wire.Task.model_validate(row)], "id")
        accepted: list[str] = []
        refused: list[dto.Refused] = []
        pending: list[str] = []
        for level in levels:
            own = [task for task in tasks if level.offer_id in task.sku_codes or
                   (not task.sku_codes and task.product_id == level.product_id)]  # fmt: skip
            failed = next((task for task in own if task.status == codes.TASK_FAILED), None)
            if failed is not None:
                refused.append(_refused(level.key, failed.error))
            elif own and all(task.status == codes.TASK_DONE for task in own):
                accepted.append(level.key)
            else:
                pending.append(level.key)
        return dto.Receipt(accepted=accepted, refused=refused, pending=pending, token=token if pending else "")

    def read_stock(self, levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        known = [level for level in levels if level.stock_id.isascii() and level.stock_id.isdigit()]
        if not known:
            return dto.Page(items=[])
        payload = self.talk.ask("/api/v1/stocks", {"stocks": [{"sku": level.stock_id} for level in known]})
        rows, broken = reading.each(
            reading.rows(payload, "data", "skus_info"), lambda row: [wire.SkuStock.model_validate(row)], "sku"
        )
        held = {row.sku: row.max_sellable_quantity for row in rows}
        return reading.held(known, held, broken, lambda level: level.stock_id)

    def _by_card(self, levels: Sequence[Level]) -> tuple[dict[str, list[Level]], list[dto.Refused]]:
        """Levels by their card, which is looked up where it is not known; those without one are refused."""
        found = self.cards.product_ids([level.offer_id for level in levels if not level.product_id])
        cards: dict[str, list[Level]] = {}
        missing: list[dto.Refused] = []
        for level in levels:
            card = level.product_id or found.get(level.offer_id, "")
            if card:
                cards.setdefault(card, []).append(level)
            else:
                missing.append(dto.Refused(key=level.key, code=dto.Code.NOT_FOUND, text=codes.NO_CARD))
        return cards, missing

    def _write(
        self, path: str, body: build.Body, cards: dict[str, list[Level]]
    ) -> tuple[list[str], list[dto.Refused], str]:
        """Keys that were taken, refusals, the group of tasks.  Answers are positional: N answers the card N."""
        if not cards:
            return [], [], ""
        everything = [level for those in cards.values() for level in those]
        try:
            told = self.talk.one(wire.TaskGroup, self.talk.ask(path, body, limits=codes.WRITES))
        except Rejected as refusal:
            code, text = dto.Code(refusal.code), refusal.text
            return [], [dto.Refused(key=level.key, code=code, text=text) for level in everything], ""
        taken: list[str] = []
        refused: list[dto.Refused] = []
        for place, those in enumerate(cards.values()):
            result = _result(told.results, place)
            if result is not None and result.ok:
                taken += [level.key for level in those]
            else:
                refused += [_refused(level.key, result.errors if result else None) for level in those]
        return taken, refused, told.group_id


def _result(results: Sequence[object], place: int) -> wire.TaskResult | None:
    try:
        return wire.TaskResult.model_validate(results[place])
    except (IndexError, ValidationError):
        return None


def _refused(key: str, failure: wire.Failure | None) -> dto.Refused:
    text = " ".join(filter(None, (failure.message, f"({failure.code})" if failure.code else ""))) if failure else ""
    return dto.Refused(key=key, code=code_of(text) or dto.Code.OTHER, text=text or codes.NOT_ANSWERED)
