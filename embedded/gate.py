"""The gate: what must hold before anything is handed in.  Every step runs, so that one look shows all that is wrong."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from embedded.state import ROOT

BIN = Path(sys.executable).parent
IN_TESTS = (sys.executable, "-m", "tests.manage")
COMPOSE = "docker-compose.yml"


@dataclass(frozen=True)
class Step:
    name: str
    command: tuple[str, ...]
    wanted: Callable[[], bool] = lambda: True


STEPS = (
    Step("format", (str(BIN / "ruff"), "format", "--check", ".")),
    Step("lint", (str(BIN / "ruff"), "check", ".")),
    Step("types", (str(BIN / "mypy"), ".")),
    Step("import contracts", (str(BIN / "lint-imports"),)),
    Step("system checks", (*IN_TESTS, "check", "--fail-level", "WARNING")),
    Step("migrations complete", (*IN_TESTS, "makemigrations", "--check", "--dry-run")),
    Step("templates compile", (sys.executable, "-m", "tests.templates_compile")),
    Step(
        "OpenAPI without warnings",
        (*IN_TESTS, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull),
        wanted=lambda: (ROOT / "exchange" / "api").is_dir() and find_spec("drf_spectacular") is not None,
    ),
    Step(
        "compose file",
        (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE),
        wanted=lambda: (ROOT / COMPOSE).exists() and find_spec("check_jsonschema") is not None,
    ),
    Step(
        "docker-compose config",
        ("docker-compose", "--env-file", "deploy/example.env", "-f", COMPOSE, "config", "--quiet"),
        wanted=lambda: (ROOT / COMPOSE).exists() and which("docker-compose") is not None,
    ),
)


def check() -> int:
    """This function will run every step and the tests; returns 0 when all hold."""
    failed = [step.name for step in STEPS if step.wanted() and not holds(step)]
    if test([]) != 0:
        failed.append("tests")
    print("\nThe gate holds." if not failed else f"\nThe gate does not hold: {', '.join(failed)}.")
    return 1 if failed else 0


def holds(step: Step) -> bool:
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=type_checking(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    word = "ok" if done.returncode == 0 else "FAILED"
    print(f"{step.name:<26} {word:<8} {time.monotonic() - began:5.1f} s", flush=True)
    if done.returncode != 0:
        print(done.stdout.rstrip(), flush=True)
    return done.returncode == 0


def type_checking() -> dict[str, str]:
    """mypy's Django plugin loads the settings, which have no fallback for what the environment must say."""
    nowhere = {
        "DATABASE_URL": "postgresql://backoffice_app@nowhere/backoffice",
        "REDIS_URL": "redis://nowhere/1",
        "BROKER_URL": "redis://nowhere/0",
        "SECRET_KEY": "only for type checking",
        "ENCRYPTION_KEYS": "only-for-type-checking",
        "FILES_DIR": os.devnull,
        "DEBUG": "false",
        "ALLOWED_HOSTS": "localhost",
    }
    return {**os.environ, **{name: value for name, value in nowhere.items() if name not in os.environ}}


def test(arguments: list[str]) -> int:
    """
    Run pytest: on several processes when it runs everything, on one when told what to run.

    One more than there are processors, because many tests wait for a browser or a server; so two at least, and tests
    that lean on each other's leavings are found on the smallest machine too.
    """
    chosen = any(not word.startswith("-") or word.startswith(("-k", "-n", "-x")) for word in arguments)
    spread = [] if chosen else ["-n", str(min((os.cpu_count() or 1) + 1, 6)), "--dist", "worksteal"]
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *spread, *arguments], cwd=ROOT, check=False).returncode
