import pytest
from django.urls import reverse

from merchants.errors import LastAdministrator, LastOwner, NotYours, NotYourself, Taken
from merchants.models import Membership, Person
from merchants.roles import Role
from merchants.services import people
from tests import make

pytestmark = pytest.mark.django_db


def invitation(merchant_id: int, **changed: str) -> dict[str, object]:
    return {"merchant": merchant_id, "login": "vera", "full_name": "Вера", "email": "", "role": "picker", **changed}


def test_an_owner_invites_and_the_password_is_shown_once() -> None:
    mine = make.merchant()
    browser = make.client(role=Role.OWNER, merchant=mine)
    page = browser.post(reverse("merchants:invite"), invitation(mine.pk, login="Vera"))
    password = page.context["password"]
    vera = Person.objects.get(login="vera")
    assert vera.check_password(password)
    assert password in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert vera.must_change_password
    assert list(vera.memberships.values_list("merchant_id", "role")) == [(mine.pk, "picker")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("login", ""),
        ("login", "вера"),
        ("login", "v"),
        ("login", "x" * 65),
        ("login", "a\0b"),
        ("full_name", ""),
        ("full_name", "x" * 201),
        ("email", "not-a-mail"),
        ("role", "emperor"),
        ("merchant", "0"),
        ("merchant", "99999999999999999999999"),
        ("merchant", "x"),
    ],
)
def test_a_wrong_invitation_is_explained_and_saves_nothing(field: str, value: str) -> None:
    mine = make.merchant()
    browser = make.client(role=Role.OWNER, merchant=mine)
    page = browser.post(reverse("merchants:invite"), {**invitation(mine.pk), field: value})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert Person.objects.count() == 1


def test_nobody_is_invited_to_a_foreign_merchant() -> None:
    mine, other = make.merchant(), make.merchant()
    browser = make.client(role=Role.OWNER, merchant=mine)
    assert browser.post(reverse("merchants:invite"), invitation(other.pk)).status_code == 422
    assert not Person.objects.filter(login="vera").exists()


def test_a_login_taken_by_somebody_else_is_refused_beside_the_field() -> None:
    mine = make.merchant()
    make.person(login="vera", email="vera@example.ru")
    browser = make.client(role=Role.OWNER, merchant=mine)
    page = browser.post(reverse("merchants:invite"), invitation(mine.pk, email="other@example.ru"))
    assert list(page.context["form"].errors) == ["login"]
    assert Membership.objects.filter(merchant=mine).count() == 1
    with pytest.raises(Taken):
        people.invite(
            managed={mine.pk}, merchant_id=mine.pk, login="new", email="vera@example.ru", full_name="", role=Role.PICKER
        )


def test_the_same_login_and_mail_is_the_same_person_who_keeps_the_password() -> None:
    mine, other = make.merchant(), make.merchant()
    vera = make.person(role=Role.LEAD, merchant=other, login="vera", email="vera@example.ru")
    invited = people.invite(
        managed={mine.pk}, merchant_id=mine.pk, login="vera", email="Vera@example.ru", full_name="X", role=Role.PICKER
    )
    assert (invited.person.pk, invited.one_time_password) == (vera.pk, None)
    vera.refresh_from_db()
    assert vera.check_password(make.PASSWORD)
    assert set(vera.memberships.values_list("merchant_id", "role")) == {(other.pk, "lead"), (mine.pk, "picker")}


def test_the_last_owner_stays_owner() -> None:
    mine = make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    boss = make.person(is_administrator=True)
    seat = owner.memberships.get()
    with pytest.raises(LastOwner):
        people.change_role(managed={mine.pk}, membership_id=seat.pk, role=Role.VIEWER)
    with pytest.raises(LastOwner):
        people.remove_from_merchant(managed={mine.pk}, membership_id=seat.pk)
    with pytest.raises(LastOwner):
        people.set_active(by=boss, managed={mine.pk}, person_id=owner.pk, active=False)
    seat.refresh_from_db()
    owner.refresh_from_db()
    assert (seat.role, owner.is_active) == ("owner", True)


def test_an_owner_who_may_not_sign_in_does_not_count() -> None:
    mine = make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    make.person(role=Role.OWNER, merchant=mine, is_active=False)
    with pytest.raises(LastOwner):
        people.remove_from_merchant(managed={mine.pk}, membership_id=owner.memberships.get().pk)


def test_one_of_two_owners_may_go() -> None:
    mine = make.merchant()
    owner, second = make.person(role=Role.OWNER, merchant=mine), make.person(role=Role.OWNER, merchant=mine)
    people.remove_from_merchant(managed={mine.pk}, membership_id=second.memberships.get().pk)
    assert list(Membership.objects.filter(merchant=mine).values_list("person_id", flat=True)) == [owner.pk]


def test_refusals_of_the_page_are_messages() -> None:
    mine = make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    browser = make.client(owner)
    url = reverse("merchants:change-role", kwargs={"pk": owner.memberships.get().pk})
    page = browser.post(url, {"role": "viewer"}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert owner.memberships.get().role == "owner"


def test_an_owner_does_not_reset_who_also_works_elsewhere() -> None:
    mine, other = make.merchant(), make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    shared = make.person(role=Role.PICKER, merchant=mine)
    Membership.objects.create(person=shared, merchant=other, role=Role.PICKER)
    staff = make.person(role=Role.PICKER, merchant=mine, all_merchants_role=Role.VIEWER)
    boss = make.person(role=Role.PICKER, merchant=mine, is_administrator=True)
    for person in (shared, staff, boss):
        with pytest.raises(NotYours):
            people.reset_password(by=owner, managed={mine.pk}, person_id=person.pk)
        with pytest.raises(NotYours):
            people.set_active(by=owner, managed={mine.pk}, person_id=person.pk, active=False)
        person.refresh_from_db()
        assert person.check_password(make.PASSWORD)
        assert person.is_active


def test_an_owner_of_everything_a_person_has_gives_a_new_password() -> None:
    mine = make.merchant()
    owner, picker = make.person(role=Role.OWNER, merchant=mine), make.person(role=Role.PICKER, merchant=mine)
    given = people.reset_password(by=owner, managed={mine.pk}, person_id=picker.pk)
    picker.refresh_from_db()
    assert given.one_time_password is not None
    assert picker.check_password(given.one_time_password)
    assert picker.must_change_password


def test_nobody_locks_themselves_out() -> None:
    mine = make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    with pytest.raises(NotYourself):
        people.set_active(by=owner, managed={mine.pk}, person_id=owner.pk, active=False)


def test_the_last_administrator_stays() -> None:
    boss = make.person(is_administrator=True)
    with pytest.raises(LastAdministrator):
        people.set_staff(person_id=boss.pk, administrator=False, all_merchants_role="")
    make.person(is_administrator=True)
    people.set_staff(person_id=boss.pk, administrator=False, all_merchants_role="lead")
    boss.refresh_from_db()
    assert (boss.is_administrator, boss.all_merchants_role) == (False, "lead")


def test_the_list_shows_only_the_merchants_own_people() -> None:
    mine, other = make.merchant(), make.merchant()
    make.person(role=Role.PICKER, merchant=other, full_name="Чужой Человек")
    browser = make.client(role=Role.OWNER, merchant=mine)
    assert "Чужой Человек" not in browser.get(reverse("merchants:people")).content.decode()


@pytest.mark.parametrize("query", ["?q=%00", "?q=" + "x" * 5000, "?role=emperor", "?q=%25_%5C", "?q=%F0%9F%98%80"])
def test_any_search_of_people_is_answered(query: str) -> None:
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    assert browser.get(reverse("merchants:people") + query).status_code == 200
