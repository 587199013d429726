import zoneinfo

from allauth.mfa import app_settings as mfa
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.days import IN_DAYS
from merchants.models import LegalEntity, Merchant, Person
from merchants.models.merchant import Language
from merchants.models.person import check_login
from merchants.roles import Role
from merchants.types import Held

# Shown first: the zones of Russia and its neighbours; every other zone may be typed.
_ZONES = sorted(
    zone for zone in zoneinfo.available_timezones() if zone.startswith(("Europe/", "Asia/")) and zone.count("/") == 1
)


class MerchantForm(forms.ModelForm[Merchant]):
    class Meta:
        model = Merchant
        fields = ("name", "zone", "locale", "currency")
        widgets = {"zone": forms.Select(choices=[(zone, zone.replace("_", " ")) for zone in _ZONES])}


class LegalEntityForm(forms.ModelForm[LegalEntity]):
    class Meta:
        model = LegalEntity
        fields = ("name", "inn", "kpp", "tax_system", "vat_mode")
        widgets = {
            "inn": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            "kpp": forms.TextInput(attrs={"autocomplete": "off"}),
        }


class InviteForm(forms.Form):
    merchant = forms.TypedChoiceField(label=_("Merchant"), coerce=int)
    login = forms.CharField(
        label=_("Login"),
        max_length=64,
        help_text=_("Small Latin letters and digits. A login that exists with the same e-mail is the same person."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    full_name = forms.CharField(label=_("Full name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.PICKER)

    def __init__(self, *args: object, merchants: tuple[Held, ...], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["merchant"].choices = [(held.merchant_id, held.name) for held in merchants]  # type: ignore[attr-defined]

    def clean_login(self) -> str:
        login = str(self.cleaned_data["login"]).strip().lower()
        check_login(login)
        return login


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class StaffForm(forms.Form):
    is_administrator = forms.BooleanField(label=_("Administrator of the installation"), required=False)
    all_merchants_role = forms.ChoiceField(
        label=_("Role in every merchant"), choices=[("", _("none")), *Role.choices], required=False
    )


class ProfileForm(forms.ModelForm[Person]):
    class Meta:
        model = Person
        fields = ("full_name", "email", "language")

    def clean_email(self) -> str | None:
        return (self.cleaned_data["email"] or "").strip().lower() or None


class AuditFilter(forms.Form):
    """The filters of the audit log; a value that is not understood is left out of the search."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    subject = forms.CharField(label=_("What"), max_length=63, required=False)
    person = forms.IntegerField(label=_("Who"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=IN_DAYS
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=IN_DAYS
    )


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=Language.choices)


class _OnceForm(BaseAuthenticateForm):
    """A code works once while it is right: allauth forgets that it was used after one of three half minutes."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        digits = "".join(sign for sign in code if sign.isalnum())
        accepted_s = mfa.TOTP_PERIOD * (2 * mfa.TOTP_TOLERANCE + 1)
        if not cache.add(f"second-factor:{self.user.pk}:{digits}", 1, accepted_s):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(_OnceForm, AuthenticateForm):
    """The code that ends signing in."""


class SecondFactorAgainForm(_OnceForm, ReauthenticateForm):
    """The code before what must not be done at an unwatched screen."""
