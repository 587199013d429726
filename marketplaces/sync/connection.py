"""An adapter that speaks for one channel, and the record of what it said."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import redis
from django.conf import settings
from django.db import connection as database

from backoffice.kernel import seal
from marketplaces import registry
from marketplaces.errors import CredentialsRejected
from marketplaces.http.breaker import Breaker
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle, RedisThrottle
from marketplaces.ports import Answer, Attempt, Marketplace, Send, Throttle
from marketplaces.selectors.channels import ChannelFacts

log = logging.getLogger(__name__)


class InsideTransaction(RuntimeError):
    """A marketplace was about to be called with a transaction open: it would hold locks while it waits."""


@dataclass(slots=True)
class Connection:
    """
    adapter: speaks for the channel.  attempts: every request made through it since it was opened.

    throttle: what holds its requests back.
    """

    adapter: Marketplace
    attempts: list[Attempt] = field(default_factory=list)
    breaker: Breaker | None = None
    throttle: Throttle = field(default_factory=NoThrottle)

    @property
    def left_alone_s(self) -> float:
        """For how long this worker leaves the marketplace alone after failures in a row."""
        until = self.breaker.open_until if self.breaker else None
        return 0.0 if until is None or self.breaker is None else max(until - self.breaker.clock(), 0.0)

    def taken(self) -> list[Attempt]:
        """This function will give the attempts made since it was last asked."""
        made, self.attempts[:] = list(self.attempts), []
        return made


def open_channel(channel: ChannelFacts) -> Connection:
    """
    This function will make the adapter of a channel with its unsealed credentials.

    :raises CredentialsRejected: the credentials cannot be unsealed with the keys of this installation
    """
    try:
        credentials = seal.unseal(channel.sealed)
    except seal.CannotOpen as reason:
        raise CredentialsRejected("the stored key cannot be decrypted: connect the channel again") from reason
    return open_with(
        marketplace=channel.marketplace,
        credentials={str(name): str(value) for name, value in dict(credentials).items()},
        base_url=channel.base_url,
        account=channel.external_id or f"channel-{channel.id}",
    )


def open_with(*, marketplace: str, credentials: Mapping[str, str], base_url: str, account: str) -> Connection:
    """This function will make an adapter from plain credentials; account: whose limits are used up."""
    shape = registry.adapter_class(marketplace)
    made: list[Attempt] = []
    # The sandbox is told by its address: nothing else differs between it and production.
    speed = settings.SANDBOX_SPEED if base_url and base_url.startswith(settings.SANDBOX_URL or "-") else 1.0
    send = Client(
        resolve=addresses(base_url, shape.production_url),
        throttle=RedisThrottle(_redis(), account=f"{marketplace}:{account}", clock_speed=speed),
        key=f"{marketplace}:{account}",
        on_attempt=made.append,
    )
    adapter = shape(credentials=dict(credentials), send=_outside_transactions(send))  # type: ignore[call-arg]
    return Connection(adapter, made, send.breaker, send.throttle)


def _outside_transactions(send: Send) -> Send:
    def guarded(method: str, path: str, **how: object) -> Answer:
        refuse_inside_transaction(path)
        return send(method, path, **how)  # type: ignore[arg-type]

    return guarded


def refuse_inside_transaction(what: str) -> None:
    """:raises InsideTransaction: a transaction is open that the test set-up did not open."""
    depth = len(database.savepoint_ids) + 1 if database.in_atomic_block else 0
    if depth > getattr(database, "transactions_of_tests", 0):
        raise InsideTransaction(what)


@lru_cache(maxsize=1)
def _redis() -> "redis.Redis":
    return redis.Redis.from_url(settings.REDIS_URL)
