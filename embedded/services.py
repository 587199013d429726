"""Postgres and the broker for one command: those of a running stack, or started for it and stopped after it."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from embedded import postgres
from embedded.process import Trouble
from embedded.state import DATABASE, AlreadyRuns, State


@contextmanager
def services(state: State) -> Iterator[bool]:
    """Yield whether the stack was running already; either way both servers answer and the database exists."""
    try:
        with state.locked():
            with (state.folder / "log" / "services.log").open("ab") as log:
                server = start_postgres(state, log=log)
                broker = state.broker.start(log=log)
            try:
                prepare(state, server)
                state.broker.wait(broker)
                yield False
            finally:
                broker.terminate()
                postgres.stop(server)
                broker.wait()
    except AlreadyRuns:
        wait_for_running(state)
        yield True


def start_postgres(state: State, *, log: object) -> "subprocess.Popen[bytes]":
    if not state.cluster.exists():
        state.cluster.initialise()
    return state.cluster.start(log=log)  # type: ignore[arg-type]


def prepare(state: State, server: "subprocess.Popen[bytes]") -> None:
    state.cluster.wait(server)
    state.cluster.make_database(DATABASE)


def wait_for_running(state: State) -> None:
    for _ in range(300):
        try:
            with state.cluster.superuser(DATABASE):
                return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise Trouble("The running stack's Postgres does not answer: look at its lines.")
