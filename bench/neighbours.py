"""
Whether a marketplace that hangs, or refuses for its limit, makes the others slower: in turns with a quiet one.

Half of the articles are sold by the others alone, half by the ill one alone, and these change between the others' own
changes: an ill marketplace is pushed to less, and would leave its share of the processors to the others at the moment
that is measured.
"""

import time
from collections import defaultdict
from collections.abc import Iterator

import httpx

from bench.push_changes import articles, change, told_after
from bench.push_shop import CHANNELS, MERCHANT, fill
from bench.push_stack import sandbox, workers
from bench.row import Row, percentile, row
from catalog.models import Listing
from merchants.scope import scope

ROWS = ("neighbour_ratio",)
DATABASE = "empty"
BUDGET = 1.1
ILL = "ozon"
OTHERS = tuple(code for code in CHANNELS if code != ILL)
LISTINGS, CHANGES, EVERY_S, TURNS = 3_000, 10, 0.8, 8
# The marketplaces' clock, and our limiter's: no change comes near a limit, whose waits would be measured instead.
SPEED = 4
# It hangs for less than a turn lasts, so that nothing of one turn reaches into the next.
HANGS_S = 4.0
QUIET = "quiet"
FAULTS: dict[str, dict[str, object] | None] = {
    QUIET: None,
    "hangs": {"mode": "hang", "marketplace": ILL, "seconds": HANGS_S},
    "429": {"mode": "429", "marketplace": ILL, "retry_after": 1},
}


def measure(quick: bool) -> list[Row]:
    """This function will change stock while one marketplace is ill, well, and ill again, and compare the others."""
    turns = 2 if quick else TURNS
    waited: dict[str, dict[str, list[float]]] = {how: defaultdict(list) for how in FAULTS}
    with sandbox() as client:
        fill(client, listings=LISTINGS)
        theirs, its = _sold_apart(articles(LISTINGS))
        client.post("/admin/speed", json={"speed": SPEED}).raise_for_status()
        with workers(SPEED, *CHANNELS):
            _turn(client, None, theirs, its)  # the first requests of a process cost more than all others
            for turn in range(turns):
                for how in _from(turn):
                    for code, seconds in _turn(client, FAULTS[how], theirs, its).items():
                        waited[how][code] += seconds
    return [_row(how, waited, turns) for how in FAULTS if how != QUIET]


def _from(turn: int) -> list[str]:
    """The states, each turn beginning with another: what drifts in the run falls on all alike."""
    states = list(FAULTS)
    return states[turn % len(states) :] + states[: turn % len(states)]


def _sold_apart(sku_ids: list[int]) -> tuple[Iterator[int], Iterator[int]]:
    """Articles that only the others sell, and those that only the ill one does."""
    theirs, its = sku_ids[: len(sku_ids) // 2], sku_ids[len(sku_ids) // 2 :]
    with scope([MERCHANT]):
        Listing.objects.filter(channel_id=CHANNELS[ILL], sku_id__in=theirs).delete()
        Listing.objects.exclude(channel_id=CHANNELS[ILL]).filter(sku_id__in=its).delete()
    return iter(theirs), iter(its)


def _turn(
    client: httpx.Client, fault: dict[str, object] | None, theirs: Iterator[int], its: Iterator[int]
) -> dict[str, list[float]]:
    """Seconds that changes waited at the marketplaces that are well."""
    if fault:
        client.post("/admin/faults", json=fault).raise_for_status()
    made = []
    for _ in range(CHANGES):
        made.append(change([next(theirs)]))
        time.sleep(EVERY_S / 2)
        change([next(its)])
        time.sleep(EVERY_S / 2)
    found = told_after(made, patience_s=30, codes=OTHERS)
    client.delete("/admin/faults").raise_for_status()
    time.sleep(HANGS_S)
    return found


def _row(how: str, waited: dict[str, dict[str, list[float]]], turns: int) -> Row:
    """The worst of the others: its median while one is ill, against its median while that one is well."""
    ratio = {code: percentile(waited[how][code], 50) / percentile(waited[QUIET][code], 50) for code in OTHERS}
    said = ", ".join(
        f"{code} {percentile(waited[QUIET][code], 50) * 1000:.0f} → {percentile(waited[how][code], 50) * 1000:.0f} ms"
        f" (p95 {percentile(waited[QUIET][code], 95) * 1000:.0f} → {percentile(waited[how][code], 95) * 1000:.0f})"
        for code in OTHERS
    )
    size = turns * CHANGES
    return row(
        "neighbour_ratio" if how == "hangs" else f"neighbour_ratio.{how}",
        max(ratio.values()),
        "×",
        budget=BUDGET,
        size=size,
        needed=TURNS * CHANGES,
        details=f"{ILL} {how} or is well, in one run by turns, {turns} of each with {CHANGES} changes of stock, "
        f"the marketplaces' clock × {SPEED}; medians until the others had answered: {said}",
    )
