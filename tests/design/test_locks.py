"""Locks of the kinds of environment agree: what one is built on stands in it, in the same version."""

import re
from itertools import pairwise

import pytest

from embedded.state import ROOT

KINDS = ("run", "embedded", "dev", "bench")  # each begins with `-r` of the one before


def pinned(kind: str) -> set[str]:
    return set(re.findall(r"^([\w.\[\]-]+==[^\s;\\]+)", (ROOT / "requirements" / f"{kind}.lock").read_text(), re.M))


@pytest.mark.parametrize(("below", "above"), list(pairwise(KINDS)))
def test_a_lock_holds_all_of_the_lock_it_is_built_on(below: str, above: str) -> None:
    assert f"-r {below}.in" in (ROOT / "requirements" / f"{above}.in").read_text()
    assert len(pinned(below)) > 20
    assert pinned(below) - pinned(above) == set()
