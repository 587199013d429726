"""The big databases: made once in a few minutes, kept, brought up to the code at every run."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import ModuleType

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
    size, name = QUICK if quick else FULL, database(quick=quick)
    keep(here, name, trade_rows, lambda load: trade_rows.fill(load, orders=size.orders, skus=size.skus), prove)


def keep(
    here: State,
    name: str,
    made_by: ModuleType,
    fill: Callable[[Loader], None],
    prove: Callable[[State, str], None] = lambda _here, _name: None,
) -> None:
    """
    Fill a migrated database, unless one made by this very code is there; then only its migrations are applied.

    :raises Trouble: what `prove` raises of a database just made
    """
    with place.servers(here):
        if _stamp_of(here, name) == _stamp(made_by):
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
            fill(Loader(connection))
        prove(here, name)
        with here.cluster.superuser(name) as connection:
            connection.execute(f"COMMENT ON DATABASE \"{name}\" IS '{_stamp(made_by)}'".encode())
            connection.execute("CHECKPOINT")
        print(f"bench: {name} made in {perf_counter() - began:.0f} s", flush=True)


def prove(here: State, name: str) -> None:
    """The product's own proof, by the application's role; :raises Trouble: a number is not the sum of its parts."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.prove"], cwd=ROOT, env=place.environment(here, name), check=False
    )
    if done.returncode != 0:
        raise Trouble(f"The ledger of {name} does not hold: the words above say where.")


def _stamp(made_by: ModuleType) -> str:
    """What the rows are made by: a module, or all modules of a package."""
    own = Path(made_by.__file__ or "")
    files = sorted(own.parent.glob("*.py")) if own.name == "__init__.py" else [own]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:20]


def _stamp_of(here: State, name: str) -> str:
    with here.cluster.superuser() as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return str(found[0]) if found else ""
