import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from embedded import supervisor
from embedded.state import ROOT
from embedded.supervisor import Child, Supervisor

PATIENT = (sys.executable, "-c", "import signal; signal.pause()")


def until(true, *, seconds=60.0):
    """Ask again and again; the wait ends with the fact, not with a clock."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not come true")


@pytest.fixture
def watching():
    watcher = Supervisor()
    yield watcher
    watcher.stop()


def patient(name: str, **options) -> Child:
    return Child(name, PATIENT, dict(os.environ), **options)


def test_killed_child_is_started_again(watching, monkeypatch, capsys):
    child = watching.add(patient("web", pause_s=0.01))
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.process.wait()
    until(lambda: watching.watch_once() is None and child.alive())
    assert child.process.pid != first
    assert "web            | has ended (killed by SIGKILL), starts again in 0 s" in capsys.readouterr().out


def test_pauses_grow_to_half_a_minute_and_begin_anew_after_a_long_life(watching):
    child = watching.add(Child("web", (sys.executable, "-c", ""), dict(os.environ)))

    def ends_and_pauses(seconds):
        child.process.wait()
        before = time.monotonic()
        watching.watch_once()
        assert child.due_at - time.monotonic() <= seconds <= child.due_at - before

    for pause in [1, 2, 4, 8, 16, 30, 30]:
        ends_and_pauses(pause)
        child.due_at = 0.0
        watching.watch_once()
    child.started_at -= supervisor.WELL_AFTER_S + 1
    ends_and_pauses(1)


def test_death_of_a_vital_child_is_one_sentence_and_it_is_not_started_again(watching):
    child = watching.add(patient("postgres", vital=True))
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    sentence = "postgres has ended (killed by SIGKILL), so everything stops: its lines above say why."
    assert watching.run() == sentence
    assert not child.alive()


def test_children_stop_in_reverse_order_with_the_vital_ones_last(watching, monkeypatch):
    order = []
    for name, vital in [("postgres", True), ("valkey", True), ("web", False), ("worker", False)]:
        watching.add(patient(name, vital=vital))
    monkeypatch.setattr(Child, "wait_or_kill", recording(order, Child.wait_or_kill))
    processes = [child.process for child in watching.children]
    watching.stop()
    assert order == ["worker", "web", "valkey", "postgres"]
    assert [process.poll() for process in processes] == [-15, -15, -15, -15]
    assert watching.children == []


def recording(order, original):
    def wait_or_kill(child):
        order.append(child.name)
        original(child)

    return wait_or_kill


def test_child_that_ignores_the_wish_to_stop_is_killed(watching, capsys):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    child = watching.add(Child("web", (sys.executable, "-c", deaf), dict(os.environ), patience_s=0.2))
    until(lambda: "web            | deaf" in capsys.readouterr().out)
    watching.stop()
    assert child.process.returncode == -9


def test_forks_of_a_killed_child_do_not_outlive_it(watching, capsys):
    program = ROOT / "tests" / "embedded" / "forking.py"
    command = (sys.executable, "-m", "embedded.child", "tests.embedded.forking")
    assert program.exists()
    child = watching.add(Child("web", command, {**os.environ, "PYTHONPATH": str(ROOT)}))
    line = until(lambda: [word for word in capsys.readouterr().out.split() if word.isdigit()])
    fork = int(line[0])
    os.kill(child.process.pid, signal.SIGKILL)
    until(lambda: gone(fork))


def test_children_die_with_a_supervisor_that_is_killed(tmp_path):
    report = tmp_path / "pid"
    program = (
        "import os, pathlib, sys, time\nfrom embedded.supervisor import Child\n"
        "child = Child('web', (sys.executable, '-c', 'import signal; signal.pause()'), dict(os.environ))\n"
        f"child.start()\npathlib.Path({str(report)!r}).write_text(str(child.process.pid))\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    child = int(until(lambda: report.exists() and report.read_text()))
    assert not gone(child)
    parent.kill()
    parent.wait()
    until(lambda: gone(child))


def gone(number: int) -> bool:
    """Whether the process is no more, or is only waiting to be buried."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
