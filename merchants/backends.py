"""Where signing in meets allauth and axes."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants.models import Person
from merchants.selectors.access import person_with_roles
from merchants.services.audit import record_event
from merchants.services.profile import password_chosen
from merchants.services.second_factor import seal, unseal


class PersonBackend(AuthenticationBackend):
    """Sign-in by login name or e-mail; each later request reads the person and all roles in one query."""

    def get_user(self, user_id: int) -> Person | None:
        person = person_with_roles(person_id=user_id)
        return person if person is not None and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    """What is ours in allauth: nobody signs up, sign-ins are audited, a chosen password ends the one-time one."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("The login or the password is wrong."),
        "email_password_mismatch": gettext_lazy("The login or the password is wrong."),
        "too_many_login_attempts": gettext_lazy("Too many wrong codes. Try again in five minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().login(request, user)
        record_event(kind="sign_in", person_id=user.pk, object_id=user.pk)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        if isinstance(user, Person):
            password_chosen(person=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        # Most have just replaced a one-time password, and want to work.
        return str(self.get_login_redirect_url(request))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        # The page that opens says as much as "signed in" would.
        if message_template not in ("account/messages/logged_in.txt", "account/messages/logged_out.txt"):
            super().add_message(request, level, message_template, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted at rest: the first key encrypts, every key decrypts."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)


def typed_login(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The login that was typed, as attempts are counted under it: one spelling, never longer than its column."""
    given = credentials or {}
    typed = given.get("username") or given.get("email") or given.get("login") or request.POST.get("login", "")
    return str(typed).replace("\0", "").strip().lower()[:254]


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """Answer a sign-in that is refused for too many wrong passwords: says when to try again."""
    until = _locked_until(request, credentials)
    minutes = max(1, round((until - timezone.now()) / timedelta(minutes=1)))
    message = _("Too many wrong passwords. Try again in %(minutes)s min, after %(time)s.") % {
        "minutes": minutes,
        "time": date_format(timezone.localtime(until), "H:i"),
    }
    response = render(request, "account/locked_out.html", {"message": message}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


def _locked_until(request: HttpRequest, credentials: dict[str, Any] | None) -> datetime:
    cool_off = get_cool_off(request) or timedelta(0)
    last = (
        AccessAttempt.objects.filter(
            username=typed_login(request, credentials), ip_address=request.META.get("REMOTE_ADDR") or None
        )
        .order_by("-attempt_time")
        .first()
    )
    return (last.attempt_time if last else timezone.now()) + cool_off
