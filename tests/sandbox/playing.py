"""A seller's program in miniature: calls the sandbox in process and compares what is said with the specifications."""

from typing import Any

import httpx

from sandbox.accounts import accounts
from sandbox.app import create
from sandbox.world import Tempo, World
from tests.contract import specs

Json = Any
WB_SPECS = {
    "common-api": "01-general",
    "content-api": "02-items",
    "discounts-prices-api": "02-items",
    "seller-analytics-api": "11-analytics",
}
CALM = {
    "orders_per_minute": 0.0,
    "ship_failed": 0.0,
    "awaiting_approve": 0.0,
    "buyer_cancels": 0.0,
    "left_at_gate": 0.0,
}


class InProcess(httpx.BaseTransport):
    """
    Requests to an ASGI program without a socket and without a loop; what the program raises is raised here.

    The sandbox never waits, but for the faults that sleep: those need a loop, unless they sleep no time.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        speaking = self._spoken(request)
        while True:
            try:
                speaking.send(None)
            except StopIteration as done:
                answer: httpx.Response = done.value
                return answer

    async def _spoken(self, request: httpx.Request) -> httpx.Response:
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.read(), "more_body": False}

        async def send(message: Any) -> None:
            said.append(message)

        scope = {
            "type": "http",
            "method": request.method,
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": ("sandbox", 80),
            "client": ("127.0.0.1", 1),
            "http_version": "1.1",
        }
        await self.app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in said[1:])
        return httpx.Response(said[0]["status"], headers=said[0]["headers"], content=body)


class Player:
    """
    `ozon` and `wb` return the answer after judging request and answer, unless `judged=False`.

    Nothing happens by itself: no buyers, no failures; `skip` lets the sandbox's time pass.
    limited: False = the used part of the limits is forgotten after a refusal.
    """

    def __init__(self, *, path: str | None = None, judged: bool = True, limited: bool = False, **tempo: Any) -> None:
        self.world = World(path=path, tempo=Tempo(**{**CALM, **tempo}))
        self.app = create(self.world)
        self.client = httpx.Client(transport=InProcess(self.app), base_url="http://sandbox")
        self.judged, self.limited = judged, limited
        self.keys = accounts(self.world.sellers)
        self.goods = self.world.seller("demo").catalogue

    def skip(self, seconds: float) -> None:
        self.world.clock.skip(seconds)
        self.world.advance()

    def ozon(
        self, path: str, body: Json = None, *, key: str | None = None, judged: bool | None = None
    ) -> httpx.Response:
        judged = self.judged if judged is None else judged
        headers = {"Client-Id": "100001", "Api-Key": key or "sandbox-ozon-key"}
        answer = self.client.post(f"/ozon{path}", headers=headers, json={} if body is None else body)
        if judged:
            spec = specs.load_ozon()
            specs.validate_request(spec, "post", path, body)
            if "json" in answer.headers["content-type"]:
                said = answer.json() if answer.content else None
                specs.validate_response(spec, "post", path, answer.status_code, said, strict=True)
        return answer

    def wb(
        self,
        method: str,
        host: str,
        path: str,
        body: Json = None,
        *,
        token: str | None = None,
        judged: bool | None = None,
    ) -> httpx.Response:
        judged = self.judged if judged is None else judged
        headers = {"Authorization": token or self.keys[0]["wildberries"]["token"]}
        answer = self.client.request(method, f"/wildberries/{host}{path}", headers=headers, json=body)
        if answer.is_error and not self.limited:
            self.app.state.wildberries.forget_usage()
        if judged:
            self._judge(method, host, path, body, answer)
        return answer

    def megamarket(
        self, path: str, data: Json = None, *, scheme: str = "fbs", token: str | None = None, judged: bool | None = None
    ) -> httpx.Response:
        """`data` goes into the envelope with the token; the card service has the token in a header and no envelope."""
        judged = self.judged if judged is None else judged
        keys = self.keys[0]["megamarket"]
        whose = keys if scheme == "fbs" else keys["other_cabinets"][scheme]
        secret = token or whose["token"]
        bare = "/assortment/" in path
        body = (data or {}) if bare else {"meta": {}, "data": {"token": secret, **(data or {})}}
        headers = {"X-Merchant-Token": secret} if bare else {}
        if not self.limited:
            self.app.state.stalls["megamarket"].forget_usage()
        answer = self.client.post(f"/megamarket{path}", headers=headers, json=body)
        if judged:
            spec = specs.load_reconstructed("megamarket")
            specs.validate_request(spec, "post", path, body)
            if "json" in answer.headers["content-type"]:
                specs.validate_response(spec, "post", path, answer.status_code, answer.json(), strict=True)
        return answer

    def aliexpress(
        self,
        path: str,
        body: Json = None,
        *,
        method: str = "POST",
        query: dict[str, Any] | None = None,
        token: str | None = None,
        judged: bool | None = None,
    ) -> httpx.Response:
        judged = self.judged if judged is None else judged
        headers = {"x-auth-token": token or self.keys[0]["aliexpress"]["token"]}
        answer = self.client.request(method, f"/aliexpress{path}", headers=headers, json=body, params=query)
        if judged:
            spec = specs.load_reconstructed("aliexpress")
            specs.validate_request(spec, method, path, body, query)
            specs.validate_response(spec, method, path, answer.status_code, answer.json(), strict=True)
        return answer

    def _judge(self, method: str, host: str, path: str, body: Json, answer: httpx.Response) -> None:
        name = _file_of(host, path)
        spec = specs.load_wildberries(name)
        specs.validate_request(spec, method, path, body)
        said = answer.json() if answer.content else None
        specs.validate_response(spec, method, path, answer.status_code, said, strict=True)

    def admin(self, method: str, path: str, body: Json = None) -> Json:
        answer = self.client.request(method, f"/admin{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stocked(self, *articles: str, pieces: int = 10) -> None:
        """This function will give goods stock on Ozon and Wildberries, past the limits."""
        goods = [self.goods.by_article[article] for article in articles]
        seller, stalls = self.world.seller("demo"), self.app.state.stalls
        stalls["ozon"].fill(seller, pieces, [good for good in goods if good.on_ozon])
        stalls["wildberries"].fill(seller, pieces, [good for good in goods if good.on_wildberries])

    @property
    def sid(self) -> str:
        return str(self.keys[0]["wildberries"]["sid"])


def _file_of(host: str, path: str) -> str:
    items = ("/api/v3/stocks", "/api/v3/warehouses", "/api/v3/offices")
    if path == "/ping":
        return "01-general"
    if path.startswith("/api/v1/analytics/goods-return"):
        return "12-reports"
    return WB_SPECS.get(host) or ("02-items" if path.startswith(items) else "03-orders-fbs")
