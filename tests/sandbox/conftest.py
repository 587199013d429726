"""Every test plays in a world of its own."""

import pytest

from tests.sandbox.playing import Player


@pytest.fixture
def player() -> Player:
    return Player()
