"""Pages of merchants and people (namespace `merchants`), and the account pages under allauth's own names."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import include, path

from merchants.roles import Action, needs, public
from merchants.views import account as own
from merchants.views import audit, merchants, people

own_account = needs(Action.ACCOUNT_OWN)

pages = [
    path("people/", people.People.as_view(), name="people"),
    path("people/invite/", people.Invite.as_view(), name="invite"),
    path("people/<int:pk>/role/", people.ChangeRole.as_view(), name="change-role"),
    path("people/<int:pk>/remove/", people.RemoveFromMerchant.as_view(), name="remove-from-merchant"),
    path("people/<int:pk>/password/", people.ResetPassword.as_view(), name="reset-password"),
    path("people/<int:pk>/active/", people.SetActive.as_view(), name="set-active"),
    path("people/<int:pk>/staff/", people.Staff.as_view(), name="staff"),
    path("merchants/", merchants.merchants, name="merchants"),
    path("merchants/new/", merchants.NewMerchant.as_view(), name="merchant-new"),
    path("merchants/switch/", own.switch, name="switch"),
    path("merchants/<int:pk>/", merchants.MerchantPage.as_view(), name="merchant"),
    path("merchants/<int:pk>/legal-entities/new/", merchants.NewLegalEntity.as_view(), name="legal-entity-new"),
    path("legal-entities/<int:pk>/", merchants.EditLegalEntity.as_view(), name="legal-entity"),
    path("audit/", audit.audit, name="audit"),
    path("account/profile/", own.Profile.as_view(), name="profile"),
    path("account/language/", own.language, name="language"),
]

# No sign-up, no e-mail addresses, no reset by letter: people are invited, and an owner resets passwords.
urlpatterns = [
    path("", include((pages, "merchants"))),
    path("account/login/", public(account.login), name="account_login"),
    path("account/logout/", public(account.logout), name="account_logout"),
    path("account/inactive/", public(account.account_inactive), name="account_inactive"),
    path("account/again/", own_account(account.reauthenticate), name="account_reauthenticate"),
    path("account/password/", own_account(account.password_change), name="account_change_password"),
    path("account/second-factor/", own_account(factors.index), name="mfa_index"),
    path("account/second-factor/ask/", public(factors.authenticate), name="mfa_authenticate"),
    path("account/second-factor/again/", own_account(factors.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-factor/on/", own_account(totp.activate_totp), name="mfa_activate_totp"),
    path("account/second-factor/off/", own_account(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", own_account(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", own_account(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path(
        "account/recovery-codes/file/", own_account(codes.download_recovery_codes), name="mfa_download_recovery_codes"
    ),
]
