"""`up`: every process of the product on one machine."""

import contextlib
import errno
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from embedded import services
from embedded.process import Trouble
from embedded.state import ROOT, State
from embedded.supervisor import Child, Supervisor, say
from marketplaces import registry

PYTHON = sys.executable
READY_DEADLINE_S = 90.0


def up() -> int:
    """This function will run the stack until it is asked to stop; returns the exit code."""
    host, port = address()
    state = State.here()
    with state.locked():
        supervisor = Supervisor()
        supervisor.listen()
        try:
            start_servers(state, supervisor)
            if supervisor.stopping:
                return 0
            return serve(state, supervisor, host=host, port=port)
        finally:
            say("stack", "stopping")
            supervisor.stop()
            say("stack", "stopped; the data are kept")


def serve(state: State, supervisor: Supervisor, *, host: str, port: int) -> int:
    while True:
        supervisor.reloading = False
        environment = {**state.environment(), **addresses(state, host=host, port=port)}
        owner = prepare(environment, supervisor)
        if supervisor.stopping:
            return 0
        servers = list(supervisor.children)
        for child in application(environment, host=host, port=port):
            supervisor.add(child)
        say("stack", ready_sentence(supervisor, host=host, port=port))
        # Said again, because the lines of the start have carried it off the screen.
        for line in owner.splitlines():
            say("stack", line)
        if sentence := supervisor.run():
            say("stack", sentence)
            return 1
        if not supervisor.reloading:
            return 0
        say("stack", "asked to start the application anew")
        supervisor.stop([child for child in supervisor.children if child not in servers])


def address() -> tuple[str, int]:
    """
    HOST and PORT, tried.

    :raises Trouble: not a number, taken, or not an address of this machine.
    """
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not «{text}».")
    port = int(text)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, port), family=family):
            return host, port
    except socket.gaierror as reason:
        raise Trouble(f"HOST {host} is not an address that this machine knows.") from reason
    except OSError as reason:
        if reason.errno == errno.EADDRINUSE:
            raise Trouble(
                f"Port {port} is taken: stop what uses it, or choose another with PORT={port + 1}."
            ) from reason
        if reason.errno == errno.EACCES:
            raise Trouble(f"Port {port} is only for root: choose one above 1023 with PORT=8000.") from reason
        raise Trouble(f"HOST {host} is not an address of this machine: leave it out or use 0.0.0.0.") from reason


def addresses(state: State, *, host: str, port: int) -> dict[str, str]:
    """Names under which pages may be asked for, the sandbox's address, and how lines are written."""
    names = {"localhost", "127.0.0.1", "[::1]", host, socket.gethostname(), *own_addresses()} - {"0.0.0.0", "::"}  # noqa: S104
    more = [name for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name]
    return {
        "ALLOWED_HOSTS": ",".join([*sorted(names), *more]),
        "SANDBOX_URL": f"http://127.0.0.1:{state.port_of_sandbox()}",
        "SANDBOX_STATE_DIR": str(state.folder / "sandbox"),
        "SANDBOX_PAST_DAYS": os.environ.get("SANDBOX_PAST_DAYS", "28"),  # dashboards of the first day are not empty
        "PUBLIC_URL": f"http://{url_host(host)}:{port}",
        "LOG_FORMAT": os.environ.get("LOG_FORMAT") or ("text" if sys.stdout.isatty() else "json"),
    }


def own_addresses() -> set[str]:
    """Addresses under which the warehouse's network knows this machine; nothing is sent to find them."""
    found = set()
    with contextlib.suppress(socket.gaierror):
        found = {str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, family=socket.AF_INET)}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        found.add(str(probe.getsockname()[0]))
    return found


def url_host(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104  a way of saying "every address", shown as this machine
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def start_servers(state: State, supervisor: Supervisor) -> None:
    """Postgres and the broker first, both vital: the stack ends with them."""
    database = services.start_postgres(state, log=subprocess.PIPE)
    postgres = Child("postgres", (), vital=True, stop_signal=2, patience_s=30)
    postgres.adopt(database)
    supervisor.add(postgres)
    broker = state.broker.start(log=subprocess.PIPE)
    valkey = Child("valkey", (), vital=True)
    valkey.adopt(broker)
    supervisor.add(valkey)
    services.prepare(state, database)
    state.broker.wait(broker)


def prepare(environment: dict[str, str], supervisor: Supervisor) -> str:
    """
    Bring schema and static files up to the code, and make the first owner where there is none.

    Returns what the first owner has to know, empty at every later start.
    :raises Trouble: one of the commands failed; its words stand above.
    """
    say("stack", "applying migrations, collecting static files")
    collecting = manage_later(environment, "collectstatic", "--no-input", "-v", "0")
    manage(environment, "migrate", "--no-input", "-v", "0")
    if collecting.wait() != 0:
        raise Trouble("Static files could not be collected: the words above say why.")
    return "" if supervisor.stopping else manage(environment, "first_start")


def manage_later(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([PYTHON, "manage.py", *arguments], cwd=ROOT, env=environment)


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command and return what it printed, printed already."""
    done = subprocess.run(
        [PYTHON, "manage.py", *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout, end="", flush=True)
    if done.returncode != 0:
        raise Trouble(f"«manage {arguments[0]}» failed: the words above say why.")
    return done.stdout


def application(environment: dict[str, str], *, host: str, port: int) -> list[Child]:
    """The processes of the product, in the order of their start."""
    metrics = fresh_metrics_folder(environment)
    web = {**environment, "DATABASE_POOL": "3", "PROMETHEUS_MULTIPROC_DIR": metrics}
    sandbox_port = environment["SANDBOX_URL"].rsplit(":", 1)[1]
    children = [Child("web", web_command(host, port), web)]
    if (ROOT / "sandbox" / "app.py").exists():
        children.insert(0, Child("sandbox", sandbox_command(sandbox_port), sandbox_environment(environment)))
    for code in registry.codes():
        children.append(worker(f"mp.{code}", environment, name=f"mp.{code}", pool="threads", size=4))
    children.append(worker("default,pdf", environment, name="worker", pool="prefork", size=2))
    children.append(Child("beat", (*CELERY, "beat", "--pidfile=", *LEVEL), environment))
    return children


CHILD = (PYTHON, "-m", "embedded.child")
CELERY = (*CHILD, "celery", "-A", "backoffice", "--quiet")
LEVEL = ("--loglevel", "WARNING")


def web_command(host: str, port: int) -> Sequence[str]:
    return (
        *(*CHILD, "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "2"),
        *("--blocking-threads", "2", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "10s"),
        *("--log-level", "warning", "backoffice.wsgi:application"),
    )


def sandbox_command(port: str) -> Sequence[str]:
    return (
        *(*CHILD, "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", port, "--workers", "1"),
        *("--no-ws", "--log-level", "warning", "sandbox.app:app"),
    )


def sandbox_environment(environment: dict[str, str]) -> dict[str, str]:
    """The sandbox plays strangers: it is told nothing of our services and secrets."""
    own = {
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "BROKER_URL",
        "SECRET_KEY",
        "ENCRYPTION_KEYS",
        "FILES_DIR",
    }
    return {name: value for name, value in environment.items() if name not in own}


def worker(queues: str, environment: dict[str, str], *, name: str, pool: str, size: int) -> Child:
    """
    One worker process for these queues.

    Threads where tasks wait for a marketplace, whose deadline bounds every call; forks where they compute.
    """
    command = (
        *(*CELERY, "worker", "-Q", queues, "-n", f"{name}@%h", "--pool", pool, "-c", str(size)),
        *("--without-gossip", "--without-mingle", *LEVEL),
    )
    return Child(name, command, environment)


def fresh_metrics_folder(environment: dict[str, str]) -> str:
    """Files of processes that ended long ago would be added to the figures for ever."""
    folder = os.path.join(os.path.dirname(environment["FILES_DIR"]), "metrics")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, mode=0o700)
    return folder


def ready_sentence(supervisor: Supervisor, *, host: str, port: int) -> str:
    """This function will wait until /healthz says that all parts work, watching the children meanwhile."""
    url = f"http://{url_host(host)}:{port}"
    end = time.monotonic() + READY_DEADLINE_S
    while time.monotonic() < end and not supervisor.stopping and supervisor.watch_once() is None:
        if answers(f"{url}/healthz"):
            return f"ready: open {url}"
        time.sleep(0.2)
    return f"not everything works yet: {url}/healthz says what is missing"


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310  our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
