"""Programs that run beside a measurement."""

import os
import subprocess
import time
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


class Spent:
    """CPU that web workers, the database's processes and this one have used since now."""

    def __init__(self, workers: Sequence[int]) -> None:
        self.workers = workers
        self.before = self._now()

    def told(self, *, per: int) -> str:
        """In words, divided by so many."""
        return ", ".join(f"{name} {(s - self.before[name]) * 1000 / per:.1f} ms" for name, s in self._now().items())

    def _now(self) -> dict[str, float]:
        return {
            "web": sum(map(cpu_s, self.workers)),
            "Postgres": sum(cpu_s(number) for number in _of_postgres()),
            "callers": time.process_time(),
        }


def cpu_s(number: int) -> float:
    """Seconds of CPU that a living process has used, its own and the system's for it; 0 for one that has ended."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _of_postgres() -> list[int]:
    """The processes of the bench's database server."""
    server = int((place.state().cluster.data / "postmaster.pid").read_text().split()[0])
    return [int(number) for number in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
