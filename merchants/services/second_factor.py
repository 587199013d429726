"""Secrets of second factors at rest: the first key of the installation encrypts, every key decrypts."""

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction

_SECRET = ("secret", "seed", "migrated_codes")  # the sealed fields of an authenticator's data, each text or a list


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    return _box().decrypt(sealed.encode()).decode()


@transaction.atomic
def reseal_all() -> int:
    """Seal every second factor anew with the first key and return how many there were."""
    box, count = _box(), 0
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        for name in _SECRET:
            if (sealed := factor.data.get(name)) is not None:
                factor.data[name] = (
                    [_anew(box, one) for one in sealed] if isinstance(sealed, list) else _anew(box, sealed)
                )
        factor.save(update_fields=["data"])
        count += 1
    return count


def _anew(box: MultiFernet, sealed: str) -> str:
    return box.rotate(sealed.encode()).decode()


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
