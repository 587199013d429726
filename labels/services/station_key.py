"""Keys of print agents: made once, kept as a keyed hash, revoked by a person or with the rights of their maker."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from labels.errors import UnknownKey
from labels.models import Station, StationKey
from merchants.roles import Action
from merchants.selectors.access import Access, person_with_roles

PREFIX = "bo-print-"
_KNOWN_S = 60
_GUESSES = 30
_GUESS_WINDOW_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """What a key opens: the stickers of these merchants at this station."""

    key_id: int
    station_id: int
    merchant_ids: frozenset[int]


@transaction.atomic
def make(*, station: Station, person_id: int, now: datetime) -> tuple[StationKey, str]:
    """Let an agent of this station in; returns the key and its secret, which is shown once and kept nowhere."""
    secret = PREFIX + secrets.token_urlsafe(24)
    made = StationKey.objects.create(
        station=station, made_by_id=person_id, begins=secret[: len(PREFIX) + 3], digest=_digest(secret), made_at=now
    )
    return made, secret


@transaction.atomic
def revoke(*, key: StationKey, now: datetime) -> None:
    """Shut an agent out at once."""
    StationKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    transaction.on_commit(lambda: cache.delete(_known(key.digest)))


def holder(secret: str, *, address: str) -> Holder:
    """
    Who speaks.  Known for a minute, so that the many questions in vain cost no query.

    :raises UnknownKey: wrong, revoked, without rights, or too many wrong ones from this address
    """
    digest = _digest(secret)
    if (found := cache.get(_known(digest))) is not None:
        return Holder(key_id=found[0], station_id=found[1], merchant_ids=frozenset(found[2]))
    guesses = f"print-guess:{address}"
    if cache.get(guesses, 0) >= _GUESSES:
        raise UnknownKey(_("Too many wrong keys from this address. Wait five minutes."))
    read = _read(digest)
    if read is None:
        cache.add(guesses, 0, _GUESS_WINDOW_S)
        cache.incr(guesses)
        raise UnknownKey(
            _("This key opens nothing: it was revoked, or mistyped. Make a new one on the station's page.")
        )
    cache.set(_known(digest), (read.key_id, read.station_id, sorted(read.merchant_ids)), _KNOWN_S)
    return read


def _read(digest: str) -> Holder | None:
    key = StationKey.objects.filter(digest=digest, revoked_at=None).first()
    maker = person_with_roles(person_id=key.made_by_id) if key else None
    if key is None or maker is None or not maker.is_active:
        return None
    merchants = Access.of(maker).merchants_for(Action.LABELS_SETUP)
    if merchants is None:
        return None
    return Holder(key_id=key.pk, station_id=key.station_id, merchant_ids=merchants)


def _digest(secret: str) -> str:
    """A keyed hash: keys are long and random, so that a slow one would protect nothing."""
    return hmac.new(settings.SECRET_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()


def _known(digest: str) -> str:
    return f"print-key:{digest}"
