"""Megamarket's gateway: who asks, how often, and which method answers."""

from dataclasses import dataclass
from typing import Any

import msgspec

from sandbox.exchange import Answer, Call, Refused
from sandbox.limits import Window
from sandbox.megamarket import actions, cards, notices, offers, orders, stickers  # noqa: F401 - each registers its own
from sandbox.megamarket.cabinet import Cabinet, cabinets_of
from sandbox.megamarket.refusals import whole
from sandbox.megamarket.registry import CARD, METHODS
from sandbox.world import World

RATE = 5
BOT_PAGE = b"<html><head><title>403 Forbidden</title></head><body>Access denied</body></html>"


@dataclass
class Megamarket:
    world: World
    code: str = "megamarket"

    def __post_init__(self) -> None:
        self.world.post.manners[self.code] = notices.manner()
        self.open()
        self.world.reopened.append(self.open)

    def open(self) -> None:
        """This function will take the state of the store."""
        found = [cabinet for seller in self.world.sellers for cabinet in cabinets_of(self.world, seller)]
        self.cabinets = {cabinet.merchant_id: cabinet for cabinet in found}
        self.by_token = {cabinet.token: cabinet for cabinet in found}
        self._windows: dict[int, Window] = {}
        actions.plan(self.world, self.cabinets)

    def of(self, seller: str) -> Cabinet:
        """This function will give the first cabinet of a seller: the one whose goods Megamarket delivers."""
        return next(cabinet for cabinet in self.cabinets.values() if cabinet.seller.code == seller)

    def forget_usage(self) -> None:
        """This function will forget how much of the limit was used."""
        self._windows.clear()

    def account_of(self, call: Call) -> str:
        cabinet = self.by_token.get(self._token(call))
        return str(cabinet.merchant_id) if cabinet else ""

    def answer(self, call: Call) -> Answer:
        if call.headers.get("user-agent", "").startswith("python-requests"):
            return Answer(403, BOT_PAGE, content_type="text/html")
        handler = METHODS.get(call.path)
        if handler is None or call.method != "POST":
            return Answer(404, {"success": 0, "meta": {}, "error": {"code": 404, "message": "Метод не найден"}})
        try:
            cabinet, data = self._asked(call)
            self._within_limits(cabinet)
            result = handler(cabinet, data, call)
        except Refused as refusal:
            return refusal.answer
        return result if isinstance(result, Answer) else Answer(200, result)

    def _asked(self, call: Call) -> tuple[Cabinet, Any]:
        body = _body(call)
        token = self._token(call)
        cabinet = self.by_token.get(token)
        if cabinet is None:
            raise whole(f"Авторизационный токен: {token} невалидный.")
        return cabinet, body if call.path.startswith(CARD) else body["data"]

    def _token(self, call: Call) -> str:
        if call.path.startswith(CARD):
            return call.headers.get("x-merchant-token", "")
        try:
            return str(_body(call)["data"].get("token") or "")
        except Refused:
            return ""

    def _within_limits(self, cabinet: Cabinet) -> None:
        clock = self.world.clock
        window = self._windows.get(cabinet.merchant_id)
        if window is None:
            made = Window(1.0, RATE, clock.seconds, lambda: clock.speed)
            window = self._windows[cabinet.merchant_id] = made
        if not window.take():
            self.world.counters.violated(marketplace=self.code, limit="all", account=cabinet.name)
            raise Refused(self.failing("429", 1.0))

    def failing(self, mode: str, retry_after: float | None) -> Answer:
        if mode == "429":
            refusal = Answer(
                429, {"success": 0, "meta": {}, "error": {"code": 429, "message": "Слишком много запросов"}}
            )
            if retry_after is not None:
                refusal.headers = {"Retry-After": f"{retry_after:g}"}
            return refusal
        if mode == "unauthorized":
            return whole("Авторизационный токен: отозван.").answer
        return Answer(500, {"success": 0, "meta": {}, "error": {"code": 500, "message": "Внутренняя ошибка"}})


def _body(call: Call) -> Any:
    try:
        body = call.json()
    except msgspec.DecodeError:
        raise whole("Некорректный JSON") from None
    if not isinstance(body, dict):
        raise whole("Некорректный запрос")
    if not call.path.startswith(CARD) and not isinstance(body.get("data"), dict):
        raise whole("Некорректный запрос: нет data")
    return body
