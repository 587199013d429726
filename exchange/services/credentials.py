"""Who speaks: logins and secrets that we make, checked by keyed hash."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.errors import Refusal
from exchange.errors import NotAllowed
from exchange.models import Connection, Use
from exchange.types import Kind

# No letters that are mistaken for one another when a person retypes them.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LOGIN = re.compile(r"\A(?:1c|api)-(\d{1,9})-[a-z0-9]{4,20}\Z")
_USED_AT_MOST_EVERY = timedelta(seconds=30)
_GUESSES = 20
_GUESS_WINDOW_S = 300


def digest(secret: str) -> str:
    """A keyed hash: secrets are long and random, so that a slow one would protect nothing."""
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()


def word(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _letter in range(length))


@transaction.atomic
def connect(
    *, merchant_id: int, name: str, now: datetime, kind: Kind = Kind.CML, **fields: object
) -> tuple[Connection, str]:
    """
    Let another program in; returns the connection and its secret, which is shown once and kept nowhere.

    :raises Refusal: the name is taken
    """
    if Connection.objects.filter(merchant_id=merchant_id, name=name).exists():
        raise Refusal(_("There is a connection of this name already."), extra={"name": _("Choose another name.")})
    secret = word(24)
    prefix = "1c" if kind == Kind.CML else "api"
    made = Connection.objects.create(
        merchant_id=merchant_id,
        name=name,
        kind=kind,
        login=f"{prefix}-{merchant_id}-{word(6)}",
        secret_hash=digest(secret),
        secret_made_at=now,
        orders_from=now - timedelta(days=1),
        **fields,
    )
    live.touch("exchange", merchant_id)
    return made, secret


@transaction.atomic
def renew_secret(*, connection_id: int, now: datetime, overlap: timedelta = timedelta()) -> str:
    """Give the connection another secret; the old one works for `overlap` more."""
    secret = word(24)
    Connection.objects.filter(pk=connection_id).update(
        former_hash=F("secret_hash") if overlap else "",
        former_until=now + overlap if overlap else None,
        secret_hash=digest(secret),
        secret_made_at=now,
        changed_at=now,
    )
    return secret


def merchant_of(login: str) -> int | None:
    """The merchant that a login names; None: it is none of ours."""
    found = _LOGIN.match(login.strip().lower())
    return int(found.group(1)) if found and int(found.group(1)) < 2**31 else None


def check(*, login: str, secret: str, address: str) -> Connection:
    """
    The connection behind login and secret, in the open scope of its merchant.

    :raises NotAllowed: wrong, switched off, from a foreign address, or too many wrong guesses
    """
    key = f"exchange-guess:{address}:{login[:40]}"
    if cache.get(key, 0) >= _GUESSES:
        raise NotAllowed(_("Too many wrong passwords from this address. Wait five minutes."))
    found = Connection.objects.filter(login=login.strip().lower()).first()
    if found is None or not _fits(found, secret.strip(), timezone.now()):
        cache.add(key, 0, _GUESS_WINDOW_S)
        try:
            cache.incr(key)
        except ValueError:
            cache.add(key, 1, _GUESS_WINDOW_S)
        raise NotAllowed(_("Wrong user or password. Copy both anew from Settings → 1C."))
    may_speak(found, address=address)
    return found


def _fits(found: Connection, secret: str, now: datetime) -> bool:
    """The secret, or the one before while both work."""
    told = digest(secret)
    if hmac.compare_digest(found.secret_hash, told):
        return True
    return bool(
        found.former_hash
        and found.former_until
        and found.former_until > now
        and hmac.compare_digest(found.former_hash, told)
    )


def count_request(found: Connection, *, now: datetime) -> int:
    """Count a request of the running minute; returns seconds to wait when it is one too many, else 0."""
    second = int(now.timestamp())
    key = f"exchange-rate:{found.pk}:{second // 60}"
    cache.add(key, 0, 120)
    try:
        many = cache.incr(key) > found.per_minute
    except ValueError:
        many = False  # the cache was emptied this very moment
    return 60 - second % 60 if many else 0


def may_speak(found: Connection, *, address: str) -> None:
    """:raises NotAllowed: the connection is switched off, or the address is not among the allowed"""
    if not found.active:
        raise NotAllowed(_("This connection is switched off in Settings → 1C."))
    if not address_allowed(found.networks, address):
        raise NotAllowed(_("The address %(address)s is not among the allowed.") % {"address": address})


def address_allowed(networks: Iterable[str], address: str) -> bool:
    allowed = [ipaddress.ip_network(network, strict=False) for network in networks]
    if not allowed:
        return True
    try:
        here = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(here in network for network in allowed)


def note_use(found: Connection, *, address: str, agent: str, now: datetime) -> None:
    """Remember when and from where a connection spoke; a busy one is written now and then only."""
    told = {"last_at": now, "address": address[:50], "agent": agent[:200]}
    fresh = Use.objects.filter(connection=found, last_at__gt=now - _USED_AT_MOST_EVERY, address=address[:50])
    if not fresh.exists():
        Use.objects.update_or_create(connection=found, defaults={"merchant_id": found.merchant_id, **told})
