"""Sessions of the protocol and the log of their requests."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from backoffice.kernel import live
from exchange.models import Connection, Request, Session
from exchange.services.credentials import digest

_OPEN_FOR = timedelta(days=2)
_COOKIE = re.compile(r"[0-9]{1,9}-[0-9]{1,18}-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Begun:
    """A session with what 1C is to bring along: the cookie's value and `sessid`."""

    session: Session
    cookie: str
    form_key: str


def begin(*, source: Connection, subject: str, address: str, agent: str, now: datetime) -> Begun:
    """Begin a session; each `checkauth` does."""
    secret, form_key = secrets.token_hex(16), secrets.token_hex(16)
    made = Session.objects.create(
        merchant_id=source.merchant_id,
        connection=source,
        subject=subject,
        key_hash=digest(secret),
        form_hash=digest(form_key),
        address=address[:50],
        agent=agent[:200],
        began_at=now,
        last_at=now,
    )
    return Begun(made, f"{source.merchant_id}-{made.pk}-{secret}", form_key)


def looks_ours(value: str) -> bool:
    """Whether a cookie's value has the shape of ours."""
    return _COOKIE.fullmatch(value) is not None


def merchant_of_cookie(cookie: str) -> int | None:
    merchant, _dash, rest = cookie.partition("-")
    return int(merchant) if rest and merchant.isdecimal() and len(merchant) < 10 else None


def by_cookie(cookie: str, *, now: datetime) -> Session | None:
    """The session whose cookie this is, in the open scope."""
    _merchant, number, secret = [*cookie.split("-", 2), "", ""][:3]
    if not number.isdecimal() or len(number) > 18 or not secret:
        return None
    # One that was begun with a secret which has been replaced since ends with it.
    by_a_secret_that_works = Q(began_at__gte=F("connection__secret_made_at")) | Q(connection__former_until__gt=now)
    return (
        Session.objects.filter(pk=int(number), key_hash=digest(secret), last_at__gt=now - _OPEN_FOR)
        .filter(by_a_secret_that_works)
        .select_related("connection")
        .first()
    )


def by_form_key(source: Connection, form_key: str, *, now: datetime) -> Session | None:
    """The session of the connection whose `sessid` this is."""
    found = Session.objects.filter(connection=source, form_hash=digest(form_key), last_at__gt=now - _OPEN_FOR)
    return found.order_by("-pk").first()


def latest(source: Connection, subject: str, *, now: datetime) -> Session | None:
    """The newest open session: for clients that prove themselves anew with each request and bring no cookie."""
    found = Session.objects.filter(connection=source, subject=subject, last_at__gt=now - _OPEN_FOR)
    return found.order_by("-pk").first()


def set_version(session: Session, version: str) -> None:
    session.version = version[:10]
    Session.objects.filter(pk=session.pk).update(version=session.version)


def note(session: Session, *, mode: str, filename: str, size: int, answer: str, took_ms: int, now: datetime) -> None:
    """Write a request into the log; the same question with the same answer is counted on the line before."""
    told = {"mode": mode[:20], "filename": filename.replace("\x00", "")[:300], "answer": answer[:500]}
    before = Request.objects.filter(session=session).order_by("-pk").first()
    if before is not None and mode != "file" and all(getattr(before, name) == value for name, value in told.items()):
        Request.objects.filter(pk=before.pk).update(times=F("times") + 1, last_at=now, took_ms=took_ms)
    else:
        Request.objects.create(
            merchant_id=session.merchant_id, session=session, size=size, first_at=now, last_at=now, took_ms=took_ms,
            **told,
        )  # fmt: skip
    Session.objects.filter(pk=session.pk).update(last_at=now)
    live.touch("exchange", session.merchant_id)
