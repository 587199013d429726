"""The real thing: started, hurt, backed up while it runs, restored elsewhere, stopped."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet, MultiFernet

from bench.live_stack import LOGIN, PASSWORD
from embedded import postgres
from embedded.services import services
from embedded.state import DATABASE, ROOT, State
from tests.ports import unused_port
from tests.urls import every_url

pytestmark = pytest.mark.slow

STATIC = re.compile(r'"(/static/[^"#?]+)')
TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""


def environment(place: Path, **more: str) -> dict[str, str]:
    """What a person's shell would have, without what the tests' own services put there."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "EMBEDDED_IDENTITY", "PYTHONPYCACHEPREFIX")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    # A shop with four weeks behind it would have its orders read all the while.
    return {**kept, "STATE_DIR": str(place), "SANDBOX_PAST_DAYS": "0", **more}


def word(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "embedded", *arguments],
        cwd=ROOT,
        env=environment(place),
        capture_output=True,
        text=True,
        check=False,
    )


def health(port: int) -> tuple[int, dict[str, bool]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            return answer.status, json.load(answer)["parts"]
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)["parts"]
    except OSError:
        return 0, {}


def until(true, *, seconds: float = 120.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come true")


def process_of(place: Path, text: str) -> int | None:
    """The first process of this stack whose command holds `text`: a child of the supervisor itself."""
    holder = State(place).holder()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = folder.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = int(folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == holder and text in command:
            return int(folder.name)
    return None


def row_hashes(state: State) -> dict[str, Any]:
    """table → (rows, hash over all of them); a superuser's view, past row-level security."""
    with psycopg.connect(state.cluster.url(postgres.SUPERUSER, DATABASE)) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        return {
            name: connection.execute(
                f"SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM \"{name}\" t".encode()
            ).fetchone()
            for name in names
        }


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A stack on a free port: (state folder, port, process)."""
    place = tmp_path_factory.mktemp("stack") / "state"
    port = unused_port()
    with (place.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "embedded", "up"],
            cwd=ROOT,
            env=environment(place, PORT=str(port), FIRST_OWNER_PASSWORD=PASSWORD),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: health(port)[0] == 200 or process.poll() is not None, seconds=300)
        assert process.poll() is None, (place.parent / "log").read_text()[-4000:]
        yield place, port, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(120)


def test_every_part_of_a_fresh_stack_is_healthy(running):
    _, port, _ = running
    _, parts = until(lambda: (told := health(port))[0] == 200 and told)
    assert parts == {
        "database": True,
        "broker": True,
        "beat": True,
        "worker:mp.ozon": True,
        "worker:mp.wildberries": True,
        "worker:mp.yandex_market": True,
        "worker:mp.megamarket": True,
        "worker:mp.aliexpress": True,
        "worker:default": True,
        "worker:pdf": True,
    }


@pytest.fixture
def owner(running):
    """The first owner's browser, signed in."""
    _, port, _ = running
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, timeout=120) as browser:
        browser.get("/account/login/")
        sent = {"login": LOGIN, "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        answer = browser.post("/account/login/", data=sent, headers={"Referer": str(browser.base_url)})
        assert answer.url.path == "/today/", answer.text[-2000:]
        yield browser


def test_every_page_opens_and_its_files_are_served_under_their_hashed_names(owner):
    """What tests in one process cannot see: pages over collected files, which fail where one was not collected."""
    pages = [url for url in every_url() if not url.parameters and "get" in url.methods and "None" not in url.name]
    wanted: set[str] = set()
    failed = {}
    for page in pages:
        if page.name == "account_logout":
            continue
        answer = owner.get(f"/{page.route.lstrip('^').rstrip('$')}")
        if answer.status_code >= 500:
            failed[page.name] = answer.status_code
        wanted |= set(STATIC.findall(answer.text))
    assert failed == {}
    assert len(wanted) >= 10
    assert {path: owner.get(path).status_code for path in sorted(wanted)} == dict.fromkeys(sorted(wanted), 200)


def test_second_start_on_the_same_state_is_refused_in_one_sentence(running):
    place, _, process = running
    done = word(place, "up")
    assert done.returncode == 1
    assert f"(process {process.pid})" in done.stderr
    assert done.stderr.count("\n") == 1


def test_killed_web_server_comes_back(running):
    place, port, _ = running
    first = process_of(place, "granian --interface wsgi")
    os.kill(first, signal.SIGKILL)
    second = until(lambda: (found := process_of(place, "granian --interface wsgi")) != first and found)
    assert second != first
    until(lambda: health(port)[0] == 200)


def test_backup_of_a_running_stack_brings_its_people_files_and_usable_keys(running, tmp_path):
    place, port, _ = running
    source = State(place)
    (source.files / "labels").mkdir()
    (source.files / "labels" / "sticker.pdf").write_bytes(b"%PDF sticker")
    secret = Fernet(source.keys.read_text().strip()).encrypt(b"marketplace key")
    archive = tmp_path / "backup.tar"

    done = word(place, "backup", str(archive))
    assert (done.returncode, done.stderr) == (0, "")
    assert archive.with_name("backup.tar.keys").stat().st_mode & 0o777 == 0o600
    assert source.keys.read_text().strip().encode() not in archive.read_bytes()

    elsewhere = tmp_path / "elsewhere"
    done = word(elsewhere, "restore", str(archive))
    assert (done.returncode, done.stderr) == (0, "")

    target = State(elsewhere)
    assert (target.files / "labels" / "sticker.pdf").read_bytes() == b"%PDF sticker"
    keys = MultiFernet([Fernet(key) for key in target.keys.read_text().strip().split(",")])
    assert keys.decrypt(secret) == b"marketplace key"
    with services(target):
        assert row_hashes(target)["merchants_person"] == row_hashes(source)["merchants_person"]
    until(lambda: health(port)[0] == 200)


def test_archive_without_its_keys_is_refused_and_changes_nothing(running, tmp_path):
    place, _, _ = running
    archive = tmp_path / "backup.tar"
    assert word(place, "backup", str(archive)).returncode == 0
    archive.with_name("backup.tar.keys").unlink()
    done = word(tmp_path / "elsewhere", "restore", str(archive))
    assert done.returncode == 1
    assert done.stderr == (
        "CommandError: 1 of the archive's encryption keys are missing: put backup.tar.keys beside it, "
        "or add them to ENCRYPTION_KEYS.\n"
    )


def test_existing_backup_is_never_overwritten(running, tmp_path):
    place, _, _ = running
    archive = tmp_path / "backup.tar"
    archive.write_text("precious")
    done = word(place, "backup", str(archive))
    assert done.returncode == 1
    assert "choose another name, a backup is never overwritten" in done.stderr
    assert archive.read_text() == "precious"


def test_stopped_stack_leaves_no_process_and_its_backup_restores_to_equal_rows(running, tmp_path):
    place, _, process = running
    source, target, archive = State(place), State(tmp_path / "elsewhere"), tmp_path / "backup.tar"
    server = process_of(place, "bin/postgres")
    process.send_signal(signal.SIGTERM)
    assert process.wait(120) == 0
    assert not Path(f"/proc/{server}").exists()
    assert not (source.cluster.data / "postmaster.pid").exists()

    with services(source) as ran:
        assert ran is False
        kept = row_hashes(source)
    assert kept["merchants_person"][0] >= 1
    assert word(place, "backup", str(archive)).returncode == 0
    assert word(target.folder, "restore", str(archive)).returncode == 0
    with services(target):
        assert row_hashes(target) == kept
