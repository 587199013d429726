"""Starting children: who they run as, and that they die with the one who started them."""

import ctypes
import functools
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class Trouble(Exception):
    """Something a person can cure; the message is one sentence that says what to do."""


def die_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """This function will return a `preexec_fn` after which the child gets `number` when its parent dies (Linux)."""

    def ask_the_kernel() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)

    return ask_the_kernel


@dataclass(frozen=True)
class Identity:
    """Postgres refuses uid 0: `prefix` goes before its command, `options` to Popen, `owner` owns its files."""

    prefix: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    owner: tuple[int, int] | None = None


@functools.cache
def unprivileged() -> Identity:
    """
    This function will say how to run a program that refuses root.

    A user namespace needs no other user and no chown; where it is refused (chroot, most container profiles) the
    program runs as nobody, and its files have to belong to nobody.
    """
    if os.geteuid() != 0:
        return Identity()
    namespace = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
    if os.environ.get("EMBEDDED_IDENTITY") != "nobody" and works([*namespace, "true"]):
        return Identity(prefix=namespace)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as reason:
        raise Trouble("Postgres does not run as root and there is no user «nobody»: start as another user.") from reason
    owner = (nobody.pw_uid, nobody.pw_gid)
    return Identity(options={"user": owner[0], "group": owner[1], "extra_groups": []}, owner=owner)


def works(command: Sequence[str]) -> bool:
    """Whether the command is there and ends well."""
    found = shutil.which(command[0])
    return found is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


def give_away(path: Path, identity: Identity) -> None:
    """Hand `path` and all below it to the identity; the folders above are opened for passing through only if ours."""
    owner = identity.owner or ((0, 0) if os.geteuid() == 0 else None)
    if owner is None or not path.exists() or path.stat().st_uid == owner[0]:
        return
    os.chown(path, *owner)
    for folder, names, files in os.walk(path):
        for name in (*names, *files):
            os.lchown(Path(folder, name), *owner)


def within_reach(folder: Path) -> Path:
    """
    This function will return `folder`, or one under /var/lib in its stead.

    Only where a program has to run as nobody and `folder` lies below a closed one, such as root's home: opening that
    would show it to everybody.
    """
    if unprivileged().owner is None or reachable(folder):
        return folder
    stead = Path("/var/lib") / f"backoffice-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    stead.mkdir(mode=0o711, exist_ok=True)
    return stead


def reachable(path: Path) -> bool:
    """Whether somebody who is neither owner nor group may walk down to `path`."""
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents) if part.is_dir())
