"""
Backup and restore: the database and the stored files in one archive, the encryption keys in a file apart.

A backup reads as the role `backoffice_search`, which sees past row-level security and may only read.  A restore is the
superuser's: it makes a database beside the present one, fills it, and only then puts it in its place.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import redis
from psycopg import sql

from backoffice import env

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
READER = "backoffice_search"
ROLES = Path(__file__).resolve().parent.parent / "deploy" / "postgres-init.sql"
# Made anew in every database by the statements in ROLES.
MADE_BY_ROLES = ("SCHEMA - public", "ACL - SCHEMA public", "EXTENSION - ", "COMMENT - EXTENSION", "DEFAULT ACL")


class ArchiveRefused(Exception):
    """Why nothing was written, in one sentence."""


@dataclass(frozen=True)
class Server:
    """One database as libpq's programs are told of it: by environment, so that no password stands in a process list."""

    host: str
    port: str
    user: str
    password: str
    name: str

    @classmethod
    def from_variable(cls, variable: str) -> "Server":
        found = env.database(variable)
        words = (str(found[key]) for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME"))
        return cls(*words)

    def named(self, name: str) -> "Server":
        return Server(self.host, self.port, self.user, self.password, name)

    def environment(self) -> dict[str, str]:
        told = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user, "PGPASSWORD": self.password}
        return {**os.environ, **{key: value for key, value in told.items() if value}, "PGDATABASE": self.name}

    @contextmanager
    def connection(self) -> "Iterator[psycopg.Connection[Any]]":
        address = {"host": self.host, "port": self.port, "user": self.user, "password": self.password}
        given: dict[str, Any] = {key: value for key, value in address.items() if value}
        with psycopg.connect(dbname=self.name, autocommit=True, **given) as connection:
            yield connection


def program(name: str) -> str:
    """Postgres' own programs: from POSTGRES_PROGRAMS, else from PATH."""
    folder = os.environ.get("POSTGRES_PROGRAMS")
    return str(Path(folder) / name) if folder else name


def run(server: Server, name: str, *arguments: str) -> str:
    """
    Run a program of Postgres against the server and return what it printed.

    :raises ArchiveRefused: it is missing or failed; with its last words.
    """
    try:
        done = subprocess.run(
            [program(name), *arguments], env=server.environment(), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as reason:
        raise ArchiveRefused(
            f"The program {name} is missing: install the Postgres client, major version 18."
        ) from reason
    if done.returncode != 0:
        words = done.stderr.strip().splitlines() or ["it said nothing"]
        raise ArchiveRefused(f"{name} failed: {words[-1]}")
    return done.stdout


def back_up(*, target: Path, server: Server, files: Path, keys: Sequence[str], now: datetime) -> Path:
    """
    Write `target` and, apart from it, the keys; both appear only when whole.

    The database is read first: a file that it names was written before the row that names it.
    Returns the path of the keys' file.
    :raises ArchiveRefused: the target exists, or its folder does not, or a program failed.
    """
    if target.exists():
        raise ArchiveRefused(f"{target} exists already: choose another name, a backup is never overwritten.")
    if not target.parent.is_dir():
        raise ArchiveRefused(f"The folder {target.parent} does not exist: make it first.")
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with tempfile.TemporaryDirectory(prefix="backup-", dir=target.parent) as folder:
            dump = Path(folder) / DUMP
            run(server, "pg_dump", "--format=custom", f"--role={READER}", f"--file={dump}")
            with tarfile.open(unfinished, "w") as archive:
                add_text(archive, MANIFEST, json.dumps(manifest(server, keys=keys, now=now), indent=2), now=now)
                archive.add(dump, DUMP)
                archive.add(files, FILES)
        unfinished.chmod(0o600)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return write_keys(target, keys)


def manifest(server: Server, *, keys: Sequence[str], now: datetime) -> dict[str, object]:
    with server.connection() as connection:
        migrations = connection.execute(
            "SELECT DISTINCT ON (app) app, name FROM django_migrations ORDER BY app, id DESC"
        ).fetchall()
        version = connection.execute("SHOW server_version").fetchone()
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "postgres": version[0] if version else "",
        "migrations": dict(migrations),
        "keys": [fingerprint(key) for key in keys],
    }


def fingerprint(key: str) -> str:
    """Enough to tell which keys an archive needs, and nothing of the keys themselves."""
    return hashlib.sha256(b"backoffice key " + key.encode()).hexdigest()[:16]


def add_text(archive: tarfile.TarFile, name: str, text: str, *, now: datetime) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime = len(content), int(now.timestamp())
    archive.addfile(entry, io.BytesIO(content))


def keys_path(archive: Path) -> Path:
    return archive.with_name(archive.name + ".keys")


def write_keys(archive: Path, keys: Sequence[str]) -> Path:
    path = keys_path(archive)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("\n".join(keys) + "\n")
    return path


def read_manifest(archive: Path) -> Mapping[str, Any]:
    """:raises ArchiveRefused: the file is missing, or no archive of ours, or of a later format."""
    if not archive.is_file():
        raise ArchiveRefused(f"There is no file {archive}.")
    try:
        with tarfile.open(archive) as opened:
            entry = opened.extractfile(MANIFEST)
            found: Mapping[str, Any] = json.load(entry) if entry else {}
            opened.getmember(DUMP)
    except (tarfile.TarError, KeyError, ValueError, EOFError) as reason:
        raise ArchiveRefused(f"{archive} is not a whole backup: take another copy of it.") from reason
    if found.get("format") != FORMAT:
        raise ArchiveRefused(f"{archive} was made by a later release: install that release first.")
    return found


def restore(
    *,
    archive: Path,
    superuser: Server,
    files: Path,
    keys: Sequence[str],
    caches: Sequence[str],
    replace: bool,
    now: datetime,
) -> str:
    """
    Put the archive in the place of an installation in which nobody has worked yet.

    Returns the name under which the earlier database is kept, empty when there was nothing in it.
    :raises ArchiveRefused: keys are missing, the installation is in use and `replace` is not set, a program failed.
    """
    needed = set(read_manifest(archive)["keys"])
    if missing := needed - {fingerprint(key) for key in keys}:
        raise ArchiveRefused(
            f"{len(missing)} of the archive's encryption keys are missing: put {keys_path(archive).name} beside it, "
            "or add them to ENCRYPTION_KEYS."
        )
    people, signed_in = usage(superuser)
    if signed_in and not replace:
        raise ArchiveRefused(
            "People already work in this installation: repeat with --replace to put the archive in its place "
            "(the present data are kept aside)."
        )
    stamp = now.strftime("%Y%m%d_%H%M%S")
    with tempfile.TemporaryDirectory(prefix="restore-", dir=files.parent) as folder:
        unpack(archive, Path(folder))
        fill_beside(superuser, Path(folder) / DUMP, stamp=stamp)
        kept = put_in_place(superuser, stamp=stamp, keep=people > 0)
        put_files_in_place(Path(folder) / FILES, files, stamp=stamp)
    for address in caches:
        with redis.Redis.from_url(address) as client:
            client.flushdb()
    return kept


def usage(superuser: Server) -> tuple[int, int]:
    """This function will return (people, people who have ever signed in) of the present database."""
    with superuser.connection() as connection:
        present = connection.execute("SELECT to_regclass('public.merchants_person') IS NOT NULL").fetchone()
        if present != (True,):
            return 0, 0
        found = connection.execute("SELECT count(*), count(last_login) FROM merchants_person").fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")


def fill_beside(superuser: Server, dump: Path, *, stamp: str) -> None:
    """Make the database `<name>_restoring_<stamp>` and load the dump into it."""
    fresh = superuser.named(f"{superuser.name}_restoring_{stamp}")
    with superuser.connection() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(fresh.name)))
    try:
        with fresh.connection() as connection:
            connection.execute(ROLES.read_bytes())
        wanted = dump.with_suffix(".list")
        listing = run(fresh, "pg_restore", "--list", str(dump)).splitlines()
        wanted.write_text("\n".join(line for line in listing if not any(word in line for word in MADE_BY_ROLES)))
        run(
            fresh,
            *("pg_restore", "--exit-on-error", f"--use-list={wanted}", "--jobs=2", f"--dbname={fresh.name}", str(dump)),
        )
        with fresh.connection() as connection:
            connection.execute("ANALYZE")
    except BaseException:
        with superuser.connection() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(fresh.name)))
        raise


def put_in_place(superuser: Server, *, stamp: str, keep: bool) -> str:
    """Swap names; connections of a running stack are ended and come back to the new database."""
    earlier, fresh = f"{superuser.name}_before_{stamp}", f"{superuser.name}_restoring_{stamp}"
    with superuser.named("postgres").connection() as connection:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(superuser.name)))
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [superuser.name]
        )
        connection.execute(rename.format(sql.Identifier(superuser.name), sql.Identifier(earlier)))
        connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(superuser.name)))
        if keep:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(earlier)))
            return earlier
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(earlier)))
        return ""


def put_files_in_place(unpacked: Path, files: Path, *, stamp: str) -> None:
    """Same file system by construction, so each step is one rename; what was there stays beside it."""
    if files.exists() and any(files.iterdir()):
        files.rename(files.with_name(f"{files.name}_before_{stamp}"))
    elif files.exists():
        files.rmdir()
    if unpacked.exists():
        unpacked.rename(files)
    else:
        files.mkdir(mode=0o700)
