"""Each trouble at the start is one sentence that says what to do."""

import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

import run
from embedded import stack, state
from embedded.process import Trouble
from embedded.state import ROOT, AlreadyRuns, State

DiskUsage = namedtuple("DiskUsage", "total used free")


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def run_copy_of_checkout(
    tmp_path: Path, *, without: str = "", **environment: str
) -> "subprocess.CompletedProcess[str]":
    """run.py in a folder that holds only what it needs before anything is installed."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in ("run.py", "requirements", "frontend/package.json", "frontend/package-lock.json"):
        if without and name.startswith(without):
            continue
        source, target = ROOT / name, checkout / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    return subprocess.run(
        [sys.executable, "run.py"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_compiled_modules_are_kept_where_none_may_stand_beside_their_sources(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    run.keep_compiled_modules()
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert os.environ["PYTHONPYCACHEPREFIX"] == str(ROOT / "var" / "compiled")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX")
    run.keep_compiled_modules()
    assert "PYTHONPYCACHEPREFIX" not in os.environ


def test_port_that_is_taken_is_named_and_another_is_proposed(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(Trouble) as told:
            stack.address()
    assert str(told.value) == (f"Port {port} is taken: stop what uses it, or choose another with PORT={port + 1}.")


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_port_that_is_no_port_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Trouble) as told:
        stack.address()
    assert str(told.value) == f"PORT must be a number from 1 to 65535, not «{port}»."


def test_host_of_another_machine_is_refused(monkeypatch):
    monkeypatch.setenv("HOST", "192.0.2.7")
    with pytest.raises(Trouble) as told:
        stack.address()
    assert str(told.value) == "HOST 192.0.2.7 is not an address of this machine: leave it out or use 0.0.0.0."


def test_missing_venv_module_is_told_with_the_package_to_install(tmp_path):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None\n")
    done = run_copy_of_checkout(tmp_path, PYTHONPATH=str(hidden))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert done.stderr == (
        f"Python's venv module is missing: install it (Debian: apt install python{version}-venv) and repeat.\n"
    )
    assert not (tmp_path / "checkout" / ".venv").exists()


def test_missing_directory_of_the_checkout_is_named(tmp_path):
    done = run_copy_of_checkout(tmp_path, without="frontend")
    assert done.returncode == 1
    assert done.stderr == "The folder frontend/ is missing: this is not a whole checkout, clone it again.\n"


def test_unknown_word_is_refused_before_anything_is_installed():
    done = subprocess.run([sys.executable, ROOT / "run.py", "upp"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "There is no word «upp»; python3 run.py help lists them.\n")


def test_full_disk_is_told_with_how_much_to_free(place, monkeypatch):
    monkeypatch.setattr(state.shutil, "disk_usage", lambda path: DiskUsage(10**9, 10**9, 5 * 1024**2))
    with pytest.raises(Trouble) as told:
        State.here()
    assert str(told.value) == f"The disk of {place} is full (5 MiB left): free at least 2 GiB and start again."


def test_state_folder_below_a_missing_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "nowhere" / "state"))
    with pytest.raises(Trouble) as told:
        State.here()
    assert str(told.value) == (
        f"The folder {tmp_path / 'nowhere'} does not exist: make it, or set STATE_DIR to another place."
    )


def test_second_stack_on_the_same_state_is_refused_with_the_number_of_the_first(place):
    first = State.here()
    with first.locked(), pytest.raises(AlreadyRuns) as told, State.here().locked():
        pass
    assert str(told.value) == (
        f"A stack already runs on {place} (process {os.getpid()}): stop it first, or set STATE_DIR to another folder."
    )


@pytest.mark.parametrize("number", ["2147483646", str(os.getpid())], ids=["a dead process", "another program"])
def test_stale_lock_of_postgres_is_taken_away(place, number):
    here = State.here()
    here.cluster.data.mkdir()
    lock = here.cluster.data / "postmaster.pid"
    lock.write_text(f"{number}\n{here.cluster.data}\n")
    with here.locked():
        assert not lock.exists()


def test_lock_left_by_a_killed_stack_does_not_hinder_the_next(place):
    killed = (
        "import os, signal\nfrom embedded.state import State\n"
        "with State.here().locked():\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", killed], cwd=ROOT, check=False)
    assert done.returncode == -9
    with State.here().locked():
        assert (place / "stack.lock").read_text() == str(os.getpid())


def test_secrets_are_made_once_and_readable_by_their_owner_alone(place):
    first = State.here().environment()
    again = State.here().environment()
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        assert first[name] == again[name]
        assert len(first[name]) >= 44
    for name in ("secret.key", "encryption.keys"):
        assert (place / name).stat().st_mode & 0o777 == 0o600


def test_deep_state_folder_gets_its_sockets_in_a_short_one(tmp_path):
    deep = State(tmp_path / ("d" * 90))
    assert len(str(deep.cluster.sockets)) < 80
    assert State(Path("/srv/shop/var")).sockets == Path("/srv/shop/var/run")
