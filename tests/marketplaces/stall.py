"""A channel of a real marketplace whose other side says what a test wants, from the wire to the tables."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice.kernel import seal
from catalog.models import ChannelWarehouse, Listing
from marketplaces.adapters.yandex_market.cabinet import MEMORY
from marketplaces.models import Credential, OwnStockRow, ReturnRow
from marketplaces.sync import pull, streams
from marketplaces.sync.connection import Connection
from orders.models import Order
from tests.contract.adapter_contract import AdapterContract, Operation
from tests.contract.everyone import CONTRACTS
from tests.contract.recorded import Exchange, Recorded, speaking_to
from tests.trade import NOON, Trade

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "4"))
# The operation of an adapter that a stream asks for.
STREAMS = {
    "orders": "orders_new",
    "changes": "orders_changed",
    "statuses": "statuses",
    "listings": "listings",
    "returns": "returns",
    "own_stock": "own_stock",
    "warehouses": "warehouses",
    "account": "account",
    "read_back": "read_stock",
    "prices": "read_prices",
}


@dataclass
class Stall:
    """A channel of the marketplace, whose other side says what a test wants."""

    contract: AdapterContract
    place: ChannelWarehouse

    @property
    def code(self) -> str:
        return self.contract.marketplace.code

    def read(self, stream: str, exchanges: Sequence[Exchange], *, now: datetime = NOON) -> None:
        """A run of a stream; nothing is remembered of the run before."""
        MEMORY.forget()
        adapter = speaking_to(self.contract.marketplace, Recorded(exchanges), credentials=self.contract.credentials)
        pull.run(
            merchant_id=self.place.merchant_id,
            channel_id=self.place.channel_id,
            stream=stream,
            kinds=streams.STREAMS,
            connect=lambda facts: Connection(adapter),
            clock=lambda: now,
        )

    def operation(self, stream: str) -> Operation:
        name = STREAMS.get(stream, stream)
        return next(one for one in self.contract.operations if one.name == name)

    def recorded(self, stream: str) -> list[Exchange]:
        """What was recorded for the stream, and behind it what other streams ask for on the way."""
        own = list(self.contract.exchanges(self.operation(stream)))
        return own + [
            exchange
            for other in self.contract.operations
            if other.name in STREAMS.values()
            for exchange in self.contract.exchanges(other)
            if (exchange.method, exchange.path) not in {(one.method, one.path) for one in own}
        ]

    def known(self) -> set[tuple[str, ...]]:
        """Everything that pulls bring, by its names."""
        channel = self.place.channel_id
        return {
            *(("order", *row) for row in Order.objects.filter(channel=channel).values_list("external_number")),
            *(
                ("status", *row)
                for row in Order.objects.filter(channel=channel).values_list("external_number", "remote_status")
            ),
            *(("card", *row) for row in Listing.objects.filter(channel=channel).values_list("stock_external_id")),
            *(("return", *row) for row in ReturnRow.objects.filter(channel=channel).values_list("external_id")),
            *(
                ("own", *row)
                for row in OwnStockRow.objects.filter(channel=channel).values_list(
                    "stock_external_id", "warehouse_external_id"
                )
            ),
        }


def stall_of(trade: Trade, code: str) -> Stall:
    """A further channel of the merchant, on this marketplace."""
    place = trade.place(code)
    Credential.objects.create(merchant=trade.merchant, channel=place.channel, sealed=seal.seal({"key": "hush-hush"}))
    return Stall(CONTRACTS[code](), place)


def played(play: Callable[[Random], None]) -> None:
    """Try what chance brings, each try on the same tables."""

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.randoms(use_true_random=False))
    def one(draw: Random) -> None:
        point = transaction.savepoint()
        try:
            play(draw)
        finally:
            transaction.savepoint_rollback(point)

    one()


def unhandled(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
