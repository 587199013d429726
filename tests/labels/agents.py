"""The print agent as a process of its own, as the computer beside a printer runs it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

PROGRAM = settings.BASE_DIR / "deploy" / "print_agent.py"


def started(url: str, secret: str, printer: str, folder: Path, *, patience_s: float = 60) -> "subprocess.Popen[bytes]":
    """Run it: its journal and its log are in `folder`."""
    with (folder / "agent.log").open("ab") as log:
        return subprocess.Popen(
            [
                *(sys.executable, str(PROGRAM), "--server", url, "--printer", printer),
                *("--patience", str(patience_s), "--state", str(folder)),
            ],
            env={**os.environ, "PRINT_AGENT_KEY": secret},
            stderr=log,
        )


def end(process: "subprocess.Popen[bytes]") -> None:
    """As the computer's own service manager does."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


@contextmanager
def agent_process(url: str, secret: str, printer: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """An agent for the time of a block."""
    process = started(url, secret, printer, folder)
    try:
        yield process
    finally:
        end(process)
