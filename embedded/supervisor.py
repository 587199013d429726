"""Keeping processes alive: starting, restarting with growing pauses, prefixed lines, stopping in order."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from embedded.process import die_with_parent

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
# One that lived this long was well: its next death starts from the first pause again.
WELL_AFTER_S = 60.0

_printing = threading.Lock()


def say(name: str, text: str) -> None:
    with _printing:
        print(f"{name:<14} | {text}", flush=True)


@dataclass
class Child:
    """One process of the stack.  `vital`: its death stops everything, because the rest is worth nothing without it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    vital: bool = False
    stop_signal: int = signal.SIGTERM
    patience_s: float = 15.0
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    due_at: float | None = None

    def start(self) -> None:
        process = subprocess.Popen(
            list(self.command),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(),
            start_new_session=True,
        )
        self.adopt(process)

    def adopt(self, process: "subprocess.Popen[bytes]") -> None:
        """Take over a process that was started elsewhere, with its lines."""
        self.process = process
        self.started_at = time.monotonic()
        self.due_at = None
        if process.stdout is not None:
            threading.Thread(target=repeat_lines, args=(self.name, process.stdout), daemon=True).start()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.alive():
            assert self.process is not None
            self.process.send_signal(self.stop_signal)

    def wait_or_kill(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(self.patience_s)
        except subprocess.TimeoutExpired:
            say(self.name, f"did not stop in {self.patience_s:.0f} s, killed")
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        """What a dead child left behind would hold its port and its connections."""
        assert self.process is not None
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        except PermissionError:
            # Postgres under another user: it ended by its own signal.
            self.process.kill()


def repeat_lines(name: str, stream: IO[bytes]) -> None:
    with stream:
        for line in stream:
            say(name, line.decode(errors="replace").rstrip())


class Supervisor:
    """
    Children in the order of their start; stopped in reverse.

    Runs in the main thread only: a child's parent-death signal follows the thread that started it.
    """

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = False
        self.reloading = False

    def listen(self) -> None:
        """Take SIGINT and SIGTERM as a wish to stop, SIGHUP as a wish to start the application anew."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGHUP, self._reload)

    def _ask(self, number: int, frame: object) -> None:
        if self.stopping:
            for child in self.children:
                child.patience_s = min(child.patience_s, 2.0)
        self.stopping = True

    def _reload(self, number: int, frame: object) -> None:
        self.reloading = True

    def add(self, child: Child) -> Child:
        if child.process is None:
            child.start()
        self.children.append(child)
        return child

    def watch_once(self) -> str | None:
        """
        This function will bury the dead and start again those whose pause is over.

        Returns one sentence when a vital child died: the stack has to stop.
        """
        now = time.monotonic()
        for child in self.children:
            if child.alive():
                continue
            assert child.process is not None
            if child.vital:
                how = ending(child.process.returncode)
                return f"{child.name} has ended ({how}), so everything stops: its lines above say why."
            if child.due_at is None:
                self._plan_restart(child, now)
            elif now >= child.due_at:
                child.start()
        return None

    def _plan_restart(self, child: Child, now: float) -> None:
        assert child.process is not None
        if now - child.started_at > WELL_AFTER_S:
            child.pause_s = FIRST_PAUSE_S
        child.kill_group()
        child.due_at = now + child.pause_s
        say(child.name, f"has ended ({ending(child.process.returncode)}), starts again in {child.pause_s:.0f} s")
        child.pause_s = min(child.pause_s * 2, LONGEST_PAUSE_S)

    def run(self) -> str | None:
        """Watch until asked to stop or to reload, or until a vital child dies, which is said in one sentence."""
        while not self.stopping and not self.reloading:
            if sentence := self.watch_once():
                return sentence
            time.sleep(0.2)
        return None

    def stop(self, children: Sequence[Child] | None = None) -> None:
        """Stop these children, or all of them, last started first; those of the application together."""
        leaving = list(self.children if children is None else children)
        ordinary = [child for child in leaving if not child.vital]
        for child in reversed(ordinary):
            child.ask_to_stop()
        for child in reversed(ordinary):
            child.wait_or_kill()
        for child in reversed([child for child in leaving if child.vital]):
            child.ask_to_stop()
            child.wait_or_kill()
        self.children = [child for child in self.children if child not in leaving]


def ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"code {code}"


def stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
