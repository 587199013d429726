"""Words that run a management command against the embedded services, whether or not the stack runs."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from embedded import postgres
from embedded.process import Trouble
from embedded.services import services
from embedded.state import DATABASE, ROOT, State, write_secret


def manage(arguments: list[str]) -> int:
    """Run any management command; the exit code is its own."""
    state = State.here()
    with services(state):
        return command(state.environment(), arguments)


def backup(arguments: list[str]) -> int:
    if len(arguments) != 1:
        raise Trouble("Say where to: python3 run.py backup FILE")
    state = State.here()
    with services(state):
        return command(state.environment(), ["backup", str(Path(arguments[0]).absolute())])


def restore(arguments: list[str]) -> int:
    """
    Restore, take over the archive's keys, and let a running stack start anew with them.

    The keys of this installation stay behind the archive's: what they encrypted remains readable.
    """
    files = [word for word in arguments if not word.startswith("-")]
    if len(files) != 1 or set(arguments) - {"--replace", *files}:
        raise Trouble("Say which archive: python3 run.py restore FILE [--replace]")
    state = State.here()
    archive = Path(files[0]).absolute()
    keys = joined_keys(archive, own=state.secret("encryption.keys"))
    with services(state) as running:
        environment = {
            **state.environment(),
            "ENCRYPTION_KEYS": keys,
            "DATABASE_SUPERUSER_URL": state.cluster.url(postgres.SUPERUSER, DATABASE),
            "BROKER_CLEAN_URL": state.broker.cache_url(0),
        }
        code = command(environment, ["restore", str(archive), *(word for word in arguments if word == "--replace")])
        if code == 0:
            write_secret(state.keys, keys)
            if running and (holder := state.holder()):
                os.kill(holder, signal.SIGHUP)
        return code


def joined_keys(archive: Path, *, own: str) -> str:
    beside = archive.with_name(archive.name + ".keys")
    brought = beside.read_text().split() if beside.is_file() else []
    return ",".join(dict.fromkeys([*brought, *own.split(",")]))


def command(environment: Mapping[str, str], arguments: list[str]) -> int:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=dict(environment), check=False
    ).returncode
