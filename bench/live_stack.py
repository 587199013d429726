"""The whole embedded stack as a child process: started, looked at, hurt and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from embedded.state import ROOT, State

LOGIN, PASSWORD = "owner", "only-for-this-run-7"
START_DEADLINE_S = 400.0
STOP_DEADLINE_S = 60.0
MARKETPLACES = ("ozon", "wildberries", "yandex_market", "megamarket", "aliexpress")
# What the command line of a child holds, by the name that the supervisor gives it.
CHILDREN = {
    "web": "--interface wsgi",
    **{f"mp.{code}": f"-n mp.{code}@" for code in MARKETPLACES},
    "worker": "-n worker@",
    "beat": "celery -A backoffice --quiet beat",
    "sandbox": "sandbox.app:app",
}


class NotInTime(Exception):
    """Something that was waited for did not come true."""


LAST_WORDS = 6000


def until(true: Callable[[], Any], *, seconds: float, what: str, every_s: float = 0.2) -> Any:
    """This function will return the first truthy answer; :raises NotInTime: none came in `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(every_s)
    raise NotInTime(f"{what}: not in {seconds:.0f} s")


@dataclass
class Stack:
    """A running stack.  folder: its state; its owner signs in with LOGIN and PASSWORD."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    log: Path
    sandbox: httpx.Client = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def state(self) -> State:
        return State(self.folder)

    def healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=3).status_code == 200
        except httpx.HTTPError:
            return False

    def wait_until_ready(self) -> None:
        """:raises NotInTime: it has ended or not all parts work; the end of its log says why."""

        def ready() -> bool:
            if self.process.poll() is not None:
                raise NotInTime(f"the stack has ended:\n{self.log.read_text()[-3000:]}")
            return self.healthy()

        until(ready, seconds=START_DEADLINE_S, what="all parts of the stack are healthy")
        self.sandbox = httpx.Client(
            base_url=f"http://127.0.0.1:{(self.folder / 'sandbox.port').read_text().strip()}/admin", timeout=20
        )

    def ask_sandbox(self, path: str) -> Any:
        return self.sandbox.get(path).raise_for_status().json()

    def tell_sandbox(self, path: str, **body: Any) -> Any:
        return self.sandbox.post(path, json=body).raise_for_status().json()

    def child(self, name: str) -> int | None:
        """The process of a child by the supervisor's name for it, while it lives."""
        for number, parent, command in processes():
            if parent == self.process.pid and CHILDREN[name] in command:
                return number
        return None

    def forks(self, name: str) -> list[int]:
        """What a child has forked: web workers, pool workers."""
        above = self.child(name)
        return [number for number, parent, _command in processes() if parent == above]

    def kill(self, name: str) -> int | None:
        """This function will kill a child by −9; gives its number, None when it did not live."""
        number = self.child(name)
        if number is not None:
            os.kill(number, signal.SIGKILL)
        return number

    def speak_to_database(self) -> None:
        """Make this process the application: Django set up on the stack's database."""
        os.environ.update(self.state.environment(), SANDBOX_URL=str(self.sandbox.base_url).removesuffix("/admin/"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
        import django

        django.setup()


def processes() -> Iterator[tuple[int, int, str]]:
    """(number, parent, command line) of every process that can be seen."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            parent = int(folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        yield int(folder.name), parent, command


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Stack]:
    """A stack with its state in `folder`, on a free port; stopped at the end, its state and log kept."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "stack.log"
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "EMBEDDED_IDENTITY") if name in os.environ
    }
    with log.open("ab") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "embedded", "up"],
            cwd=ROOT,
            env={
                **kept,
                "STATE_DIR": str(folder),
                "PORT": str(port),
                "FIRST_OWNER_PASSWORD": PASSWORD,
                "LOG_FORMAT": "text",
                **environment,
            },
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
    try:
        stack = Stack(folder, port, process, log)
        stack.wait_until_ready()
        yield stack
    except Exception:
        print(f"The stack's log ends so:\n{log.read_text()[-LAST_WORDS:]}", file=sys.stderr)
        raise
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_DEADLINE_S)
