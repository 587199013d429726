"""The state of the sandbox in figures, for the admin page and for tests."""

from typing import Any

from sandbox.clock import iso
from sandbox.stall import Stall
from sandbox.world import World

Json = dict[str, Any]


def overview(world: World, stalls: dict[str, Stall]) -> Json:
    """This function will count everything, per seller."""
    return {
        "now": iso(world.clock.now()),
        "speed": world.clock.speed,
        "seconds": world.clock.seconds(),
        "orders_per_minute": world.tempo.orders_per_minute,
        "coming_events": len(world.agenda),
        "counters": world.counters.as_json(),
        "feeds": world.board.lines(),
        "faults": [
            {"id": f.id, "mode": f.mode, "pattern": f.pattern, "struck": f.struck} for f in world.faults.active.values()
        ],
        "sellers": [
            {
                "code": seller.code,
                "goods": len(seller.catalogue),
                **{code: stall.figures(seller) for code, stall in stalls.items()},
            }
            for seller in world.sellers
        ],
    }
