import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet
from django.test import Client
from django.utils import timezone

from merchants.models import AuditRecord, Person
from merchants.roles import Role
from merchants.scope import scope
from merchants.services import second_factor
from tests import make

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


def try_in(browser: Client, login: str, password: str = make.PASSWORD, **more: str) -> Any:
    return browser.post(LOGIN, {"login": login, "password": password, **more})


def signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.fixture
def anna() -> Person:
    return make.person(role=Role.OWNER, merchant=make.merchant(), login="anna", email="anna@example.ru")


@pytest.mark.parametrize("typed", ["anna", "ANNA", " anna ", "anna@example.ru", "Anna@Example.RU"])
def test_one_signs_in_by_login_or_mail(anna: Person, typed: str) -> None:
    browser = Client()
    assert try_in(browser, typed)["Location"] == "/"
    assert browser.session["_auth_user_id"] == str(anna.pk)


def test_a_sign_in_is_in_the_audit_log(anna: Person) -> None:
    try_in(Client(), "anna")
    with scope([], installation=True):
        assert AuditRecord.objects.filter(subject="sign_in", person_id=anna.pk).count() == 1


def test_after_signing_in_one_returns_to_the_page_asked_for_but_never_to_another_site(anna: Person) -> None:
    browser = Client()
    assert browser.get("/people/")["Location"] == "/account/login/?next=/people/"
    assert try_in(browser, "anna", next="/people/")["Location"] == "/people/"
    assert try_in(Client(), "anna", next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize(
    "typed",
    ["nobody", "", "x" * 100_000, "a\0b", "' OR 1=1 --", "anna@", "анна", "\u202egnp.exe", "999999999999999999999"],
)
def test_any_rubbish_is_a_message_beside_the_field_and_no_error(anna: Person, typed: str) -> None:
    browser = Client()
    answer = try_in(browser, typed, "wrong-password")
    assert answer.status_code == 200
    assert "form-error" in answer.content.decode() or "alert" in answer.content.decode()
    assert not signed_in(browser)


def test_somebody_whose_access_is_closed_does_not_get_in(anna: Person) -> None:
    Person.objects.filter(pk=anna.pk).update(is_active=False)
    browser = Client()
    try_in(browser, "anna")
    assert not signed_in(browser)


def test_closing_the_access_ends_an_open_session(anna: Person) -> None:
    browser = make.client(anna)
    assert browser.get("/people/").status_code == 200
    Person.objects.filter(pk=anna.pk).update(is_active=False)
    assert browser.get("/people/")["Location"].startswith(LOGIN)


def test_guessing_is_stopped_and_the_message_says_when_to_try_again(anna: Person) -> None:
    browser = Client()
    for _ in range(4):
        assert try_in(browser, "anna", "wrong-password").status_code == 200
    answer = try_in(browser, "anna", "wrong-password")
    assert answer.status_code == 429
    assert re.search(r"15 .*\d\d:\d\d", answer.content.decode())
    assert int(answer["Retry-After"]) == 900
    right = try_in(browser, "anna")
    assert right.status_code == 429
    assert not signed_in(browser)


def test_a_lock_holds_for_one_login_and_address_and_ends_by_itself(anna: Person) -> None:
    from axes.models import AccessAttempt

    boris = make.person(login="boris")
    for _ in range(5):
        try_in(Client(), "anna", "wrong-password")
    other = Client()
    try_in(other, boris.login)
    assert signed_in(other)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    try_in(elsewhere, "anna")
    assert signed_in(elsewhere)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    again = Client()
    try_in(again, "anna")
    assert signed_in(again)


def test_one_login_spelled_differently_is_one_count(anna: Person) -> None:
    for spelling in ("anna", "ANNA", "Anna", " anna", "aNNa"):
        answer = try_in(Client(), spelling, "wrong-password")
    assert answer.status_code == 429


def test_a_forged_forwarded_address_does_not_escape_the_lock(anna: Person) -> None:
    for number in range(5):
        answer = Client(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").post(
            LOGIN, {"login": "anna", "password": "wrong-password"}
        )
    assert answer.status_code == 429


def right_code(secret: str) -> str:
    """The code of this half minute: the one before would not be right in the next moment any more."""
    _before, now, _after = totp.yield_hotp_counters_from_time()
    return str(totp.format_hotp_value(totp.hotp_value(secret, now)))


def switch_second_factor_on(browser: Client) -> str:
    browser.post("/account/again/", {"password": make.PASSWORD, "next": "/account/second-factor/on/"})
    page = browser.get("/account/second-factor/on/")
    secret: str = page.context["form"].secret
    code = right_code(secret)
    browser.post("/account/second-factor/on/", {"code": code})
    return secret


def code_now(secret: str, person: Person) -> str:
    from django.core.cache import cache

    cache.clear()  # a code works once, also here
    return right_code(secret)


def test_with_a_second_factor_the_password_alone_opens_nothing(anna: Person) -> None:
    browser = Client()
    try_in(browser, "anna")
    secret = switch_second_factor_on(browser)
    assert Authenticator.objects.filter(user=anna, type="totp").count() == 1

    fresh = Client()
    assert try_in(fresh, "anna")["Location"] == "/account/second-factor/ask/"
    assert not signed_in(fresh)
    assert fresh.get("/people/")["Location"].startswith(LOGIN)
    assert fresh.post("/account/second-factor/ask/", {"code": "000000"}).status_code == 200
    assert not signed_in(fresh)
    fresh.post("/account/second-factor/ask/", {"code": code_now(secret, anna)})
    assert signed_in(fresh)


def test_a_code_works_once_for_as_long_as_it_is_right(anna: Person) -> None:
    from django.core.cache import cache

    browser = Client()
    try_in(browser, "anna")
    code = code_now(switch_second_factor_on(browser), anna)
    for typed, attempt in ((code, True), (f"{code[:3]} {code[3:]}", False)):
        fresh = Client()
        try_in(fresh, "anna")
        fresh.post("/account/second-factor/ask/", {"code": typed})
        assert signed_in(fresh) is attempt
        # allauth has forgotten it after half a minute, and would take it for another one.
        cache.delete(f"allauth.mfa.totp.used?user={anna.pk}&code={code}")


def test_codes_cannot_be_guessed_either(anna: Person) -> None:
    browser = Client()
    try_in(browser, "anna")
    secret = switch_second_factor_on(browser)
    fresh = Client()
    try_in(fresh, "anna")
    for _ in range(10):
        fresh.post("/account/second-factor/ask/", {"code": "000000"})
    right = right_code(secret)
    fresh.post("/account/second-factor/ask/", {"code": right})
    assert not signed_in(fresh)


def test_the_secret_of_the_second_factor_is_encrypted_at_rest(anna: Person) -> None:
    browser = Client()
    try_in(browser, "anna")
    secret = switch_second_factor_on(browser)
    stored = Authenticator.objects.get(user=anna, type="totp").data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_with_a_new_key_in_front_every_factor_is_sealed_anew_and_still_opens(anna: Person, settings: Any) -> None:
    browser = Client()
    try_in(browser, "anna")
    secret = switch_second_factor_on(browser)
    code = Authenticator.objects.get(user=anna, type="recovery_codes").wrap().get_unused_codes()[0]
    newer = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [newer, *settings.ENCRYPTION_KEYS]
    assert second_factor.reseal_all() == 2
    settings.ENCRYPTION_KEYS = [newer]
    assert get_adapter().decrypt(Authenticator.objects.get(user=anna, type="totp").data["secret"]) == secret
    assert code in Authenticator.objects.get(user=anna, type="recovery_codes").wrap().get_unused_codes()


def test_a_recovery_code_works_once(anna: Person) -> None:
    browser = Client()
    try_in(browser, "anna")
    switch_second_factor_on(browser)
    code = Authenticator.objects.get(user=anna, type="recovery_codes").wrap().get_unused_codes()[0]
    for attempt in (True, False):
        fresh = Client()
        try_in(fresh, "anna")
        fresh.post("/account/second-factor/ask/", {"code": code})
        assert signed_in(fresh) is attempt


def test_a_one_time_password_leads_to_choosing_an_own_one(anna: Person) -> None:
    Person.objects.filter(pk=anna.pk).update(must_change_password=True)
    browser = Client()
    try_in(browser, "anna")
    assert browser.get("/people/")["Location"] == "/account/password/"
    chosen = "novyi-parol-2026"
    weak = browser.post("/account/password/", {"oldpassword": make.PASSWORD, "password1": "123", "password2": "123"})
    assert weak.status_code == 200
    own = browser.post("/account/password/", {"oldpassword": make.PASSWORD, "password1": chosen, "password2": chosen})
    assert own["Location"] == "/"  # and on to work
    anna.refresh_from_db()
    assert not anna.must_change_password
    assert anna.check_password(chosen)
    assert browser.get("/people/").status_code == 200


def test_nobody_signs_up(anna: Person) -> None:
    assert Client().get("/account/signup/").status_code == 404


def test_a_session_that_ended_tells_scripts_so() -> None:
    assert Client().get("/people/", headers={"Accept": "application/json"}).status_code == 401
    answer = Client().get("/people/", headers={"HX-Request": "true", "HX-Current-URL": "/people/"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/account/login/?next=/people/")
