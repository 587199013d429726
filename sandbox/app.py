"""
The sandbox as one ASGI program.

    granian --interface asgi --port 8200 sandbox.app:app

Environment: SANDBOX_STATE_DIR (a directory that keeps the state) or SANDBOX_STATE (a file of your own; without both
the state lives in memory),
SANDBOX_SPEED (1), SANDBOX_ORDERS_PER_MINUTE (6, for each marketplace), SANDBOX_SEED (2026), SANDBOX_PAST_DAYS (0: so
many days of finished orders lie behind a world that begins).
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox import past
from sandbox.admin import Admin
from sandbox.aliexpress.routes import AliExpress
from sandbox.aliexpress.stall import AliExpressStall
from sandbox.arrivals import Buyers
from sandbox.front import Front
from sandbox.megamarket.routes import Megamarket
from sandbox.megamarket.stall import MegamarketStall
from sandbox.ozon.routes import Ozon
from sandbox.ozon.stall import OzonStall
from sandbox.stall import Stall
from sandbox.wildberries.routes import Wildberries
from sandbox.wildberries.stall import WildberriesStall
from sandbox.world import Tempo, World
from sandbox.yandex_market.routes import YandexMarket
from sandbox.yandex_market.stall import YandexMarketStall

TICK = 0.05
STATE_FILE = "sandbox.sqlite3"


def create(world: World) -> Starlette:
    """This function will build the program around a world."""
    ozon, wildberries, yandex = Ozon(world), Wildberries(world), YandexMarket(world)
    megamarket, aliexpress = Megamarket(world), AliExpress(world)
    made: list[Stall] = [
        OzonStall(world, ozon),
        WildberriesStall(world, wildberries),
        YandexMarketStall(world, yandex),
        MegamarketStall(world, megamarket),
        AliExpressStall(world, aliexpress),
    ]
    stalls = {stall.code: stall for stall in made}
    buyers = Buyers(world, stalls)
    admin = Admin(world, stalls, buyers, wildberries)

    @asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        ticking = asyncio.create_task(_tick(world))
        yield
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        world.keep_clock()

    app = Starlette(
        routes=[
            Mount("/ozon", app=Front(world, ozon, hosts=False)),
            Mount("/wildberries", app=Front(world, wildberries, hosts=True)),
            Mount("/yandex_market", app=Front(world, yandex, hosts=False)),
            Mount("/megamarket", app=Front(world, megamarket, hosts=False)),
            Mount("/aliexpress", app=Front(world, aliexpress, hosts=False)),
            *admin.routes(),
        ],
        lifespan=living,
    )
    app.state.world, app.state.ozon, app.state.wildberries, app.state.buyers = world, ozon, wildberries, buyers
    app.state.stalls, app.state.yandex_market = stalls, yandex
    return app


async def _tick(world: World) -> None:
    while True:
        world.advance()
        await world.post.deliver()
        await world.board.visit()
        await asyncio.sleep(TICK)


def from_environment() -> Starlette:
    """This function will build the program as the environment says."""
    tempo = Tempo(orders_per_minute=float(os.environ.get("SANDBOX_ORDERS_PER_MINUTE", "6")))
    folder = os.environ.get("SANDBOX_STATE_DIR")
    world = World(
        path=os.environ.get("SANDBOX_STATE") or (str(Path(folder) / STATE_FILE) if folder else None),
        seed=int(os.environ.get("SANDBOX_SEED", "2026")),
        speed=float(os.environ.get("SANDBOX_SPEED", "1")),
        tempo=tempo,
    )
    program = create(world)
    if (days := int(os.environ.get("SANDBOX_PAST_DAYS", "0"))) and world.is_new:
        past.play(world, program.state.stalls, days=days)
    return program


app = from_environment()
