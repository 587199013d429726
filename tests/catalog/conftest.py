from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from merchants.roles import Role
from tests import make
from tests.trade import Trade


@pytest.fixture
def owner(trade: Trade) -> Client:
    return make.client(role=Role.OWNER, merchant=trade.merchant)


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
