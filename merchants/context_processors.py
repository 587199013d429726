from typing import Any

from django.http import HttpRequest

from merchants.models import Person
from merchants.selectors.access import CHOICE_KEY, STATION_KEY, Access


def person(request: HttpRequest) -> dict[str, Any]:
    """
    Hand every template: person, can (the permitted actions), merchants (those held), chosen_merchant (id or None) and
    at_station (the session was opened by badge).

    No query: the person was read with the roles.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, Person):
        return {"person": None, "can": frozenset(), "merchants": (), "chosen_merchant": None, "at_station": False}
    station = bool(request.session.get(STATION_KEY))
    access = getattr(request, "access", None) or Access.of(
        user, chosen=request.session.get(CHOICE_KEY), station=station
    )
    return {
        "person": user,
        "can": access.can,
        "merchants": access.held,
        "chosen_merchant": access.chosen,
        "at_station": access.station,
    }
