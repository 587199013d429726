from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field

from django.db.models import Q

from merchants.models import Membership, Person
from merchants.roles import Role


@dataclass(frozen=True)
class MembershipRow:
    """One role of one person, as the list of people shows it."""

    membership_id: int
    merchant_id: int
    merchant: str
    role: str
    role_label: str


@dataclass(frozen=True)
class PersonRow:
    """fully_managed: all the person's roles are in merchants that the viewer manages."""

    person_id: int
    login: str
    full_name: str
    email: str
    is_active: bool
    is_administrator: bool
    all_merchants_role: str
    fully_managed: bool
    memberships: list[MembershipRow] = field(default_factory=list)


def people_of(
    *, managed: Set[int], by: Person, search: str = "", role: str = "", everybody: bool = False
) -> list[PersonRow]:
    """
    List the people of these merchants by name, with their roles there.

    everybody: also those without a role, for the administrator.
    """
    memberships = Membership.objects.filter(merchant_id__in=managed).select_related("merchant")
    if role in Role:
        memberships = memberships.filter(role=role)
    by_person: dict[int, list[MembershipRow]] = defaultdict(list)
    for one in memberships.order_by("merchant__name", "pk"):
        row = MembershipRow(one.pk, one.merchant_id, one.merchant.name, one.role, str(Role(one.role).label))
        by_person[one.person_id].append(row)
    people = Person.objects.all() if everybody and not role else Person.objects.filter(pk__in=by_person)
    if search:
        people = people.filter(Q(login__icontains=search) | Q(full_name__icontains=search) | Q(email__icontains=search))
    elsewhere = set(
        Membership.objects.filter(person__in=people)
        .exclude(merchant_id__in=managed)
        .values_list("person_id", flat=True)
    )
    return [
        PersonRow(
            person.pk,
            person.login,
            person.full_name,
            person.email or "",
            person.is_active,
            person.is_administrator,
            person.all_merchants_role,
            by.is_administrator or not (person.pk in elsewhere or person.is_administrator or person.all_merchants_role),
            by_person[person.pk],
        )
        for person in people.order_by("full_name", "login")
    ]


def is_membership_of(*, managed: Set[int], membership_id: int) -> bool:
    """Tell whether these merchants have this membership."""
    return Membership.objects.filter(pk=membership_id, merchant_id__in=managed).exists()
