"""A badge and a PIN let a person do the work of the floor, and nothing else; guessing is stopped."""

import pytest
from django.test import Client
from django.urls import reverse

from floor.models import Badge
from floor.services import badge
from merchants.roles import Role
from tests import make
from tests.trade import NOON, Trade

HERE = "/floor/station/"


@pytest.fixture
def owner(trade: Trade):
    return make.person(role=Role.OWNER, merchant=trade.merchant)


@pytest.fixture
def given(trade: Trade, owner):
    return badge.give(person=make.person(role=Role.MANAGER, merchant=trade.merchant), by=owner, now=NOON)


def enters(browser: Client, code: str, pin: str, going_to: str = ""):
    return browser.post(HERE, {"code": code, "pin": pin, "next": going_to})


def test_badge_and_pin_open_the_floor_and_nothing_else(trade, given):
    browser = Client()
    asks = browser.post(HERE, {"code": given.code})
    assert 'name="pin"' in asks.content.decode()
    assert enters(browser, given.code, given.pin, "/floor/pick/").headers["Location"] == "/floor/pick/"
    assert browser.get(reverse("floor:pack")).status_code == 200
    # A manager elsewhere; here neither prices, people, waves nor one's own password.
    for name in ("merchants:people", "marketplaces:channels", "merchants:profile", "account_change_password"):
        assert browser.get(reverse(name)).status_code == 403, name
    assert browser.post(reverse("floor:release"), {"limit": 5}).status_code == 403
    page = browser.get(reverse("floor:pack")).content.decode()
    assert "data-lock-form" in page
    left = browser.post(reverse("floor:lock"), {"next": "/floor/pack/"})
    assert left.headers["Location"] == "/floor/station/?next=/floor/pack/"
    assert browser.get(reverse("floor:pack")).status_code == 302


def test_five_wrong_pins_lock_the_table_even_for_the_right_one(trade, given):
    browser = Client()
    for _try in range(4):
        assert enters(browser, given.code, "000000").status_code == 422
    assert enters(browser, given.code, "000000").status_code == 429
    assert enters(browser, given.code, given.pin).status_code == 429
    assert browser.get(reverse("floor:pack")).status_code == 302


def test_ten_wrong_pins_from_anywhere_kill_the_badge(trade, given):
    for number in range(badge.MOST_FAILURES):
        enters(Client(REMOTE_ADDR=f"10.0.0.{number + 1}"), given.code, "000000")
    assert Badge.objects.get().failures == badge.MOST_FAILURES
    assert enters(Client(REMOTE_ADDR="10.0.1.1"), given.code, given.pin).status_code == 422
    assert badge.holder(given.code) is None


def test_a_right_pin_forgets_the_wrong_ones(trade, given):
    enters(Client(), given.code, "000000")
    assert Badge.objects.get().failures == 1
    enters(Client(), given.code, given.pin)
    assert Badge.objects.get().failures == 0


def test_an_older_badge_a_closed_person_and_nonsense_are_refused(trade, owner, given):
    newer = badge.give(person=given.person, by=owner, now=NOON)
    assert badge.check(code=given.code, pin=given.pin) is None
    assert badge.check(code=newer.code, pin=newer.pin) == given.person
    given.person.is_active = False
    given.person.save()
    assert badge.check(code=newer.code, pin=newer.pin) is None
    assert badge.check(code="1" * 16, pin="000000") is None
    assert given.code not in str(Badge.objects.values().get())
    assert Client().post(HERE, {"code": "'; DROP"}).status_code == 200


def test_only_those_who_manage_a_person_give_a_badge(trade, owner):
    picker = make.person(role=Role.PICKER, merchant=trade.merchant)
    url = reverse("floor:give-badge", args=[picker.pk])
    shown = make.client(owner).post(url)
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert Badge.objects.filter(person=picker).count() == 1
    assert make.client(role=Role.LEAD, merchant=trade.merchant).post(url).status_code == 403
    stranger = make.person(role=Role.PICKER, merchant=make.merchant())
    assert make.client(owner).post(reverse("floor:give-badge", args=[stranger.pk])).status_code == 404


@pytest.mark.parametrize("going_to", ["https://evil.example/", "//evil.example", "/people/", "javascript:alert(1)"])
def test_after_signing_in_one_goes_to_the_floor_alone(trade, given, going_to):
    assert enters(Client(), given.code, given.pin, going_to).headers["Location"] == "/floor/pack/"
