"""
What rows of higher apps are called, for the pages of lower ones.

The ledger keeps for whom it moved goods as "order:17": it may not know orders, and a person must not meet our ids.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from workspace.types import Name

Naming = Callable[[Collection[int]], Mapping[int, Name]]

_namings: dict[str, Naming] = {}


def provide_names(kind: str, naming: Naming) -> None:
    """Say who names rows of a kind, asked in the open scope; called in `AppConfig.ready`.  The last one counts."""
    _namings[kind] = naming


def names_of(references: Iterable[str]) -> Mapping[str, Name]:
    """Names by reference ("order:17"), one question a kind; what nobody names is absent."""
    asked: dict[str, set[int]] = defaultdict(set)
    for reference in references:
        kind, _colon, number = reference.partition(":")
        if kind in _namings and number.isdecimal():
            asked[kind].add(int(number))
    return {f"{kind}:{pk}": name for kind, pks in asked.items() for pk, name in _namings[kind](pks).items()}
