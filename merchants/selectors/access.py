"""What a person may do, and where: from the roles loaded with the person, without further queries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from backoffice.kernel import prepared
from merchants.models import Person
from merchants.roles import EVERYBODY, INSTALLATION, STATION, Action, permits
from merchants.types import Held

STATION_KEY = "station"  # in the session: it was opened by badge, so that it may do the work of the floor alone
CHOICE_KEY = "chosen_merchant"  # in the session: the merchant picked in the switcher; absent means all

_HELD = """(
    SELECT coalesce(json_agg(json_build_array(m.id, m.name, m.zone, s.role) ORDER BY lower(m.name), m.id), '[]')
      FROM merchants_merchant m
      LEFT JOIN merchants_membership s ON s.merchant_id = m.id AND s.person_id = merchants_person.id
     WHERE s.id IS NOT NULL OR merchants_person.is_administrator OR merchants_person.all_merchants_role <> ''
)"""


@dataclass(frozen=True)
class Mark:
    """What `merchants.roles.needs` or `public` said of a view."""

    action: Action | None
    own_scopes: bool
    public: bool


def mark_of(view: Callable[..., Any], method: str) -> Mark:
    """Read the mark of a view; a mark on the method of a class wins over that of the class."""
    shape = getattr(view, "view_class", None) or getattr(view, "cls", None)
    handler = getattr(shape, method.lower(), None) if shape else None
    for place in (handler, shape, view):
        if getattr(place, "public", False) is True:
            return Mark(None, False, True)
        if isinstance(action := getattr(place, "action", None), Action):
            return Mark(action, bool(getattr(place, "own_scopes", False)), False)
    return Mark(None, False, False)


def person_with_roles(*, person_id: int) -> Person | None:
    """Read a person together with every merchant they hold, in one query."""
    found = prepared.instances(Person, "WHERE id = %(person)s", {"person": person_id}, also=("held_rows", _HELD))
    if not found:
        return None
    person = found[0]
    everywhere = (person.all_merchants_role,) if person.all_merchants_role else ()
    person.held = tuple(
        Held(merchant_id, name, zone, everywhere + ((role,) if role and role not in everywhere else ()))
        for merchant_id, name, zone, role in person.held_rows  # type: ignore[attr-defined]
    )
    return person


@dataclass(frozen=True)
class Access:
    """The actions of one person by merchant, narrowed to the merchant chosen in the switcher."""

    held: tuple[Held, ...]
    allowed: dict[int, frozenset[Action]]
    chosen: int | None
    administrator: bool
    station: bool = False

    @classmethod
    def of(cls, person: Person, *, chosen: object = None, station: bool = False) -> Self:
        """
        Work out what `person` may do.

        chosen: a merchant's id from the session; one that the person does not hold (any more) is ignored.
        station: the session was opened by badge.
        """
        if not hasattr(person, "held"):
            person.held = (person_with_roles(person_id=person.pk) or person).held
        allowed = {held.merchant_id: permits(held.roles, administrator=person.is_administrator) for held in person.held}
        if station:
            allowed = {merchant: actions & STATION for merchant, actions in allowed.items()}
        picked = chosen if isinstance(chosen, int) and chosen in allowed else None
        return cls(person.held, allowed, picked, person.is_administrator and not station, station)

    def merchants_for(self, action: Action) -> frozenset[int] | None:
        """The merchants in which `action` is permitted; None when the person may not do it at all."""
        if action in EVERYBODY:
            return None if self.station else frozenset(self.allowed)
        if action in INSTALLATION:
            return frozenset(self.allowed) if self.administrator else None
        permitted = {merchant for merchant, actions in self.allowed.items() if action in actions}
        if self.chosen is not None:
            permitted &= {self.chosen}
        return frozenset(permitted) or None

    @property
    def can(self) -> frozenset[Action]:
        """Every action permitted in the merchant chosen, or in any."""
        merchants = [self.chosen] if self.chosen is not None else list(self.allowed)
        actions = (frozenset() if self.station else EVERYBODY) | (INSTALLATION if self.administrator else frozenset())
        for merchant in merchants:
            actions |= self.allowed[merchant]
        return actions
