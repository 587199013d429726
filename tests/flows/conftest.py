from collections.abc import Iterator

import pytest
from django.db import connection

from tests.flows.shop import Shop, open_shop
from tests.trade import Trade


@pytest.fixture
def shop(trade: Trade) -> Iterator[Shop]:
    """Both marketplaces connected, ten mugs and ten forks on the shelf, offered on both."""
    connection.transactions_of_tests = len(connection.savepoint_ids) + 1  # type: ignore[attr-defined]
    opened = open_shop(trade)
    trade.sku("mug", pieces=10)
    trade.sku("fork", pieces=10)
    opened.drain()
    yield opened
    connection.transactions_of_tests = 0  # type: ignore[attr-defined]
