"""A channel on a fake marketplace, and shorthand to read and drain it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from backoffice.kernel import seal
from catalog.models import Channel, ChannelWarehouse
from marketplaces.models import Command, Credential, Cursor, Debt, Quarantine
from marketplaces.sync import drain, lanes, pull, streams
from tests.fakes.marketplace import FakeMarketplace
from tests.trade import NOON, Trade


@dataclass
class Desk:
    """The sync layer of one channel with its clock in hand."""

    trade: Trade
    fake: FakeMarketplace
    channel: Channel
    place: ChannelWarehouse
    now: datetime = NOON + timedelta(hours=1)

    def clock(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def read(self, stream: str) -> Any:
        return pull.run(
            merchant_id=self.trade.merchant.pk,
            channel_id=self.channel.pk,
            stream=stream,
            kinds=streams.STREAMS,
            connect=self.fake.connect,
            clock=self.clock,
        )

    def drain(self, lane: str = "stock") -> int:
        return drain.run(
            merchant_id=self.trade.merchant.pk,
            channel_id=self.channel.pk,
            lane=lane,
            steps=lanes.STEPS,
            connect=self.fake.connect,
            clock=self.clock,
        )

    def debts(self, op: str = "stock", **having: Any) -> list[Debt]:
        return list(Debt.objects.filter(channel=self.channel, op=op, **having).order_by("id"))

    def commands(self, **having: Any) -> list[Command]:
        return list(Command.objects.filter(channel=self.channel, **having).order_by("id"))

    def quarantine(self) -> list[Quarantine]:
        return list(Quarantine.objects.filter(channel=self.channel).order_by("id"))

    def cursor(self, stream: str) -> Cursor:
        return Cursor.objects.get(channel=self.channel, stream=stream)


@pytest.fixture
def desk(trade: Trade) -> Iterator[Desk]:
    """A channel that commits by itself, as Ozon does."""
    yield from _desk(trade, trade.ozon)


@pytest.fixture
def supply_desk(trade: Trade) -> Iterator[Desk]:
    """A channel that commits by joining an open handover, as Wildberries does."""
    yield from _desk(trade, trade.wildberries)


def _desk(trade: Trade, place: ChannelWarehouse) -> Iterator[Desk]:
    Credential.objects.create(merchant=trade.merchant, channel=place.channel, sealed=seal.seal({"key": "hush-hush"}))
    connection.transactions_of_tests = len(connection.savepoint_ids) + 1  # type: ignore[attr-defined]
    yield Desk(trade, FakeMarketplace(), place.channel, place)
    connection.transactions_of_tests = 0  # type: ignore[attr-defined]
