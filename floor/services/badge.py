"""Giving badges out and reading them."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from floor.models import Badge
from merchants.models import Person
from merchants.services.audit import record_event

CODE_DIGITS = 16  # digits alone: no layout of a keyboard changes them
PIN_DIGITS = 6
MOST_FAILURES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A new badge; its code and PIN are shown once and kept nowhere."""

    person: Person
    code: str
    pin: str


@transaction.atomic
def give(*, person: Person, by: Person, now: datetime) -> Given:
    """Make a badge for a person; an older one stops working."""
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    pin = "".join(secrets.choice("0123456789") for _digit in range(PIN_DIGITS))
    Badge.objects.update_or_create(
        person=person,
        defaults={
            "code_digest": digest(code),
            "pin": make_password(pin),
            "failures": 0,
            "made_at": now,
            "made_by": by,
        },
    )
    record_event(kind="badge_given", person_id=by.pk, object_id=person.pk)
    return Given(person=person, code=code, pin=pin)


def may_be_code(text: str) -> bool:
    """Whether it looks like a badge's code, which is a secret: no goods have as many digits."""
    plain = text.strip()
    return len(plain) == CODE_DIGITS and plain.isdigit()


def holder(code: str) -> Person | None:
    """Whose badge was scanned; None: nobody's who may sign in with it."""
    badge = Badge.objects.filter(code_digest=digest(code.strip())).select_related("person").first()
    if badge is None or badge.failures >= MOST_FAILURES or not badge.person.is_active:
        return None
    return None if badge.person.must_change_password else badge.person


def check(*, code: str, pin: str) -> Person | None:
    """The person whose badge and PIN these are; a wrong PIN is counted against the badge, whoever types it."""
    person = holder(code)
    badge = Badge.objects.filter(person=person).first() if person else None
    # As slow for a badge that does not exist as for one that does.
    right = check_password(pin, badge.pin if badge else make_password(None))
    if badge is None:
        return None
    if not right:
        Badge.objects.filter(pk=badge.pk).update(failures=F("failures") + 1)
        return None
    Badge.objects.filter(pk=badge.pk).update(failures=0)
    return person


def digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
