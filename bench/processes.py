"""Programs that run beside a measurement."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import place
from embedded.process import die_with_parent
from embedded.state import ROOT

PATIENCE_S = 60


@contextmanager
def running(name: str, command: Sequence[str], environment: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    """A program for the time of the block, its lines in var/bench/log/NAME.log; killed when it does not stop."""
    with log_of(name).open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(),
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def log_of(name: str) -> Path:
    folder = os.environ.get("BENCH_FOLDER") or place.state().folder
    return Path(folder, "log", f"{name}.log")
