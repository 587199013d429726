"""
Real services for the tests: a Postgres cluster and a broker of their own for every run.

Loaded by `-p tests.services` before pytest-django reads the settings.  The migrated cluster is kept in
`var/test-cluster/<hash of what makes the schema>` and copied, so that a run begins in half a second; each xdist worker
gets a database copied from the template.  Tests run as the application's role, never as a superuser.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import postgres, valkey
from embedded.process import Trouble, unprivileged, within_reach

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test-cluster"
TEMPLATE = "backoffice_template"
FAILED = "migrations-failed.txt"
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "shared_preload_libraries": "pg_stat_statements",
}


def begin() -> None:
    if "TEST_SERVICES" not in os.environ:
        start_services(Path(tempfile.mkdtemp(prefix="bo-test-")))
    point_at_services()


def start_services(place: Path) -> None:
    """Bring up both servers in `place`, tied to the life of this process, and say where they are."""
    if len(str(place)) > 60:
        shutil.rmtree(place)
        place = Path(tempfile.mkdtemp(prefix="bo-test-", dir="/tmp"))
    try:
        data = place / "data"
        kept = kept_cluster()
        subprocess.run(["cp", "-a", str(kept), str(data)], check=True)
        cluster = cluster_at(data, place)
        with (place / "postgres.log").open("wb") as log:
            server = cluster.start(log=log)
        broker = valkey.Broker(folder=place / "valkey", socket=place / "valkey.sock", keep=False)
        with (place / "valkey.log").open("wb") as log:
            cache = broker.start(log=log)
        cluster.wait(server)
        broker.wait(cache)
    except Trouble as trouble:
        shutil.rmtree(place, ignore_errors=True)
        raise pytest.UsageError(str(trouble)) from trouble
    _running.append((server, cache, place))
    os.environ["TEST_SERVICES"] = str(place)


_running: list[tuple["subprocess.Popen[bytes]", "subprocess.Popen[bytes]", Path]] = []


def cluster_at(data: Path, place: Path) -> postgres.Cluster:
    if unprivileged().owner is not None:
        place.chmod(0o711)
    return postgres.Cluster(data=data, sockets=place / "s", spare=within_reach(KEPT), flags=FAST)


def point_at_services() -> None:
    """Set the application's environment for this process: an own database and own numbers in the broker."""
    place = Path(os.environ["TEST_SERVICES"])
    cluster = cluster_at(place / "data", place)
    broker = valkey.Broker(folder=place / "valkey", socket=place / "valkey.sock")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    number = int(worker.removeprefix("gw")) + 1 if worker.startswith("gw") else 0
    name = f"test_{worker}"
    files = place / "files" / worker
    files.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        DATABASE_URL=cluster.url("backoffice_app", name),
        DATABASE_OWNER_URL=cluster.url("backoffice_owner", name),
        TEST_SUPERUSER_URL=cluster.url(postgres.SUPERUSER, name),
        REDIS_URL=broker.cache_url(2 * number + 1),
        BROKER_URL=broker.broker_url(2 * number),
        FILES_DIR=str(files),
        **application_secrets(),
    )


def application_secrets() -> dict[str, str]:
    """Settings that are the same in every run; the keys are public and open nothing."""
    return {
        "SECRET_KEY": "only-for-tests-" + "0" * 40,
        "ENCRYPTION_KEYS": "dGVzdC1rZXktMS10ZXN0LWtleS0xLXRlc3Qta2V5LTE=",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "STATIC_COLLECTED": "false",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "text",
    }


def clone_template() -> None:
    """
    Make this process's database.

    When the migrations failed, each test that needs a database says so; the others run all the same.
    """
    broken = Path(os.environ["TEST_SERVICES"]) / "data" / FAILED
    if broken.exists():
        pytest.fail(f"The migrations fail: {broken.read_text()[-1500:]}", pytrace=False)
    make_own_database()


def make_own_database() -> None:
    place = Path(os.environ["TEST_SERVICES"])
    name = os.environ["DATABASE_URL"].split("@/")[1].split("?")[0]
    cluster_at(place / "data", place).copy_database(name, template=TEMPLATE)


def kept_cluster() -> Path:
    """This function will return a stopped data directory whose template database is migrated, making it if needed."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with one_at_a_time():
        kept = KEPT / schema_hash()
        if not kept.exists():
            with tests_compiled_meanwhile():
                kept = make_cluster(kept)
            forget_old_clusters(keep=kept)
        return kept


@contextlib.contextmanager
def tests_compiled_meanwhile() -> Iterator[None]:
    """
    Migrations keep one processor busy; before a run on several, another compiles the tests meanwhile.

    Else each worker would compile all of them for itself, at the same time.
    """
    if "-n" not in sys.argv or sys.dont_write_bytecode:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="bo-test-") as nowhere:
        collecting = subprocess.Popen(
            [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"],
            cwd=ROOT,
            env={**os.environ, "TEST_SERVICES": nowhere},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            collecting.wait()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_cluster(kept: Path) -> Path:
    """This function will return `kept`, or a place that the next run will not find when the migrations failed."""
    making = Path(tempfile.mkdtemp(prefix="bo-make-"))
    try:
        cluster = cluster_at(making / "data", making)
        cluster.initialise()
        with (making / "log").open("wb") as log:
            server = cluster.start(log=log)
        try:
            cluster.wait(server)
            cluster.make_database(TEMPLATE)
            failure = migrate(cluster)
        finally:
            postgres.stop(server)
        if failure:
            (making / "data" / FAILED).write_text(failure)
            kept = kept.with_name(f"failed-{kept.name}-{os.getpid()}")
        shutil.move(str(making / "data"), str(kept))
        return kept
    finally:
        shutil.rmtree(making, ignore_errors=True)


def migrate(cluster: postgres.Cluster) -> str:
    """This function will return what `migrate` said when it failed, else nothing."""
    owner = cluster.url("backoffice_owner", TEMPLATE)
    environment = {
        **os.environ,
        **application_secrets(),
        "DATABASE_URL": owner,
        "DATABASE_OWNER_URL": owner,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "BROKER_URL": "redis://127.0.0.1:1/1",
        "FILES_DIR": tempfile.gettempdir(),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "-v", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else (done.stderr or done.stdout or "migrate failed")[-6000:]


def schema_hash() -> str:
    """What the schema is made of: migrations, the kernel's operations, the roles, packages with tables."""
    digest = hashlib.sha256(sys.version.encode())
    sources = [
        *ROOT.glob("*/migrations/*.py"),
        *ROOT.glob("backoffice/kernel/*.py"),
        *ROOT.glob("backoffice/settings/*.py"),
        ROOT / "deploy" / "postgres-init.sql",
        ROOT / "requirements" / "dev.lock",
        Path(postgres.__file__),
    ]
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def forget_old_clusters(*, keep: Path) -> None:
    others = sorted(
        (path for path in KEPT.iterdir() if path.is_dir() and path != keep), key=lambda p: p.stat().st_mtime
    )
    for path in others[:-2]:
        if not path.name.startswith("programs-"):
            shutil.rmtree(path, ignore_errors=True)


def pytest_unconfigure() -> None:
    while _running:
        server, cache, place = _running.pop()
        cache.terminate()
        postgres.stop(server)
        cache.wait()
        shutil.rmtree(place, ignore_errors=True)


begin()
