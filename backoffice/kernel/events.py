"""
Facts: how a lower app tells the apps above it what happened.

A fact is a frozen dataclass.  It is published inside the transaction that made it true, and every subscriber runs at
once in that same transaction, so that what they write stands or falls with the fact.  Subscribers write rows and
nothing else: no network, no files, no task scheduling except on commit.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

Fact = TypeVar("Fact")

_subscribers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


class OutsideTransaction(RuntimeError):
    """A fact was published with no transaction open: subscribers could not stand or fall with it."""


def subscribe(kind: type[Fact], handler: Callable[[Fact], None]) -> None:
    """Call `handler` for every later fact of exactly this class; subscribing twice has no effect."""
    if handler not in _subscribers[kind]:
        _subscribers[kind].append(handler)


def publish(fact: object) -> None:
    """
    Hand the fact to its subscribers in the order in which they subscribed.

    :raises OutsideTransaction: no `atomic` block is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransaction(type(fact).__name__)
    for handler in _subscribers[type(fact)]:
        handler(fact)
