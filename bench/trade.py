"""The big database: made once in a few minutes, kept, brought up to the code at every run, proven by its ledger."""

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psycopg

from bench import place, trade_rows
from bench.loader import Loader
from embedded import postgres
from embedded.process import Trouble
from embedded.state import ROOT, State


@dataclass(frozen=True)
class Size:
    orders: int
    skus: int


FULL, QUICK = Size(orders=1_000_000, skus=100_000), Size(orders=20_000, skus=2_000)


def database(*, quick: bool) -> str:
    return place.TRADE + ("_quick" if quick else "")


def make_if_needed(here: State, *, quick: bool) -> None:
    """
    Make the big database, unless one made by this very code is there; then only its migrations are applied.

    :raises Trouble: it was made, and its ledger does not hold
    """
    name = database(quick=quick)
    with place.servers(here):
        if _stamp_of(here, name) == _stamp():
            try:
                place.migrate(here, name)
                return
            except Trouble:
                print("bench: its migrations were rewritten, so it is made anew", flush=True)
    with place.servers(here, careless=True):
        began = perf_counter()
        place.drop(here, name)
        place.migrate(here, name)
        with psycopg.connect(here.cluster.url(postgres.SUPERUSER, name), autocommit=True) as connection:
            size = QUICK if quick else FULL
            trade_rows.fill(Loader(connection), orders=size.orders, skus=size.skus)
        prove(here, name)
        with here.cluster.superuser(name) as connection:
            connection.execute(f"COMMENT ON DATABASE \"{name}\" IS '{_stamp()}'".encode())
            connection.execute("CHECKPOINT")
        print(f"bench: {name}: {size.orders:,} orders in {perf_counter() - began:.0f} s", flush=True)


def prove(here: State, name: str) -> None:
    """The product's own proof, by the application's role; :raises Trouble: a number is not the sum of its parts."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.prove"], cwd=ROOT, env=place.environment(here, name), check=False
    )
    if done.returncode != 0:
        raise Trouble(f"The ledger of {name} does not hold: the words above say where.")


def _stamp() -> str:
    """What the rows are made by."""
    return hashlib.sha256(Path(trade_rows.__file__).read_bytes()).hexdigest()[:20]


def _stamp_of(here: State, name: str) -> str:
    with here.cluster.superuser() as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return str(found[0]) if found else ""
