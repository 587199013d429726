"""What a seller says of a feed, as it is stored and as it is typed."""

import re
from collections.abc import Mapping
from typing import Any

from marketplaces.feeds.offer import Shop, Target

TEXTS = ("name", "company", "url", "address", "phone", "manager", "outlet")
NUMBERS = {"ship_days": 1, "order_before": 15, "least": 1}
_SLUG = re.compile(r"[A-Za-z_][\w-]{0,60}")


class WrongLine(ValueError):
    """A line of the table of categories cannot be read; its number is the argument."""


def shop(options: Mapping[str, Any]) -> Shop:
    """This function will read stored options; what is absent has its default."""
    targets = {
        str(name): Target(elements=[(str(key), str(value)) for key, value in elements])
        for name, elements in dict(options.get("targets") or {}).items()
    }
    texts: dict[str, Any] = {name: str(options.get(name) or "") for name in TEXTS}
    numbers: dict[str, Any] = {name: int(options.get(name) or default) for name, default in NUMBERS.items()}
    return Shop(**texts, **numbers, targets=targets)


def read_targets(text: str) -> dict[str, list[list[str]]]:
    """
    This function will read the table of categories: `our category; element=value; element=value`, one a line.

    :raises WrongLine: a line has no element, or an element's name is none of XML
    """
    found: dict[str, list[list[str]]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, *pairs = [part.strip() for part in line.split(";")]
        if not name and not any(pairs):
            continue
        elements = [[key.strip(), value.strip()] for key, _, value in (pair.partition("=") for pair in pairs if pair)]
        if not name or not elements or not all(_SLUG.fullmatch(key) and value for key, value in elements):
            raise WrongLine(number)
        found[name.lower()] = elements
    return found


def written_targets(targets: Mapping[str, Any]) -> str:
    """This function will write the table as it is typed."""
    return "\n".join(
        "; ".join([name, *(f"{key}={value}" for key, value in elements)]) for name, elements in targets.items()
    )
