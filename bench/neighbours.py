"""Whether a marketplace that hangs, or refuses for its limit, makes the others slower: in turns with a quiet one."""

import time
from collections import defaultdict

import httpx

from bench.push_changes import articles, change, told_after
from bench.push_shop import CHANNELS, fill
from bench.push_stack import sandbox, workers
from bench.row import Row, percentile, row

ROWS = ("neighbour_ratio",)
DATABASE = "empty"
BUDGET = 1.1
ILL = "ozon"
OTHERS = tuple(code for code in CHANNELS if code != ILL)
LISTINGS, PER_CHANGE, CHANGES, EVERY_S = 3_000, 1, 10, 0.7
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
    turns = 2 if quick else 6
    waited: dict[str, dict[str, list[float]]] = {how: defaultdict(list) for how in FAULTS}
    with sandbox() as client:
        fill(client, listings=LISTINGS)
        sku_ids = articles(turns * len(FAULTS) * CHANGES * PER_CHANGE)
        with workers(1, *CHANNELS):
            _turn(client, None, sku_ids[:CHANGES])  # the first requests of a process cost more than all others
            for _ in range(turns):
                for how, fault in FAULTS.items():
                    now, sku_ids = sku_ids[:CHANGES], sku_ids[CHANGES:]
                    for code, seconds in _turn(client, fault, now).items():
                        waited[how][code] += seconds
    return [_row(how, waited, turns) for how in FAULTS if how != QUIET]


def _turn(client: httpx.Client, fault: dict[str, object] | None, sku_ids: list[int]) -> dict[str, list[float]]:
    """Seconds that changes waited at the marketplaces that are well."""
    if fault:
        client.post("/admin/faults", json=fault).raise_for_status()
    made = []
    for start in range(0, len(sku_ids), PER_CHANGE):
        made.append(change(sku_ids[start : start + PER_CHANGE]))
        time.sleep(EVERY_S)
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
        needed=60,
        details=f"{ILL} {how} or is well, in one run by turns, {turns} of each with {CHANGES} changes of stock; "
        f"medians until the others had answered: {said}",
    )
