"""`python3 run.py bench [NAME…] [--quick] [--long]`: measure, print, write down."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bench import place, report, sales, trade
from bench.row import Row
from bench.subjects import Subject, UnknownName, chosen, subjects
from embedded.process import Trouble
from embedded.state import ROOT, State

JSON = ROOT / "var" / "bench.json"
PAGE = ROOT / "docs" / "performance.md"


def main(words: Sequence[str] | None = None) -> int:
    asked = arguments().parse_args(words)
    known = subjects()
    try:
        wanted = chosen(asked.names, known)
    except UnknownName as unknown:
        print(unknown, file=sys.stderr)
        return 2
    os.environ["BENCH_LONG"] = "1" if asked.long else ""
    try:
        rows, failed = measure_all(wanted, quick=asked.quick)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    everything = report.merge(report.read(JSON), rows, [name for subject in known for name in subject.rows])
    report.write(JSON, report.as_json(everything))
    report.write(PAGE, report.as_page(everything, today=datetime.now(tz=UTC).date()))
    print("\n" + report.as_table(rows))
    for subject in failed:
        print(f"bench.{subject} failed: its words stand above.", file=sys.stderr)
    return 1 if failed else 0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 run.py bench", description="Measure the budgets.")
    parser.add_argument(
        "names", metavar="NAME", nargs="*", help="beginning of a figure's name; all of them without one"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, which hold no budget")
    parser.add_argument("--long", action="store_true", help="ten minutes of scanning instead of one")
    return parser


def measure_all(wanted: Sequence[Subject], *, quick: bool) -> tuple[list[Row], list[str]]:
    """This function will measure subject after subject; gives their rows, and the subjects that failed."""
    here = place.state()
    if any(subject.database == "trade" for subject in wanted):
        trade.make_if_needed(here, quick=quick)
    if any(subject.database == "sales" for subject in wanted):
        sales.make_if_needed(here, quick=quick)
    rows: list[Row] = []
    failed = []
    for subject in wanted:
        say(f"{subject.module}: {', '.join(subject.rows)}")
        began = perf_counter()
        with place.servers(here) if subject.database else nullcontext():
            if subject.database == "empty":
                place.fresh(here)
            measured = measure(subject, here, quick=quick)
        say(f"{subject.module}: {perf_counter() - began:.0f} s")
        if measured is None:
            failed.append(subject.module)
        rows += measured or []
    return rows, failed


def measure(subject: Subject, here: State, *, quick: bool) -> list[Row] | None:
    """One subject in a process of its own; None when it failed."""
    databases = {"empty": place.EMPTY, "trade": trade.database(quick=quick), "sales": sales.database(quick=quick)}
    more = place.environment(here, databases[subject.database]) if subject.database else dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.json")
        command = [sys.executable, "-m", "bench.child", subject.module, str(file), *(["quick"] if quick else [])]
        done = subprocess.run(command, cwd=ROOT, env=more, check=False)
        return json.loads(file.read_text()) if done.returncode == 0 and file.exists() else None


def say(text: str) -> None:
    print(f"bench: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
