"""One field that finds anything by the number that stands on it: each app says how its own things are found."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from merchants.roles import Action
from merchants.scope import scope
from merchants.selectors.access import Access
from workspace.types import Finding, Found

MOST = 8  # of a kind; whoever wants more opens the list of that kind

Find = Callable[[str, int], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class _Finder:
    title: object
    action: Action
    find: Find
    page: str


_finders: dict[str, _Finder] = {}


def register_finder(key: str, *, title: object, action: Action, find: Find, page: str = "") -> None:
    """
    Make things of a kind findable; called in `AppConfig.ready`.

    find: (what was typed, how many at most) → the best first, asked in the open scope of those who hold `action`.
    page: URL name of their list, which takes `?q=`.
    """
    _finders[key] = _Finder(title, action, find, page)


def findings(text: str, *, access: Access, person_id: int) -> list[Finding]:
    """
    What a person finds, by kind, each among the merchants where its action is permitted; kinds without a hit are left
    out.  Opens its own scopes.
    """
    typed = " ".join(text.replace("\x00", "").split())
    if not typed:
        return []
    among: dict[frozenset[int], list[_Finder]] = defaultdict(list)
    for one in _finders.values():
        if merchants := access.merchants_for(one.action):
            among[merchants].append(one)
    rows: dict[_Finder, Sequence[Found]] = {}
    for merchants, finders in among.items():
        with scope(merchants, person_id=person_id, installation=access.administrator):
            rows |= {one: one.find(typed, MOST) for one in finders}
    return [Finding(title=str(one.title), rows=rows[one], page=one.page) for one in _finders.values() if rows.get(one)]


def only_one(found: Sequence[Finding]) -> Found | None:
    """The thing that was meant beyond doubt: the only hit, or the only one whose own number was typed whole."""
    rows = {row.url: row for finding in found for row in finding.rows}
    exact = {row.url: row for finding in found for row in finding.rows if row.exact}
    return next(iter((exact or rows).values())) if len(exact or rows) == 1 else None
