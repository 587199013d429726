"""Signing in by badge and PIN at a shared table."""

from typing import Any

from django.http import HttpRequest

from floor.services import badge
from merchants.backends import PersonBackend
from merchants.models import Person


class BadgeBackend(PersonBackend):
    """
    Lets a person in by badge and PIN; wrong ones are counted by axes as wrong passwords are.

    The session that follows may do the work of the floor and nothing else (`merchants.roles.STATION`).
    """

    def authenticate(self, request: HttpRequest | None = None, **credentials: Any) -> Person | None:
        code, pin = credentials.get("badge"), credentials.get("pin")
        return badge.check(code=code, pin=pin) if code and pin else None
