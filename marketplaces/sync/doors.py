"""
The secret address at which a channel's marketplace calls us.

The secret begins with the merchant's number, which tells in whose scope it is looked for; the rest is chance, and only
its digest is compared.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from backoffice.kernel import seal
from marketplaces.models import InboxAddress

LONGEST_SECRET = 80
LOGIN = "marketplace"
# A forgery that knows the secret is shown on the channel's page; a flood of them is written down once a minute.
NOTED_ONCE_IN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Door:
    """What a request with the right secret has found; sealed: its secrets; known: the marketplace has called before."""

    address_id: int
    merchant_id: int
    channel_id: int
    marketplace: str
    base_url: str
    sealed: bytes
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What is entered at the marketplace."""

    secret: str
    login: str
    password: str


def give(*, merchant_id: int, channel_id: int, now: datetime) -> Secrets:
    """This function will make the channel's address, or a new one in place of the old, which is refused from now on."""
    made = Secrets(secret=f"{merchant_id}-{secrets.token_urlsafe(24)}", login=LOGIN, password=secrets.token_urlsafe(18))
    InboxAddress.objects.update_or_create(
        channel_id=channel_id,
        defaults={
            "merchant_id": merchant_id,
            "digest": _digest(made.secret),
            "sealed": seal.seal({"secret": made.secret, "login": made.login, "password": made.password}),
            "made_at": now,
            # Until the new address has been entered over there, silence is no loss.
            "heard_at": None,
            "refused_at": None,
            "refused_from": "",
            "refused_because": "",
        },
    )
    return made


def secrets_of(address: InboxAddress) -> Secrets:
    """What was given, to be shown again; :raises CannotOpen: the installation's keys do not open it."""
    return _opened(address.sealed)


def _opened(sealed: bytes | memoryview) -> Secrets:
    told = seal.unseal(sealed)
    return Secrets(secret=str(told["secret"]), login=str(told["login"]), password=str(told["password"]))


def given_to(channel_id: int) -> Secrets | None:
    """What was given to a channel, in the open scope; :raises CannotOpen: the installation's keys do not open it."""
    row = InboxAddress.objects.filter(channel_id=channel_id).first()
    return None if row is None else secrets_of(row)


def merchant_of(secret: str) -> int | None:
    """In whose scope a secret is to be looked for; None: it is none of ours."""
    number, dash, rest = secret.partition("-")
    if len(secret) > LONGEST_SECRET or not (
        dash and rest and number.isascii() and number.isdigit() and len(number) < 10
    ):
        return None
    return int(number)


def find(secret: str) -> Door | None:
    """The door that this secret opens, in the open scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, a.merchant_id, a.channel_id, c.marketplace, c.base_url, a.sealed, a.heard_at IS NOT NULL
              FROM marketplaces_inboxaddress a JOIN catalog_channel c ON c.id = a.channel_id WHERE a.digest = %s
            """,
            [_digest(secret)],
        )
        row = cursor.fetchone()
    return None if row is None else Door(*row)


def knows(door: Door, *, login: str, password: str) -> bool:
    """Whether HTTP Basic bears the right name and password; compared in constant time."""
    given = _opened(door.sealed)
    right = hmac.compare_digest(login.encode(), given.login.encode())
    return hmac.compare_digest(password.encode(), given.password.encode()) and right


def heard(door: Door, *, now: datetime) -> None:
    """This function will remember that the marketplace does call."""
    if not door.known:
        InboxAddress.objects.filter(pk=door.address_id, heard_at__isnull=True).update(heard_at=now)


def refused(door: Door, *, sender: str, because: str, now: datetime) -> None:
    """This function will note who knew the secret and was refused, so that a wrong setting can be seen."""
    stale = Q(refused_at__isnull=True) | Q(refused_at__lt=now - NOTED_ONCE_IN)
    InboxAddress.objects.filter(stale, pk=door.address_id).update(
        refused_at=now, refused_from=sender[:45], refused_because=because
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
