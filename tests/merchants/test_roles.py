import pytest
from django.core.management import call_command

from merchants.roles import ADMINISTRATOR, EVERYBODY, INSTALLATION, MATRIX, Action, Role, needs, permits, public
from merchants.selectors.access import Access, mark_of
from tests import make


def test_every_role_has_a_row_and_every_action_somebody() -> None:
    assert set(MATRIX) == set(Role)
    used = frozenset().union(*MATRIX.values()) | EVERYBODY | INSTALLATION | ADMINISTRATOR
    assert set(Action) == used


def test_an_owner_may_everything_but_run_the_installation() -> None:
    assert set(Action) - MATRIX[Role.OWNER] == EVERYBODY | INSTALLATION


def test_a_viewer_changes_nothing() -> None:
    changing = {action for action in MATRIX[Role.VIEWER] if not action.endswith(".view")}
    assert changing == {Action.WORKSPACE_USE}


def test_a_picker_sees_neither_prices_nor_people_nor_buyers() -> None:
    hidden = {Action.PRICES_VIEW, Action.PEOPLE_VIEW, Action.ORDERS_BUYER, Action.CATALOG_COST, Action.CHANNELS_VIEW}
    assert MATRIX[Role.PICKER] & hidden == set()


def test_only_owners_and_the_administrator_change_people() -> None:
    assert {role for role in Role if Action.PEOPLE_EDIT in MATRIX[role]} == {Role.OWNER}
    assert Action.PEOPLE_EDIT in ADMINISTRATOR


def test_the_administrator_alone_does_not_trade() -> None:
    assert permits([], administrator=True) == ADMINISTRATOR
    assert {Action.ORDERS_VIEW, Action.ORDERS_CANCEL, Action.PRICES_EDIT, Action.STOCK_ADJUST} & ADMINISTRATOR == set()


def test_a_mark_on_a_method_wins_over_the_class() -> None:
    class Page:
        @needs(Action.ORDERS_CANCEL)
        def post(self) -> None: ...

        def get(self) -> None: ...

    def view() -> None: ...

    view.view_class = needs(Action.ORDERS_VIEW)(Page)  # type: ignore[attr-defined]
    assert mark_of(view, "GET").action == Action.ORDERS_VIEW
    assert mark_of(view, "POST").action == Action.ORDERS_CANCEL


def test_marks_say_own_scopes_and_public() -> None:
    def silent() -> None: ...

    assert mark_of(needs(Action.CHANNELS_EDIT, own_scopes=True)(lambda: None), "GET").own_scopes is True
    assert mark_of(public(lambda: None), "GET").public is True
    assert mark_of(silent, "GET").action is None


@pytest.mark.django_db
def test_merchants_for_an_action_are_those_where_the_role_permits_it() -> None:
    first, second = make.merchant(), make.merchant()
    person = make.person(role=Role.MANAGER, merchant=first)
    person.memberships.create(merchant=second, role=Role.PICKER)
    access = Access.of(person)
    assert access.merchants_for(Action.ORDERS_VIEW) == frozenset({first.pk, second.pk})
    assert access.merchants_for(Action.PRICES_EDIT) == frozenset({first.pk})
    assert access.merchants_for(Action.PEOPLE_EDIT) is None
    assert Access.of(person, chosen=second.pk).merchants_for(Action.PRICES_EDIT) is None
    assert Access.of(person, chosen=second.pk).merchants_for(Action.ORDERS_VIEW) == frozenset({second.pk})


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", [0, -1, 10**30, "x", None, [1]])
def test_a_choice_that_is_not_held_is_ignored(chosen: object) -> None:
    mine = make.merchant()
    access = Access.of(make.person(role=Role.VIEWER, merchant=mine), chosen=chosen)
    assert access.chosen is None
    assert access.merchants_for(Action.ORDERS_VIEW) == frozenset({mine.pk})


@pytest.mark.django_db
def test_operator_staff_have_their_role_in_every_merchant_also_a_later_one() -> None:
    staff = make.person(all_merchants_role=Role.LEAD)
    first, second = make.merchant(), make.merchant()
    assert Access.of(staff).merchants_for(Action.FLOOR_WAVE) == frozenset({first.pk, second.pk})


@pytest.mark.django_db
def test_a_person_without_a_role_reaches_only_their_own_account() -> None:
    make.merchant()
    access = Access.of(make.person())
    assert access.can == EVERYBODY
    assert access.merchants_for(Action.ACCOUNT_OWN) == frozenset()


def test_the_page_of_roles_is_current() -> None:
    call_command("roles_doc", "--check")
