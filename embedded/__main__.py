"""The words of run.py, inside the environment."""

import errno
import os
import sys
from collections.abc import Callable

from embedded.process import Trouble


def main() -> int:
    word, arguments = sys.argv[1], sys.argv[2:]
    try:
        return WORDS[word](arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except OSError as trouble:
        if trouble.errno != errno.ENOSPC:
            raise
        print("The disk is full: free at least 2 GiB and repeat.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1


def up(arguments: list[str]) -> int:
    from embedded import stack

    return stack.up()


def test(arguments: list[str]) -> int:
    from embedded import gate

    return gate.test(arguments)


def check(arguments: list[str]) -> int:
    from embedded import gate

    return gate.check()


def manage(arguments: list[str]) -> int:
    from embedded import commands

    return commands.manage(arguments)


def backup(arguments: list[str]) -> int:
    from embedded import commands

    return commands.backup(arguments)


def restore(arguments: list[str]) -> int:
    from embedded import commands

    return commands.restore(arguments)


def module(name: str) -> Callable[[list[str]], int]:
    """A word that is a program of its own, started with the stack's address left to it."""

    def run(arguments: list[str]) -> int:
        os.execv(sys.executable, [sys.executable, "-m", name, *arguments])

    return run


WORDS: dict[str, Callable[[list[str]], int]] = {
    "up": up,
    "test": test,
    "check": check,
    "manage": manage,
    "backup": backup,
    "restore": restore,
    "bench": module("bench"),
    "torture": module("bench.torture"),
    "screenshots": module("bench.screenshots"),
}

if __name__ == "__main__":
    sys.exit(main())
