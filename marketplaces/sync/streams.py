"""Which streams there are, what a marketplace must be able to do for each, and how often it is read."""

from collections.abc import Sequence

from marketplaces import registry
from marketplaces.ports import Can, Marketplace
from marketplaces.sync import inbox, pull_catalog, pull_orders, pull_returns, pull_stock
from marketplaces.sync.pull import Kind, Pull

HOUR_S = 3600.0


def _changes_every_s(of: type[Marketplace]) -> float:
    return of.poll.statuses_s if of.changes_tell_statuses else of.poll.statuses_s * 5


def _statuses_every_s(of: type[Marketplace]) -> float:
    """Where the list of changes tells statuses, asking for each open order is only the slow sweep behind it."""
    return 6 * HOUR_S if of.changes_tell_statuses else of.poll.statuses_s


STREAMS: dict[str, Kind] = {
    "orders": Kind(needs=frozenset({Can.ORDERS}), read=pull_orders.read_new, every_s=lambda of: of.poll.orders_s),
    "changes": Kind(
        needs=frozenset({Can.ORDERS}),
        read=pull_orders.read_changed,
        every_s=_changes_every_s,
    ),
    "statuses": Kind(needs=frozenset({Can.STATUSES}), read=pull_orders.read_statuses, every_s=_statuses_every_s),
    "warehouses": Kind(
        needs=frozenset({Can.WAREHOUSES}), read=pull_catalog.read_warehouses, every_s=lambda of: of.poll.listings_s
    ),
    "listings": Kind(
        needs=frozenset({Can.LISTINGS}), read=pull_catalog.read_listings, every_s=lambda of: of.poll.listings_s
    ),
    "prices": Kind(
        needs=frozenset({Can.PRICE_READ}), read=pull_catalog.read_prices, every_s=lambda of: of.poll.listings_s
    ),
    "read_back": Kind(
        needs=frozenset({Can.STOCK_READ}), read=pull_stock.read_back, every_s=lambda of: of.poll.read_back_s
    ),
    "sweep": Kind(needs=frozenset({Can.STOCK_WRITE}), read=pull_stock.sweep, every_s=lambda of: of.poll.stock_sweep_s),
    "own_stock": Kind(
        needs=frozenset({Can.OWN_STOCK}),
        read=pull_stock.read_own,
        every_s=lambda of: of.poll.own_stock_s,
        vital=False,
    ),
    # Whoever stores a notice asks for this at once; the clock makes up for a broker that was away.
    "inbox": Kind(needs=frozenset({Can.NOTICES}), read=inbox.read, every_s=lambda of: 5.0),
    "returns": Kind(
        needs=frozenset({Can.RETURNS}),
        read=pull_returns.read_returns,
        every_s=lambda of: of.poll.listings_s,
        vital=False,
    ),
    # A key is looked at twice a day: some marketplaces block those who check more often.
    "account": Kind(needs=frozenset({Can.ACCOUNT}), read=pull_catalog.read_account, every_s=lambda of: 12 * HOUR_S),
}


def streams_of(adapter: type[Marketplace]) -> list[str]:
    """The streams that a marketplace has."""
    return [name for name, kind in STREAMS.items() if kind.needs <= adapter.can]


def intervals() -> dict[str, dict[str, float]]:
    """Marketplace → stream → seconds between two readings."""
    return {
        code: {name: STREAMS[name].every_s(adapter) for name in streams_of(adapter)}
        for code in registry.codes()
        for adapter in [registry.adapter_class(code)]
    }


def reloading(numbers: Sequence[str]) -> Kind:
    """A stream of its own for orders that a person wants read anew."""

    def read(pull: Pull) -> None:
        pull_orders.read_numbers(pull, numbers)

    return Kind(
        needs=frozenset({Can.ORDERS}),
        read=read,
        every_s=lambda of: HOUR_S,
    )
