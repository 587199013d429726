from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import Stamped
from merchants.models.merchant import Language
from merchants.roles import Role

if TYPE_CHECKING:
    from merchants.types import Held


check_login = RegexValidator(
    r"\A[a-z0-9][a-z0-9._-]{1,62}\Z", _("Two characters or more: small Latin letters, digits, dot, hyphen, underscore.")
)


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(login=(username or "").strip().lower())

    def create_user(self, login: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(login=login.strip().lower(), **fields)
        person.email = (person.email or "").strip().lower() or None
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser, Stamped):
    """Somebody who signs in: by login name or by e-mail.  What they may do is said by memberships."""

    login = models.CharField(_("login"), max_length=64, unique=True, validators=[check_login])
    email = models.EmailField(_("e-mail"), max_length=254, unique=True, null=True, blank=True)
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language.choices, default=Language.RU)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_administrator = models.BooleanField(_("administrator of the installation"), default=False)
    all_merchants_role = models.CharField(
        _("role in every merchant"),
        max_length=20,
        choices=Role.choices,
        blank=True,
        help_text=_("For the operator's own staff: this role in all merchants, present and future."),
    )
    must_change_password = models.BooleanField(_("must choose a password"), default=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # Set by `merchants.backends.PersonBackend`, so that a request asks for the person and the roles in one query.
    held: "tuple[Held, ...]"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(login=Lower("login")), name="person_login_is_lower_case"),
            models.CheckConstraint(
                condition=models.Q(email=None) | models.Q(email=Lower("email")), name="person_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.login

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0] if self.full_name else self.login
