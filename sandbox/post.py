"""
What the marketplaces tell sellers by themselves: letters to the addresses that sellers have entered.

`Postman.tell` puts a letter into the bag unless nobody subscribed; `deliver` carries what is due, each on its own, and
comes again as the marketplace's manner says.  Letters may be lost, doubled and late: see `Tempo`.
"""

import asyncio
import base64
import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]
AT_ONCE = 16


class Subscription(msgspec.Struct):
    """url: what the seller entered; login: for HTTP Basic, where the marketplace has it."""

    url: str
    login: str = ""
    password: str = ""


@dataclass(frozen=True)
class Manner:
    """
    How a marketplace delivers.  taken: whether an answer means consent.  retries: pauses in seconds, growing;
    headers: what its requests bear; ping: what it asks to see whether the seller is there.
    """

    taken: Callable[[int, Any], bool]
    retries: Sequence[float] = (3, 10, 30, 120, 600, 600, 600, 600, 600)
    wait_s: float = 5.0
    headers: dict[str, str] = field(default_factory=dict)
    ping: Callable[[], tuple[str, Json]] | None = None


@dataclass(order=True)
class Letter:
    """path: what is put behind the seller's address."""

    due: float
    number: int
    marketplace: str = field(compare=False)
    seller: str = field(compare=False)
    path: str = field(compare=False)
    body: Json = field(compare=False)
    tries: int = field(compare=False, default=0)


class Postman:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.manners: dict[str, Manner] = {}
        self.transport: httpx.AsyncBaseTransport | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._begin({})
        # A world that begins anew tells the same addresses: nobody has entered others.
        world.reopened.append(lambda: self._begin(dict(self.subscriptions.items())))

    def _begin(self, kept: dict[str, Subscription]) -> None:
        self.subscriptions = self.world.store.table("subscriptions", Subscription)
        for name, subscription in kept.items():
            self.subscriptions.put(name, subscription)
        self.bag: list[Letter] = []
        self.counts: Counter[str] = Counter()
        self._numbers = 0

    def subscribe(self, marketplace: str, seller: str, subscription: Subscription) -> None:
        """This function will send the seller's notices there from now on; the marketplace asks first who is there."""
        manner = self.manners[marketplace]
        self.subscriptions.put(f"{marketplace}/{seller}", subscription)
        if manner.ping:
            path, body = manner.ping()
            self._put(marketplace, seller, path, body, delay_s=0)

    def unsubscribe(self, marketplace: str, seller: str) -> None:
        self.subscriptions.drop(f"{marketplace}/{seller}")

    def tell(self, marketplace: str, seller: str, path: str, body: Json) -> None:
        """This function will tell the seller, if a letter is not lost on the way; now and then it comes twice."""
        if f"{marketplace}/{seller}" not in self.subscriptions:
            return
        tempo = self.world.tempo
        self.counts["told"] += 1
        if self.world.happens(tempo.notices_lost):
            self.counts["lost"] += 1
            return
        for _ in range(2 if self.world.happens(tempo.notices_doubled) else 1):
            self._put(marketplace, seller, path, body, delay_s=self.world.between(tempo.notices_late))

    def _put(self, marketplace: str, seller: str, path: str, body: Json, *, delay_s: float) -> None:
        self._numbers += 1
        due = self.world.clock.seconds() + delay_s
        heapq.heappush(self.bag, Letter(due, self._numbers, marketplace, seller, path, body))

    def due(self) -> list[Letter]:
        """This function will take the letters out of the bag whose time has come."""
        now, found = self.world.clock.seconds(), []
        while self.bag and self.bag[0].due <= now:
            found.append(heapq.heappop(self.bag))
        return found

    async def deliver(self) -> None:
        """This function will send what is due; it does not wait for the answers."""
        if not self.bag or len(self._under_way) >= AT_ONCE:
            return
        for letter in self.due():
            task = asyncio.create_task(self._carry(letter))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _carry(self, letter: Letter) -> None:
        taken = await self.send(letter)
        self.counts["taken" if taken else "refused"] += 1
        retries = self.manners[letter.marketplace].retries
        if taken is False and letter.tries < len(retries):
            letter.due, letter.tries = self.world.clock.seconds() + retries[letter.tries], letter.tries + 1
            heapq.heappush(self.bag, letter)

    async def send(self, letter: Letter) -> bool | None:
        """This function will send one letter; None: nobody is subscribed any more."""
        subscription = self.subscriptions.get(f"{letter.marketplace}/{letter.seller}")
        if subscription is None:
            return None
        manner = self.manners[letter.marketplace]
        address = f"{subscription.url.rstrip('/')}/{letter.path}" if letter.path else subscription.url
        headers = {"Content-Type": "application/json", **manner.headers}
        if subscription.login:
            pair = base64.b64encode(f"{subscription.login}:{subscription.password}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        try:
            async with httpx.AsyncClient(transport=self.transport, timeout=manner.wait_s, trust_env=False) as client:
                answer = await client.post(address, content=msgspec.json.encode(letter.body), headers=headers)
                return manner.taken(answer.status_code, answer.json() if answer.content else None)
        except (httpx.HTTPError, ValueError):
            return False

    def state(self) -> Json:
        return {
            "subscriptions": {name: {"url": row.url} for name, row in self.subscriptions.items()},
            "waiting": len(self.bag) + len(self._under_way),
            **{name: self.counts[name] for name in ("told", "lost", "taken", "refused")},
        }
