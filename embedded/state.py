"""The state folder: where data, sockets and secrets lie, and the lock that keeps a second stack out."""

import base64
import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from embedded import postgres, valkey
from embedded.process import Trouble, within_reach

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "backoffice"
LOCK_NAME = "stack.lock"
NEEDED_FREE_BYTES = 300 * 1024 * 1024
SOCKET_PATH_LIMIT = 80
FOLDERS_OF_A_CHECKOUT = ("backoffice", "deploy", "frontend/node_modules", "marketplaces", "merchants", "templates")


class AlreadyRuns(Trouble):
    """Another stack holds the state folder."""

    def __init__(self, state: "State") -> None:
        super().__init__(
            f"A stack already runs on {state.folder} (process {state.holder() or 'unknown'}): "
            "stop it first, or set STATE_DIR to another folder."
        )


@dataclass(frozen=True)
class State:
    folder: Path

    @classmethod
    def here(cls) -> "State":
        """
        The state folder of this checkout, or the one that STATE_DIR names.

        :raises Trouble: it cannot be made, or the disk is full, or the checkout is not whole.
        """
        for name in FOLDERS_OF_A_CHECKOUT:
            if not (ROOT / name).is_dir():
                raise Trouble(
                    f"The folder {name} is missing: restore it (git checkout, python3 run.py setup) and repeat."
                )
        folder = Path(os.environ.get("STATE_DIR") or ROOT / "var").absolute()
        if not folder.parent.is_dir():
            raise Trouble(f"The folder {folder.parent} does not exist: make it, or set STATE_DIR to another place.")
        try:
            folder.mkdir(exist_ok=True)
            for name in ("files", "log", "metrics", "sandbox"):
                (folder / name).mkdir(mode=0o700, exist_ok=True)
        except OSError as reason:
            raise Trouble(f"The folder {folder} cannot be written: {reason.strerror}.") from reason
        state = cls(folder)
        state.refuse_full_disk()
        return state

    def refuse_full_disk(self) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < NEEDED_FREE_BYTES:
            raise Trouble(
                f"The disk of {self.folder} is full ({free // 1024**2} MiB left): free at least 2 GiB and start again."
            )

    @property
    def sockets(self) -> Path:
        """A socket's path is limited to about 107 bytes: a deep checkout gets a folder under the temporary one."""
        folder = within_reach(self.folder) / "run"
        if len(str(folder)) > SOCKET_PATH_LIMIT:
            digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"backoffice-{os.getuid()}-{digest}"
        return folder

    @property
    def cluster(self) -> postgres.Cluster:
        return postgres.Cluster(
            data=within_reach(self.folder) / f"postgres-{postgres.MAJOR}",
            sockets=self.sockets / "postgres",
            spare=within_reach(self.folder),
            flags=postgres.TUNING,
        )

    @property
    def broker(self) -> valkey.Broker:
        return valkey.Broker(folder=self.folder / "valkey", socket=self.sockets / "valkey" / "s")

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def keys(self) -> Path:
        return self.folder / "encryption.keys"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """
        Hold the folder; the kernel lets go of it when we die, so a lock is never stale.

        :raises AlreadyRuns: somebody else holds it.
        """
        with (self.folder / LOCK_NAME).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as reason:
                raise AlreadyRuns(self) from reason
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            self.sockets.mkdir(parents=True, mode=0o711, exist_ok=True)
            self.clear_leftovers()
            yield

    def holder(self) -> int | None:
        """The process that holds the folder, as it wrote itself down."""
        with suppress(OSError, ValueError):
            return int((self.folder / LOCK_NAME).read_text())
        return None

    def clear_leftovers(self) -> None:
        """
        Take away Postgres' own lock when its process is gone or is by now another program.

        :raises Trouble: a Postgres of an earlier start still runs on this data.
        """
        lock = self.cluster.data / "postmaster.pid"
        with suppress(OSError, ValueError):
            number = int(lock.read_text().split("\n", 1)[0])
            if runs_postgres(number, self.cluster.data):
                ended = wait_for_end(number, seconds=10)
                if not ended:
                    raise Trouble(f"An earlier Postgres still runs on this data: stop it with «kill -INT {number}».")
            lock.unlink(missing_ok=True)

    def secret(self, name: str) -> str:
        """This function will return the secret kept under `name`, made at the first asking, readable by us alone."""
        path = self.folder / name
        if not path.exists():
            value = (
                base64.urlsafe_b64encode(os.urandom(32)).decode()
                if name.endswith(".keys")
                else secrets.token_urlsafe(48)
            )
            write_secret(path, value)
        return path.read_text().strip()

    def port_of_sandbox(self) -> int:
        """The same port at every start, because channels keep the sandbox's address; another one when it is taken."""
        path = self.folder / "sandbox.port"
        with suppress(OSError, ValueError):
            kept = int(path.read_text())
            if port_is_free("127.0.0.1", kept):
                return kept
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            number = int(probe.getsockname()[1])
        path.write_text(str(number))
        return number

    def environment(self) -> dict[str, str]:
        """What the application is told: addresses of its services and its secrets, and nothing else of this package."""
        cluster, broker = self.cluster, self.broker
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "PATH": f"{postgres.programs()}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "DATABASE_URL": cluster.url("backoffice_app", DATABASE),
            "DATABASE_OWNER_URL": cluster.url("backoffice_owner", DATABASE),
            "REDIS_URL": broker.cache_url(1),
            "BROKER_URL": broker.broker_url(0),
            "SECRET_KEY": self.secret("secret.key"),
            "ENCRYPTION_KEYS": self.secret("encryption.keys"),
            "FILES_DIR": str(self.files),
            "STATIC_ROOT": str(self.folder / "static"),
            "DEBUG": os.environ.get("DEBUG", "false"),
            "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"),
            "POSTGRES_PROGRAMS": str(postgres.programs()),
            "PYTHONUNBUFFERED": "1",
        }


def write_secret(path: Path, value: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(value + "\n")


def port_is_free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False


def runs_postgres(number: int, data: Path) -> bool:
    with suppress(OSError):
        return str(data).encode() in Path(f"/proc/{number}/cmdline").read_bytes()
    return False


def wait_for_end(number: int, *, seconds: float) -> bool:
    """Postgres of a supervisor killed a moment ago is on its way out by itself."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not Path(f"/proc/{number}").exists():
            return True
        time.sleep(0.1)
    return False
