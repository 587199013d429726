"""The outside world: adapters, what is owed to marketplaces, what came from them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplacesConfig(AppConfig):
    name = "marketplaces"
    verbose_name = _("Marketplaces")

    def ready(self) -> None:
        from marketplaces import subscribers
        from marketplaces.selectors import found
        from merchants.roles import Action
        from workspace.services.finder import register_finder

        subscribers.register()
        register_finder(
            "returns", title=_("Coming back"), action=Action.ORDERS_VIEW, find=found.find, page="marketplaces:returns"
        )
