"""The site's visits to the files that it was told of: now and then, and only for what has changed."""

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import httpx
import msgspec

from sandbox.board.reading import Reader
from sandbox.clock import iso

if TYPE_CHECKING:
    from sandbox.world import World

Json = dict[str, Any]
AGENT = "SandboxBoard/1.0"
LARGEST = 500 * 1024 * 1024
EVERY_S, SOONEST_S = 60.0, 1.0
WAIT_S = 60.0


class Watched(msgspec.Struct):
    """
    A file and the last visit to it.

    every: the sandbox's seconds between visits, due: of the next.  etag, modified: what is asked about.
    trouble: why the last visit read nothing; what was read before still stands on the site then.
    """

    url: str
    every: float = EVERY_S
    due: float = 0.0
    etag: str = ""
    modified: str = ""
    visits: int = 0
    unchanged: int = 0
    failed: int = 0
    visited_at: str = ""
    read_at: str = ""
    trouble: str = ""
    bytes: int = 0
    date: str = ""
    offers: int = 0
    for_sale: int = 0
    pictures: int = 0
    wrong: dict[str, int] = {}
    examples: list[str] = []


class Board:
    def __init__(self, world: "World") -> None:
        self.world = world
        self.transport: httpx.AsyncBaseTransport | None = None
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._begin([])
        # A world that begins anew visits the same sellers: nobody has told it of others.
        world.reopened.append(lambda: self._begin([Watched(one.url, one.every) for one in self.watched.values()]))

    def _begin(self, kept: list[Watched]) -> None:
        self.watched = self.world.store.table("feeds", Watched)
        for one in kept:
            self.watched.put(one.url, one)

    def watch(self, url: str, every_s: float = EVERY_S) -> Watched:
        """
        This function will visit this file from now on, at once and then every so many seconds of the sandbox.

        :raises ValueError: not an address, or too often
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc or not every_s >= SOONEST_S:
            raise ValueError("an address of http or https, and a second or more between visits are expected")
        known = self.watched.get(url)
        found = known or Watched(url)
        found.every, found.due = every_s, self.world.clock.seconds()
        return self.watched.put(url, found)

    def forget(self, url: str) -> None:
        self.watched.drop(url)

    async def visit(self) -> None:
        """This function will set out to what is due; it does not wait for the answers."""
        now = self.world.clock.seconds()
        for url, one in self.watched.items():
            if one.due <= now and url not in self._under_way:
                one.due = now + one.every
                task = self._under_way[url] = asyncio.create_task(self.see(one))
                task.add_done_callback(lambda _, url=url: self._under_way.pop(url, None))  # type: ignore[misc]

    async def see(self, one: Watched) -> None:
        """This function will visit one file and remember how it went."""
        one.visits, one.visited_at = one.visits + 1, iso(self.world.clock.now())
        try:
            one.trouble = await self._fetch(one)
        except ParseError as reason:
            one.trouble = f"не XML: {reason}"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as reason:
            one.trouble = f"не отвечает: {type(reason).__name__}"
        one.failed += bool(one.trouble)
        if one.url in self.watched:
            self.watched.touch(one.url)

    async def _fetch(self, one: Watched) -> str:
        """Read the file if it is not the one that was read last; gives what is wrong with the answer, or nothing."""
        asked = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}
        asked |= {"If-None-Match": one.etag} if one.etag else {}
        asked |= {"If-Modified-Since": one.modified} if one.modified else {}
        async with (
            httpx.AsyncClient(transport=self.transport, timeout=WAIT_S, trust_env=False) as client,
            client.stream("GET", one.url, headers=asked) as answer,
        ):
            if answer.status_code == 304:
                one.unchanged += 1
                return ""
            if answer.status_code != 200:
                return f"ответ {answer.status_code}"
            reader, size = Reader(), 0
            async for part in answer.aiter_bytes(1 << 16):
                size += len(part)
                if size > LARGEST:
                    return "больше 500 МБ"
                reader.take(part)
            read = reader.end()
        one.etag, one.modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        one.read_at, one.bytes, one.date = one.visited_at, size, read.date
        one.offers, one.for_sale, one.pictures = read.offers, read.for_sale, read.pictures
        one.wrong, one.examples = dict(read.wrong), read.examples
        return ""

    def state(self) -> list[Json]:
        return [msgspec.to_builtins(one) for one in self.watched.values()]

    def lines(self) -> dict[str, str]:
        """Each file in words, for the page; the secret in its address is not for the eye."""
        return {f"{urlsplit(one.url).netloc}/…": _told(one) for one in self.watched.values()}


def _told(one: Watched) -> str:
    parts = [f"посещений {one.visits}, без изменений {one.unchanged}"]
    if one.read_at:
        parts.append(f"прочитано {one.read_at}: предложений {one.offers}, в продаже {one.for_sale}")
    parts += [f"{what}: {count}" for what, count in sorted(one.wrong.items())]
    parts += [one.trouble] if one.trouble else []
    return "; ".join(parts)
