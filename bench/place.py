"""Where benches run: a Postgres and a broker of their own in var/bench, tuned as the embedded ones."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import redis

from embedded import postgres
from embedded.process import Trouble
from embedded.state import ROOT, State

EMPTY, TEMPLATE, TRADE, SALES = "bench_empty", "bench_template", "bench_trade", "bench_sales"
# For making the big database only: a crash meanwhile costs making it anew.
CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "16GB",
    "maintenance_work_mem": "1GB",
}


def state() -> State:
    """The folder of the benches, made when it is missing."""
    folder = ROOT / "var" / "bench"
    for name in ("files", "log", "metrics", "sandbox"):
        (folder / name).mkdir(parents=True, mode=0o700, exist_ok=True)
    return State(folder)


@contextmanager
def servers(here: State, *, careless: bool = False) -> Iterator[postgres.Cluster]:
    """Both servers for the time of the block; :raises AlreadyRuns: another bench uses the folder."""
    flags = {**postgres.TUNING, "log_min_duration_statement": "5000", **(CARELESS if careless else {})}
    cluster = replace(here.cluster, flags=flags)
    with here.locked():
        if not cluster.exists():
            cluster.initialise()
        with (here.folder / "log" / "services.log").open("wb") as log:
            server = cluster.start(log=log)
            broker = here.broker.start(log=log)
        try:
            cluster.wait(server)
            here.broker.wait(broker)
            with redis.Redis.from_url(here.broker.cache_url(0)) as client:
                client.flushall()  # sessions, limits and messages of a run that is over
            yield cluster
        finally:
            broker.terminate()
            postgres.stop(server, patience_s=120)
            broker.wait()


def environment(here: State, database: str) -> dict[str, str]:
    """What a process of the product needs to work on one of the databases."""
    return {
        **here.environment(),
        "DATABASE_URL": here.cluster.url("backoffice_app", database),
        "DATABASE_OWNER_URL": here.cluster.url("backoffice_owner", database),
        "BENCH_SUPERUSER_URL": here.cluster.url(postgres.SUPERUSER, database),
        "BENCH_FOLDER": str(here.folder),
        "LOG_LEVEL": "ERROR",
        "LOG_FORMAT": "text",
        "DEBUG": "false",
        "STATIC_COLLECTED": "false",
    }


def migrate(here: State, database: str) -> None:
    """Bring a database up to the code; :raises Trouble: its migrations do not fit, or fail."""
    here.cluster.make_database(database)
    if manage(here, database, "migrate", "--no-input", "-v", "0") != 0:
        raise Trouble(f"The migrations of {database} failed: the words above say why.")


def manage(here: State, database: str, *words: str) -> int:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(here, database), check=False).returncode


def drop(here: State, *databases: str) -> None:
    with here.cluster.superuser() as connection:
        for name in databases:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def fresh(here: State) -> None:
    """Make the empty database anew, as a copy of the migrated template."""
    migrate(here, TEMPLATE)
    drop(here, EMPTY)
    here.cluster.copy_database(EMPTY, template=TEMPLATE)
