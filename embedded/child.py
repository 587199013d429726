"""
`python -m embedded.child <module> <arguments>`: run a module whose own children die with it.

Web servers and worker pools fork; when their first process is killed, the forks would go on holding the port and the
database connections, answering with yesterday's code.
"""

import os
import runpy
import signal
import sys
import warnings

from embedded.process import die_with_parent

ask_the_kernel = die_with_parent(signal.SIGKILL)
parents: list[int] = []


def remember_the_parent() -> None:
    parents[:] = [os.getpid()]


def follow_the_parent() -> None:
    ask_the_kernel()
    # Killed before the kernel was asked, the parent sends no signal any more.
    if os.getppid() != parents[-1]:
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    os.register_at_fork(before=remember_the_parent, after_in_child=follow_the_parent)
    # Embedded workers of root are root's; the message is for servers, where compose runs them as nobody.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
