"""What commissioners owe: agreements, their reports, payments."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SettlementsConfig(AppConfig):
    name = "settlements"
    verbose_name = _("Settlements")

    def ready(self) -> None:
        from merchants.roles import Action
        from settlements.selectors import found
        from workspace.services.finder import register_finder
        from workspace.services.names import provide_names

        register_finder("reports", title=_("Commissioner reports"), action=Action.SETTLEMENTS_VIEW, find=found.find)
        provide_names("report", found.names)
