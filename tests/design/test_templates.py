"""What no template may hold: whatever the content policy forbids, names of parts that do not exist, other hosts."""

import re
from pathlib import Path

import pytest

from workspace.templatetags.states import STATES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "templates").rglob("*.html"))}
STATIC = ROOT / "backoffice" / "static"
ICONS = set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))

FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle=",
    "a script in the page": r"<script(?![^>]*\ssrc=)(?![^>]*application/json)",
    "a style sheet in the page": r"<style",
    "a handler in the page": r"<[^>]*\son[a-z]+=|hx-on",
    "another host": r"""(?:src|href|action)=["'](?:https?:)?//""",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_content_policy_is_kept(what):
    assert [(name, found) for name in SOURCES if (found := re.findall(FORBIDDEN[what], SOURCES[name]))] == []


@pytest.mark.parametrize(("tag", "known"), [("icon", ICONS), ("state", set(STATES))])
def test_parts_are_called_by_names_that_exist(tag, known):
    named = {name: set(re.findall(rf'{{% {tag} "([^"]+)"', source)) for name, source in SOURCES.items()}
    assert {name: unknown for name, names in named.items() if (unknown := names - known)} == {}


def test_icons_of_states_are_in_the_sprite():
    assert {look.icon for looks in STATES.values() for look in looks.values()} <= ICONS


def test_styles_and_scripts_name_no_other_host():
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        assert re.findall(r"https?://", path.read_text()) == [], path.name
