"""What a run leaves behind: var/bench.json, docs/performance.md, and a table for the person who started it."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.row import Row

HOW_TO_READ = """\
`python3 run.py bench [NAME…] [--quick] [--long]` measures each figure and rewrites this page; rows of subjects that a
run leaves out stay as they were. A name chooses by its beginning (`bench scan` measures `scan_p95_ms`); `--quick` takes
small sizes for every day, `--long` ten minutes of scanning instead of one. *Size* is counted in the database, and under
the size that a budget is meant for no row holds, whatever its value. Ratios compare two things in the same run on the
same machine, so they carry over to others; milliseconds do so only roughly. The big database (a million orders) is made
once, by the first run that needs it, in a few minutes, and kept in `var/bench`. The rows as data: `var/bench.json`."""


def merge(old: Sequence[Row], new: Sequence[Row], order: Sequence[str]) -> list[Row]:
    """
    New rows with those old ones whose figure was not measured now, in the order of the figures.

    order: names of figures; rows of a figure that nobody measures any more are left out.
    """
    measured = {_figure(row) for row in new}
    rows = [*new, *(row for row in old if _figure(row) not in measured and _figure(row) in order)]
    return sorted(rows, key=lambda row: (order.index(_figure(row)), "." in row["name"]))


def _figure(row: Row) -> str:
    return str(row["name"]).partition(".")[0]


def read(path: Path) -> list[Row]:
    """The rows of the last run; none where there was none, or where the file was cut."""
    try:
        return list(json.loads(path.read_text()))
    except (OSError, ValueError):
        return []


def write(path: Path, text: str) -> None:
    """The whole file or nothing."""
    making = path.with_suffix(path.suffix + ".new")
    making.write_text(text)
    making.rename(path)


def as_json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def as_page(rows: Sequence[Row], *, today: date) -> str:
    """docs/performance.md."""
    lines = [
        "# Performance",
        "",
        f"Measured on {machine()}, Postgres on the same host, last run {today.isoformat()}.",
        "",
        "| figure | value | budget | holds | size | how |",
        "|---|---:|---:|---|---:|---|",
        *(f"| {' | '.join(_cells(row))} |" for row in rows),
    ]
    return "\n".join(lines) + f"\n\n{HOW_TO_READ}\n"


def _cells(row: Row) -> list[str]:
    value, budget = (f"{_number(row[name])} {row['unit']}".strip() for name in ("value", "budget"))
    details = str(row["details"]).replace("|", "\\|")
    return [f"`{row['name']}`", value, budget, "yes" if row["holds"] else "**no**", f"{row['size']:,}", details]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"


def machine() -> str:
    """The kind of machine, without its name."""
    cores = os.cpu_count() or 1
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cores} cores ({platform.machine()}), {memory_gib:.0f} GiB of memory, Python {platform.python_version()}"


def as_table(rows: Sequence[Row]) -> str:
    """The same for a terminal, without the words."""
    table = [("figure", "value", "budget", "holds", "size"), *(tuple(_cells(row)[:5]) for row in rows)]
    table = [tuple(cell.strip("`*") for cell in line) for line in table]
    widths = [max(len(line[column]) for line in table) for column in range(5)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in table)
