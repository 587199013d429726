"""AliExpress' gateway: whose token, and which method answers.  No limits are documented; a fault gives 429."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from sandbox.aliexpress import logistics, orders, products  # noqa: F401 - each registers its methods
from sandbox.aliexpress.cabinet import Cabinet
from sandbox.aliexpress.keys import token_of
from sandbox.aliexpress.refusals import refused
from sandbox.aliexpress.registry import METHODS
from sandbox.exchange import Answer, Call, Refused
from sandbox.world import World


@dataclass
class AliExpress:
    world: World
    code: str = "aliexpress"

    def __post_init__(self) -> None:
        self.open()
        self.world.reopened.append(self.open)

    def open(self) -> None:
        """This function will take the state of the store."""
        self.cabinets = {seller.code: Cabinet(self.world, seller) for seller in self.world.sellers}
        self.by_token = {token_of(cabinet.seller): cabinet for cabinet in self.cabinets.values()}
        logistics.plan(self.world, self.cabinets)
        self.world.agenda.on("ae.task", partial(_task, self.cabinets))

    def forget_usage(self) -> None:
        """There are no limits to be forgotten."""

    def account_of(self, call: Call) -> str:
        cabinet = self.by_token.get(call.headers.get("x-auth-token", ""))
        return cabinet.seller.code if cabinet else ""

    def answer(self, call: Call) -> Answer:
        cabinet = self.by_token.get(call.headers.get("x-auth-token", ""))
        if cabinet is None:
            return refused("Unauthenticated", "cannot GetToken", status=401).answer
        if call.method == "GET" and call.path.startswith("/files/"):
            return logistics.file(cabinet, call.path.removeprefix("/files/"))
        handler = METHODS.get((call.method, call.path))
        if handler is None:
            return refused("NotFound", "method is not found", status=404).answer
        try:
            result = handler(cabinet, _body(call), call)
        except Refused as refusal:
            return refusal.answer
        return result if isinstance(result, Answer) else Answer(200, result)

    def failing(self, mode: str, retry_after: float | None) -> Answer:
        if mode == "429":
            answer = refused("429", "quota is spent", status=429 if retry_after is not None else 200).answer
            answer.headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
            return answer
        if mode == "unauthorized":
            return refused("Internal", "GetTokenByID: not found").answer
        return refused("Internal", "internal error", status=500).answer


def _task(cabinets: dict[str, Cabinet], seller: str, task: int) -> None:
    products.finish(cabinets[seller], task)


def _body(call: Call) -> Any:
    if call.method == "GET":
        return {}
    try:
        body = call.json() if call.body.strip() else {}
    except msgspec.DecodeError:
        raise refused("InvalidArgument", "body is not JSON", status=400) from None
    if not isinstance(body, dict):
        raise refused("InvalidArgument", "an object is expected", status=400)
    return body
