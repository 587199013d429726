from django.db import IntegrityError, transaction

from merchants.errors import Taken
from merchants.models import Person


@transaction.atomic
def change_profile(*, person: Person, full_name: str, email: str, language: str) -> Person:
    """
    Change what a person says about themselves.

    :raises Taken: somebody else has this e-mail
    """
    person.full_name, person.language = full_name, language
    person.email = email.strip().lower() or None
    try:
        with transaction.atomic():
            person.save(update_fields=["full_name", "email", "language", "changed_at"])
    except IntegrityError as reason:
        raise Taken("email") from reason
    return person


def password_chosen(*, person: Person) -> None:
    """Note that the person has replaced the one-time password by their own."""
    if person.must_change_password:
        person.must_change_password = False
        person.save(update_fields=["must_change_password", "changed_at"])
