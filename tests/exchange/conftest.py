from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from exchange.models import Connection, Item
from exchange.services import credentials
from merchants.models import Merchant
from merchants.scope import scope
from tests import make
from tests.exchange.onec import OneC
from tests.trade import NOON, Trade


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make.merchant()


@pytest.fixture
def onec(merchant: Merchant) -> OneC:
    """A base of 1C that is connected to the merchant."""
    with scope([merchant.pk]):
        made, secret = credentials.connect(merchant_id=merchant.pk, name="УТ 11", now=timezone.now())
    return OneC(made.login, secret)


@pytest.fixture
def inside(merchant: Merchant) -> Any:
    """`with inside():` sees the merchant's rows."""

    @contextmanager
    def opened() -> Iterator[None]:
        with scope([merchant.pk]):
            yield

    return opened


@pytest.fixture
def source(onec: OneC, merchant: Merchant) -> Connection:
    with scope([merchant.pk]):
        return Connection.objects.get(login=onec.login)


@pytest.fixture
def shop(trade: Trade) -> OneC:
    """A base of 1C beside a merchant that trades; the mug came from it."""
    made, secret = credentials.connect(merchant_id=trade.merchant.pk, name="УТ", now=NOON)
    mug = trade.sku("mug", pieces=10)
    Item.objects.create(
        merchant=trade.merchant, connection=made, good="good-1", sku=mug, product=mug.product, told_at=NOON
    )
    return OneC(made.login, secret)


@pytest.fixture
def server(db: None) -> Iterator[WSGIHandler]:
    """The whole server, every request of which works in the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
