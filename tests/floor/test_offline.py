"""What the worker keeps: everything that a page that goes on without a network loads, and nothing of anybody."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from floor.views.offline import ASSETS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "backoffice" / "static"
PAGES = ("floor_base.html", "_head.html", "floor/pack.html", "floor/pick.html", "floor/offline.html")
IMPORT = re.compile(r"""(?:import|from)\s*\(?\s*["']\./([\w.]+)["']""")


def loaded() -> set[str]:
    """What the pages name, and what that imports in its turn."""
    found = set()
    waiting = {name for page in PAGES for name in re.findall(r"\{% static '([^']+)' %\}", _page(page))}
    waiting = {name for name in waiting if not name.startswith("vendor/")} | {"icons/sprite.svg"}
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name.endswith(".js"):
            waiting |= {f"js/{one}" for one in IMPORT.findall((STATIC / name).read_text())} - found
    return found


def _page(name: str) -> str:
    return (ROOT / "templates" / name).read_text()


def kept(answer):
    return json.loads(answer.split("const KEPT = ")[1].split(";")[0])


def test_the_worker_keeps_exactly_what_the_pages_load():
    assert sorted(ASSETS) == list(ASSETS)
    assert set(ASSETS) == loaded()


@pytest.mark.django_db
def test_the_worker_is_never_old_and_tells_nothing_of_anybody(settings):
    answer = Client().get(reverse("floor:worker"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    words = kept(answer.text)
    assert re.match(words["pages"], reverse("floor:pack"))
    assert re.match(words["pages"], reverse("floor:pick-wave", args=[7]))
    assert not re.match(words["pages"], reverse("floor:pick"))
    assert not re.match(words["pages"], reverse("floor:board"))


@pytest.mark.django_db
def test_other_files_are_another_version(monkeypatch):
    before = kept(Client().get(reverse("floor:worker")).text)
    assert kept(Client().get(reverse("floor:worker")).text) == before
    monkeypatch.setattr("floor.views.offline.static", lambda name: f"/static/{name}?new")
    after = kept(Client().get(reverse("floor:worker")).text)
    assert after["version"] != before["version"]


@pytest.mark.django_db
def test_the_page_for_no_network_names_nobody(client):
    from tests import make

    browser = make.client(make.person(full_name="Анна Сборщица"))
    answer = browser.get(reverse("floor:offline"))
    assert answer.status_code == 200
    assert "Анна" not in answer.text
