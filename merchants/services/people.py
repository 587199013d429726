"""Who works for a merchant.  `managed` is always the merchants in which the caller may edit people."""

import secrets
from collections.abc import Set
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q

from merchants import locks
from merchants.errors import AlreadyHere, Gone, LastAdministrator, LastOwner, NotYours, NotYourself, Taken
from merchants.models import Membership, Person
from merchants.roles import Role

# No l, 1, o, 0: the password is read aloud and typed from paper.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Invited:
    """one_time_password is None for somebody who already had a login."""

    person: Person
    one_time_password: str | None


def one_time_password() -> str:
    """Make a password of 60 bits in four groups, such as k7m-p2q-x9a-c4d."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(3)) for _ in range(4))


@transaction.atomic
def invite(*, managed: Set[int], merchant_id: int, login: str, email: str, full_name: str, role: Role) -> Invited:
    """
    Give a person a role in a merchant, making the person when nobody has this login.

    A login that exists together with the same e-mail is the same person, who keeps name and password.
    :raises Gone: the merchant is not among those managed
    :raises AlreadyHere: the person has a role there
    :raises Taken: login or e-mail belongs to somebody else
    """
    if merchant_id not in managed:
        raise Gone
    login, email = login.strip().lower(), email.strip().lower()
    person, password = _known(login, email), None
    if person is None:
        password = one_time_password()
        try:
            with transaction.atomic():
                person = Person.objects.create_user(
                    login, password, email=email, full_name=full_name, must_change_password=True
                )
        except IntegrityError as reason:
            raise Taken("login") from reason
    try:
        with transaction.atomic():
            Membership.objects.create(person=person, merchant_id=merchant_id, role=role)
    except IntegrityError as reason:
        raise AlreadyHere from reason
    return Invited(person, password)


def _known(login: str, email: str) -> Person | None:
    same = list(Person.objects.filter(Q(login=login) | (Q(email=email) if email else Q(pk=None))))
    if not same:
        return None
    if len(same) == 1 and same[0].login == login and email and same[0].email == email:
        return same[0]
    raise Taken("login" if any(person.login == login for person in same) else "email")


@transaction.atomic
def change_role(*, managed: Set[int], membership_id: int, role: Role) -> Membership:
    """
    Give somebody another role in the merchant.

    :raises Gone: no such membership among those managed
    :raises LastOwner: the merchant would have no owner
    """
    membership = _membership(managed, membership_id)
    if role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role", "changed_at"])
    return membership


@transaction.atomic
def remove_from_merchant(*, managed: Set[int], membership_id: int) -> Membership:
    """
    Take somebody's role in the merchant away; the person stays and may work elsewhere.

    :raises Gone: no such membership among those managed
    :raises LastOwner: the merchant would have no owner
    """
    membership = _membership(managed, membership_id)
    _keep_an_owner(membership)
    membership.delete()
    return membership


@transaction.atomic
def reset_password(*, by: Person, managed: Set[int], person_id: int) -> Invited:
    """
    Give somebody a new one-time password; open sessions of that person end.

    :raises Gone: nobody such among those managed
    :raises NotYours: the person also works elsewhere
    """
    person = managed_person(by, managed, person_id)
    password = one_time_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password", "changed_at"])
    return Invited(person, password)


@transaction.atomic
def set_active(*, by: Person, managed: Set[int], person_id: int, active: bool) -> Person:
    """
    Let somebody sign in, or stop it at once (open sessions end with the next request).

    :raises Gone, NotYours, NotYourself, LastOwner, LastAdministrator: as their names say
    """
    person = managed_person(by, managed, person_id)
    if not active:
        if person.pk == by.pk:
            raise NotYourself
        for membership in person.memberships.order_by("merchant_id"):
            _keep_an_owner(membership)
        _keep_an_administrator(person)
    person.is_active = active
    person.save(update_fields=["is_active", "changed_at"])
    return person


@transaction.atomic
def set_staff(*, person_id: int, administrator: bool, all_merchants_role: str) -> Person:
    """
    Say what a person is to the installation.  Only the administrator's page calls it.

    :raises Gone: nobody such
    :raises LastAdministrator: nobody would run the installation
    """
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise Gone
    if not administrator:
        _keep_an_administrator(person)
    person.is_administrator = administrator
    person.all_merchants_role = all_merchants_role
    person.save(update_fields=["is_administrator", "all_merchants_role", "changed_at"])
    return person


def _membership(managed: Set[int], membership_id: int) -> Membership:
    membership = Membership.objects.filter(pk=membership_id, merchant_id__in=managed).first()
    if membership is None:
        raise Gone
    return membership


def managed_person(by: Person, managed: Set[int], person_id: int) -> Person:
    """
    The person, locked, when `by` may give them another password, badge or access.

    :raises Gone: nobody such among those managed
    :raises NotYours: the person also works elsewhere
    """
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise Gone
    if by.is_administrator:
        return person
    works_in = set(person.memberships.values_list("merchant_id", flat=True))
    if not works_in & managed:
        raise Gone
    if works_in - managed or person.is_administrator or person.all_merchants_role:
        raise NotYours
    return person


def _keep_an_owner(leaving: Membership) -> None:
    if leaving.role != Role.OWNER:
        return
    locks.merchant_for_owners(leaving.merchant_id)
    others = Membership.objects.filter(merchant_id=leaving.merchant_id, role=Role.OWNER, person__is_active=True)
    if not others.exclude(pk=leaving.pk).exists():
        raise LastOwner


def _keep_an_administrator(leaving: Person) -> None:
    if leaving.is_administrator and not any(person.pk != leaving.pk for person in locks.administrators()):
        raise LastAdministrator
